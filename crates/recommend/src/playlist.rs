use attune_core::{ItemId, Point};
use serde::Serialize;

use crate::emptied::EmptiedBy;
use crate::feedback::Features;
use crate::filter::UnknownWord;
use crate::reason::Reason;
use crate::score::Terms;

/// The answer to a [`Request`](crate::Request), best first.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Playlist {
    /// Where the list aims.
    pub aim: Point,
    /// What was chosen, in playing order.
    pub items: Vec<Ranked>,
    /// Why there is nothing, where there is nothing though something was asked for.
    pub emptied_by: Option<EmptiedBy>,
    /// Words of the filters that nothing in the library bears.
    pub unknown: Vec<UnknownWord>,
    /// Where the list is shorter than asked for: how many more items fit the filters but would
    /// have repeated an artist or album too soon.
    pub held_back: usize,
}

/// One item of a list, and why it is there.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Ranked {
    /// Its position in the slice the index was built from.
    pub position: usize,
    /// Its number in the library.
    pub id: ItemId,
    /// The sum of the terms.
    pub score: f32,
    /// The parts of the score.
    pub terms: Terms,
    /// What to hand back to the learner with what the listener did.
    pub features: Features,
    /// At least one, the weightiest first; each is true of the item.
    pub reasons: Vec<Reason>,
    /// What speaks against it, each true of a term of its score; often nothing.
    pub against: Vec<Reason>,
}
