use std::fmt;
use std::ops::RangeInclusive;
use std::path::PathBuf;

use attune_core::{Expression, FaceReading, Goal, ItemId, Kind, Language, Mood, Point};
use attune_recommend::{Moment, Order, Request};
use serde::{Deserialize, Serialize};

use crate::error::AppError;
use crate::faces::FaceReader;
use crate::library::Catalogue;

/// What tells how the listener feels.
#[derive(Clone, Debug, PartialEq)]
pub enum MoodSource {
    /// The largest face of a photo.
    Photo(PathBuf),
    /// Picked by hand.
    Mood(Point),
    /// Named by hand.
    Expression(Expression),
    /// Read elsewhere, such as in the browser.
    Reading(Mood),
    /// Where this item stands, by its number or title.
    Item(String),
}

/// The listener where nobody says who it is.
pub const LISTENER: &str = "me";

/// A step away from what a list should sound like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shift {
    /// Less arousal and energy.
    Calmer,
    /// More of both.
    Livelier,
    /// More valence.
    Brighter,
    /// Less.
    Darker,
    /// A lower tempo.
    Slower,
    /// A higher one.
    Faster,
}

impl Shift {
    /// The way back.
    #[must_use]
    pub const fn opposite(self) -> Self {
        match self {
            Self::Calmer => Self::Livelier,
            Self::Livelier => Self::Calmer,
            Self::Brighter => Self::Darker,
            Self::Darker => Self::Brighter,
            Self::Slower => Self::Faster,
            Self::Faster => Self::Slower,
        }
    }
}

impl fmt::Display for Shift {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Calmer => "calmer",
            Self::Livelier => "livelier",
            Self::Brighter => "brighter",
            Self::Darker => "darker",
            Self::Slower => "slower",
            Self::Faster => "faster",
        })
    }
}

/// A list that leads step by step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct JourneyAsk {
    /// How long it should play; with it the number of steps follows from items of three and a half
    /// minutes, at most the limit.
    pub minutes: Option<u32>,
    /// Go on with the last journey from where the listener now is, to where it led. What it was to keep
    /// to holds on, where the ask says nothing else.
    pub resume: bool,
}

/// What a list is asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Ask {
    /// How the listener feels.
    pub mood: MoodSource,
    /// What they want of the music.
    pub goal: Goal,
    /// Only these languages; empty is any.
    pub languages: Vec<Language>,
    /// Only these artists; empty is any.
    pub artists: Vec<String>,
    /// Only these genres; empty is any.
    pub genres: Vec<String>,
    /// Only these years of release.
    pub years: Option<RangeInclusive<i16>>,
    /// Leave out what is marked as explicit.
    pub clean: bool,
    /// Not these items or artists, this time: numbers, titles or names.
    pub not: Vec<String>,
    /// Not these items, whatever else bears their numbers as a name.
    pub not_items: Vec<ItemId>,
    /// It should sound like these items, by number or title.
    pub like: Vec<String>,
    /// And unlike these.
    pub unlike: Vec<String>,
    /// "But calmer": where to move from what it should sound like.
    pub but: Vec<Shift>,
    /// What the list is sorted by.
    pub order: Order,
    /// Step by step from the mood to the goal.
    pub journey: Option<JourneyAsk>,
    /// Whose history counts.
    pub listener: String,
    /// When; `None` leaves the clock out, and with it all that rests on history.
    pub moment: Option<Moment>,
    /// Only music or only video.
    pub kind: Option<Kind>,
    /// At most this many items.
    pub limit: usize,
    /// Another seed gives another list, the same the same.
    pub seed: u64,
}

impl Ask {
    /// Twenty items that match the mood, from everything there is.
    #[must_use]
    pub fn new(mood: MoodSource) -> Self {
        Self {
            mood,
            goal: Goal::default(),
            languages: Vec::new(),
            artists: Vec::new(),
            genres: Vec::new(),
            years: None,
            clean: false,
            not: Vec::new(),
            not_items: Vec::new(),
            like: Vec::new(),
            unlike: Vec::new(),
            but: Vec::new(),
            order: Order::default(),
            journey: None,
            listener: LISTENER.to_owned(),
            moment: None,
            kind: None,
            limit: 20,
            seed: 0,
        }
    }

    pub(crate) fn request(&self, mood: Mood) -> Request {
        Request {
            goal: self.goal,
            languages: self.languages.clone(),
            artists: self.artists.clone(),
            genres: self.genres.clone(),
            years: self.years.clone(),
            clean: self.clean,
            order: self.order,
            kind: self.kind,
            limit: self.limit,
            seed: self.seed,
            not_items: self.not_items.iter().copied().collect(),
            ..Request::new(mood)
        }
    }
}

/// A mood and what has to be said about how it was found.
pub(crate) struct Felt {
    pub(crate) mood: Mood,
    /// Whose it is, where it is an item's: its title.
    pub(crate) of: Option<String>,
    pub(crate) reading: Option<FaceReading>,
    pub(crate) notes: Vec<String>,
}

impl MoodSource {
    /// Finds the mood; only a photo needs the reader.
    pub(crate) fn feel(
        &self,
        catalogue: &Catalogue,
        reader: impl FnOnce() -> Result<FaceReader, AppError>,
    ) -> Result<Felt, AppError> {
        let known = |mood| Ok(Felt { mood, of: None, reading: None, notes: Vec::new() });
        match self {
            Self::Photo(path) => {
                let mut faces = reader()?.read_photo(path)?;
                if faces.is_empty() {
                    return Err(AppError::NoFace { path: path.clone() });
                }
                let notes = others(faces.len() - 1).into_iter().collect();
                Ok(Felt::read(faces.swap_remove(0), notes))
            }
            Self::Mood(point) => known(Mood::new(*point, 0.0)),
            Self::Expression(expression) => known(Mood::anchor(*expression)),
            Self::Reading(mood) => known(*mood),
            Self::Item(word) => {
                let item = catalogue.find(word)?;
                let moodless = || AppError::NoMood { title: item.title.clone() };
                let felt = known(item.mood.ok_or_else(moodless)?)?;
                Ok(Felt { of: Some(item.title.clone()), ..felt })
            }
        }
    }
}

impl Felt {
    fn read(reading: FaceReading, mut notes: Vec<String>) -> Self {
        if reading.expression.is_none() {
            let ranked = reading.probabilities.ranked();
            let [(first, _), (second, _)] = [ranked[0], ranked[1]];
            notes.push(format!(
                "the face can't be told for sure ({first} or {second}): the list allows for both"
            ));
        }
        Self { mood: reading.mood, of: None, reading: Some(reading), notes }
    }
}

fn others(count: usize) -> Option<String> {
    match count {
        0 => None,
        1 => Some("another face is in the photo; the largest one counts".to_owned()),
        n => Some(format!("{n} other faces are in the photo; the largest one counts")),
    }
}
