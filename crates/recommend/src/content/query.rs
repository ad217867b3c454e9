/// A place in a [`Space`](super::Space), in deviations from the mean of each dimension.
#[derive(Clone, Debug, PartialEq)]
pub struct Query {
    vector: Vec<f32>,
}

impl Query {
    pub(super) fn at(vector: Vec<f32>) -> Self {
        Self { vector }
    }

    /// The place itself.
    #[must_use]
    pub fn vector(&self) -> &[f32] {
        &self.vector
    }

    /// More like `other`, by `amount` (1 adds it whole).
    #[must_use]
    pub fn plus(mut self, other: &Self, amount: f32) -> Self {
        let amount = if amount.is_finite() { amount } else { 0.0 };
        self.vector.iter_mut().zip(&other.vector).for_each(|(x, y)| *x += amount * y);
        self
    }

    /// Less like `other`, by `amount`.
    #[must_use]
    pub fn minus(self, other: &Self, amount: f32) -> Self {
        self.plus(other, -amount)
    }

    /// Moved along one dimension by so many deviations: "this one, but calmer". A dimension that is
    /// not there moves nothing.
    #[must_use]
    pub fn shifted(mut self, dimension: usize, deviations: f32) -> Self {
        if let Some(x) = self.vector.get_mut(dimension).filter(|_| deviations.is_finite()) {
            *x += deviations;
        }
        self
    }
}
