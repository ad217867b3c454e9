//! The mood that a recording carries, from its low-level descriptors.

pub mod features;
pub mod gaussian_process;
pub mod linear_algebra;
pub mod model;
pub mod train;
