//! The vocabulary that every room of Attune shares.
//!
//! A face shows an [`Expression`]; a classifier answers with [`Probabilities`] over the
//! expressions of one [`LabelSet`]; their expectation over published anchors is a [`Mood`], a
//! point in the valence-arousal plane. What is played to answer it is an [`Item`].
//!
//! Nothing in here reads a file, a clock or a network.

mod event;
mod expression;
mod face;
mod item;
mod language;
mod mood;
mod mood_evidence;
mod mood_region;
mod mood_tag;
mod new_item;
mod probabilities;
mod reading;
mod server_address;
mod settings;

pub use event::{EventKind, UnknownEventKind};
pub use expression::{Expression, LabelSet, UnknownExpression};
pub use face::{FaceBox, FaceReading};
pub use item::{Descriptors, Item, ItemId, Kind, Source};
pub use language::{Language, nearest_word};
pub use mood::{Goal, Mood, ParseMoodError, Point, UnknownGoal};
pub use mood_evidence::{MoodEvidence, MoodOrigin};
pub use mood_region::{MoodRegion, UnknownMoodRegion};
pub use mood_tag::{MoodTag, UnknownMoodTag};
pub use new_item::NewItem;
pub use probabilities::{InvalidProbabilities, Probabilities, softmax};
pub use reading::{GroupRule, PersonId, Reading};
pub use server_address::{BadServerAddress, ServerAddress};
pub use settings::AccountSettings;
