//! One calm reading a person, from frame to frame. No clock: every call is told the time.

mod appearance;
mod follow;
mod named;
mod steady;
mod watcher;

pub use appearance::Appearance;
pub use follow::{Follower, FollowerConfig, Place};
pub use steady::{Steady, SteadyConfig};
pub use watcher::{Seen, Watcher};
