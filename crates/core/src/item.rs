use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Language, Mood, MoodOrigin, MoodTag, ServerAddress};

/// What kind of item it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A track to hear.
    Music,
    /// A video to watch.
    Video,
}

impl Kind {
    /// The word used in files and JSON.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Music => "music",
            Self::Video => "video",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.key())
    }
}

/// Identifies an item within one library.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ItemId(pub i64);

/// Where an item can be played from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// A file on this machine.
    File(String),
    /// A page that a browser opens.
    Link(String),
    /// A music server that the library is connected to.
    Server(ServerAddress),
}

impl Source {
    /// A search page on YouTube for what has no address of its own.
    #[must_use]
    pub fn search(title: &str, artist: &str) -> Self {
        let query = format!("{title} {artist}");
        let query = query.split_whitespace().map(percent_encode).collect::<Vec<_>>().join("+");
        Self::Link(format!("https://www.youtube.com/results?search_query={query}"))
    }

    /// The path or address.
    #[must_use]
    pub fn address(&self) -> &str {
        match self {
            Self::File(address) | Self::Link(address) => address,
            Self::Server(address) => address.as_str(),
        }
    }
}

/// Percent-encodes all but the unreserved characters of RFC 3986.
fn percent_encode(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    for byte in word.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                out.push(byte.into())
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// What a catalogue or our own analysis says of a recording; each part may be missing.
#[derive(Clone, Copy, Debug, PartialEq, Default, Serialize, Deserialize)]
pub struct Descriptors {
    /// Beats a minute.
    pub tempo_bpm: Option<f32>,
    /// Integrated loudness (EBU R128), or the catalogue's nearest to it.
    pub loudness_lufs: Option<f32>,
    /// Spotify's perceptual energy, 0 to 1.
    pub energy: Option<f32>,
    /// How danceable, 0 to 1.
    pub danceability: Option<f32>,
}

/// A track or a video of the listener's library.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Item {
    /// Its number in the library.
    pub id: ItemId,
    /// Music or video.
    pub kind: Kind,
    /// Never empty.
    pub title: String,
    /// Performers or channels, the main one first; may be empty when unknown.
    pub artists: Vec<String>,
    /// Album or film.
    pub album: Option<String>,
    /// Language sung or spoken.
    pub language: Option<Language>,
    /// Genres, lower case.
    pub genres: Vec<String>,
    /// Year of release.
    pub year: Option<i16>,
    /// Playing time in milliseconds.
    pub duration_ms: Option<u32>,
    /// How widely it is heard, 0 to 1, where a catalogue says so.
    pub popularity: Option<f32>,
    /// Whether a catalogue marks its words as explicit; `None` where nobody says.
    pub explicit: Option<bool>,
    /// Mood words people gave it.
    pub tags: Vec<MoodTag>,
    /// Where it stands in the plane, where anything is known of that.
    pub mood: Option<Mood>,
    /// What says so, where that is known.
    #[serde(default)]
    pub mood_origin: Option<MoodOrigin>,
    /// What was measured of it.
    pub descriptors: Descriptors,
    /// Where it plays.
    pub source: Source,
}

impl Item {
    /// The main artist, or the empty string.
    #[must_use]
    pub fn artist(&self) -> &str {
        self.artists.first().map_or("", String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn search_links_are_plain_ascii_addresses() {
        let link = Source::search("Señorita & co", "ಕನ್ನಡ/x");
        let address = link.address();
        assert!(address.is_ascii() && !address.contains([' ', '&', '"', '<']), "{address}");
        assert!(
            address.ends_with(
                "Se%C3%B1orita+%26+co+%E0%B2%95%E0%B2%A8%E0%B3%8D%E0%B2%A8%E0%B2%A1%2Fx"
            )
        );
    }
}
