//! A library as a table, for spreadsheets and data frames.
//!
//! | column | type | |
//! |---|---|---|
//! | `title` | text | never empty |
//! | `artist` | text | several separated by `; ` |
//! | `album` | text or nothing | |
//! | `kind` | text | `music` or `video` |
//! | `language` | text or nothing | in English, lower case |
//! | `genre` | text | several separated by `; ` |
//! | `year` | integer or nothing | |
//! | `duration_ms` | integer or nothing | |
//! | `tags` | text | mood words, separated by `; ` |
//! | `valence`, `arousal` | number or nothing | -1 to 1 |
//! | `mood_uncertainty` | number or nothing | in the same unit |
//! | `mood_origin` | text or nothing | `correction`, `tags`, `recording` or `catalogue` |
//! | `mood_region` | text or nothing | nothing where the uncertainty reaches around the middle |
//! | `tempo_bpm`, `loudness_lufs`, `energy`, `danceability` | number or nothing | |
//! | `source` | text | a path or an address |

mod csv;
mod parquet;

use attune_core::{Item, MoodRegion};
use serde::Serialize;

pub use self::csv::csv;
pub use self::parquet::{ParquetError, parquet};

/// One item, laid out flat.
#[derive(Clone, Debug, PartialEq, Serialize)]
struct Row<'a> {
    title: &'a str,
    artist: String,
    album: Option<&'a str>,
    kind: &'static str,
    language: Option<&'a str>,
    genre: String,
    year: Option<i32>,
    duration_ms: Option<i32>,
    tags: String,
    valence: Option<f32>,
    arousal: Option<f32>,
    mood_uncertainty: Option<f32>,
    mood_origin: Option<&'static str>,
    mood_region: Option<&'static str>,
    tempo_bpm: Option<f32>,
    loudness_lufs: Option<f32>,
    energy: Option<f32>,
    danceability: Option<f32>,
    source: &'a str,
}

impl<'a> From<&'a Item> for Row<'a> {
    fn from(item: &'a Item) -> Self {
        let tags: Vec<&str> = item.tags.iter().map(|tag| tag.key()).collect();
        let descriptors = item.descriptors;
        Self {
            title: &item.title,
            artist: item.artists.join("; "),
            album: item.album.as_deref(),
            kind: item.kind.key(),
            language: item.language.as_ref().map(|l| l.name()),
            genre: item.genres.join("; "),
            year: item.year.map(i32::from),
            duration_ms: item.duration_ms.and_then(|ms| i32::try_from(ms).ok()),
            tags: tags.join("; "),
            valence: item.mood.map(|mood| mood.valence),
            arousal: item.mood.map(|mood| mood.arousal),
            mood_uncertainty: item.mood.map(|mood| mood.uncertainty),
            mood_origin: item.mood_origin.map(|origin| origin.key()),
            mood_region: item.mood.and_then(MoodRegion::of).map(MoodRegion::key),
            tempo_bpm: descriptors.tempo_bpm,
            loudness_lufs: descriptors.loudness_lufs,
            energy: descriptors.energy,
            danceability: descriptors.danceability,
            source: item.source.address(),
        }
    }
}
