//! Measuring a model file on a data set, through the very engine that serves it.

mod audit;
mod bands;
mod calibration;
mod foreign;
mod robustness;
mod study;

use attune_core::LabelSet;
use attune_vision::{Classifier, FaceCrop};
use serde::{Deserialize, Serialize};

use crate::data::{Dataset, Example};
use crate::metrics::{Answer, Evaluation};
use crate::parallel::{in_parallel, part};

pub use audit::{Audit, AuditCell, AuditResult, Gap, audit};
pub use bands::{Band, Bands};
pub use calibration::{
    CalibrationResult, Calibrations, ChosenThreshold, MethodResult, calibrations,
};
pub use foreign::{ForeignMeasured, ForeignStudy, evaluate_foreign};
pub use robustness::{Robustness, RobustnessResult, Stress, robustness};
pub use study::{Measured, Study, Unseen, study};

/// A model measured on a data set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report<R = Evaluation> {
    /// What was measured on what.
    #[serde(flatten)]
    pub subject: Subject,
    /// One entry a label set that the data has a truth for.
    pub results: Vec<R>,
}

/// What was measured on what, and how.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Subject {
    /// The data set's path.
    pub data: String,
    /// The model's name.
    pub model: String,
    /// Numbers that training found.
    pub parameters: usize,
    /// Multiplications with an addition for one face.
    pub multiply_adds: u64,
    /// Whether logits of the mirrored picture were averaged in.
    pub flip_averaged: bool,
}

fn subject(classifier: &Classifier, data: String, passes: Passes) -> Subject {
    Subject {
        data,
        model: classifier.spec().name.clone(),
        parameters: classifier.parameters(),
        multiply_adds: classifier.multiply_adds(),
        flip_averaged: passes == Passes::FlipAveraged,
    }
}

/// One pass or two a face.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Passes {
    /// The picture as it is: what the product does.
    One,
    /// The mean of the logits of the picture and its mirror image.
    FlipAveraged,
}

/// Measures every head on every image that counts for it, on `threads` threads.
#[must_use]
pub fn evaluate(classifier: &Classifier, data: &Dataset, passes: Passes, threads: usize) -> Report {
    let heads = &classifier.spec().heads;
    let measured = answers(classifier, data, passes, threads);
    let result = |(head, answers): (&attune_vision::graph::Head, &Vec<Answer>)| {
        Evaluation::of(head.label_set, answers, head.temperature, head.declare_above)
    };
    Report {
        subject: subject(classifier, data.name.clone(), passes),
        results: heads.iter().zip(&measured).filter_map(result).collect(),
    }
}

/// The logits for every image that counts, one list a head of the model, in data order.
#[must_use]
pub fn answers(
    classifier: &Classifier,
    data: &Dataset,
    passes: Passes,
    threads: usize,
) -> Vec<Vec<Answer>> {
    let sets: Vec<LabelSet> = classifier.spec().heads.iter().map(|h| h.label_set).collect();
    let crop = |i: usize| data.examples[i].crop.clone();
    let logits = all_logits(classifier, data.examples.len(), crop, passes, threads);
    sets.iter().zip(logits).map(|(set, rows)| pair(*set, &data.examples, &rows)).collect()
}

/// For every head the logits of crops 0 to `n - 1`, one row each.
fn all_logits(
    classifier: &Classifier,
    n: usize,
    crop: impl Fn(usize) -> FaceCrop + Sync,
    passes: Passes,
    threads: usize,
) -> Vec<Vec<f32>> {
    let parts = in_parallel(threads, |index| {
        let crops: Vec<FaceCrop> = part(n, index, threads).map(&crop).collect();
        logits(&mut classifier.clone(), &crops, passes)
    });
    let mut all = vec![Vec::new(); classifier.spec().heads.len()];
    for heads in parts {
        all.iter_mut().zip(heads).for_each(|(rows, more)| rows.extend(more));
    }
    all
}

fn logits(classifier: &mut Classifier, crops: &[FaceCrop], passes: Passes) -> Vec<Vec<f32>> {
    let mut logits = classifier.logits_batch(crops);
    if passes == Passes::FlipAveraged {
        let mirrored: Vec<FaceCrop> = crops.iter().map(FaceCrop::mirrored).collect();
        for (rows, more) in logits.iter_mut().zip(classifier.logits_batch(&mirrored)) {
            rows.iter_mut().zip(more).for_each(|(a, b)| *a = f32::midpoint(*a, b));
        }
    }
    logits
}

fn pair(set: LabelSet, examples: &[Example], rows: &[f32]) -> Vec<Answer> {
    let rows = rows.chunks(set.expressions().len());
    let answer = |(example, row): (&Example, &[f32])| {
        Some(Answer { truth: example.truth(set)?, logits: row.to_vec() })
    };
    examples.iter().zip(rows).filter_map(answer).collect()
}
