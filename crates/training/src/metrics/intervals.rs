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

/// Percentile bootstrap over images (Efron 1979) with a fixed seed, shifted back by what the mean
/// of the draws lies off the figure itself: a calibration error drawn anew leans upwards.
pub(super) fn bootstrap(set: LabelSet, judged: &[Judged]) -> Spread {
    let classes = set.expressions().len();
    let mut rng = fastrand::Rng::with_seed(95);
    let mut figures = vec![Vec::with_capacity(DRAWS); classes + 2];
    for _ in 0..DRAWS {
        let drawn = (0..judged.len()).map(|_| &judged[rng.usize(..judged.len())]);
        let drawn = measure(set, drawn);
        figures.iter_mut().zip(drawn).for_each(|(values, x)| values.push(x));
    }
    let measured = measure(set, judged.iter());
    let mut intervals: Vec<[f64; 2]> =
        figures.into_iter().zip(measured).map(|(drawn, figure)| middle95(drawn, figure)).collect();
    let ece = intervals.pop().unwrap_or_default();
    let macro_f1 = intervals.pop().unwrap_or_default();
    Spread { macro_f1, ece, f1: intervals }
}

/// F1 by class, then macro F1 and calibration error.
fn measure<'a>(set: LabelSet, judged: impl Iterator<Item = &'a Judged>) -> Vec<f64> {
    let classes = set.expressions().len();
    let mut confusion = ConfusionMatrix(vec![vec![0; classes]; classes]);
    let mut bins = Bins::default();
    for one in judged {
        confusion.0[one.truth][one.class] += 1;
        bins.add(one);
    }
    let f1s = (0..classes).map(|i| per_class::report(&confusion, i).f1);
    f1s.chain([per_class::macro_f1(&confusion), bins.calibration_error()]).collect()
}

/// What 95 % of the draws lie between, less how far their mean lies off the figure.
fn middle95(mut drawn: Vec<f64>, figure: f64) -> [f64; 2] {
    drawn.sort_by(f64::total_cmp);
    let bias = drawn.iter().sum::<f64>() / drawn.len() as f64 - figure;
    let at = |share: f64| drawn[(share * (drawn.len() - 1) as f64).round() as usize] - bias;
    [at(0.025), at(0.975)].map(|x| x.clamp(0.0, 1.0))
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
            _ => (true, true),
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
