//! Results as people read them; pure, so that they can be looked at in tests.

mod bar;
mod baseline;
mod check;
mod counts;
pub mod data;
pub mod evaluation;
mod explanation;
mod faces;
mod item;
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
pub use playlist::recommendation;
pub use words::{count, percent};
