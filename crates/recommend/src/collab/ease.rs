use faer::linalg::solvers::DenseSolveCore;
use faer::{Mat, Side};

use super::{Plays, Recommender};

/// Embarrassingly shallow autoencoder (Steck 2019): the closed-form linear model that predicts each
/// item from the others.
///
/// With `inverse = (X'X + diag(penalty))^-1`, the weight from item i to j is
/// `-inverse[i][j] / inverse[j][j]`, and 0 from an item to itself.
#[derive(Clone, Debug)]
pub struct Ease {
    /// Symmetric, items x items.
    inverse: Mat<f32>,
}

/// How an [`Ease`] is fitted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EaseConfig {
    /// Added to the diagonal; above 0.
    pub penalty: f32,
    /// The rate of dropout (Steck 2020): `p / (1 - p)` of the diagonal is added to it; in [0, 1).
    pub dropout: f32,
    /// What the rows of side information weigh beside a listener's.
    pub side_weight: f32,
}

/// The model can not be fitted.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum EaseError {
    /// The side information is about another number of items.
    #[error("side information about {side} items does not fit plays of {plays}")]
    OtherItems {
        /// Items of the plays.
        plays: usize,
        /// Items of the side information.
        side: usize,
    },
    /// The penalty is too small for these plays.
    #[error("a penalty of {0} leaves the equations without a solution: take a larger one")]
    Singular(f32),
}

impl Ease {
    /// Fits to plays and, where given, to side information (Jeunen et al. 2020): rows that are not
    /// listeners but, say, tags, each with the items that bear it.
    ///
    /// # Errors
    /// Refuses side information about other items, and penalties too small to solve with.
    pub fn fit(
        plays: &Plays,
        side: Option<&Plays>,
        config: &EaseConfig,
    ) -> Result<Self, EaseError> {
        let n = plays.items();
        let mut gram = Mat::<f32>::zeros(n, n);
        add_gram(&mut gram, plays, 1.0);
        if let Some(side) = side {
            if side.items() != n {
                return Err(EaseError::OtherItems { plays: n, side: side.items() });
            }
            add_gram(&mut gram, side, config.side_weight);
        }
        let dropout = config.dropout.clamp(0.0, 0.99);
        for i in 0..n {
            gram[(i, i)] += config.penalty + gram[(i, i)] * dropout / (1.0 - dropout);
        }
        let factor = gram.llt(Side::Lower).map_err(|_| EaseError::Singular(config.penalty))?;
        drop(gram);
        Ok(Self { inverse: factor.inverse() })
    }

    fn column(&self, i: usize) -> &[f32] {
        self.inverse.col_as_slice(i)
    }
}

/// Adds `weight * rows' rows`.
fn add_gram(gram: &mut Mat<f32>, rows: &Plays, weight: f32) {
    for row in rows.histories() {
        for (i, x) in row {
            let column = gram.col_as_slice_mut(*i as usize);
            row.iter().for_each(|(j, y)| column[*j as usize] += weight * x * y);
        }
    }
}

impl Recommender for Ease {
    fn items(&self) -> usize {
        self.inverse.nrows()
    }

    fn score(&self, history: &[(u32, f32)], scores: &mut [f32]) {
        scores.fill(0.0);
        for (item, amount) in history.iter().filter(|(i, _)| (*i as usize) < self.items()) {
            let column = self.column(*item as usize);
            scores.iter_mut().zip(column).for_each(|(s, p)| *s -= amount * p);
        }
        for (j, score) in scores.iter_mut().enumerate() {
            *score /= self.inverse[(j, j)];
        }
    }
}
