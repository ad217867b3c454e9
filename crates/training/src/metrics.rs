//! What an evaluation measures.

use attune_core::{LabelSet, softmax};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Rows are the truth, columns the answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ConfusionMatrix(pub Vec<Vec<u32>>);

/// How one class was found.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClassReport {
    /// Of the answers that name it, the share that is right.
    pub precision: f64,
    /// Of the images that show it, the share that is found.
    pub recall: f64,
    /// Harmonic mean of both.
    pub f1: f64,
    /// Images that show it.
    pub images: u32,
}

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
    /// Expected calibration error, 15 bins of equal width (Guo et al. 2017).
    pub ece: f64,
    /// Accuracy on the 80 % of images with the highest probabilities.
    pub accuracy_at_coverage_80: f64,
    /// Share of images on which the highest probability reaches the model's threshold.
    pub declared: f64,
    /// Accuracy on those.
    pub accuracy_declared: f64,
    /// Mean negative log-likelihood of the truth.
    pub log_loss: f64,
    /// Counts.
    pub confusion: ConfusionMatrix,
    /// By expression.
    pub per_class: BTreeMap<String, ClassReport>,
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
    probability: f32,
    right: bool,
    truth_probability: f32,
}

fn judge(answer: &Answer, temperature: f32) -> Judged {
    let p = softmax(&answer.logits, temperature);
    let class = (0..p.len()).fold(0, |best, i| if p[i] > p[best] { i } else { best });
    let right = class == answer.truth;
    Judged { class, probability: p[class], right, truth_probability: p[answer.truth] }
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
        let confusion = confusion(set, answers, &judged);
        let right = judged.iter().filter(|j| j.right).count();
        let per_class = per_class(set, &confusion);
        let shown: Vec<_> = per_class.values().filter(|c| c.images > 0).map(|c| c.f1).collect();
        judged.sort_by(|a, b| b.probability.total_cmp(&a.probability));
        let surest = &judged[..(judged.len() * 4).div_ceil(5)];
        let declared = &judged[..judged.partition_point(|j| j.probability >= declare_above)];
        Some(Self {
            label_set: set,
            images: answers.len(),
            accuracy: share(right, answers.len()),
            accuracy_ci95: wilson95(right, answers.len()),
            macro_f1: shown.iter().sum::<f64>() / shown.len() as f64,
            ece: calibration_error(&judged),
            accuracy_at_coverage_80: accuracy(surest),
            declared: share(declared.len(), judged.len()),
            accuracy_declared: accuracy(declared),
            log_loss: log_loss(&judged),
            confusion,
            per_class,
        })
    }
}

fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

fn accuracy(judged: &[Judged]) -> f64 {
    share(judged.iter().filter(|j| j.right).count(), judged.len())
}

fn log_loss(judged: &[Judged]) -> f64 {
    let sum: f64 = judged.iter().map(|j| -f64::from(j.truth_probability.max(1e-12)).ln()).sum();
    sum / judged.len() as f64
}

/// Wilson's 95 % score interval of a proportion.
#[must_use]
pub fn wilson95(right: usize, of: usize) -> [f64; 2] {
    const Z: f64 = 1.959_963_984_540_054;
    let n = of.max(1) as f64;
    let p = right as f64 / n;
    let centre = p + Z * Z / (2.0 * n);
    let spread = Z * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
    let scale = 1.0 + Z * Z / n;
    [(centre - spread) / scale, (centre + spread) / scale]
}

fn calibration_error(judged: &[Judged]) -> f64 {
    const BINS: usize = 15;
    let mut bins = [(0usize, 0usize, 0f64); BINS];
    for j in judged {
        let bin = &mut bins[((j.probability * BINS as f32) as usize).min(BINS - 1)];
        bin.0 += 1;
        bin.1 += usize::from(j.right);
        bin.2 += f64::from(j.probability);
    }
    let gap = |(_, right, sure): &(usize, usize, f64)| (*right as f64 - sure).abs();
    bins.iter().map(gap).sum::<f64>() / judged.len() as f64
}

fn confusion(set: LabelSet, answers: &[Answer], judged: &[Judged]) -> ConfusionMatrix {
    let classes = set.expressions().len();
    let mut counts = vec![vec![0; classes]; classes];
    for (answer, judged) in answers.iter().zip(judged) {
        counts[answer.truth][judged.class] += 1;
    }
    ConfusionMatrix(counts)
}

fn per_class(set: LabelSet, confusion: &ConfusionMatrix) -> BTreeMap<String, ClassReport> {
    let counts = &confusion.0;
    let report = |i: usize| {
        let hit = counts[i][i] as usize;
        let images: u32 = counts[i].iter().sum();
        let named: u32 = counts.iter().map(|row| row[i]).sum();
        let (precision, recall) = (share(hit, named as usize), share(hit, images as usize));
        let sum = precision + recall;
        let f1 = if sum > 0.0 { 2.0 * precision * recall / sum } else { 0.0 };
        ClassReport { precision, recall, f1, images }
    };
    set.expressions().iter().enumerate().map(|(i, e)| (e.to_string(), report(i))).collect()
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

/// The highest probability that `coverage` of the answers reach.
#[must_use]
pub fn threshold_at_coverage(answers: &[Answer], temperature: f32, coverage: f64) -> f32 {
    let mut sure: Vec<f32> = answers.iter().map(|a| judge(a, temperature).probability).collect();
    sure.sort_by(|a, b| b.total_cmp(a));
    let declared = (coverage * sure.len() as f64).ceil() as usize;
    sure.get(declared.clamp(1, sure.len().max(1)) - 1).copied().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `n` answers that name class 0 with `p`, of which `right` are right.
    fn answers(n: usize, right: usize, p: f32) -> Vec<Answer> {
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

    #[test]
    fn the_threshold_lets_the_asked_share_through() {
        let mut mixed = answers(80, 80, 0.9);
        mixed.extend(answers(20, 5, 0.4));
        let threshold = threshold_at_coverage(&mixed, 1.0, 0.8);
        assert!((threshold - 0.9).abs() < 1e-4);
        let result = Evaluation::of(LabelSet::Fer2013, &mixed, 1.0, threshold).unwrap();
        assert!(result.declared == 0.8 && result.accuracy_declared > result.accuracy);
    }
}
