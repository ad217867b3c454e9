//! An item in a line.

use attune_core::{Item, Kind, MoodRegion};

use crate::text::words::{FAINT, STRONG};

/// `Title — Artist (hindi, 2013)`.
pub fn name(item: &Item) -> String {
    let mut text = format!("{STRONG}{}{STRONG:#}", item.title);
    if !item.artists.is_empty() {
        text += &format!(" — {}", item.artists.join(", "));
    }
    text + &format!("{FAINT}{}{FAINT:#}", remarks(item))
}

/// `Title — Artist (hindi, 2013)  calm, tender`, and a line end. Without mood tags the region of
/// the mood stands there, where the mood is certain enough to have one.
pub fn item_line(item: &Item) -> String {
    let tags: Vec<&str> = item.tags.iter().map(|tag| tag.key()).collect();
    let region = item.mood.filter(|_| tags.is_empty()).and_then(MoodRegion::of);
    let region = region.map_or(String::new(), |region| format!("{FAINT}{region}{FAINT:#}"));
    format!("{}  {}{region}", name(item), tags.join(", ")).trim_end().to_owned() + "\n"
}

/// ` (hindi, 2013, video)`.
fn remarks(item: &Item) -> String {
    let language = item.language.as_ref().map(|l| l.name().to_owned());
    let year = item.year.map(|year| year.to_string());
    let kind = (item.kind == Kind::Video).then(|| Kind::Video.to_string());
    let all: Vec<String> = [language, year, kind].into_iter().flatten().collect();
    if all.is_empty() { String::new() } else { format!(" ({})", all.join(", ")) }
}
