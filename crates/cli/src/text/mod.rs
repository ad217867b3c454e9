//! Results as people read them; pure, so that they can be looked at in tests.

mod bar;
mod baseline;
mod check;
mod counts;
pub mod data;
pub mod evaluation;
mod explanation;
pub mod export;
mod faces;
mod item;
mod item_card;
mod music_card;
pub mod networks;
mod playlist;
pub mod training;
pub mod watch;
mod words;

pub use baseline::baseline;
pub use check::check;
pub use counts::counts;
pub use explanation::explanation;
pub use faces::faces;
pub use item::item_line;
pub use item_card::{item_card, said};
pub use music_card::music_card;
pub use playlist::recommendation;
pub use words::{count, percent};
