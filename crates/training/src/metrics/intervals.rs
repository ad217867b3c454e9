//! How far a figure could lie from what was measured.

use attune_core::LabelSet;

use super::reliability::Bins;
use super::{ConfusionMatrix, Judged, per_class};

/// The 97.5 % point of the normal distribution.
const Z: f64 = 1.959_963_984_540_054;

/// Wilson's 95 % score interval of a proportion.
#[must_use]
pub fn wilson95(right: usize, of: usize) -> [f64; 2] {
    let n = of.max(1) as f64;
    let p = right as f64 / n;
    let centre = p + Z * Z / (2.0 * n);
    let spread = Z * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
    let scale = 1.0 + Z * Z / n;
    [(centre - spread) / scale, (centre + spread) / scale]
}

/// How a share changed on the same things, with a 95 % interval.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct PairedDifference {
    /// After less before.
    pub difference: f64,
    /// Interval for matched pairs (Agresti and Min 2005: half a pair added to each of four cells).
    pub ci95: [f64; 2],
}

impl PairedDifference {
    /// Of `(before, after)` for each thing; zero for none.
    #[must_use]
    pub fn of(pairs: impl Iterator<Item = (bool, bool)>) -> Self {
        let (mut n, mut gained, mut lost) = (0usize, 0usize, 0usize);
        for (before, after) in pairs {
            n += 1;
            gained += usize::from(!before && after);
            lost += usize::from(before && !after);
        }
        if n == 0 {
            return Self { difference: 0.0, ci95: [0.0, 0.0] };
        }
        let (gained, lost, n) = (gained as f64, lost as f64, n as f64);
        let (b, c, m) = (gained + 0.5, lost + 0.5, n + 2.0);
        let middle = (b - c) / m;
        let spread = Z * ((b + c) - (b - c).powi(2) / m).sqrt() / m;
        Self { difference: (gained - lost) / n, ci95: [middle - spread, middle + spread] }
    }
}

/// 95 % intervals of figures that are no proportions.
pub(super) struct Spread {
    pub macro_f1: [f64; 2],
    pub ece: [f64; 2],
    /// In class order.
    pub f1: Vec<[f64; 2]>,
}

/// How often answers are drawn anew.
const DRAWS: usize = 1000;

/// Percentile bootstrap over images (Efron 1979) with a fixed seed.
pub(super) fn bootstrap(set: LabelSet, judged: &[Judged]) -> Spread {
    let classes = set.expressions().len();
    let mut rng = fastrand::Rng::with_seed(95);
    let mut figures = vec![Vec::with_capacity(DRAWS); classes + 2];
    for _ in 0..DRAWS {
        let mut confusion = ConfusionMatrix(vec![vec![0; classes]; classes]);
        let mut bins = Bins::default();
        for _ in 0..judged.len() {
            let one = &judged[rng.usize(..judged.len())];
            confusion.0[one.truth][one.class] += 1;
            bins.add(one);
        }
        let reports = (0..classes).map(|i| per_class::report(&confusion, i));
        reports.zip(&mut figures).for_each(|(report, f1s)| f1s.push(report.f1));
        figures[classes].push(per_class::macro_f1(&confusion));
        figures[classes + 1].push(bins.calibration_error());
    }
    let mut intervals: Vec<[f64; 2]> = figures.into_iter().map(middle95).collect();
    let ece = intervals.pop().unwrap_or_default();
    let macro_f1 = intervals.pop().unwrap_or_default();
    Spread { macro_f1, ece, f1: intervals }
}

/// What 95 % of the values lie between.
fn middle95(mut values: Vec<f64>) -> [f64; 2] {
    values.sort_by(f64::total_cmp);
    let at = |share: f64| values[(share * (values.len() - 1) as f64).round() as usize];
    [at(0.025), at(0.975)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paired_differences_know_what_stayed() {
        // 1000 pairs: 40 lost, 10 gained. Reference: the formula worked out in Python.
        let pair = |i: usize| match i {
            0..40 => (true, false),
            40..50 => (false, true),
            _ => (i.is_multiple_of(2), i.is_multiple_of(2)),
        };
        let change = PairedDifference::of((0..1000).map(pair));
        assert!((change.difference + 0.03).abs() < 1e-12);
        let expected = [-0.043_786, -0.016_095];
        assert!(
            change.ci95.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-5),
            "{:?}",
            change.ci95
        );
        let nothing = PairedDifference::of(std::iter::empty());
        assert_eq!(nothing.difference, 0.0);
    }
}
