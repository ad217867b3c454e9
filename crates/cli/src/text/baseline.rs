//! What a baseline says.

use attune_app::Baseline;

use crate::text::words::count;

/// A line an expression, the largest change first.
pub fn baseline(baseline: &Baseline) -> String {
    let rest = count(baseline.rest_frames, "frame");
    let smile = count(baseline.smile_frames, "frame");
    let mut text = format!("baseline of {rest} at rest and {smile} smiling\n");
    let mut ranked: Vec<_> = baseline.bias.iter().collect();
    ranked.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
    for (expression, bias) in ranked {
        text += &format!("  {expression:<9}  {bias:+.2}\n");
    }
    text
}
