//! Words and numbers in drawings.

/// Text that may stand between tags and in attributes.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            // XML 1.0 has no way to write these.
            c if c.is_control() && c != '\n' && c != '\t' => escaped.push('\u{fffd}'),
            c => escaped.push(c),
        }
    }
    escaped
}

/// Roughly how wide a text of 12 pixels is: fonts differ, so margins are generous.
pub(super) fn width(text: &str) -> f64 {
    6.6 * text.chars().count() as f64
}

/// A coordinate: tenths of a pixel are enough and keep files small.
pub(super) fn at(x: f64) -> String {
    let rounded = (x * 10.0).round() / 10.0;
    // Not "-0".
    format!("{}", if rounded == 0.0 { 0.0 } else { rounded })
}

/// `0.6615` as `66.15 %`.
#[must_use]
pub fn percent(share: f64) -> String {
    format!("{:.2} %", 100.0 * share)
}

/// `1250539` as `1,250,539`.
#[must_use]
pub fn grouped(n: usize) -> String {
    group(&n.to_string())
}

/// Commas between the thousands of digits.
pub(super) fn group(digits: &str) -> String {
    let first = digits.len() % 3;
    let comma = |i: usize| if i > 0 && i % 3 == first { "," } else { "" };
    digits.chars().enumerate().map(|(i, digit)| format!("{}{digit}", comma(i))).collect()
}

/// Lines of at most `columns` characters, broken at spaces; a longer word has its own line.
pub(crate) fn wrap(text: &str, columns: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let last = lines.len() - 1;
        let line = &mut lines[last];
        if line.is_empty() {
            line.push_str(word);
        } else if line.chars().count() + 1 + word.chars().count() <= columns {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_becomes_markup() {
        assert_eq!(escape("<b>\"&\u{0}"), "&lt;b&gt;&quot;&amp;\u{fffd}");
    }

    #[test]
    fn lines_break_at_spaces() {
        assert_eq!(wrap("one two  three", 7), ["one two", "three"]);
        assert_eq!(wrap("extraordinary", 4), ["extraordinary"]);
        assert_eq!(wrap("", 4), [""]);
    }

    #[test]
    fn thousands_are_parted() {
        let parted = [0, 999, 3_589, 12_345, 1_250_539].map(grouped);
        assert_eq!(parted, ["0", "999", "3,589", "12,345", "1,250,539"]);
    }

    #[test]
    fn coordinates_are_short() {
        assert_eq!([at(1.0), at(0.04), at(-0.04), at(2.26)], ["1", "0", "0", "2.3"]);
    }
}
