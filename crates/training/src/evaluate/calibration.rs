//! Ways to turn logits into probabilities, compared by cross-validation.

use attune_core::LabelSet;
use attune_vision::Classifier;
use serde::{Deserialize, Serialize};

use super::{Passes, Subject, answers, subject};
use crate::data::Dataset;
use crate::metrics::{AbstentionRule, Answer, CoveragePoint, Evaluation, fit_temperature};

/// Parts of the data; each is measured with what was fitted on the others.
const FOLDS: usize = 5;

/// What `attune evaluate --calibration` prints.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Calibrations {
    /// What was measured on what.
    #[serde(flatten)]
    pub subject: Subject,
    /// One entry a label set that the data has a truth for.
    pub results: Vec<CalibrationResult>,
}

/// Every way for one head.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CalibrationResult {
    /// What was asked.
    pub label_set: LabelSet,
    /// How many images count.
    pub images: usize,
    /// Parts that the images were cut into.
    pub folds: usize,
    /// Decides which image is in which part.
    pub seed: u64,
    /// From the simplest to the most flexible.
    pub methods: Vec<MethodResult>,
    /// Where [`AbstentionRule`]s put the threshold with a temperature fitted on all images.
    pub thresholds: Vec<ChosenThreshold>,
}

/// One way, measured on images that it was not fitted on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MethodResult {
    /// Its name.
    pub method: String,
    /// Numbers that it fits.
    pub parameters: usize,
    /// Expected calibration error.
    pub ece: f64,
    /// Its 95 % interval (bootstrap over images).
    pub ece_ci95: [f64; 2],
    /// Mean negative log-likelihood of the truth.
    pub log_loss: f64,
    /// Share of right answers: flexible ways change it.
    pub accuracy: f64,
}

/// What a rule picks.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChosenThreshold {
    /// The rule.
    pub rule: AbstentionRule,
    /// The point of the risk-coverage curve.
    pub point: CoveragePoint,
}

/// How logits are rescaled before the softmax.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Method {
    /// Not at all.
    None,
    /// One temperature (Guo et al. 2017).
    Temperature,
    /// One temperature a class.
    ClassTemperatures,
    /// One factor and one offset a class: vector scaling (Guo et al. 2017).
    Vector,
}

impl Method {
    const ALL: [Self; 4] = [Self::None, Self::Temperature, Self::ClassTemperatures, Self::Vector];

    fn name(self) -> &'static str {
        match self {
            Self::None => "logits as they are",
            Self::Temperature => "temperature",
            Self::ClassTemperatures => "temperature a class",
            Self::Vector => "vector scaling",
        }
    }

    fn parameters(self, classes: usize) -> usize {
        match self {
            Self::None => 0,
            Self::Temperature => 1,
            Self::ClassTemperatures => classes,
            Self::Vector => 2 * classes,
        }
    }

    fn fit(self, answers: &[Answer]) -> Scaling {
        let classes = answers.first().map_or(0, |a| a.logits.len());
        let even = |scale: f64| Scaling { scale: vec![scale; classes], offset: vec![0.0; classes] };
        if self == Self::None {
            return even(1.0);
        }
        let mut scaling = even(1.0 / f64::from(fit_temperature(answers)));
        if matches!(self, Self::ClassTemperatures | Self::Vector) {
            scaling.descend(answers, self == Self::Vector);
        }
        scaling
    }
}

/// A factor and an offset a class.
struct Scaling {
    scale: Vec<f64>,
    offset: Vec<f64>,
}

impl Scaling {
    fn apply(&self, answer: &Answer) -> Answer {
        let pairs = self.scale.iter().zip(&self.offset).zip(&answer.logits);
        let logits = pairs.map(|((s, b), z)| (s * f64::from(*z) + b) as f32).collect();
        Answer { logits, truth: answer.truth }
    }

    /// Makes the truth likelier by gradient descent with the steps of Adam (Kingma and Ba 2015).
    fn descend(&mut self, answers: &[Answer], offsets: bool) {
        let classes = self.scale.len();
        let mut moments = vec![(0.0f64, 0.0f64); 2 * classes];
        for step in 1..=200 {
            let gradient = self.gradient(answers);
            let rate = 0.03 * (1.0 - f64::from(step - 1) / 200.0);
            let numbers = self.scale.iter_mut().chain(&mut self.offset).take(if offsets {
                2 * classes
            } else {
                classes
            });
            for ((number, g), (mean, square)) in numbers.zip(gradient).zip(&mut moments) {
                *mean = 0.9 * *mean + 0.1 * g;
                *square = 0.99 * *square + 0.01 * g * g;
                let (m, s) =
                    (*mean / (1.0 - 0.9f64.powi(step)), *square / (1.0 - 0.99f64.powi(step)));
                *number -= rate * m / (s.sqrt() + 1e-8);
            }
        }
    }

    /// Of the mean log loss by factors, then by offsets.
    fn gradient(&self, answers: &[Answer]) -> Vec<f64> {
        let classes = self.scale.len();
        let mut sums = vec![0.0; 2 * classes];
        for answer in answers {
            let p = attune_core::softmax(&self.apply(answer).logits, 1.0);
            for class in 0..classes {
                let error = f64::from(p[class]) - f64::from(u8::from(class == answer.truth));
                sums[class] += error * f64::from(answer.logits[class]);
                sums[classes + class] += error;
            }
        }
        sums.iter_mut().for_each(|s| *s /= answers.len().max(1) as f64);
        sums
    }
}

/// Compares ways to calibrate a model on a data set.
#[must_use]
pub fn calibrations(
    classifier: &Classifier,
    data: &Dataset,
    seed: u64,
    threads: usize,
) -> Calibrations {
    let answers = answers(classifier, data, Passes::One, threads);
    let heads = classifier.spec().heads.iter().zip(&answers);
    let results = heads.filter_map(|(head, answers)| compare(head.label_set, answers, seed));
    Calibrations {
        subject: subject(classifier, data.name.clone(), Passes::One),
        results: results.collect(),
    }
}

/// `None` for too few answers to cut into folds.
fn compare(set: LabelSet, answers: &[Answer], seed: u64) -> Option<CalibrationResult> {
    if answers.len() < 2 * FOLDS {
        return None;
    }
    let mut shuffled = answers.to_vec();
    fastrand::Rng::with_seed(seed).shuffle(&mut shuffled);
    let method = |method: Method| {
        let e = Evaluation::of(set, &held_out(method, &shuffled), 1.0, 0.0)?;
        Some(MethodResult {
            method: method.name().to_owned(),
            parameters: method.parameters(set.expressions().len()),
            ece: e.ece,
            ece_ci95: e.ece_ci95,
            log_loss: e.log_loss,
            accuracy: e.accuracy,
        })
    };
    let temperature = fit_temperature(answers);
    let targets = match set {
        LabelSet::Fer2013 => [0.70, 0.75, 0.785],
        LabelSet::FerPlus => [0.90, 0.925, 0.95],
    };
    let threshold = |accuracy: f64| {
        let rule = AbstentionRule { accuracy, least_coverage: 0.8 };
        Some(ChosenThreshold { rule, point: rule.choose(answers, temperature)? })
    };
    Some(CalibrationResult {
        label_set: set,
        images: answers.len(),
        folds: FOLDS,
        seed,
        methods: Method::ALL.into_iter().filter_map(method).collect(),
        thresholds: targets.into_iter().filter_map(threshold).collect(),
    })
}

/// Every answer, rescaled by what was fitted without its fold.
fn held_out(method: Method, answers: &[Answer]) -> Vec<Answer> {
    let mut scaled = Vec::with_capacity(answers.len());
    for fold in 0..FOLDS {
        let part = crate::parallel::part(answers.len(), fold, FOLDS);
        let others = [&answers[..part.start], &answers[part.end..]].concat();
        let scaling = method.fit(&others);
        scaled.extend(answers[part].iter().map(|a| scaling.apply(a)));
    }
    scaled
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Logits whose classes are each miscalibrated in their own way.
    fn skewed(n: usize) -> Vec<Answer> {
        let mut rng = fastrand::Rng::with_seed(4);
        let answer = |_| {
            let honest: Vec<f32> = (0..7).map(|_| 3.0 * rng.f32()).collect();
            let p = attune_core::softmax(&honest, 1.0);
            let mut left = rng.f32();
            let truth = p.iter().position(|p| {
                left -= p;
                left < 0.0
            });
            let skew = |(class, z): (usize, &f32)| z * 3.0 + if class == 2 { 2.0 } else { 0.0 };
            let logits = honest.iter().enumerate().map(skew).collect();
            Answer { logits, truth: truth.unwrap_or(6) }
        };
        (0..n).map(answer).collect()
    }

    #[test]
    fn what_can_undo_the_skew_wins() {
        let result = compare(LabelSet::Fer2013, &skewed(1500), 1).unwrap();
        let loss = |i: usize| result.methods[i].log_loss;
        assert!(loss(1) < loss(0) && loss(3) < loss(1) - 0.02, "{:?}", result.methods);
        assert!(result.methods[3].ece < result.methods[0].ece);
        assert_eq!(result.methods[0].accuracy, result.methods[1].accuracy);
        assert_eq!(result, compare(LabelSet::Fer2013, &skewed(1500), 1).unwrap());
        assert!(compare(LabelSet::Fer2013, &skewed(3), 1).is_none());
    }
}
