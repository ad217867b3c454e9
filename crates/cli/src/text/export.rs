//! What exported files take and give, in words.

use std::fmt::Write as _;

use attune_training::{Precision, Precisions, StoredAs};

/// A line a precision.
pub fn precisions(compared: &Precisions) -> String {
    let mut text = format!("{} on {}, one pass:\n", compared.source, compared.data);
    compared.stored.iter().for_each(|row| text += &line(row));
    text
}

fn line(row: &StoredAs) -> String {
    let precision = match row.precision {
        Precision::Single => "single",
        Precision::Half => "half",
        Precision::Int8 => "int8",
    };
    let mut line = format!("{precision:<6}  {:.2} MB", row.bytes as f64 / 1e6);
    for head in &row.heads {
        let [accuracy, ece] = [head.accuracy, head.ece].map(|share| 100.0 * share);
        let set = head.label_set;
        let _ = write!(line, "  {set} {accuracy:.2} % (calibration error {ece:.2} %)");
    }
    let _ = writeln!(line, "  loads in {:.1} ms  a face {:.2} ms", row.load_ms, row.classify_ms);
    line
}
