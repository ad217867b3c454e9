//! Many small runs side by side: the literature's table of epochs and batch sizes, and what methods
//! against imbalance do.

mod curve;
mod grid;
mod imbalance;
mod report;

use std::path::Path;

use crate::data::{DataError, DataErrorKind, Dataset, Split};

pub use curve::{Curve, CurvePoint};
pub use grid::{Cell, Grid, SweepError, recipe, sweep};
pub use imbalance::{ImbalanceReport, MethodResult, methods, sweep_imbalance};
pub use report::Sweep;

/// What a sweep trains on, selects on, and measures on without ever selecting on it.
#[derive(Clone, Debug)]
pub struct Material {
    /// Training pictures.
    pub train: Dataset,
    /// Chooses the epoch.
    pub valid: Dataset,
    /// Chooses nothing.
    pub honest: Dataset,
    /// What the honest pictures are, in words.
    pub honest_is: String,
}

impl Material {
    /// Reads a data set. Its `PrivateTest` split is the honest one; where it has none, every second
    /// picture of `PublicTest` is, and only the others select.
    ///
    /// # Errors
    /// What [`Dataset::read`] refuses, and data that does not tell its splits apart.
    pub fn read(path: &Path, images: Option<usize>) -> Result<Self, DataError> {
        let train = Dataset::read(path, Split::Train)?;
        let valid = Dataset::read(path, Split::Valid)?;
        if !valid.splits_told_apart {
            return Err(DataError::new(path, DataErrorKind::Empty(Split::Valid.usage())));
        }
        let train = images.map_or(train.clone(), |n| train.spread(n));
        let (valid, honest, honest_is) = match Dataset::read(path, Split::Test) {
            Ok(test) => (valid, test, "PrivateTest".to_owned()),
            Err(_) => {
                let [even, odd] = valid.halves();
                (even, odd, "every second picture of PublicTest, the others choose".to_owned())
            }
        };
        Ok(Self { train, valid, honest, honest_is })
    }
}
