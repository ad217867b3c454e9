//! Measures laying out and ranking synthetic libraries on one core; prints JSON.
//!
//! `cargo run --release -p attune-recommend --example rank_speed`

#![allow(clippy::print_stdout)]

use std::time::Instant;

use attune_core::{Goal, ItemId, Language, Mood, Point};
use attune_recommend::{Index, Journey, Recent, Request, Tastes, synthetic_library};

fn main() {
    let sizes = [30_000, 1_000_000].map(measured);
    println!("{}", serde_json::json!({ "libraries": sizes }));
}

fn measured(n: usize) -> serde_json::Value {
    let library = synthetic_library(n, 1);
    let build = times(if n > 100_000 { 3 } else { 20 }, |_| Index::new(&library).len());
    let index = Index::new(&library);
    let rank = |request: fn(u64) -> Request| times(200, |i| index.rank(&request(i)).items.len());
    let travel = times(100, |i| index.travel(&Journey::new(way(i))).0.items.len());
    serde_json::json!({
        "items": n, "build_index_ms": build,
        "rank_ms": { "plain": rank(plain), "filtered": rank(filtered), "known_listener": rank(known) },
        "journey_of_20_ms": travel,
    })
}

fn plain(seed: u64) -> Request {
    let point = Point::new((seed as f32 / 7.0).sin(), (seed as f32 / 5.0).cos());
    Request { goal: Goal::Match, limit: 50, seed, ..Request::new(Mood::new(point, 0.2)) }
}

fn way(seed: u64) -> Request {
    Request { goal: Goal::Lift, limit: 20, ..plain(seed) }
}

fn filtered(seed: u64) -> Request {
    Request {
        languages: ["hindi", "tamil"].iter().filter_map(|l| Language::new(l)).collect(),
        genres: vec!["pop".into()],
        years: Some(1990..=2020),
        ..plain(seed)
    }
}

fn known(seed: u64) -> Request {
    let liked = |n: u64| (format!("Artist {}", n * 17 % 2000), 0.5);
    let tastes = Tastes { artists: (0..200).map(liked).collect(), ..Tastes::default() };
    let recent = (0..100).map(|id| Recent::just(ItemId(id))).collect();
    Request { tastes, recent, ..plain(seed) }
}

/// Median and 99th percentile in milliseconds.
fn times(runs: u64, mut run: impl FnMut(u64) -> usize) -> serde_json::Value {
    let mut ms: Vec<f64> = (0..runs)
        .map(|i| {
            let start = Instant::now();
            std::hint::black_box(run(i));
            start.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    ms.sort_by(f64::total_cmp);
    let at = |share: f64| (ms[((ms.len() - 1) as f64 * share) as usize] * 1e3).round() / 1e3;
    serde_json::json!({ "median": at(0.5), "p99": at(0.99) })
}
