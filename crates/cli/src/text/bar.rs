//! Horizontal bars from block characters, to an eighth of a cell.

const EIGHTHS: [char; 8] = [' ', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/// A bar of `share` (in [0, 1]) of `width` cells, without trailing space. What is above nothing
/// shows at least the thinnest mark.
pub fn bar(share: f32, width: u16) -> String {
    let share = if share.is_nan() { 0.0 } else { share.clamp(0.0, 1.0) };
    let eighths = (share * f32::from(width) * 8.0).round() as usize;
    let eighths = eighths.max(usize::from(share > 0.0));
    let mut bar = "█".repeat(eighths / 8);
    bar.extend(EIGHTHS.get(eighths % 8).filter(|c| **c != ' '));
    bar
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_of_known_shares() {
        for (share, expected) in [
            (0.0, ""),
            (0.001, "▏"),
            (0.5, "██"),
            (0.53125, "██▏"),
            (0.625, "██▌"),
            (1.0, "████"),
            (7.0, "████"),
            (f32::NAN, ""),
        ] {
            assert_eq!(bar(share, 4), expected, "{share}");
        }
    }
}
