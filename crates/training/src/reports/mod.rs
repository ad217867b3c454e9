//! Results as pages of charts.

mod audit;
mod classes;
mod evaluation;
mod robustness;
mod stats;

pub use audit::page as audit_page;
pub use classes::{ClassFigures, WithInterval, accuracy_declared, class_figures};
pub use evaluation::{foreign_page, page as evaluation_page};
pub use robustness::page as robustness_page;
pub use stats::page as stats_page;

use crate::evaluate::Subject;
use crate::metrics::PairedDifference;
use crate::plot::{grouped, percent};

/// `64.58 % to 67.68 %`.
fn interval([low, high]: [f64; 2]) -> String {
    format!("{} to {}", percent(low), percent(high))
}

/// What stands where nothing was measured.
const NONE: &str = "–";

/// A table's cell: `66.15 %` and, as its second line, `64.6 to 67.7`.
fn with((x, ci95): WithInterval) -> String {
    let [low, high] = ci95.map(|x| 100.0 * x);
    format!("{}\n{low:.1} to {high:.1}", percent(x))
}

/// The same where there may be nothing to measure.
fn known(figure: Option<WithInterval>) -> String {
    figure.map_or(NONE.to_owned(), with)
}

/// The share of right answers among what was named; `declared` is the share that was.
fn right_of_those(declared: f64, accuracy_declared: f64) -> String {
    if declared > 0.0 { percent(accuracy_declared) } else { NONE.to_owned() }
}

/// `-2.1 points (-2.9 to -1.3)`.
fn points(change: &PairedDifference) -> String {
    let [low, high] = change.ci95.map(|x| 100.0 * x);
    format!("{:+.1} points ({low:+.1} to {high:+.1})", 100.0 * change.difference)
}

/// The same as a table's cell.
fn points_cell(change: &PairedDifference) -> String {
    points(change).replace(" (", "\n").replace(')', "")
}

/// What was measured on what, in one sentence.
fn about(subject: &Subject) -> String {
    format!(
        "{} on {}: {} parameters, {:.1} million multiply-adds a face, {}.",
        subject.model,
        subject.data,
        grouped(subject.parameters),
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
