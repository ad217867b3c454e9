use attune_core::Item;
use serde::Serialize;

use super::uri;

#[derive(Serialize)]
struct Document<'a> {
    playlist: Playlist<'a>,
}

#[derive(Serialize)]
struct Playlist<'a> {
    title: &'a str,
    track: Vec<Track<'a>>,
}

#[derive(Serialize)]
struct Track<'a> {
    location: [String; 1],
    title: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    creator: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    album: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    duration: Option<u32>,
}

/// XSPF as JSON (<https://xspf.org/jspf>), indented.
#[must_use]
pub fn jspf(title: &str, items: &[Item]) -> String {
    let track = items.iter().map(track).collect();
    let document = Document { playlist: Playlist { title, track } };
    // Strings and numbers always have a JSON form.
    serde_json::to_string_pretty(&document).unwrap_or_default() + "\n"
}

fn track(item: &Item) -> Track<'_> {
    Track {
        location: [uri(item)],
        title: &item.title,
        creator: Some(item.artists.join(", ")).filter(|by| !by.is_empty()),
        album: item.album.as_deref(),
        duration: item.duration_ms,
    }
}
