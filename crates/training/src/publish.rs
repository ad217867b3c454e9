//! From a run's checkpoint to the calibrated model file that serving reads.

use std::path::Path;

use attune_core::LabelSet;
use attune_vision::{Classifier, ModelError};

use crate::checkpoint::{Checkpoint, CheckpointError};
use crate::data::Dataset;
use crate::evaluate::{Passes, answers};
use crate::export::{Calibration, Precision, export};

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
/// fitted on `valid` and a threshold that the surest `coverage` (0 to 1) of its images reach.
///
/// # Errors
/// A checkpoint that is missing, broken or cannot be served.
pub fn publish(
    checkpoint: &Path,
    valid: &Dataset,
    coverage: f64,
    precision: Precision,
    threads: usize,
) -> Result<Vec<u8>, PublishError> {
    let (checkpoint, plan) = Checkpoint::read(checkpoint)?;
    let weights = &checkpoint.state.average;
    let raw = export(&plan, weights, |_| Calibration::NONE, precision);
    let measured = answers(&Classifier::from_safetensors(&raw)?, valid, Passes::One, threads);
    let calibration = |set: LabelSet| {
        let head = plan.heads.iter().position(|(head, _)| *head == set);
        head.map_or(Calibration::NONE, |i| Calibration::fit(&measured[i], coverage))
    };
    Ok(export(&plan, weights, calibration, precision))
}
