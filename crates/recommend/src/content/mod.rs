//! What sounds alike: exact search over descriptor vectors.
//!
//! A [`Space`] holds one vector an item, made by one version of the descriptors. Every dimension is
//! brought to mean 0 and deviation 1 and weighted by a [`Metric`], either evenly or learned from
//! pairs of items that belong together; likeness is the cosine. A [`Query`] starts at an item and can
//! be moved: more like this, less like that, "this one, but calmer".
//!
//! ```
//! use attune_recommend::content::{Metric, Space};
//!
//! // Energy and tempo of four items.
//! let rows = [[0.9, 150.0], [0.8, 140.0], [0.2, 80.0], [0.3, 150.0]];
//! let space = Space::new(1, &rows, &Metric::even(2))?;
//! let nearest = space.nearest(&space.like(0).ok_or("no vector")?, 1, |i| i != 0);
//! assert_eq!(nearest[0].position, 1);
//! let calmer = space.like(0).ok_or("no vector")?.shifted(0, -2.5);
//! assert_eq!(space.nearest(&calmer, 1, |i| i != 0)[0].position, 3);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The search reads every vector once, from memory in order, with the widest vector instructions the
//! machine has: `cargo run --release -p attune-recommend --example content_speed` compares it with
//! merely reading them.

mod catalogue;
mod metric;
mod query;
mod space;

pub use catalogue::{CATALOGUE_VERSION, Dimension, catalogue_row, sounds};
pub use metric::Metric;
pub use query::Query;
pub use space::{Near, Space, SpaceError};
