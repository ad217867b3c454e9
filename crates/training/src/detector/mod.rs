//! Training the face detector: three small networks, each on what those before it let through.
//!
//! Faces are FER2013's training pictures in places, sizes, rolls and light that vary
//! (`faces`). What is no face comes from pictures without people by rounds of hard-negative
//! mining, and from faces that are turned, cut off or of the wrong size (`negatives`).

mod draw;
mod faces;
mod measure;
mod negatives;
mod plans;
mod train;

pub use measure::{Findings, Found, Labelled, PictureError, boxed, find, without_faces};
pub use train::{Progress, Settings, train};
