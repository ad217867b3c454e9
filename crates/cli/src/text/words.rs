//! Small phrases that several results share.

use anstyle::{AnsiColor, Style};
use attune_core::{Mood, Point};

/// What matters most in a line.
pub const STRONG: Style = Style::new().bold();
/// What may be overlooked.
pub const FAINT: Style = Style::new().dimmed();
/// A probability or a place in a list.
pub const NUMBER: Style = AnsiColor::Cyan.on_default();

/// `valence 0.62, arousal -0.30 ± 0.12`.
pub fn mood(mood: Mood) -> String {
    format!("{} ± {:.2}", point(mood.point()), mood.uncertainty)
}

/// `valence 0.62, arousal -0.30`.
pub fn point(point: Point) -> String {
    let Point { valence, arousal } = point;
    format!("valence {:.2}, arousal {:.2}", settled(valence), settled(arousal))
}

/// Without the sign of a zero that stays after rounding.
fn settled(x: f32) -> f32 {
    if x.abs() < 0.005 { 0.0 } else { x }
}

/// `1 face`, `2 faces`.
pub fn count(n: usize, one: &str) -> String {
    format!("{n} {one}{}", if n == 1 { "" } else { "s" })
}

/// `0.934` as `93 %`; what is below one is `<1 %`.
pub fn percent(share: f32) -> String {
    if share > 0.0 && share < 0.01 { "<1 %".to_owned() } else { format!("{:.0} %", share * 100.0) }
}
