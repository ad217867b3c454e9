//! An item in a line.

use attune_core::{Item, Kind, MoodRegion, MoodTag};

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
/// the mood and the words nearest to it stand there, where the mood is certain enough to have some.
pub fn item_line(item: &Item) -> String {
    let tags: Vec<&str> = item.tags.iter().map(|tag| tag.key()).collect();
    let words = match tags.is_empty() {
        true => format!("{FAINT}{}{FAINT:#}", mood_words(item).join(", ")),
        false => tags.join(", "),
    };
    format!("{}  {words}", name(item)).trim_end().to_owned() + "\n"
}

/// The region of an item's mood, then words of the vocabulary, the nearest first, each once.
pub fn mood_words(item: &Item) -> Vec<String> {
    let Some(mood) = item.mood else { return Vec::new() };
    let mut words: Vec<String> = MoodRegion::of(mood).iter().map(ToString::to_string).collect();
    words.extend(MoodTag::near(mood).iter().map(ToString::to_string));
    words.dedup();
    words
}

/// ` (hindi, 2013, video)`.
fn remarks(item: &Item) -> String {
    let language = item.language.as_ref().map(|l| l.name().to_owned());
    let year = item.year.map(|year| year.to_string());
    let kind = (item.kind == Kind::Video).then(|| Kind::Video.to_string());
    let all: Vec<String> = [language, year, kind].into_iter().flatten().collect();
    if all.is_empty() { String::new() } else { format!(" ({})", all.join(", ")) }
}
