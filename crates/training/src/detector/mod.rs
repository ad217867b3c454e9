//! Training the face detector: a cascade of pixel comparison trees.

mod boost;
mod mine;
mod patch;
mod positives;
mod train;

pub use patch::Patch;
pub use train::{Settings, Stage, train};
