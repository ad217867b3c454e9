use std::collections::{HashMap, HashSet};

use attune_core::ItemId;
use serde::{Deserialize, Serialize};

/// What a listener has heard, as far as lists and reasons speak of it. Artists by their
/// [folded](crate::fold) names.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Heard {
    /// How often each item was played.
    pub plays: HashMap<ItemId, u32>,
    /// Every artist of whom anything was played. Where this is not empty, the seventh of every ten
    /// places goes to an artist who is not among them.
    pub artists: HashSet<String>,
    /// How many different items by an artist were heard to their end in the last seven days.
    pub finished_lately: HashMap<String, u32>,
    /// How many different items by an artist were left before their middle in the last seven days.
    pub skipped_lately: HashMap<String, u32>,
}

/// Something played a while ago.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recent {
    /// What.
    pub item: ItemId,
    /// How long ago, in milliseconds.
    pub age_ms: i64,
}

/// Of what a play takes off, half is gone after a day.
const HALF_LIFE_MS: f32 = 86_400_000.0;
/// As much of it fades with the plays since.
const BY_PLAYS: f32 = 0.2;
/// Every later play leaves this much of that.
const FADE: f32 = 0.98;

impl Recent {
    /// Played this moment.
    #[must_use]
    pub const fn just(item: ItemId) -> Self {
        Self { item, age_ms: 0 }
    }

    /// How much of a repetition it would be, 1 for what was heard last and just now, after so many
    /// plays of other items.
    pub(crate) fn repetition(self, later: usize) -> f32 {
        let by_time = 0.5f32.powf(self.age_ms.max(0) as f32 / HALF_LIFE_MS);
        let since = FADE.powi(i32::try_from(later).unwrap_or(i32::MAX));
        by_time * (1.0 - BY_PLAYS + BY_PLAYS * since)
    }
}

/// Why an item sounds as the listener may like it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Alike {
    /// How alike it sounds, 0 to 1.
    pub strength: f32,
    /// The item liked that it sounds like.
    pub to: ItemId,
    /// That item's title.
    pub title: String,
}

/// Artists that listeners with like histories play, by their [folded](crate::fold) names.
pub type Others = HashMap<String, OtherListeners>;

/// What speaks for an artist whom others play.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OtherListeners {
    /// How strongly, 0 to 1 for the strongest.
    pub strength: f32,
    /// The listener's own artists that it follows from, as they are written, the weightiest first.
    pub through: Vec<String>,
}
