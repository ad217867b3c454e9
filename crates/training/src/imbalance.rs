//! What is done about classes that are rare in the training pictures.

use attune_core::LabelSet;
use serde::{Deserialize, Serialize};

use crate::data::{Dataset, Example};
use crate::network::Plan;

/// A method against imbalance.
#[derive(Clone, Copy, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(tag = "method", rename_all = "snake_case", deny_unknown_fields)]
pub enum Imbalance {
    /// Every picture counts alike.
    #[default]
    None,
    /// A picture's loss is weighted by one over the number of its class.
    InverseFrequency,
    /// The same by one over the effective number `(1 - beta^n) / (1 - beta)` (Cui et al. 2019).
    EffectiveNumber {
        /// From 0 (no weights) to below 1 (towards inverse frequency).
        beta: f32,
    },
    /// An epoch shows every class equally often, with pictures of rare ones shown again, each time
    /// changed anew.
    Oversample,
    /// The softmax of the loss is weighted by the classes' shares to the power of `tau` (logit
    /// adjustment, Menon et al. 2021), so that the logits themselves come out balanced.
    LogitAdjustment {
        /// 1 is the balanced error's own.
        tau: f32,
    },
}

impl Imbalance {
    /// The effective number with the beta of Cui et al. for data of this size.
    pub const EFFECTIVE_NUMBER: Self = Self::EffectiveNumber { beta: 0.999 };
    /// Logit adjustment at full strength.
    pub const LOGIT_ADJUSTMENT: Self = Self::LogitAdjustment { tau: 1.0 };

    /// Whether its numbers make sense.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        match self {
            Self::EffectiveNumber { beta } => (0.0..1.0).contains(beta),
            Self::LogitAdjustment { tau } => (0.0..=4.0).contains(tau),
            _ => true,
        }
    }
}

/// What a method makes of one data set, by head of the plan.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Balance {
    /// Weight of each class in the loss; empty where all weigh alike.
    weights: Vec<Vec<f32>>,
    /// Added to the logits in the loss; empty where nothing is.
    pub logit_shift: Vec<Vec<f32>>,
}

impl Balance {
    /// Counts the classes of `data` and applies the method.
    #[must_use]
    pub fn of(method: Imbalance, plan: &Plan, data: &Dataset) -> Self {
        let counts = || plan.heads.iter().map(|(set, _)| counts(*set, data));
        let weights = |weight: &dyn Fn(f64) -> f64| {
            counts().map(|counts| class_weights(&counts, weight)).collect()
        };
        match method {
            Imbalance::None | Imbalance::Oversample => Self::default(),
            Imbalance::InverseFrequency => {
                Self { weights: weights(&|n| 1.0 / n), ..Self::default() }
            }
            Imbalance::EffectiveNumber { beta } => {
                let beta = f64::from(beta);
                let weight = |n: f64| (1.0 - beta) / (1.0 - beta.powf(n));
                Self { weights: weights(&weight), ..Self::default() }
            }
            Imbalance::LogitAdjustment { tau } => {
                let shift = counts().map(|counts| log_shares(&counts, tau));
                Self { logit_shift: shift.collect(), ..Self::default() }
            }
        }
    }

    /// The weight of an example in the loss of the plan's head number `head`.
    #[must_use]
    pub fn weight(&self, head: usize, set: LabelSet, example: &Example) -> f32 {
        let Some(weights) = self.weights.get(head) else { return 1.0 };
        let shares = shares(set, example);
        let total: f32 = shares.iter().sum();
        if total == 0.0 {
            return 1.0;
        }
        weights.iter().zip(&shares).map(|(w, s)| w * s).sum::<f32>() / total
    }
}

/// What an example is under a label set: its label, or the shares of its votes; zeros where it is
/// nothing.
fn shares(set: LabelSet, example: &Example) -> Vec<f32> {
    let mut shares = vec![0.0; set.expressions().len()];
    match set {
        LabelSet::Fer2013 => example.label.into_iter().for_each(|label| shares[label] = 1.0),
        LabelSet::FerPlus => {
            if let Some(votes) = example.votes {
                shares.copy_from_slice(&votes.distribution().1);
            }
        }
    }
    shares
}

/// How many examples each class has; votes count by their share.
fn counts(set: LabelSet, data: &Dataset) -> Vec<f64> {
    let mut counts = vec![0.0; set.expressions().len()];
    for example in &data.examples {
        let shares = shares(set, example);
        counts.iter_mut().zip(shares).for_each(|(count, share)| *count += f64::from(share));
    }
    counts
}

/// Weights by count, scaled so that the mean over all examples is 1; 1 for classes without any.
fn class_weights(counts: &[f64], weight: &dyn Fn(f64) -> f64) -> Vec<f32> {
    let raw: Vec<f64> =
        counts.iter().map(|n| if *n > 0.0 { weight(n.max(1.0)) } else { 0.0 }).collect();
    let mass: f64 = raw.iter().zip(counts).map(|(w, n)| w * n).sum();
    let scale = if mass > 0.0 { counts.iter().sum::<f64>() / mass } else { 0.0 };
    raw.iter().map(|w| if *w > 0.0 { (w * scale) as f32 } else { 1.0 }).collect()
}

/// `tau` times the logarithm of each class's share; 0 for classes without any.
fn log_shares(counts: &[f64], tau: f32) -> Vec<f32> {
    let all: f64 = counts.iter().sum();
    counts.iter().map(|n| if *n > 0.0 { tau * (n / all).ln() as f32 } else { 0.0 }).collect()
}

/// The class an example is balanced by: its FER2013 label, or else its FER+ majority.
fn class(example: &Example) -> Option<usize> {
    let majority = || example.votes.and_then(|v| v.majority());
    let ferplus = || majority().map(|class| LabelSet::Fer2013.expressions().len() + class);
    example.label.or_else(ferplus)
}

/// As many draws as there are examples, every class that occurs equally often (to one); examples
/// without a class are left out.
#[must_use]
pub fn oversampled(data: &Dataset, rng: &mut fastrand::Rng) -> Vec<usize> {
    let mut classes: Vec<Vec<usize>> = Vec::new();
    for (index, example) in data.examples.iter().enumerate() {
        if let Some(class) = class(example) {
            classes.resize_with(classes.len().max(class + 1), Vec::new);
            classes[class].push(index);
        }
    }
    classes.retain(|members| !members.is_empty());
    let mut drawn = Vec::with_capacity(data.examples.len());
    let occurring = classes.len();
    for (k, mut members) in classes.into_iter().enumerate() {
        let share = crate::parallel::part(data.examples.len(), k, occurring).len();
        rng.shuffle(&mut members);
        drawn.extend(members.iter().cycle().take(share));
    }
    rng.shuffle(&mut drawn);
    drawn
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::TrainingConfig;
    use crate::data::Votes;
    use attune_vision::FaceCrop;

    /// 90 happy faces and 10 disgusted ones; all voters see the same.
    fn data() -> Dataset {
        let crop = FaceCrop::from_pixels(&[9; 48 * 48]).unwrap();
        let example = |i: usize| {
            let (label, vote) = if i < 90 { (3, 1) } else { (1, 5) };
            let mut votes = [0; 10];
            votes[vote] = 10;
            Example { crop: crop.clone(), label: Some(label), votes: Some(Votes(votes)) }
        };
        let examples = (0..100).map(example).collect();
        Dataset { name: "made".to_owned(), examples, splits_told_apart: true }
    }

    fn balance(method: Imbalance) -> Balance {
        Balance::of(method, &TrainingConfig::default().plan(), &data())
    }

    #[test]
    fn inverse_frequency_gives_every_class_the_same_mass() {
        let (data, balance) = (data(), balance(Imbalance::InverseFrequency));
        for (head, set) in [(0, LabelSet::Fer2013), (1, LabelSet::FerPlus)] {
            let weight = |i: usize| balance.weight(head, set, &data.examples[i]);
            assert!(
                (weight(0) * 90.0 - 50.0).abs() < 1e-3 && (weight(95) * 10.0 - 50.0).abs() < 1e-3
            );
        }
    }

    #[test]
    fn effective_numbers_lie_between_no_weights_and_inverse_frequency() {
        let (data, rare) =
            (data(), |b: &Balance, d: &Dataset| b.weight(0, LabelSet::Fer2013, &d.examples[95]));
        let mild = rare(&balance(Imbalance::EffectiveNumber { beta: 0.9 }), &data);
        let strong = rare(&balance(Imbalance::EffectiveNumber { beta: 0.9999 }), &data);
        assert!(1.0 < mild && mild < strong && strong < 5.0, "{mild} {strong}");
        assert_eq!(rare(&balance(Imbalance::EffectiveNumber { beta: 0.0 }), &data), 1.0);
        assert_eq!(rare(&balance(Imbalance::None), &data), 1.0);
    }

    #[test]
    fn logit_adjustment_shifts_by_the_log_of_shares() {
        let shift = balance(Imbalance::LOGIT_ADJUSTMENT).logit_shift;
        assert!(
            (shift[0][3] - 0.9f32.ln()).abs() < 1e-6 && (shift[1][5] - 0.1f32.ln()).abs() < 1e-6
        );
        assert_eq!(shift[0][0], 0.0, "no such example");
    }

    #[test]
    fn oversampling_shows_classes_equally_often_and_misses_no_rare_picture() {
        let data = data();
        let drawn = oversampled(&data, &mut fastrand::Rng::with_seed(1));
        assert_eq!(drawn.len(), 100);
        assert_eq!(drawn.iter().filter(|i| **i < 90).count(), 50);
        assert!((90..100).all(|i| drawn.contains(&i)));
    }
}
