//! Training in words.

use std::fmt::Write as _;
use std::path::Path;

use attune_training::EpochRecord;

use crate::exit::Failure;

/// One epoch on one line.
pub fn epoch(record: &EpochRecord, best: bool) -> String {
    let mut line = format!(
        "epoch {:>3}  loss {:.4}  training {:.2} %",
        record.epoch,
        record.loss,
        100.0 * record.train_accuracy
    );
    for (set, accuracy) in &record.valid {
        let _ = write!(line, "  {set} {:.2} %", 100.0 * accuracy);
    }
    line + if best { "  best so far" } else { "" }
}

/// All epochs, the best one marked.
pub fn epochs(history: &[EpochRecord]) -> String {
    let best = history.iter().max_by(|a, b| a.selection().total_cmp(&b.selection()));
    let is_best = |record: &EpochRecord| best.is_some_and(|b| b.epoch == record.epoch);
    let lines: Vec<_> = history
        .iter()
        .map(|r| epoch(r, false) + if is_best(r) { "  best" } else { "" } + "\n")
        .collect();
    lines.concat()
}

/// A training configuration that cannot be read.
pub fn json_error(path: &Path, error: &dyn std::fmt::Display) -> Failure {
    Failure::new(
        format!("the training configuration {} cannot be used: {error}", path.display()),
        "Start from the config.json of a run.",
    )
}
