//! An item in a line.

use attune_core::{Item, Kind};

use crate::text::words::{FAINT, STRONG};

/// `Title — Artist (hindi, 2013)`.
pub fn name(item: &Item) -> String {
    let mut text = format!("{STRONG}{}{STRONG:#}", item.title);
    if !item.artists.is_empty() {
        text += &format!(" — {}", item.artists.join(", "));
    }
    text + &format!("{FAINT}{}{FAINT:#}", remarks(item))
}

/// `Title — Artist (hindi, 2013)  calm, tender`, and a line end.
pub fn item_line(item: &Item) -> String {
    let tags: Vec<&str> = item.tags.iter().map(|tag| tag.key()).collect();
    format!("{}  {}", name(item), tags.join(", ")).trim_end().to_owned() + "\n"
}

/// ` (hindi, 2013, video)`.
fn remarks(item: &Item) -> String {
    let language = item.language.as_ref().map(|l| l.name().to_owned());
    let year = item.year.map(|year| year.to_string());
    let kind = (item.kind == Kind::Video).then(|| Kind::Video.to_string());
    let all: Vec<String> = [language, year, kind].into_iter().flatten().collect();
    if all.is_empty() { String::new() } else { format!(" ({})", all.join(", ")) }
}
