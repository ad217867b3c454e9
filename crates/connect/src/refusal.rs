use std::fmt;

use serde::Serialize;

/// Something in a catalogue that could not be used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Refusal {
    /// Line of the file where the row begins, from 1.
    pub line: u64,
    /// The column's name in the header.
    pub column: String,
    /// Why, in a few words.
    pub why: String,
    /// Whether the row was left out; otherwise only this value was.
    pub whole_row: bool,
    /// Whether the file is broken here: cells are missing, or the text is not UTF-8.
    pub damaged: bool,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: {}", self.line, self.column, self.why)
    }
}

/// A foreign value as it may stand in a message: short, and without control characters.
pub(crate) fn quoted(value: &str) -> String {
    const LONGEST: usize = 40;
    let mut shown: String =
        value.chars().take(LONGEST).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if value.chars().nth(LONGEST).is_some() {
        shown.push('…');
    }
    format!("'{shown}'")
}
