//! What the house band was asked for, beside what the music model hears.

#![allow(clippy::unwrap_used)]

use std::path::Path;

use attune_audio::{Block, COMPOSED_RATE_HZ, MoodModel, compose, describe_samples, render};
use attune_core::Point;

/// A grid over the plane, each point with its own seed.
fn asked() -> Vec<Point> {
    let ends = [-0.9, -0.3, 0.3, 0.9];
    ends.iter().flat_map(|v| ends.map(|a| Point { valence: *v, arousal: a })).collect()
}

/// Spearman's rank correlation; no two values are equal but those of a grid, which share ranks.
fn rank_correlation(a: &[f32], b: &[f32]) -> f32 {
    let ranks = |xs: &[f32]| -> Vec<f32> {
        let rank = |x: &f32| {
            let below = xs.iter().filter(|y| *y < x).count() as f32;
            let same = xs.iter().filter(|y| *y == x).count() as f32;
            below + (same - 1.0) / 2.0
        };
        xs.iter().map(rank).collect()
    };
    let (a, b) = (ranks(a), ranks(b));
    let n = a.len() as f32;
    let mean = |xs: &[f32]| xs.iter().sum::<f32>() / n;
    let (mean_a, mean_b) = (mean(&a), mean(&b));
    let with = |x: &[f32], mx: f32, y: &[f32], my: f32| -> f32 {
        x.iter().zip(y).map(|(x, y)| (x - mx) * (y - my)).sum()
    };
    with(&a, mean_a, &b, mean_b)
        / (with(&a, mean_a, &a, mean_a) * with(&b, mean_b, &b, mean_b)).sqrt()
}

/// Takes half a minute: sixteen pieces are rendered and heard, because fewer would leave the
/// correlation to chance.
#[test]
fn what_was_asked_for_is_heard() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models/attune-music.safetensors");
    let model = &MoodModel::from_bytes(&std::fs::read(file).unwrap()).unwrap();
    let asked = asked();
    let hear = |(i, point): (usize, &Point)| {
        let sound = render(&compose(*point, i as u64 + 1));
        // From where everybody plays, and not longer than DEAM's excerpts.
        let from = sound.len() / 4 / 2 * 2;
        let excerpt = &sound[from..from + 2 * 30 * COMPOSED_RATE_HZ as usize];
        let block = Block { rate_hz: COMPOSED_RATE_HZ, channels: 2, samples: excerpt };
        let mood = model.mood(&describe_samples(block).unwrap()).unwrap();
        println!(
            "asked {:+.1} {:+.1}, heard {:+.2} {:+.2} ± {:.2}",
            point.valence, point.arousal, mood.valence, mood.arousal, mood.uncertainty
        );
        mood
    };
    let hear = &hear;
    let heard: Vec<_> = std::thread::scope(|scope| {
        let halves: Vec<Vec<_>> = (0..2)
            .map(|h| asked.iter().enumerate().filter(|(i, _)| i % 2 == h).collect())
            .collect();
        let runs: Vec<_> = halves
            .into_iter()
            .map(|half| {
                scope.spawn(move || half.into_iter().map(|x| (x.0, hear(x))).collect::<Vec<_>>())
            })
            .collect();
        let mut all: Vec<_> = runs.into_iter().flat_map(|run| run.join().unwrap()).collect();
        all.sort_by_key(|(i, _)| *i);
        all.into_iter().map(|(_, mood)| mood).collect()
    });
    let axis = |of: fn(&Point) -> f32| {
        let a: Vec<f32> = asked.iter().map(of).collect();
        let b: Vec<f32> = heard.iter().map(|mood| of(&mood.point())).collect();
        rank_correlation(&a, &b)
    };
    let (arousal, valence) = (axis(|p| p.arousal), axis(|p| p.valence));
    println!("rank correlation: arousal {arousal:.2}, valence {valence:.2}");
    assert!(arousal >= 0.6 && valence >= 0.3, "arousal {arousal:.2}, valence {valence:.2}");
}
