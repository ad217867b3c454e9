use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use crate::{Expression, LabelSet};

/// Turns logits into probabilities that sum to one, subtracting the maximum first so that large
/// logits don't overflow. `temperature` divides the logits (Guo et al. 2017) and must be positive.
#[must_use]
pub fn softmax(logits: &[f32], temperature: f32) -> Vec<f32> {
    let top = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let exp: Vec<f32> = logits.iter().map(|z| ((z - top) / temperature).exp()).collect();
    let sum: f32 = exp.iter().sum();
    exp.into_iter().map(|e| e / sum).collect()
}

/// Calibrated probabilities over the expressions of one label set; they sum to one.
#[derive(Clone, Debug, PartialEq)]
pub struct Probabilities {
    set: LabelSet,
    values: Vec<f32>,
}

/// The numbers are no distribution over the label set.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum InvalidProbabilities {
    /// Not one number an expression.
    #[error("{set} has {expected} expressions, but {got} probabilities were given")]
    Length {
        /// The label set asked for.
        set: LabelSet,
        /// How many it has.
        expected: usize,
        /// How many came.
        got: usize,
    },
    /// Negative, not a number, or not summing to one.
    #[error("the probabilities are negative, not finite, or do not sum to one")]
    NotADistribution,
}

impl Probabilities {
    /// Checks that `values` is a distribution over `set`, in its output order.
    pub fn new(set: LabelSet, values: Vec<f32>) -> Result<Self, InvalidProbabilities> {
        let expected = set.expressions().len();
        if values.len() != expected {
            let got = values.len();
            return Err(InvalidProbabilities::Length { set, expected, got });
        }
        let sum: f32 = values.iter().sum();
        if values.iter().any(|p| !p.is_finite() || *p < 0.0) || (sum - 1.0).abs() > 1e-3 {
            return Err(InvalidProbabilities::NotADistribution);
        }
        Ok(Self { set, values })
    }

    /// The softmax of a head's logits at a temperature.
    pub fn from_logits(
        set: LabelSet,
        logits: &[f32],
        temperature: f32,
    ) -> Result<Self, InvalidProbabilities> {
        Self::new(set, softmax(logits, temperature))
    }

    /// All of the mass on one expression. Expressions the set lacks are refused.
    pub fn certain(set: LabelSet, expression: Expression) -> Result<Self, InvalidProbabilities> {
        let values = set.expressions().iter().map(|e| f32::from(u8::from(*e == expression)));
        Self::new(set, values.collect())
    }

    /// The label set these are over.
    #[must_use]
    pub fn label_set(&self) -> LabelSet {
        self.set
    }

    /// The probability of one expression, zero where the set lacks it.
    #[must_use]
    pub fn of(&self, expression: Expression) -> f32 {
        self.iter().find(|(e, _)| *e == expression).map_or(0.0, |(_, p)| p)
    }

    /// Pairs in the set's output order.
    pub fn iter(&self) -> impl Iterator<Item = (Expression, f32)> + '_ {
        self.set.expressions().iter().copied().zip(self.values.iter().copied())
    }

    /// The raw values in the set's output order.
    #[must_use]
    pub fn values(&self) -> &[f32] {
        &self.values
    }

    /// Pairs from the likeliest to the least likely; ties keep the set's order.
    #[must_use]
    pub fn ranked(&self) -> Vec<(Expression, f32)> {
        let mut pairs: Vec<_> = self.iter().collect();
        pairs.sort_by(|a, b| b.1.total_cmp(&a.1));
        pairs
    }

    /// The likeliest expression where its probability reaches `declare_above`, else `None`: can't
    /// tell.
    #[must_use]
    pub fn declared(&self, declare_above: f32) -> Option<Expression> {
        let (likeliest, p) = self.ranked()[0];
        (p >= declare_above).then_some(likeliest)
    }
}

impl Serialize for Probabilities {
    /// A map from expression to probability, in output order.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.values.len()))?;
        for (expression, p) in self.iter() {
            map.serialize_entry(&expression, &p)?;
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn softmax_is_a_distribution_and_keeps_the_order(
            logits in prop::collection::vec(-200.0f32..200.0, 7),
            temperature in 0.1f32..10.0,
        ) {
            let p = Probabilities::from_logits(LabelSet::Fer2013, &logits, temperature).unwrap();
            let likeliest = p.ranked()[0].1;
            let top = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
            let index = logits.iter().position(|z| *z == top).unwrap();
            prop_assert_eq!(p.values()[index], likeliest);
        }
    }

    #[test]
    fn refuses_what_is_no_distribution() {
        for values in
            [vec![1.0], vec![0.5; 7], vec![f32::NAN; 7], vec![-1.0, 2.0, 0.0, 0.0, 0.0, 0.0, 0.0]]
        {
            assert!(Probabilities::new(LabelSet::Fer2013, values).is_err());
        }
        assert!(Probabilities::certain(LabelSet::Fer2013, Expression::Contempt).is_err());
    }
}
