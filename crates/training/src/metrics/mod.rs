//! What an evaluation measures.

mod coverage;
mod intervals;
mod per_class;
mod reliability;

use attune_core::{LabelSet, softmax};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

pub use coverage::{AbstentionRule, CoveragePoint};
pub use intervals::{PairedDifference, wilson95};
pub use per_class::ClassReport;
use reliability::Bins;
pub use reliability::ReliabilityBin;

/// Rows are the truth, columns the answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ConfusionMatrix(pub Vec<Vec<u32>>);

/// One head measured on one label set; the JSON of `attune evaluate`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Evaluation {
    /// What was asked.
    pub label_set: LabelSet,
    /// How many images count.
    pub images: usize,
    /// Share of right answers.
    pub accuracy: f64,
    /// 95 % interval (Wilson 1927).
    pub accuracy_ci95: [f64; 2],
    /// Mean F1 over the classes that occur.
    pub macro_f1: f64,
    /// Its 95 % interval (bootstrap over images).
    pub macro_f1_ci95: [f64; 2],
    /// Expected calibration error, 15 bins of equal width (Guo et al. 2017).
    pub ece: f64,
    /// Its 95 % interval (bootstrap over images).
    pub ece_ci95: [f64; 2],
    /// Accuracy on the 80 % of images with the highest probabilities.
    pub accuracy_at_coverage_80: f64,
    /// Its 95 % interval (Wilson 1927).
    pub accuracy_at_coverage_80_ci95: [f64; 2],
    /// Share of images on which the highest probability reaches the model's threshold.
    pub declared: f64,
    /// Its 95 % interval (Wilson 1927).
    pub declared_ci95: [f64; 2],
    /// Accuracy on those.
    pub accuracy_declared: f64,
    /// Its 95 % interval (Wilson 1927).
    pub accuracy_declared_ci95: [f64; 2],
    /// Mean negative log-likelihood of the truth.
    pub log_loss: f64,
    /// Counts.
    pub confusion: ConfusionMatrix,
    /// By expression.
    pub per_class: BTreeMap<String, ClassReport>,
    /// Accuracy by highest probability; only ranges in which answers lie.
    pub reliability: Vec<ReliabilityBin>,
    /// Accuracy by the share of images answered, the surest first.
    pub risk_coverage: Vec<CoveragePoint>,
    /// Area under the risk-coverage curve: the mean risk over all coverages.
    pub aurc: f64,
}

/// A head's answer to one image and the truth.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Raw outputs.
    pub logits: Vec<f32>,
    /// Index of the true class.
    pub truth: usize,
}

/// An answer at a temperature: what it names, how surely, whether rightly.
struct Judged {
    class: usize,
    truth: usize,
    probability: f32,
    truth_probability: f32,
}

impl Judged {
    fn right(&self) -> bool {
        self.class == self.truth
    }
}

fn judge(answer: &Answer, temperature: f32) -> Judged {
    let p = softmax(&answer.logits, temperature);
    let class = (0..p.len()).fold(0, |best, i| if p[i] > p[best] { i } else { best });
    let truth = answer.truth;
    Judged { class, truth, probability: p[class], truth_probability: p[truth] }
}

fn surest_first(judged: &mut [Judged]) {
    judged.sort_by(|a, b| b.probability.total_cmp(&a.probability));
}

impl Answer {
    /// Whether the class with the highest logit is the true one.
    #[must_use]
    pub fn is_right(&self) -> bool {
        judge(self, 1.0).right()
    }

    /// The highest probability at a temperature.
    #[must_use]
    pub fn probability(&self, temperature: f32) -> f32 {
        judge(self, temperature).probability
    }
}

impl Evaluation {
    /// Measures answers; `None` where there are none.
    #[must_use]
    pub fn of(
        set: LabelSet,
        answers: &[Answer],
        temperature: f32,
        declare_above: f32,
    ) -> Option<Self> {
        if answers.is_empty() {
            return None;
        }
        let mut judged: Vec<Judged> = answers.iter().map(|a| judge(a, temperature)).collect();
        let spread = intervals::bootstrap(set, &judged);
        surest_first(&mut judged);
        let confusion = confusion(set, &judged);
        let surest = &judged[..(judged.len() * 4).div_ceil(5)];
        let declared = &judged[..judged.partition_point(|j| j.probability >= declare_above)];
        let bins = Bins::of(&judged);
        let n = judged.len();
        Some(Self {
            label_set: set,
            images: n,
            accuracy: share(right(&judged), n),
            accuracy_ci95: wilson95(right(&judged), n),
            macro_f1: per_class::macro_f1(&confusion),
            macro_f1_ci95: spread.macro_f1,
            ece: bins.calibration_error(),
            ece_ci95: spread.ece,
            accuracy_at_coverage_80: share(right(surest), surest.len()),
            accuracy_at_coverage_80_ci95: wilson95(right(surest), surest.len()),
            declared: share(declared.len(), n),
            declared_ci95: wilson95(declared.len(), n),
            accuracy_declared: share(right(declared), declared.len()),
            accuracy_declared_ci95: wilson95(right(declared), declared.len()),
            log_loss: log_loss(&judged),
            per_class: per_class::reports(set, &confusion, &spread.f1),
            confusion,
            reliability: bins.reliability(),
            risk_coverage: coverage::risk_coverage(&judged),
            aurc: coverage::area_under_risk(&judged),
        })
    }
}

fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

fn right(judged: &[Judged]) -> usize {
    judged.iter().filter(|j| j.right()).count()
}

fn log_loss(judged: &[Judged]) -> f64 {
    let sum: f64 = judged.iter().map(|j| -f64::from(j.truth_probability.max(1e-12)).ln()).sum();
    sum / judged.len() as f64
}

fn confusion(set: LabelSet, judged: &[Judged]) -> ConfusionMatrix {
    let classes = set.expressions().len();
    let mut counts = vec![vec![0; classes]; classes];
    judged.iter().for_each(|j| counts[j.truth][j.class] += 1);
    ConfusionMatrix(counts)
}

/// The temperature that makes the truth likeliest (Guo et al. 2017), by golden-section search
/// over its logarithm between 1/4 and 4; 1 for no answers.
#[must_use]
pub fn fit_temperature(answers: &[Answer]) -> f32 {
    if answers.is_empty() {
        return 1.0;
    }
    let loss = |ln_t: f32| {
        let judged: Vec<_> = answers.iter().map(|a| judge(a, ln_t.exp())).collect();
        log_loss(&judged)
    };
    let golden = 0.618_034f32;
    let (mut low, mut high) = (-4f32.ln(), 4f32.ln());
    for _ in 0..40 {
        let (a, b) = (high - golden * (high - low), low + golden * (high - low));
        if loss(a) < loss(b) { high = b } else { low = a }
    }
    f32::midpoint(low, high).exp()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// `n` answers that name class 0 with `p`, of which `right` are right.
    pub(crate) fn answers(n: usize, right: usize, p: f32) -> Vec<Answer> {
        let other = (1.0 - p) / 6.0;
        let logits: Vec<f32> =
            [p, other, other, other, other, other, other].iter().map(|x| x.ln()).collect();
        (0..n).map(|i| Answer { logits: logits.clone(), truth: usize::from(i >= right) }).collect()
    }

    #[test]
    fn accuracy_interval_and_calibration_of_known_answers() {
        let result = Evaluation::of(LabelSet::Fer2013, &answers(100, 70, 0.9), 1.0, 0.95).unwrap();
        assert_eq!((result.images, result.accuracy), (100, 0.7));
        assert!((result.ece - 0.2).abs() < 1e-6);
        assert_eq!((result.declared, result.confusion.0[1][0]), (0.0, 30));
        // Reference: the formula worked out in Python.
        assert!((result.accuracy_ci95[0] - 0.604_151_45).abs() < 1e-6);
        assert!(
            (result.accuracy_ci95[1] - 0.781_051_15).abs() < 1e-6,
            "{:?}",
            result.accuracy_ci95
        );
        let angry = result.per_class["angry"];
        assert!((angry.precision - 0.7).abs() < 1e-9 && (angry.recall - 1.0).abs() < 1e-9);
        assert_eq!(angry.precision_ci95, result.accuracy_ci95);
        let [low, high] = angry.f1_ci95;
        assert!(low < angry.f1 && angry.f1 < high && high - low < 0.2, "{low} {high}");
        let [low, high] = result.ece_ci95;
        assert!(low < 0.2 && 0.2 < high && high - low < 0.25, "{low} {high}");
        let bin = result.reliability[0];
        assert_eq!((result.reliability.len(), bin.images, bin.accuracy), (1, 100, 0.7));
        assert!((bin.mean_probability - 0.9).abs() < 1e-6 && bin.from < 0.9 && bin.to > 0.9);
        assert!(Evaluation::of(LabelSet::Fer2013, &[], 1.0, 0.5).is_none());
    }

    #[test]
    fn temperature_undoes_overconfidence() {
        let answers = answers(1000, 700, 0.95);
        let temperature = fit_temperature(&answers);
        let fitted = Evaluation::of(LabelSet::Fer2013, &answers, temperature, 0.5).unwrap();
        assert!(temperature > 1.0 && fitted.ece < 0.1, "{temperature} {}", fitted.ece);
        assert_eq!(fit_temperature(&[]), 1.0);
    }
}
