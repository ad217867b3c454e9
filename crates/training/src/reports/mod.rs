//! Results as pages of charts.

mod audit;
mod evaluation;
mod robustness;
mod stats;

pub use audit::page as audit_page;
pub use evaluation::{foreign_page, page as evaluation_page};
pub use robustness::page as robustness_page;
pub use stats::page as stats_page;

use crate::evaluate::Subject;
use crate::plot::percent;

/// `64.58 % to 67.68 %`.
fn interval([low, high]: [f64; 2]) -> String {
    format!("{} to {}", percent(low), percent(high))
}

/// `66.15 % (64.6 to 67.7)`.
fn with(x: f64, ci95: [f64; 2]) -> String {
    let [low, high] = ci95.map(|x| 100.0 * x);
    format!("{} ({low:.1} to {high:.1})", percent(x))
}

/// `-2.1 points (-2.9 to -1.3)`.
fn points(change: &crate::metrics::PairedDifference) -> String {
    let [low, high] = change.ci95.map(|x| 100.0 * x);
    format!("{:+.1} points ({low:+.1} to {high:+.1})", 100.0 * change.difference)
}

/// What was measured on what, in one sentence.
fn about(subject: &Subject) -> String {
    format!(
        "{} on {}: {} parameters, {:.1} million multiply-adds a face, {}.",
        subject.model,
        subject.data,
        subject.parameters,
        subject.multiply_adds as f64 / 1e6,
        if subject.flip_averaged {
            "logits of each picture and its mirror image averaged"
        } else {
            "one pass, no test-time augmentation"
        }
    )
}

/// The name people know a label set by.
fn task(set: attune_core::LabelSet) -> &'static str {
    match set {
        attune_core::LabelSet::Fer2013 => "FER2013 labels",
        attune_core::LabelSet::FerPlus => "FER+ majority",
    }
}
