//! How long lists, journeys and searches take over made-up tracks, on one core.

use std::collections::HashMap;
use std::hint::black_box;
use std::time::Duration;

use attune_core::{Goal, ItemId, Kind, Language, Mood, Point};
use attune_recommend::content::{Metric, Space};
use attune_recommend::feedback::{Features, Learner, Population};
use attune_recommend::{
    Context, HourFrom, Index, Journey, OtherListeners, Recent, Request, Sound, Tastes,
    synthetic_items, synthetic_library, synthetic_vectors,
};
use serde::Serialize;

use crate::commands::bench::cold_start::ColdStart;
use crate::commands::bench::machine::resident_mib;
use crate::commands::bench::timing::Timing;

/// Numbers of a made-up descriptor vector.
pub const DIMENSIONS: usize = 32;
/// Laying out is measured on at most so many tracks: it takes seconds for a million.
const LAID_OUT: usize = 30_000;

#[derive(Debug, Serialize)]
pub struct Speed {
    library: Library,
    stages: Stages,
    /// A full search over reading every vector once, both at their medians.
    search_over_read: f64,
    /// What the process holds with the library, and what its layout and vectors take of that.
    memory_mib: Memory,
}

#[derive(Debug, Serialize)]
struct Library {
    tracks: usize,
    dimensions: usize,
    made_up_from_seed: u32,
}

#[derive(Debug, Serialize)]
struct Stages {
    /// Laying 30,000 tracks out for ranking, or as many as there are.
    index: Timing,
    /// One list of 50, every mood and seed another, without filters.
    rank: Timing,
    /// A list of 50 for a listener with a history: filters, likings, other listeners, the hour, plays
    /// and feedback, diversity and reasons.
    rank_informed: Timing,
    /// The same with a sound asked for: every vector that passes the filters is compared.
    rank_like: Timing,
    /// The 50 nearest of all vectors.
    search: Timing,
    /// Reading all vectors once.
    read_vectors: Timing,
    /// A journey of 20 items that plays 70 minutes.
    journey: Timing,
    #[serde(flatten)]
    cold_start: Option<ColdStart>,
}

#[derive(Debug, Serialize)]
struct Memory {
    process: Option<f64>,
    index: Option<f64>,
    vectors: Option<f64>,
}

/// A laid out library and what it took.
pub struct Laid {
    pub index: Index,
    pub index_mib: Option<f64>,
    pub vectors_mib: Option<f64>,
}

/// Lays out made-up tracks with vectors.
pub fn lay_out(tracks: usize, seed: u32) -> Laid {
    let grown = |before: Option<f64>| Some(resident_mib()? - before?);
    let before = resident_mib();
    let index = Index::of(synthetic_items(tracks, seed));
    let index_mib = grown(before);
    let before = resident_mib();
    let space = {
        let numbers = synthetic_vectors(tracks, DIMENSIONS, seed);
        let rows: Vec<&[f32]> = numbers.chunks_exact(DIMENSIONS).collect();
        Space::new(1, &rows, &Metric::even(DIMENSIONS)).ok()
    };
    let vectors_mib = grown(before);
    let index = match space {
        Some(space) => index.with_space(space),
        None => index,
    };
    Laid { index, index_mib, vectors_mib }
}

impl Speed {
    pub fn measure(tracks: usize, seed: u32, cold_start: Option<ColdStart>) -> Self {
        let few = synthetic_library(tracks.min(LAID_OUT), seed);
        let laying = Timing::measure(|| drop(black_box(Index::new(&few))));
        let laid = lay_out(tracks, seed);
        let index = &laid.index;
        let (search, read_vectors) = (search(index), read(index));
        Self {
            library: Library { tracks, dimensions: DIMENSIONS, made_up_from_seed: seed },
            stages: Stages {
                index: laying,
                rank: rank(index, &request),
                rank_informed: rank(index, &|n| informed(index, n)),
                rank_like: rank(index, &|n| like(index, n)),
                search,
                read_vectors,
                journey: journey(index),
                cold_start,
            },
            search_over_read: (search.median_ms / read_vectors.median_ms * 1e3).round() / 1e3,
            memory_mib: Memory {
                process: resident_mib(),
                index: laid.index_mib,
                vectors: laid.vectors_mib,
            },
        }
    }
}

/// Lists for requests that differ from run to run.
pub fn rank(index: &Index, request: &dyn Fn(u64) -> Request) -> Timing {
    let mut seed = 0;
    let requests: Vec<Request> = (0..64).map(request).collect();
    Timing::measure(|| {
        seed += 1;
        drop(black_box(index.rank(&requests[seed % requests.len()])));
    })
}

pub fn search(index: &Index) -> Timing {
    let Some(space) = index.space().filter(|space| !space.is_empty()) else {
        return Timing::of(Vec::new());
    };
    let mut at = 0;
    Timing::measure(|| {
        at = (at + 7919) % space.len();
        if let Some(query) = space.like(at) {
            drop(black_box(space.nearest(&query, 50, |_| true)));
        }
    })
}

fn read(index: &Index) -> Timing {
    match index.space() {
        Some(space) => Timing::measure(|| {
            black_box(black_box(space).read_once());
        }),
        None => Timing::of(Vec::new()),
    }
}

pub fn journey(index: &Index) -> Timing {
    let mut seed = 0u64;
    let minutes = Some(Duration::from_secs(70 * 60));
    Timing::measure(|| {
        seed += 1;
        let goal = Goal::Point(Point::new((seed as f32).cos(), (seed as f32 / 3.0).sin()));
        let request = Request { goal, limit: 20, ..request(seed) };
        drop(black_box(index.travel(&Journey { duration: minutes, ..Journey::new(request) })));
    })
}

/// Wanders through the plane with the seed.
pub fn request(seed: u64) -> Request {
    let point = Point::new((seed as f32 / 7.0).sin(), (seed as f32 / 5.0).cos());
    Request { goal: Goal::Lift, limit: 50, seed, ..Request::new(Mood::new(point, 0.2)) }
}

/// With everything that a listener's history brings.
pub fn informed(index: &Index, seed: u64) -> Request {
    let artist = |n: u64| format!("Artist {}", (seed * 31 + n * 17) % 2000);
    let item = |n: u64| ItemId(((seed * 7907 + n * 104_729) % index.len().max(1) as u64) as i64);
    let other = |n: u64| {
        let through = vec![artist(n), artist(n + 1)];
        (attune_recommend::fold(&artist(n + 500)), OtherListeners { strength: 0.5, through })
    };
    let mut learner = Learner::new(&Population::default());
    for n in 0..50 {
        let f = Features { mood: (n % 7) as f32 / 7.0, ..Features::default() };
        learner.observe(&f, (n % 3) as f32 / 2.0);
    }
    let mut request = Request {
        languages: ["hindi", "english", "tamil"].iter().filter_map(|l| Language::new(l)).collect(),
        years: Some(1980..=2020),
        kind: Some(Kind::Music),
        clean: true,
        tastes: Tastes {
            artists: (0..200).map(|n| (artist(n), 0.5)).collect(),
            items: (0..500).map(|n| (item(n), 0.3)).collect(),
            banned_items: (500..550).map(item).collect(),
            ..Tastes::default()
        },
        recent: (0..200).map(|n| Recent::just(item(n))).collect(),
        others: (0..500).map(other).collect::<HashMap<_, _>>(),
        context: Some(Context {
            hour: Some((0.2, HourFrom::Own)),
            session: Some(Point::new(0.1, 0.1)),
        }),
        learned: Some(learner.draw(seed)),
        ..request(seed)
    };
    request.heard.artists = (0..300).map(|n| attune_recommend::fold(&artist(n))).collect();
    request
}

fn like(index: &Index, seed: u64) -> Request {
    let at = (seed * 7919 % index.len().max(1) as u64) as usize;
    let query = index.space().and_then(|space| space.like(at));
    let start = query.clone();
    let sound =
        query.map(|query| Sound { query, start, words: "one".to_owned(), steps: Vec::new() });
    Request { sound, ..informed(index, seed) }
}
