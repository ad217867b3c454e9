//! An item as the app sees it.

use attune_app::plays_here;
use attune_core::{Item, ItemId, Kind, Mood, Source};
use serde::Serialize;

/// What the app shows and plays of an item.
#[derive(Debug, Serialize)]
pub(crate) struct ItemJson<'a> {
    id: ItemId,
    kind: Kind,
    title: &'a str,
    artist: String,
    album: Option<&'a str>,
    language: Option<&'a str>,
    year: Option<i16>,
    duration_ms: Option<u32>,
    loudness_lufs: Option<f32>,
    mood: Option<Mood>,
    /// Whether it plays in the app; what doesn't has a `link`.
    plays: bool,
    link: Option<&'a str>,
}

impl<'a> From<&'a Item> for ItemJson<'a> {
    fn from(item: &'a Item) -> Self {
        let link = match &item.source {
            Source::Link(link) => Some(link.as_str()),
            Source::File(_) | Source::Server(_) => None,
        };
        Self {
            id: item.id,
            kind: item.kind,
            title: &item.title,
            artist: item.artists.join(", "),
            album: item.album.as_deref(),
            language: item.language.as_ref().map(|language| language.name()),
            year: item.year,
            duration_ms: item.duration_ms,
            loudness_lufs: item.descriptors.loudness_lufs,
            mood: item.mood,
            plays: plays_here(item),
            link,
        }
    }
}
