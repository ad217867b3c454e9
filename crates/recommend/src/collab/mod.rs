//! What a listener may like by what others with like histories play.
//!
//! [`Plays`] holds who played what. The models answer through one trait, [`Recommender`]: given a
//! history, a score for every item, so a listener who was not there at training time is served by
//! their history alone. [`Ease`] is exact and good up to some 20,000 items; [`Als`] and
//! [`Neighbours`] go beyond; [`Blend`] joins several; [`Ties`] is what lists keep of one.
//!
//! | model | training | memory |
//! |---|---|---|
//! | [`Popularity`] | O(plays) | 4 bytes an item |
//! | [`Ease`] | O(items^3) | 4 bytes an item squared (8 while training) |
//! | [`Neighbours`] | O(sum of squared history lengths) | 8 bytes a neighbour kept |
//! | [`Als`] | O(rounds x plays x factors) | 4 bytes an item and factor |
//!
//! On HetRec's Last.fm data (2,828 artists of at least five listeners, a fifth of the pairs
//! [held out](held_out) by their hash, parameters chosen on a validation part of training)
//! `cargo run --release -p attune-recommend --example lastfm` prints
//!
//! | model | NDCG@10 | recall@20 |
//! |---|---|---|
//! | popularity | .0905 | .1199 |
//! | item-knn, cosine | .2672 | .3362 |
//! | ease | .2791 | .3485 |
//! | implicit als | .2819 | .3528 |
//! | ease with tags | .2925 | .3701 |
//! | blend of the last two, tags and item-knn | .2982 | .3737 |
//!
//! and that the blend is better than ease by .0191 (95 % interval .0148 to .0234) and .0251 (.0191 to
//! .0310). Tags that a listener gave to an artist held out for them are not used.

mod als;
mod blend;
mod companions;
mod ease;
mod evaluate;
mod neighbours;
mod plays;
mod report;
mod tags;
mod ties;

pub use als::{Als, AlsConfig};
pub use blend::Blend;
pub use companions::Companions;
pub use ease::{Ease, EaseConfig, EaseError};
pub use evaluate::{Interval, PerListener, evaluate, held_out};
pub use neighbours::{Neighbours, NeighboursConfig};
pub use plays::{Plays, PlaysError};
pub use report::Report;
pub use tags::tag_rows;
pub use ties::Ties;

/// Scores every item for a listener.
pub trait Recommender {
    /// How many items it knows.
    fn items(&self) -> usize;

    /// Writes a score for each item into `scores` (`items` long); higher is better, and scores of
    /// different listeners are not comparable. Items of `history` (item, how much) are scored too,
    /// but meaninglessly.
    fn score(&self, history: &[(u32, f32)], scores: &mut [f32]);
}

/// How many listeners each item has: the same for everyone.
#[derive(Clone, Debug)]
pub struct Popularity(Vec<f32>);

impl Popularity {
    /// Counts listeners.
    #[must_use]
    pub fn fit(plays: &Plays) -> Self {
        Self(plays.listeners_of_items())
    }
}

impl Recommender for Popularity {
    fn items(&self) -> usize {
        self.0.len()
    }

    fn score(&self, _: &[(u32, f32)], scores: &mut [f32]) {
        scores.copy_from_slice(&self.0);
    }
}
