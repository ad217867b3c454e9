use attune_connect::playlist;
use attune_core::{FaceReading, Goal, Item, ItemId, Kind, Language, Mood, Point};
use attune_recommend::{EmptiedBy, Reason, Terms, UnknownWord};
use serde::{Serialize, Serializer};

/// A list and why each item is on it, in the documented JSON shape.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Recommendation {
    /// How the listener feels.
    pub mood: Mood,
    /// The title of the item that stands for the mood, where it is not the listener's own.
    pub mood_of: Option<String>,
    /// What they want of the music.
    #[serde(serialize_with = "as_words")]
    pub goal: Goal,
    /// In playing order.
    pub items: Vec<Listed>,
    /// Why there is nothing, where there is nothing.
    pub emptied_by: Option<EmptiedBy>,
    /// Words asked for that nothing in the library bears.
    pub unknown: Vec<UnknownWord>,
    /// How well the list follows its way, where it is a journey.
    pub journey: Option<JourneyReport>,
    /// What was read off the photo, where there was one.
    pub face: Option<FaceReading>,
    /// What else a person should know.
    pub notes: Vec<String>,
}

/// A journey as it was planned.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct JourneyReport {
    /// Where it leads.
    pub destination: Point,
    /// How many steps it was to have.
    pub steps: usize,
    /// Root mean square distance between items and the steps' targets, in units of the plane.
    pub path_error: f32,
    /// Root mean square second difference along the way.
    pub roughness: f32,
    /// How long it plays, with three and a half minutes for an item of unknown length.
    pub duration_ms: u64,
    /// How long it was to play, where that was said.
    pub asked_ms: Option<u64>,
}

/// One item of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Listed {
    /// What it is.
    pub item: Item,
    /// The sum of the terms.
    pub score: f32,
    /// The parts of the score.
    pub terms: Terms,
    /// At least one, the weightiest first.
    pub reasons: Vec<Reason>,
    /// What speaks against it; often nothing.
    pub against: Vec<Reason>,
}

/// A playlist file format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PlaylistFormat {
    /// Extended M3U in UTF-8.
    M3u8,
    /// XML.
    Xspf,
    /// The same as JSON.
    Jspf,
}

impl Recommendation {
    /// The list as a file that players open.
    #[must_use]
    pub fn playlist(&self, format: PlaylistFormat) -> String {
        let items: Vec<Item> = self.items.iter().map(|listed| listed.item.clone()).collect();
        playlist_file(&format!("Attune: {}", self.goal), &items, format)
    }
}

/// Items as a file that players open.
#[must_use]
pub fn playlist_file(title: &str, items: &[Item], format: PlaylistFormat) -> String {
    match format {
        PlaylistFormat::M3u8 => playlist::m3u8(title, items),
        PlaylistFormat::Xspf => playlist::xspf(title, items),
        PlaylistFormat::Jspf => playlist::jspf(title, items),
    }
}

#[derive(Serialize)]
struct ListedJson<'a> {
    id: ItemId,
    kind: Kind,
    title: &'a str,
    artist: String,
    language: Option<&'a Language>,
    year: Option<i16>,
    mood: Option<Mood>,
    score: f32,
    terms: Terms,
    reasons: &'a [Reason],
    against: &'a [Reason],
    source: &'a str,
}

impl Serialize for Listed {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { item, score, terms, reasons, against } = self;
        ListedJson {
            id: item.id,
            kind: item.kind,
            title: &item.title,
            artist: item.artists.join(", "),
            language: item.language.as_ref(),
            year: item.year,
            mood: item.mood,
            score: *score,
            terms: *terms,
            reasons,
            against,
            source: item.source.address(),
        }
        .serialize(serializer)
    }
}

fn as_words<S: Serializer>(goal: &Goal, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(goal)
}
