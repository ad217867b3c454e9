//! Training in words.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use attune_training::{EpochRecord, SeedSummary, Taken};

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

/// What a run took from another one's weights.
pub fn taken(taken: &Taken, files: &[PathBuf]) -> String {
    let all = taken.layers.len() + taken.fresh.len();
    let files: Vec<String> = files.iter().map(|file| file.display().to_string()).collect();
    let mean = if files.len() > 1 { "the mean of " } else { "" };
    let from = format!("{mean}{}", files.join(", "));
    let mut text = format!("{} of {all} layers start from {from}", taken.layers.len());
    for (name, why) in &taken.fresh {
        let _ = write!(text, "; {name} starts fresh: it {why}");
    }
    if !taken.unused.is_empty() {
        let _ = write!(text, "; not taken: {}", taken.unused.join(", "));
    }
    text
}

/// Every seed's best epoch, then the means.
pub fn seeds(summary: &SeedSummary) -> String {
    let percent = |x: f64| format!("{:.2} %", 100.0 * x);
    let mut text = String::new();
    for run in &summary.runs {
        let _ = write!(text, "seed {:>4}  best epoch {:>3}", run.seed, run.best_epoch);
        for (set, accuracy) in &run.valid {
            let _ = write!(text, "  {set} {}", percent(*accuracy));
        }
        text.push('\n');
    }
    for mean in &summary.means {
        let _ = write!(
            text,
            "mean of {} {}  {} {}",
            summary.runs.len(),
            if summary.runs.len() == 1 { "seed" } else { "seeds" },
            mean.label_set,
            percent(mean.mean)
        );
        if let Some([low, high]) = mean.mean_ci95 {
            let _ = write!(text, " ({} to {} with 95 % confidence)", percent(low), percent(high));
        }
        text.push('\n');
    }
    text
}

/// A training configuration that cannot be read.
pub fn json_error(path: &Path, error: &dyn std::fmt::Display) -> Failure {
    Failure::new(
        format!("the training configuration {} cannot be used: {error}", path.display()),
        "Start from the config.json of a run.",
    )
}
