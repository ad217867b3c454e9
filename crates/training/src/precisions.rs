//! What one network takes and gives at every precision it can be stored at.

use std::time::Instant;

use attune_core::LabelSet;
use attune_vision::{Classifier, ModelError};
use serde::{Deserialize, Serialize};

use crate::data::Dataset;
use crate::evaluate::{Passes, evaluate};
use crate::export::{Precision, ServedModel};
use crate::metrics::AbstentionRule;
use crate::publish::calibrated;

/// A network stored in several ways, one row each.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Precisions {
    /// The checkpoint or model file that was stored.
    pub source: String,
    /// The faces it was calibrated and measured on.
    pub data: String,
    /// From 32-bit floats down.
    pub stored: Vec<StoredAs>,
}

/// A network as one file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StoredAs {
    /// How its weights are stored.
    pub precision: Precision,
    /// Of the file.
    pub bytes: usize,
    /// Milliseconds from the file's bytes to a network that is ready, median.
    pub load_ms: f64,
    /// Milliseconds a face on one core, median.
    pub classify_ms: f64,
    /// One entry a head.
    pub heads: Vec<HeadFigures>,
}

/// One head in one pass.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct HeadFigures {
    /// What was asked.
    pub label_set: LabelSet,
    /// How many images count.
    pub images: usize,
    /// Share of right answers.
    pub accuracy: f64,
    /// Expected calibration error.
    pub ece: f64,
}

/// Stores a network at every precision and measures each file on `valid`. With a rule each file is
/// calibrated as [`publish`](crate::publish()) does it; else it keeps the calibration it has.
///
/// # Errors
/// A model that cannot be served.
pub fn precisions(
    model: &ServedModel,
    valid: &Dataset,
    rule: Option<AbstentionRule>,
    threads: usize,
) -> Result<Vec<StoredAs>, ModelError> {
    let one = |precision| {
        let file = match rule {
            Some(rule) => calibrated(model.clone(), valid, rule, precision, threads)?,
            None => model.clone(),
        };
        measure(&file.to_safetensors(precision), precision, valid, threads)
    };
    [Precision::Single, Precision::Half, Precision::Int8].into_iter().map(one).collect()
}

fn measure(
    file: &[u8],
    precision: Precision,
    valid: &Dataset,
    threads: usize,
) -> Result<StoredAs, ModelError> {
    let mut classifier = Classifier::from_safetensors(file)?;
    let report = evaluate(&classifier, valid, Passes::One, threads);
    let figures = report.results.iter().map(|r| HeadFigures {
        label_set: r.label_set,
        images: r.images,
        accuracy: r.accuracy,
        ece: r.ece,
    });
    let heads = figures.collect();
    let load_ms = median_ms((0..LOADS).map(|_| {
        let _ = Classifier::from_safetensors(file);
    }));
    let faces = valid.examples.iter().cycle().take(FACES);
    let classify_ms = median_ms(faces.map(|face| {
        let _ = classifier.classify(&face.crop);
    }));
    Ok(StoredAs { precision, bytes: file.len(), load_ms, classify_ms, heads })
}

/// How often a file is loaded, and how many faces are read, to time them.
const LOADS: usize = 9;
const FACES: usize = 300;

/// The median time that a step of an iterator takes.
fn median_ms(mut steps: impl Iterator<Item = ()>) -> f64 {
    let mut times = Vec::new();
    loop {
        let began = Instant::now();
        if steps.next().is_none() {
            break;
        }
        times.push(began.elapsed().as_secs_f64() * 1000.0);
    }
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or(f64::NAN)
}
