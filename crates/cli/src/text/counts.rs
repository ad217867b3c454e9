//! How many of each, as bars.

use std::collections::BTreeMap;

use attune_training::plot::grouped;

use crate::text::bar::bar;
use crate::text::words::{NUMBER, STRONG};

const BAR_WIDTH: u16 = 30;

/// A heading and a line a word, the most frequent first; nothing for no words.
pub fn counts(heading: &str, counts: &BTreeMap<String, usize>) -> String {
    let Some(most) = counts.values().max() else { return String::new() };
    let width = counts.keys().map(|word| word.chars().count()).max().unwrap_or(0);
    let mut ranked: Vec<_> = counts.iter().collect();
    ranked.sort_by(|a, b| b.1.cmp(a.1));
    let mut text = format!("\n{STRONG}{heading}{STRONG:#}\n");
    for (word, n) in ranked {
        let bar = bar(*n as f32 / *most as f32, BAR_WIDTH);
        let n = grouped(*n);
        text += &format!("  {word:<width$}  {n:>6}  {NUMBER}{bar}{NUMBER:#}\n");
    }
    text
}
