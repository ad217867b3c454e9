//! From a frame to faces to expressions. No files, no clock, no threads: it runs natively and in
//! the browser.

mod crop;
pub mod graph;

pub use crop::{CROP_SIZE, FaceCrop, standardise};
