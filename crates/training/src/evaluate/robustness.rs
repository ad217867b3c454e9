//! How much accuracy spoilt pictures cost.

use attune_core::LabelSet;
use attune_vision::Classifier;
use serde::{Deserialize, Serialize};

use super::{Passes, Subject, all_logits, pair, subject};
use crate::data::Dataset;
use crate::metrics::{Answer, PairedDifference, wilson95};
use crate::render::{Corruption, Family, LEVELS};

/// One way and strength of spoiling pictures, measured on the same images as they were.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stress {
    /// Which kind, by its key.
    pub corruption: String,
    /// The kind in words.
    pub name: String,
    /// The number it was done with.
    pub setting: String,
    /// Share of the kind's range.
    pub severity: f32,
    /// Share of right answers.
    pub accuracy: f64,
    /// Its 95 % interval (Wilson 1927).
    pub accuracy_ci95: [f64; 2],
    /// Against the pictures as they were, on the same images.
    pub change: PairedDifference,
    /// Share of images on which the highest probability reaches the model's threshold.
    pub declared: f64,
    /// Accuracy on those.
    pub accuracy_declared: f64,
}

impl Stress {
    /// Whether it belongs to the milder half of its range.
    #[must_use]
    pub fn is_mild(&self) -> bool {
        self.severity <= 0.5
    }
}

/// One head under every stress.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RobustnessResult {
    /// What was asked.
    pub label_set: LabelSet,
    /// How many images count.
    pub images: usize,
    /// Share of right answers on the pictures as they are.
    pub accuracy: f64,
    /// Its 95 % interval (Wilson 1927).
    pub accuracy_ci95: [f64; 2],
    /// By kind, from mild to strong.
    pub stresses: Vec<Stress>,
    /// The largest loss in the milder half of any range, as a share (0.06 are six points).
    pub worst_mild_loss: f64,
}

/// What `attune evaluate --robustness` prints.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Robustness {
    /// What was measured on what.
    #[serde(flatten)]
    pub subject: Subject,
    /// Decides where pictures are covered and to which side they roll.
    pub seed: u64,
    /// One entry a label set that the data has a truth for.
    pub results: Vec<RobustnessResult>,
}

/// Measures a model on pictures as they are and under every [`Family`] at every level.
/// `progress` is told how many of how many passes over the data are done.
#[must_use]
pub fn robustness(
    classifier: &Classifier,
    data: &Dataset,
    seed: u64,
    threads: usize,
    mut progress: impl FnMut(usize, usize),
) -> Robustness {
    let steps: Vec<(Family, f32)> =
        Family::ALL.into_iter().flat_map(|f| LEVELS.map(|level| (f, level))).collect();
    let clean = spoilt(classifier, data, None, seed, threads);
    let mut stresses: Vec<Vec<Stress>> = vec![Vec::new(); clean.len()];
    for (done, (family, level)) in steps.iter().enumerate() {
        progress(done + 1, steps.len() + 1);
        let answers = spoilt(classifier, data, Some(family.at(*level)), seed, threads);
        for (head, (before, after)) in clean.iter().zip(&answers).enumerate() {
            let spec = &classifier.spec().heads[head];
            let seen = Seen::of(before, after, spec.temperature, spec.declare_above);
            stresses[head].push(seen.stress(*family, *level));
        }
    }
    progress(steps.len() + 1, steps.len() + 1);
    let heads = classifier.spec().heads.iter().zip(clean.iter().zip(stresses));
    let result =
        heads.filter(|(_, (clean, _))| !clean.is_empty()).map(|(head, (clean, stresses))| {
            let right = clean.iter().filter(|a| a.is_right()).count();
            let losses = stresses.iter().filter(|s| s.is_mild()).map(|s| -s.change.difference);
            RobustnessResult {
                label_set: head.label_set,
                images: clean.len(),
                accuracy: right as f64 / clean.len() as f64,
                accuracy_ci95: wilson95(right, clean.len()),
                worst_mild_loss: losses.fold(f64::NEG_INFINITY, f64::max),
                stresses,
            }
        });
    let results = result.collect();
    Robustness { subject: subject(classifier, data.name.clone(), Passes::One), seed, results }
}

/// Answers of every head, pictures spoilt or not.
fn spoilt(
    classifier: &Classifier,
    data: &Dataset,
    corruption: Option<Corruption>,
    seed: u64,
    threads: usize,
) -> Vec<Vec<Answer>> {
    let crop = |i: usize| {
        let crop = &data.examples[i].crop;
        // Another place for each picture, the same for each strength.
        let own = seed.wrapping_add((i as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15));
        corruption.map_or_else(|| crop.clone(), |c| c.apply(crop, own))
    };
    let logits = all_logits(classifier, data.examples.len(), crop, Passes::One, threads);
    let heads = classifier.spec().heads.iter().zip(logits);
    heads.map(|(head, rows)| pair(head.label_set, &data.examples, &rows)).collect()
}

/// The same images before and after something was done to them.
pub(super) struct Seen {
    pub images: usize,
    pub right: usize,
    pub declared: usize,
    pub declared_right: usize,
    pub change: PairedDifference,
}

impl Seen {
    pub fn of(before: &[Answer], after: &[Answer], temperature: f32, declare_above: f32) -> Self {
        let declared = |a: &&Answer| a.probability(temperature) >= declare_above;
        let pairs = before.iter().zip(after).map(|(b, a)| (b.is_right(), a.is_right()));
        Self {
            images: after.len(),
            right: after.iter().filter(|a| a.is_right()).count(),
            declared: after.iter().filter(declared).count(),
            declared_right: after.iter().filter(declared).filter(|a| a.is_right()).count(),
            change: PairedDifference::of(pairs),
        }
    }

    fn stress(&self, family: Family, level: f32) -> Stress {
        Stress {
            corruption: family.key.to_owned(),
            name: family.name.to_owned(),
            setting: family.setting(level),
            severity: level,
            accuracy: self.accuracy(),
            accuracy_ci95: wilson95(self.right, self.images),
            change: self.change,
            declared: self.declared as f64 / self.images.max(1) as f64,
            accuracy_declared: self.declared_right as f64 / self.declared.max(1) as f64,
        }
    }

    pub fn accuracy(&self) -> f64 {
        self.right as f64 / self.images.max(1) as f64
    }
}
