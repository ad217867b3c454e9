//! What the server answers with.

use std::collections::BTreeMap;

pub use attune_core::AccountSettings as Settings;
use attune_core::{Expression, Mood, Point};
use serde::{Deserialize, Serialize};

/// Who is there.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct Session {
    /// `first_run`, `signed_out` or `signed_in`; empty before the first answer.
    pub state: String,
    #[serde(default)]
    pub version: String,
    #[serde(default)]
    pub name: String,
    #[serde(default)]
    pub owner: bool,
    /// Whether the first account takes the code that the server's terminal shows.
    #[serde(default)]
    pub setup_code: bool,
    #[serde(default)]
    pub settings: Settings,
}

/// An item of the library, perhaps of a list with its reasons.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Item {
    pub id: i64,
    pub kind: String,
    pub title: String,
    #[serde(default)]
    pub artist: String,
    #[serde(default)]
    pub album: Option<String>,
    #[serde(default)]
    pub language: Option<String>,
    #[serde(default)]
    pub year: Option<i16>,
    #[serde(default)]
    pub duration_ms: Option<u32>,
    #[serde(default)]
    pub loudness_lufs: Option<f32>,
    #[serde(default)]
    pub mood: Option<Mood>,
    #[serde(default)]
    pub plays: bool,
    #[serde(default)]
    pub link: Option<String>,
    #[serde(default)]
    pub reasons: Vec<String>,
}

impl Item {
    pub fn is_video(&self) -> bool {
        self.kind == "video"
    }

    pub fn point(&self) -> Option<Point> {
        self.mood.map(Mood::point)
    }

    /// Where the link leads, as its host.
    pub fn host(&self) -> Option<&str> {
        let (_, rest) = self.link.as_deref()?.split_once("://")?;
        let host = rest.split(['/', '?', '#']).next()?;
        let host = host.strip_prefix("www.").unwrap_or(host);
        (!host.is_empty()).then_some(host)
    }

    /// Artist, album and year, as far as they are known.
    pub fn byline(&self) -> String {
        let year = self.year.map(|year| year.to_string());
        let parts = [Some(self.artist.clone()), self.album.clone(), year];
        let known = parts.into_iter().flatten().filter(|part| !part.is_empty());
        known.collect::<Vec<_>>().join(" · ")
    }
}

/// A list.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct List {
    pub mood: Mood,
    pub goal: String,
    pub items: Vec<Item>,
    #[serde(default)]
    pub emptied_by: Option<EmptiedBy>,
    #[serde(default)]
    pub journey: Option<Journey>,
    #[serde(default)]
    pub notes: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct EmptiedBy {
    #[serde(default)]
    pub filters: Vec<String>,
}

impl EmptiedBy {
    /// Whether letting go of languages, artists and kind may help.
    pub fn is_of_wishes(&self) -> bool {
        self.filters.iter().any(|filter| ["language", "artist", "kind"].contains(&filter.as_str()))
    }
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Journey {
    pub destination: Point,
    pub duration_ms: u64,
}

/// A part of a longer list of items.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct Page {
    #[serde(default)]
    pub total: usize,
    #[serde(default)]
    pub name: String,
    pub items: Vec<Item>,
}

/// Items that have something in common.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Group {
    pub name: String,
    pub artist: Option<String>,
    pub items: usize,
    pub item: i64,
    pub mood: Option<Point>,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct Groups {
    pub total: usize,
    pub groups: Vec<Group>,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Language {
    pub language: String,
    pub items: usize,
}

/// An entry of the diary.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Entry {
    pub id: i64,
    pub at_ms: f64,
    pub valence: f32,
    pub arousal: f32,
    pub told_by: String,
    pub expression: Option<Expression>,
    pub goal: Option<String>,
    pub after: Option<i64>,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Helped {
    pub goal: String,
    pub lists: usize,
    pub valence: f32,
    pub arousal: f32,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct Diary {
    pub on: bool,
    pub entries: Vec<Entry>,
    pub helped: Vec<Helped>,
}

/// What goes on in the background.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct Working {
    pub folders: Vec<String>,
    pub items: usize,
    pub playable: usize,
    /// Music servers that are about to be listed.
    #[serde(default)]
    pub syncs_wanted: usize,
    pub work: Work,
}

impl Working {
    pub fn is_busy(&self) -> bool {
        self.syncs_wanted > 0 || self.work.is_busy()
    }
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct Work {
    pub scans: BTreeMap<String, Scan>,
    /// Music servers, by the number of their connection.
    #[serde(default)]
    pub servers: BTreeMap<i64, Serving>,
    pub band: Band,
}

impl Work {
    pub fn is_busy(&self) -> bool {
        self.band.running
            || self.scans.values().any(|scan| scan.running)
            || self.servers.values().any(|server| server.running)
    }
}

/// What goes on with a music server.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct Serving {
    pub running: bool,
    pub listing: bool,
    pub done: u64,
    pub of: u64,
    pub seconds_left: Option<f64>,
    /// How often it came to an end, so that each end is a change.
    pub ended: u64,
}

/// A music server that the library is connected to.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Connection {
    pub id: i64,
    pub address: String,
    pub user: String,
    pub synced_ms: Option<f64>,
    pub error: Option<String>,
    pub tracks: u64,
    pub missing: u64,
    pub waiting: u64,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct Scan {
    pub running: bool,
    pub done: u64,
    pub of: u64,
    pub seconds_left: Option<f64>,
    pub refused: Vec<(String, String)>,
    pub refused_count: usize,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct Band {
    pub running: bool,
    pub done: usize,
    pub of: usize,
    pub error: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Saved {
    pub id: i64,
    pub name: String,
    pub items: usize,
    pub created_ms: f64,
}
