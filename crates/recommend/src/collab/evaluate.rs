use serde::Serialize;
use sha2::{Digest, Sha256};

use super::{Plays, Recommender};
use crate::index::mix32;

/// A number in [0, 1) that decides on which side of a split a pair falls: the first 8 hex digits of
/// `sha256("{listener}:{item}")` over 2^32. Needs no seed and no order, so that anyone can repeat it.
#[must_use]
pub fn held_out(listener: &str, item: &str) -> f64 {
    let digest = Sha256::digest(format!("{listener}:{item}"));
    let first = digest.iter().take(4).fold(0u32, |n, byte| n << 8 | u32::from(*byte));
    f64::from(first) / 2f64.powi(32)
}

/// How well one listener was served.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct PerListener {
    /// Normalised discounted cumulative gain of the first 10 (Järvelin and Kekäläinen 2002), every
    /// held-out item counting 1.
    pub ndcg_at_10: f64,
    /// Held-out items among the first 20, over the smaller of 20 and their number.
    pub recall_at_20: f64,
}

/// Ranks for every listener with held-out items all that they did not play in training.
/// `held_out[u]` are listener `u`'s.
#[must_use]
pub fn evaluate(model: &dyn Recommender, train: &Plays, held_out: &[Vec<u32>]) -> Vec<PerListener> {
    let mut scores = vec![0.0; train.items()];
    let served = train.histories().zip(held_out).filter(|(_, wanted)| !wanted.is_empty());
    served
        .map(|(history, wanted)| {
            model.score(history, &mut scores);
            measured(&first(&scores, history, 20), wanted)
        })
        .collect()
}

/// The `n` items with the best scores outside the history, best first; ties by number.
#[must_use]
pub(crate) fn first(scores: &[f32], history: &[(u32, f32)], n: usize) -> Vec<u32> {
    let mut open = vec![true; scores.len()];
    history.iter().for_each(|(i, _)| open[*i as usize] = false);
    let mut items: Vec<u32> = (0..scores.len() as u32).filter(|i| open[*i as usize]).collect();
    let best =
        |a: &u32, b: &u32| scores[*b as usize].total_cmp(&scores[*a as usize]).then(a.cmp(b));
    if items.len() > n {
        items.select_nth_unstable_by(n, best);
        items.truncate(n);
    }
    items.sort_unstable_by(best);
    items
}

pub(super) fn measured(list: &[u32], wanted: &[u32]) -> PerListener {
    let gain = |rank: usize| 1.0 / ((rank + 2) as f64).log2();
    let hit = |item: &u32| wanted.contains(item);
    let dcg: f64 =
        list.iter().take(10).enumerate().filter(|(_, i)| hit(i)).map(|(r, _)| gain(r)).sum();
    let ideal: f64 = (0..wanted.len().min(10)).map(gain).sum();
    let hits = list.iter().take(20).filter(|i| hit(i)).count();
    PerListener { ndcg_at_10: dcg / ideal, recall_at_20: hits as f64 / wanted.len().min(20) as f64 }
}

/// A mean and its 95 % interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Interval {
    /// The mean.
    pub mean: f64,
    /// The interval's ends.
    pub ci95: [f64; 2],
}

impl Interval {
    /// Resamples `values` 2,000 times (percentile bootstrap, Efron 1979); reproducible.
    #[must_use]
    pub fn bootstrap(values: &[f64]) -> Self {
        const RESAMPLES: usize = 2000;
        let n = values.len().max(1);
        let mut state = 0u32;
        let mut draw = || {
            state = state.wrapping_add(0x9e37_79b9);
            values.get(mix32(state) as usize % n).copied().unwrap_or(0.0)
        };
        let mut means: Vec<f64> =
            (0..RESAMPLES).map(|_| (0..n).map(|_| draw()).sum::<f64>() / n as f64).collect();
        means.sort_by(f64::total_cmp);
        let at = |share: f64| means[(share * (RESAMPLES - 1) as f64).round() as usize];
        Self { mean: values.iter().sum::<f64>() / n as f64, ci95: [at(0.025), at(0.975)] }
    }
}
