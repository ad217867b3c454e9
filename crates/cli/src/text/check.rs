//! A line of `attune doctor`.

use anstyle::{AnsiColor, Style};

use crate::commands::doctor::Check;

const GOOD: Style = AnsiColor::Green.on_default();
const BAD: Style = AnsiColor::Red.on_default().bold();

/// `ok      library           712 items`, and a hint below what is broken.
pub fn check(check: &Check) -> String {
    let (style, word) = if check.ok { (GOOD, "ok") } else { (BAD, "broken") };
    let mut text = format!("{style}{word:<6}{style:#}  {:<16}  {}\n", check.name, check.detail);
    if let Some(hint) = &check.hint {
        text += &format!("{:8}hint: {hint}\n", "");
    }
    text
}
