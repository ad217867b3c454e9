//! From a run's checkpoint to the calibrated model file that serving reads.

use std::path::Path;

use attune_vision::{Classifier, ModelError};

use crate::checkpoint::{Checkpoint, CheckpointError};
use crate::data::Dataset;
use crate::evaluate::{Passes, answers};
use crate::export::{Calibration, Precision, ServedModel, export};
use crate::metrics::AbstentionRule;

/// Why no model file could be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PublishError {
    /// The checkpoint is missing or broken.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// The checkpoint's network cannot be served, for instance because its numbers overflowed.
    #[error("the checkpoint cannot be served: {0}")]
    Unservable(#[from] ModelError),
}

/// Folds a checkpoint's averaged weights into a model file, with the temperature of each head
/// fitted on `valid` and a threshold where `rule` puts it on the risk-coverage curve there.
///
/// # Errors
/// A checkpoint that is missing, broken or cannot be served.
pub fn publish(
    checkpoint: &Path,
    valid: &Dataset,
    rule: AbstentionRule,
    precision: Precision,
    threads: usize,
) -> Result<Vec<u8>, PublishError> {
    let (checkpoint, plan) = Checkpoint::read(checkpoint)?;
    let weights = &checkpoint.state.average;
    let raw = export(&plan, weights, |_| Calibration::NONE, Precision::Single);
    let model = calibrated(ServedModel::read(&raw)?, valid, rule, precision, threads)?;
    Ok(model.to_safetensors(precision))
}

/// A model with the temperature and the threshold of each head fitted as [`publish`] does, on the
/// answers it gives when stored at `precision`.
///
/// # Errors
/// A model that cannot be served.
pub fn calibrated(
    mut model: ServedModel,
    valid: &Dataset,
    rule: AbstentionRule,
    precision: Precision,
    threads: usize,
) -> Result<ServedModel, ModelError> {
    let classifier = Classifier::from_safetensors(&model.to_safetensors(precision))?;
    let measured = answers(&classifier, valid, Passes::One, threads);
    for (head, answers) in model.spec.heads.iter_mut().zip(measured) {
        let Calibration { temperature, declare_above } = Calibration::fit(&answers, rule);
        (head.temperature, head.declare_above) = (temperature, declare_above);
    }
    Ok(model)
}
