//! What a request for a list may say, and how it becomes an [`Ask`].

use std::str::FromStr;

use attune_app::{Ask, JourneyAsk, MoodSource, NewDeed, moment};
use attune_core::{EventKind, Expression, Goal, ItemId, Kind, Language, Mood, Point, nearest_word};
use serde::Deserialize;

use crate::error::ApiError;

/// The most items a list may be asked to have.
const LONGEST: usize = 200;
const KINDS: [&str; 3] = ["music", "video", "all"];
const GOALS: [&str; 5] = ["match", "lift", "calm", "energise", "focus"];

/// The body of `POST /api/recommend`, before it is checked.
#[derive(Debug, Deserialize)]
pub(crate) struct Wish {
    mood: Option<MoodNumbers>,
    expression: Option<String>,
    goal: Option<String>,
    #[serde(default)]
    languages: Vec<String>,
    #[serde(default)]
    artists: Vec<String>,
    kind: Option<String>,
    limit: Option<usize>,
    #[serde(default)]
    seed: u64,
    /// Step by step from the mood to the goal.
    #[serde(default)]
    journey: bool,
    /// How long a journey is to play.
    minutes: Option<u32>,
    /// Only what plays in the app.
    #[serde(default)]
    pub(crate) playable: bool,
    /// It should sound like these items.
    #[serde(default)]
    like: Vec<i64>,
    /// Not these items.
    #[serde(default)]
    pub(crate) not: Vec<i64>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
pub(crate) struct MoodNumbers {
    valence: f32,
    arousal: f32,
    #[serde(default)]
    uncertainty: f32,
}

impl Wish {
    /// Checks every word and number.
    pub(crate) fn ask(self, listener: String) -> Result<Ask, ApiError> {
        let goal = self.goal.as_deref().map_or(Ok(Goal::default()), goal)?;
        let kind = self.kind.as_deref().map_or(Ok(None), kind)?;
        let limit = limit(self.limit)?;
        let mood = mood_source(self.mood, self.expression.as_deref())?;
        let languages = self.languages.iter().filter_map(|word| Language::new(word)).collect();
        let named = |artist: &String| !artist.trim().is_empty();
        let artists = self.artists.into_iter().filter(named).collect();
        let moment = Some(moment());
        let seed = self.seed;
        let journey = JourneyAsk { minutes: self.minutes, resume: false };
        let journey = (self.journey || self.minutes.is_some()).then_some(journey);
        let numbers = |ids: Vec<i64>| ids.iter().map(i64::to_string).collect();
        let like = numbers(self.like);
        let not_items = self.not.into_iter().map(ItemId).collect();
        let ask = Ask { goal, languages, artists, kind, limit, seed, moment, ..Ask::new(mood) };
        Ok(Ask { journey, like, not_items, listener, ..ask })
    }
}

/// What a listener may say that they did.
const DEEDS: [EventKind; 7] = [
    EventKind::Played,
    EventKind::Finished,
    EventKind::Skipped,
    EventKind::Liked,
    EventKind::Disliked,
    EventKind::Banned,
    EventKind::NotHowIFeel,
];

/// The body of `POST /api/events`, before it is checked.
#[derive(Debug, Deserialize)]
pub(crate) struct EventWish {
    kind: String,
    item: Option<i64>,
    position_ms: Option<u32>,
}

impl EventWish {
    /// Checks that the kind is one that a listener may say, and has an item where it needs one.
    pub(crate) fn deed(self, listener: String) -> Result<NewDeed, ApiError> {
        let keys = DEEDS.map(EventKind::key);
        let kind: EventKind = parsed(&self.kind, &keys)?;
        if !DEEDS.contains(&kind) {
            let error = format!("'{kind}' is not for listeners to say");
            return Err(ApiError::bad_request(error).hint(format!("say {}", keys.join(", "))));
        }
        if self.item.is_none() != (kind == EventKind::NotHowIFeel) {
            return Err(ApiError::bad_request("an event has an item, unless it is not_how_i_feel")
                .hint(r#"send {"kind":"liked","item":12} or {"kind":"not_how_i_feel"}"#));
        }
        let item = self.item.map(|id| id.to_string());
        let at_ms = moment().now_ms;
        Ok(NewDeed { listener, item, kind, position_ms: self.position_ms, at_ms })
    }
}

fn mood_source(
    mood: Option<MoodNumbers>,
    expression: Option<&str>,
) -> Result<MoodSource, ApiError> {
    match (mood, expression) {
        (Some(numbers), None) => numbers.mood().map(MoodSource::Reading),
        (None, Some(word)) => self::expression(word).map(MoodSource::Expression),
        _ => Err(ApiError::bad_request("a request says either a mood or an expression")
            .hint(r#"send {"mood":{"valence":0.6,"arousal":-0.2}} or {"expression":"happy"}"#)),
    }
}

pub(crate) fn expression(word: &str) -> Result<Expression, ApiError> {
    parsed(word, &Expression::ALL.map(Expression::key))
}

impl MoodNumbers {
    pub(crate) fn mood(self) -> Result<Mood, ApiError> {
        let Self { valence, arousal, uncertainty } = self;
        let inside = [valence, arousal].iter().all(|x| (-1.0..=1.0).contains(x));
        if inside && (0.0..=2.0).contains(&uncertainty) {
            return Ok(Mood::new(Point { valence, arousal }, uncertainty));
        }
        Err(ApiError::bad_request("this mood lies outside the plane")
            .hint("valence and arousal run from -1 to 1, uncertainty from 0 to 2"))
    }
}

pub(crate) fn goal(word: &str) -> Result<Goal, ApiError> {
    parsed(word, &GOALS)
}

pub(crate) fn kind(word: &str) -> Result<Option<Kind>, ApiError> {
    match word {
        "music" => Ok(Some(Kind::Music)),
        "video" => Ok(Some(Kind::Video)),
        "all" => Ok(None),
        _ => Err(unknown(format!("'{word}' is not a kind"), word, &KINDS)),
    }
}

fn limit(limit: Option<usize>) -> Result<usize, ApiError> {
    match limit.unwrap_or(20) {
        limit @ 1..=LONGEST => Ok(limit),
        other => Err(ApiError::bad_request(format!("a list of {other} items is not possible"))
            .hint(format!("ask for 1 to {LONGEST}"))),
    }
}

fn parsed<T: FromStr<Err: ToString>>(word: &str, known: &[&str]) -> Result<T, ApiError> {
    word.parse().map_err(|error: T::Err| unknown(error.to_string(), word, known))
}

fn unknown(error: String, word: &str, known: &[&str]) -> ApiError {
    let hint = match nearest_word(word, known.iter().copied()) {
        Some(near) => format!("did you mean '{near}'?"),
        None => format!("known are {}", known.join(", ")),
    };
    ApiError::bad_request(error).hint(hint)
}
