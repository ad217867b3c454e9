//! What a list should sound like: a place among descriptor vectors, and steps away from it.

use crate::content::Query;
use crate::index::Index;

/// A cosine from which on two items are said to sound alike.
const ALIKE: f32 = 0.5;
/// A step in the plane that counts as one.
const LEAST_STEP: f32 = 0.05;
/// The same of a tempo, in octaves: 3 %.
const LEAST_OCTAVES: f32 = 0.043;

/// What a list should sound like: a query in the index's [space](Index::with_space).
#[derive(Clone, Debug, PartialEq)]
pub struct Sound {
    /// Where to look.
    pub query: Query,
    /// Where the items themselves stand that it should sound like, before any step; `None` where
    /// nothing tells how they sound, and then no item is said to sound like them.
    pub start: Option<Query>,
    /// What that is in words, such as the title it started from.
    pub words: String,
    /// Only items that are so far from where it started count as sounding like it.
    pub steps: Vec<Step>,
}

impl Sound {
    /// Whether an item may be said to sound like it: its sound is known, and near to where the query
    /// looks and to where that started.
    pub(crate) fn is_heard_in(&self, index: &Index, i: u32) -> bool {
        let start = self.start.as_ref();
        self.leads_to(index, i) && start.is_some_and(|start| near(index, start, i))
    }

    /// Whether an item lies where the query looks, after all steps and all that it should be unlike: its
    /// sound is known, and so is that of what the query started from.
    pub(crate) fn leads_to(&self, index: &Index, i: u32) -> bool {
        index.heard[i as usize] && self.start.is_some() && near(index, &self.query, i)
    }

    /// Whether an item has gone every step.
    pub(crate) fn admits(&self, index: &Index, i: u32) -> bool {
        self.steps.iter().all(|step| step.is_gone_by(index, i))
    }
}

fn near(index: &Index, query: &Query, i: u32) -> bool {
    index.space.as_ref().and_then(|space| space.likeness(query, i as usize)) >= Some(ALIKE)
}

/// What can be stepped along.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Axis {
    /// Of the mood.
    Valence,
    /// Of the mood.
    Arousal,
    /// Base-2 logarithm of beats a minute.
    Tempo,
}

impl Axis {
    /// Where the item at a position stands; `None` where that is not known.
    #[must_use]
    pub fn of(self, index: &Index, position: usize) -> Option<f32> {
        let mood =
            |axis: &[f32]| axis.get(position).copied().filter(|_| index.has_mood(position as u32));
        match self {
            Self::Valence => mood(&index.valence),
            Self::Arousal => mood(&index.arousal),
            Self::Tempo => index.tempo_log2.get(position).copied().filter(|x| x.is_finite()),
        }
    }
}

/// "But calmer": a way along an axis, from where the items stand that were named.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// Along which axis.
    pub axis: Axis,
    /// From where.
    pub from: f32,
    /// Towards more of it.
    pub up: bool,
}

impl Step {
    /// Whether an item stands a noticeable step on; not where it is not known where it stands.
    pub(crate) fn is_gone_by(&self, index: &Index, i: u32) -> bool {
        let least = if self.axis == Axis::Tempo { LEAST_OCTAVES } else { LEAST_STEP };
        let sign = if self.up { 1.0 } else { -1.0 };
        self.axis.of(index, i as usize).is_some_and(|at| sign * (at - self.from) >= least)
    }

    /// Whether any item of the library stands a noticeable step on.
    #[must_use]
    pub fn leads_anywhere(&self, index: &Index) -> bool {
        (0..index.len() as u32).any(|i| self.is_gone_by(index, i))
    }
}
