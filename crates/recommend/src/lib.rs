//! From a mood to a list: which items, in which order, and why.
//!
//! Pure: no files, no clock, no threads, no chance but the request's seed. The same library and
//! [`Request`] give the same [`Playlist`], in whatever order the library comes.
//!
//! ```
//! use attune_core::{Descriptors, Goal, Item, ItemId, Kind, Mood, MoodTag, Point, Source};
//! use attune_recommend::{Request, rank};
//!
//! let item = |id, title: &str, tag| Item {
//!     id: ItemId(id),
//!     kind: Kind::Music,
//!     title: title.to_owned(),
//!     artists: vec![format!("Artist {id}")],
//!     album: None,
//!     language: None,
//!     genres: Vec::new(),
//!     year: None,
//!     duration_ms: None,
//!     popularity: None,
//!     explicit: None,
//!     tags: vec![tag],
//!     mood: MoodTag::mood_of(&[tag]),
//!     mood_origin: None,
//!     descriptors: Descriptors::default(),
//!     source: Source::search(title, ""),
//! };
//! let library = [item(1, "Storm", MoodTag::Angry), item(2, "Lake", MoodTag::Calm)];
//! let tense = Mood::new(Point { valence: -0.4, arousal: 0.6 }, 0.1);
//! let list = rank(&library, &Request { goal: Goal::Calm, ..Request::new(tense) });
//! assert_eq!(list.items[0].id, ItemId(2));
//! assert_eq!(list.items[0].reasons[0].to_string(), "brighter and calmer than what you feel now");
//! ```
//!
//! # How a list is made
//!
//! 1. An [`Index`] lays the library out for speed. Build it once and keep it, or call [`rank`].
//! 2. Every item gets a score, the sum of its [`Terms`]: liking ([`Tastes`]), a soft window
//!    exp(-d^2 / 2 sigma^2) around where the goal aims, popularity, a penalty for what was played in
//!    the last days, and the seed's draw. [`Weights`] says how much each counts. The window widens
//!    with the uncertainty of the reading and of the item; a liking counts by how near the item is.
//! 3. Items that fail a filter are left out; the best few hundred of the others compete.
//! 4. The list is filled one by one with the best score less likeness to what is already there
//!    (maximal marginal relevance), within the [`Caps`] for artists and albums, never with the same
//!    title by the same artist twice. Items whose mood is unknown come last.
//! 5. Each item carries [`Reason`]s, each of them true of a term of its score or a filter.
//!
//! An empty list says which [`Filter`] emptied it ([`EmptiedBy`]); words that nothing in the library
//! bears come back with the nearest known one ([`UnknownWord`]).
//!
//! # Journeys
//!
//! [`Index::travel`] plans a [`Journey`] from the present mood to where the goal aims. A beam search
//! weighs distance to each step's target, evenness of the way, tempo and language of neighbours,
//! liking and the playing time wanted. Over 40 libraries each of 100, 500 and 2,000 made-up items it
//! comes nearer to its targets and bends less than taking the nearest item at each step
//! (`attune bench recommend --trials` prints by how much).
//!
//! # What others play
//!
//! [`collab`] holds collaborative filtering: it turns histories into scores that an application
//! hands to [`Tastes`] as liking of items or artists.
//!
//! [`content`] finds what sounds alike, [`feedback`] learns from what the listener does.
//!
//! # Cost
//!
//! One pass over 24 bytes an item, without allocation by item; then some hundred comparisons a
//! place of the list. `cargo run --release -p attune-recommend --example rank_speed` measures it.

pub mod collab;
pub mod content;
pub mod feedback;
pub mod trials;

mod by_id;
mod context;
mod emptied;
mod explain;
mod filter;
mod grid;
mod heard;
mod index;
mod journey;
mod likeness;
mod lineup;
mod listener;
mod lists;
mod most_played;
mod names;
mod planner;
mod playlist;
mod rank;
mod reason;
mod request;
mod score;
mod sound;
mod spacing;
mod spare;
mod synthetic;
mod top;
mod travel;
mod window;

pub use context::{Context, Habits, HourFrom};
pub use emptied::{EmptiedBy, Nearest};
pub use filter::{Filter, UnknownWord};
pub use heard::{Alike, Heard, OtherListeners, Others, Recent};
pub use index::Index;
pub use journey::{Journey, PathFit};
pub use listener::{Deed, Did, Moment, Profile, USUAL_MS};
pub use names::fold;
pub use playlist::{Playlist, Ranked};
pub use rank::rank;
pub use reason::{Direction, Reason};
pub use request::{Caps, Order, Request, Tastes, Weights};
pub use score::Terms;
pub use sound::{Axis, Sound, Step};
pub use synthetic::{synthetic_items, synthetic_library, synthetic_vectors};
