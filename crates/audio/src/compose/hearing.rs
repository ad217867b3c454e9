//! What the music model hears of a piece, beside what was asked for.

use attune_core::{Mood, Point};

use super::score::compose;
use super::synth::{RATE_HZ, render};
use crate::decode::Block;
use crate::describe::describe_samples;
use crate::mood::model::MoodModel;

/// Where the model puts the piece for a point and a seed, heard as a scan hears a file. `None` for a
/// piece too short to describe, which none is known to be.
#[must_use]
pub fn heard_of(aim: Point, seed: u64, model: &MoodModel) -> Option<Mood> {
    let sound = render(&compose(aim, seed));
    let block = Block { rate_hz: RATE_HZ, channels: 2, samples: &sound };
    model.mood(&describe_samples(block).ok()?)
}

/// Spearman's rank correlation of pairs, equal values sharing their ranks; not a number for fewer
/// than two different values on a side.
#[must_use]
pub fn rank_correlation(pairs: &[(f32, f32)]) -> f32 {
    let a = ranks(pairs.iter().map(|(a, _)| *a));
    let b = ranks(pairs.iter().map(|(_, b)| *b));
    let middle = (pairs.len() as f32 - 1.0) / 2.0;
    let with = |x: &[f32], y: &[f32]| -> f32 {
        x.iter().zip(y).map(|(x, y)| (x - middle) * (y - middle)).sum()
    };
    with(&a, &b) / (with(&a, &a) * with(&b, &b)).sqrt()
}

fn ranks(values: impl Iterator<Item = f32>) -> Vec<f32> {
    let values: Vec<f32> = values.collect();
    let rank = |x: &f32| {
        let below = values.iter().filter(|y| *y < x).count() as f32;
        let same = values.iter().filter(|y| *y == x).count() as f32;
        below + (same - 1.0) / 2.0
    };
    values.iter().map(rank).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_correlate_as_they_are_known_to() {
        // Kendall and Gibbons (1990): 1 - 6 * sum of squared differences / (n (n^2 - 1)).
        let pairs = [(1.0, 2.0), (2.0, 1.0), (3.0, 4.0), (4.0, 3.0), (5.0, 5.0)];
        assert!((rank_correlation(&pairs) - 0.8).abs() < 1e-6);
        let tied = [(1.0, 10.0), (1.0, 20.0), (2.0, 30.0), (2.0, 40.0)];
        assert!((rank_correlation(&tied) - 0.894_427_2).abs() < 1e-6);
        assert!(rank_correlation(&[(1.0, 1.0), (1.0, 2.0)]).is_nan());
    }
}
