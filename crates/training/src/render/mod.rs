//! The same faces, rendered otherwise: pure functions from a face crop to a face crop.

mod corruption;
mod tone;

pub use corruption::{Corruption, Family, LEVELS};
pub use tone::{Light, Tone, relit};
