//! Several runs that differ in their seed alone.

use attune_core::LabelSet;
use serde::{Deserialize, Serialize};

use crate::train::Run;

/// One run's best epoch.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SeedResult {
    /// The run's seed.
    pub seed: u64,
    /// 1-based, chosen on the validation split.
    pub best_epoch: usize,
    /// Accuracy on the validation split, by label set.
    pub valid: Vec<(LabelSet, f64)>,
}

impl SeedResult {
    /// The best epoch of a run; `None` before its first epoch is done.
    #[must_use]
    pub fn of(run: &Run) -> Option<Self> {
        let best = run.best()?;
        let valid = best.valid.clone();
        Some(Self { seed: run.config().seed, best_epoch: best.epoch, valid })
    }
}

/// The mean over seeds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SeedMean {
    /// What was asked.
    pub label_set: LabelSet,
    /// Mean accuracy.
    pub mean: f64,
    /// 95 % interval of that mean by Student's t; nothing for a single seed.
    pub mean_ci95: Option<[f64; 2]>,
}

/// What `attune train --seeds` prints.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SeedSummary {
    /// In the order of the runs.
    pub runs: Vec<SeedResult>,
    /// By label set.
    pub means: Vec<SeedMean>,
}

impl SeedSummary {
    /// Means over the runs.
    #[must_use]
    pub fn of(runs: Vec<SeedResult>) -> Self {
        let sets = runs.first().map(|r| r.valid.iter().map(|(set, _)| *set).collect::<Vec<_>>());
        let mean = |label_set: LabelSet| {
            let of_run =
                |r: &SeedResult| r.valid.iter().find(|(s, _)| *s == label_set).map(|v| v.1);
            let values: Vec<f64> = runs.iter().filter_map(of_run).collect();
            let (mean, mean_ci95) = (mean(&values), interval95(&values));
            SeedMean { label_set, mean, mean_ci95 }
        };
        let means = sets.unwrap_or_default().into_iter().map(mean).collect();
        Self { runs, means }
    }
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

/// The 95 % interval of the mean of normal values with unknown variance (Student 1908), within what
/// an accuracy can be.
fn interval95(values: &[f64]) -> Option<[f64; 2]> {
    let (n, mean) = (values.len(), mean(values));
    let quantile = quantile975(n.checked_sub(1).filter(|freedom| *freedom > 0)?);
    let variance = values.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (n - 1) as f64;
    let reach = quantile * (variance / n as f64).sqrt();
    Some([(mean - reach).max(0.0), (mean + reach).min(1.0)])
}

/// Student's t at 97.5 %: from the table up to 30 degrees of freedom, beyond by the first terms of
/// its expansion (Fisher 1926).
fn quantile975(freedom: usize) -> f64 {
    const TABLE: [f64; 30] = [
        12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160,
        2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056,
        2.052, 2.048, 2.045, 2.042,
    ];
    let z = 1.959_964;
    TABLE.get(freedom - 1).copied().unwrap_or(z + (z * z * z + z) / (4.0 * freedom as f64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_is_students() {
        // Reference: R, t.test(c(0.66, 0.67, 0.65, 0.68))$conf.int.
        let [low, high] = interval95(&[0.66, 0.67, 0.65, 0.68]).unwrap();
        assert!((low - 0.644_457).abs() < 1e-4 && (high - 0.685_543).abs() < 1e-4, "{low} {high}");
        assert_eq!(interval95(&[0.5]), None);
        assert_eq!(interval95(&[0.1, 0.9]), Some([0.0, 1.0]));
        assert!((quantile975(60) - 2.000).abs() < 1e-3);
    }

    #[test]
    fn a_summary_holds_every_run_and_the_mean_of_each_label_set() {
        let run = |seed, accuracy| SeedResult {
            seed,
            best_epoch: 3,
            valid: vec![(LabelSet::Fer2013, accuracy), (LabelSet::FerPlus, 0.9)],
        };
        let summary = SeedSummary::of(vec![run(1, 0.6), run(2, 0.7)]);
        assert_eq!((summary.runs.len(), summary.means.len()), (2, 2));
        assert!((summary.means[0].mean - 0.65).abs() < 1e-9);
        assert_eq!(summary.means[1].mean_ci95, Some([0.9, 0.9]));
    }
}
