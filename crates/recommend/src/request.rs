use std::collections::{HashMap, HashSet};
use std::ops::RangeInclusive;

use attune_core::{Goal, ItemId, Kind, Language, Mood};
use serde::{Deserialize, Serialize};

use crate::context::Context;
use crate::feedback::Learned;
use crate::heard::{Alike, Heard, Others, Recent};
use crate::sound::Sound;

/// What a list is asked for. An empty filter lets everything through; several words of one filter
/// mean "any of these", several filters mean "all of these".
///
/// ```
/// use attune_core::{Goal, Language, Mood, Point};
/// use attune_recommend::Request;
///
/// let sad = Mood::new(Point { valence: -0.6, arousal: -0.4 }, 0.2);
/// let request = Request {
///     goal: Goal::Lift,
///     languages: Language::new("hindi").into_iter().collect(),
///     limit: 10,
///     ..Request::new(sad)
/// };
/// # assert_eq!(request.seed, 0);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// Where the listener is.
    pub mood: Mood,
    /// Whose mood that is, where it is not the listener's own: the title of an item.
    pub mood_of: Option<String>,
    /// Where the list should go.
    pub goal: Goal,
    /// Only these languages; an item of unknown language is in none.
    pub languages: Vec<Language>,
    /// Only items with one of these artists, in any spelling that [folds](crate::fold) alike.
    pub artists: Vec<String>,
    /// Only these genres.
    pub genres: Vec<String>,
    /// Only these years of release; an item of unknown year is in none.
    pub years: Option<RangeInclusive<i16>>,
    /// Only music or only video.
    pub kind: Option<Kind>,
    /// Leave out what a catalogue marks as explicit; what nobody marked stays.
    pub clean: bool,
    /// What the list starts from, such as the items that it should sound like; never on it.
    pub seeds: HashSet<ItemId>,
    /// Not these items, this time.
    pub not_items: HashSet<ItemId>,
    /// Nothing by these artists, this time; in any spelling.
    pub not_artists: Vec<String>,
    /// At most this many items.
    pub limit: usize,
    /// What the list is sorted by.
    pub order: Order,
    /// Another seed gives another list of similarly good items; the same seed the same list.
    pub seed: u64,
    /// What the listener likes and never wants.
    pub tastes: Tastes,
    /// What was played lately, the latest first.
    pub recent: Vec<Recent>,
    /// What the listener has heard, and how it went.
    pub heard: Heard,
    /// What listeners with like histories play, by artist.
    pub others: Others,
    /// What it should sound like.
    pub sound: Option<Sound>,
    /// Items that sound like what the listener likes.
    pub alike: HashMap<ItemId, Alike>,
    /// The hour and what was just heard.
    pub context: Option<Context>,
    /// Where music and video may both come, every so many-th place is a video's and the others are
    /// music's, as far as there are both; 0 lets the score alone decide. In a journey such a place may be
    /// a video's or music's, whichever costs less.
    pub video_every: usize,
    /// How much each part of the score counts.
    pub weights: Weights,
    /// What the listener's feedback has taught; moves only the best few hundred items.
    pub learned: Option<Learned>,
    /// How often an artist or album may return.
    pub caps: Caps,
}

impl Request {
    /// Twenty items that match `mood`, from everything there is.
    #[must_use]
    pub fn new(mood: Mood) -> Self {
        Self {
            mood,
            mood_of: None,
            goal: Goal::default(),
            languages: Vec::new(),
            artists: Vec::new(),
            genres: Vec::new(),
            years: None,
            kind: None,
            clean: false,
            seeds: HashSet::new(),
            not_items: HashSet::new(),
            not_artists: Vec::new(),
            limit: 20,
            order: Order::default(),
            seed: 0,
            tastes: Tastes::default(),
            recent: Vec::new(),
            heard: Heard::default(),
            others: Others::default(),
            sound: None,
            alike: HashMap::new(),
            context: None,
            video_every: 4,
            weights: Weights::default(),
            learned: None,
            caps: Caps::default(),
        }
    }
}

/// What a list is sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// The score.
    #[default]
    Fit,
    /// How often the listener played it: every item whose mood window is at least half of the best
    /// one's, sorted by plays and then by how widely they are heard; after them the others, nearest to
    /// the mood first. Neither repetition nor the seed, the sound asked for, diversity or the places of
    /// videos count.
    Plays,
}

/// What is known of a listener's liking. Numbers run from -1 (dislikes) to 1 (loves); what is not a
/// number is ignored.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Tastes {
    /// Liking of artists, in any spelling.
    pub artists: HashMap<String, f32>,
    /// Liking of single items.
    pub items: HashMap<ItemId, f32>,
    /// Items that the listener said yes to in so many words, and did not take back.
    pub liked_items: HashSet<ItemId>,
    /// Artists never to be offered.
    pub banned_artists: HashSet<String>,
    /// Items never to be offered.
    pub banned_items: HashSet<ItemId>,
}

/// What each part of the score is multiplied by; what is not a finite number counts as 0.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Weights {
    /// Liking, -1 to 1. A fifth of what speaks for an item counts wherever it stands, the rest by how near
    /// its mood is.
    pub affinity: f32,
    /// The mood window, 0 to 1.
    pub mood: f32,
    /// What listeners with like histories play, 0 to 1.
    pub others: f32,
    /// Likeness to the sound asked for, 0 to 1.
    pub sound: f32,
    /// Likeness in sound to what the listener likes, 0 to 1.
    pub alike: f32,
    /// How well it suits the hour and what was just heard, 0 to 1.
    pub context: f32,
    /// What a video asks of the eyes and of time, 0 to 1; taken off.
    pub video: f32,
    /// How widely it is heard, 0 to 1.
    pub popularity: f32,
    /// Just played is 1, half of it gone after a day; taken off. By default it outweighs liking for a day.
    pub repetition: f32,
    /// The seed's own draw for the item, 0 to 1.
    pub variety: f32,
    /// Likeness to what is already in the list, 0 to 1; taken off while choosing, not part of the
    /// score.
    pub diversity: f32,
}

impl Default for Weights {
    fn default() -> Self {
        Self {
            affinity: 1.0,
            mood: 1.0,
            others: 0.5,
            sound: 1.0,
            alike: 0.3,
            context: 0.15,
            video: 0.3,
            popularity: 0.1,
            repetition: 2.0,
            variety: 0.2,
            diversity: 0.3,
        }
    }
}

/// How many items of one artist or album may stand in any `window` consecutive ones. Artists that
/// the request names are not held back, and an item with several artists counts for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Caps {
    /// Length of the stretch that is looked at.
    pub window: usize,
    /// Items by one artist; 0 counts as 1.
    pub per_artist: usize,
    /// Items of one album; 0 counts as 1.
    pub per_album: usize,
}

impl Default for Caps {
    fn default() -> Self {
        Self { window: 10, per_artist: 2, per_album: 2 }
    }
}
