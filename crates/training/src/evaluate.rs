//! Measuring a model file on a data set, through the very engine that serves it.

use attune_core::LabelSet;
use attune_vision::{Classifier, FaceCrop};
use serde::{Deserialize, Serialize};

use crate::data::{Dataset, Example};
use crate::metrics::{Answer, Evaluation};
use crate::parallel::{in_parallel, part};

/// What `attune evaluate` prints.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
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
    /// One entry a label set that the data has a truth for.
    pub results: Vec<Evaluation>,
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
        data: data.name.clone(),
        model: classifier.spec().name.clone(),
        parameters: classifier.parameters(),
        multiply_adds: classifier.multiply_adds(),
        flip_averaged: passes == Passes::FlipAveraged,
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
    let parts = in_parallel(threads, |index| {
        let mine = &data.examples[part(data.examples.len(), index, threads)];
        let logits = logits(&mut classifier.clone(), mine, passes);
        sets.iter().zip(logits).map(|(set, rows)| pair(*set, mine, &rows)).collect::<Vec<_>>()
    });
    let mut all = vec![Vec::new(); sets.len()];
    for heads in parts {
        all.iter_mut().zip(heads).for_each(|(answers, more)| answers.extend(more));
    }
    all
}

fn logits(classifier: &mut Classifier, examples: &[Example], passes: Passes) -> Vec<Vec<f32>> {
    let crops: Vec<FaceCrop> = examples.iter().map(|e| e.crop.clone()).collect();
    let mut logits = classifier.logits_batch(&crops);
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
