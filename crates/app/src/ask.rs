use std::path::PathBuf;

use attune_core::{Expression, FaceReading, Goal, Kind, Language, Mood, Point};
use attune_recommend::Request;

use crate::error::AppError;
use crate::faces::FaceReader;

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
        let (languages, artists) = (Vec::new(), Vec::new());
        Self { mood, goal: Goal::default(), languages, artists, kind: None, limit: 20, seed: 0 }
    }

    pub(crate) fn request(&self, mood: Mood) -> Request {
        Request {
            goal: self.goal,
            languages: self.languages.clone(),
            artists: self.artists.clone(),
            kind: self.kind,
            limit: self.limit,
            seed: self.seed,
            ..Request::new(mood)
        }
    }
}

/// A mood and what has to be said about how it was found.
pub(crate) struct Felt {
    pub(crate) mood: Mood,
    pub(crate) reading: Option<FaceReading>,
    pub(crate) notes: Vec<String>,
}

impl MoodSource {
    /// Finds the mood; only a photo needs the reader.
    pub(crate) fn feel(
        &self,
        reader: impl FnOnce() -> Result<FaceReader, AppError>,
    ) -> Result<Felt, AppError> {
        let known = |mood| Ok(Felt { mood, reading: None, notes: Vec::new() });
        match self {
            Self::Photo(path) => {
                let mut faces = reader()?.read_photo(path)?;
                if faces.is_empty() {
                    return Err(AppError::NoFace { path: path.clone() });
                }
                let notes = others(faces.len() - 1).into_iter().collect();
                Ok(Felt::of(faces.swap_remove(0), notes))
            }
            Self::Mood(point) => known(Mood::new(*point, 0.0)),
            Self::Expression(expression) => known(Mood::anchor(*expression)),
            Self::Reading(mood) => known(*mood),
        }
    }
}

impl Felt {
    fn of(reading: FaceReading, mut notes: Vec<String>) -> Self {
        if reading.expression.is_none() {
            let ranked = reading.probabilities.ranked();
            let [(first, _), (second, _)] = [ranked[0], ranked[1]];
            notes.push(format!(
                "the face can't be told for sure ({first} or {second}): the list allows for both"
            ));
        }
        Self { mood: reading.mood, reading: Some(reading), notes }
    }
}

fn others(count: usize) -> Option<String> {
    match count {
        0 => None,
        1 => Some("another face is in the photo; the largest one counts".to_owned()),
        n => Some(format!("{n} other faces are in the photo; the largest one counts")),
    }
}
