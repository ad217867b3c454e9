//! What keeping silent buys: accuracy by the share of images on which the model answers.

use serde::{Deserialize, Serialize};

use super::{Answer, Judged, judge, share, wilson95};

/// The model answering only where its highest probability reaches a threshold.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct CoveragePoint {
    /// Share of images answered.
    pub coverage: f64,
    /// The least highest probability among them.
    pub threshold: f64,
    /// How many.
    pub images: usize,
    /// Share of wrong answers among them.
    pub risk: f64,
    /// Share of right answers among them.
    pub accuracy: f64,
    /// Its 95 % interval (Wilson 1927).
    pub accuracy_ci95: [f64; 2],
}

/// Steps of coverage, each 5 %.
const STEPS: usize = 20;

/// The curve at every 5 % of coverage (El-Yaniv and Wiener 2010); `surest` first.
pub(super) fn risk_coverage(surest: &[Judged]) -> Vec<CoveragePoint> {
    let sizes = (1..=STEPS).map(|step| (surest.len() * step).div_ceil(STEPS));
    sizes.map(|n| point(surest, n)).collect()
}

fn point(surest: &[Judged], images: usize) -> CoveragePoint {
    let right = surest[..images].iter().filter(|j| j.right()).count();
    let accuracy = share(right, images);
    CoveragePoint {
        coverage: share(images, surest.len()),
        threshold: surest[..images].last().map_or(0.0, |j| f64::from(j.probability)),
        images,
        risk: 1.0 - accuracy,
        accuracy,
        accuracy_ci95: wilson95(right, images),
    }
}

/// Mean risk over all coverages (Geifman and El-Yaniv 2017); `surest` first.
pub(super) fn area_under_risk(surest: &[Judged]) -> f64 {
    let (mut wrong, mut sum) = (0usize, 0.0);
    for (i, judged) in surest.iter().enumerate() {
        wrong += usize::from(!judged.right());
        sum += share(wrong, i + 1);
    }
    sum / surest.len().max(1) as f64
}

/// When a model keeps silent, as a rule over its risk-coverage curve: it answers as often as it
/// can while the lower end of the 95 % interval of its accuracy on what it answers reaches
/// `accuracy`; yet never on less than `least_coverage`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct AbstentionRule {
    /// What the lower end of the interval is to reach.
    pub accuracy: f64,
    /// The share of images that is answered in any case.
    pub least_coverage: f64,
}

impl AbstentionRule {
    /// Right on 95 of 100 where that is to be had; never silent on more than a fifth.
    pub const DEFAULT: Self = Self { accuracy: 0.95, least_coverage: 0.8 };

    /// The point of the curve that the rule picks; `None` for no answers.
    #[must_use]
    pub fn choose(&self, answers: &[Answer], temperature: f32) -> Option<CoveragePoint> {
        let mut judged: Vec<Judged> = answers.iter().map(|a| judge(a, temperature)).collect();
        super::surest_first(&mut judged);
        let least = (self.least_coverage.clamp(0.0, 1.0) * judged.len() as f64).ceil() as usize;
        let sizes = least.max(1)..=judged.len();
        let mut right = judged.iter().take(least.max(1) - 1).filter(|j| j.right()).count();
        let mut best = None;
        for n in sizes.clone() {
            right += usize::from(judged[n - 1].right());
            if wilson95(right, n)[0] >= self.accuracy {
                best = Some(n);
            }
        }
        let n = best.or_else(|| sizes.into_iter().next())?;
        Some(point(&judged, n))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::tests::answers;

    #[test]
    fn the_curve_ends_at_the_accuracy_and_falls_with_doubt() {
        let mut mixed = answers(80, 80, 0.9);
        mixed.extend(answers(20, 5, 0.4));
        let mut judged: Vec<_> = mixed.iter().map(|a| judge(a, 1.0)).collect();
        super::super::surest_first(&mut judged);
        let curve = risk_coverage(&judged);
        assert_eq!((curve.len(), curve[19].images, curve[19].accuracy), (20, 100, 0.85));
        assert_eq!((curve[15].coverage, curve[15].risk), (0.8, 0.0));
        assert!(curve.windows(2).all(|w| w[0].threshold >= w[1].threshold));
        let area = area_under_risk(&judged);
        assert!(area > 0.0 && area < 0.15, "{area}");
    }

    #[test]
    fn the_rule_answers_as_often_as_its_accuracy_allows() {
        let mut mixed = answers(800, 800, 0.9);
        mixed.extend(answers(200, 50, 0.4));
        let rule = |accuracy, least_coverage| {
            AbstentionRule { accuracy, least_coverage }.choose(&mixed, 1.0).unwrap()
        };
        let strict = rule(0.99, 0.5);
        assert!(strict.accuracy_ci95[0] >= 0.99 && strict.coverage >= 0.8, "{strict:?}");
        assert_eq!(rule(0.5, 0.5).coverage, 1.0);
        assert_eq!(rule(1.0, 0.9).coverage, 0.9, "the least coverage holds in any case");
        let none = AbstentionRule { accuracy: 0.9, least_coverage: 0.8 }.choose(&[], 1.0);
        assert!(none.is_none());
    }
}
