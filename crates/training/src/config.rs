use std::num::NonZeroUsize;

use serde::{Deserialize, Serialize};

use crate::augment::Augmentation;
use crate::backend::Backend;
use crate::network::ModelConfig;

/// All that decides a training run; written down before its first step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TrainingConfig {
    /// The model's name.
    pub name: String,
    /// The network.
    pub model: ModelConfig,
    /// Side of the network's input in pixels, at most 48.
    pub input_size: usize,
    /// Starts the weights, the order of pictures and every random change.
    pub seed: u64,
    /// Passes over the training pictures.
    pub epochs: usize,
    /// Pictures a step.
    pub batch_size: usize,
    /// Parts a batch is cut into, each worked on by one thread. Batch norm sees one part at a
    /// time, so this changes the result and stays fixed for a run.
    pub shards: NonZeroUsize,
    /// What computes gradients.
    pub backend: Backend,
    /// Peak learning rate.
    pub learning_rate: f32,
    /// Steps of linear warm-up, as a share of all steps.
    pub warmup: f32,
    /// Nesterov momentum.
    pub momentum: f32,
    /// L2 penalty on weights (not on biases or batch norm).
    pub weight_decay: f32,
    /// Decay a step of the exponential moving average of the weights; that average is what is
    /// evaluated and exported.
    pub ema_decay: f32,
    /// Share of a FER2013 target that is spread evenly (label smoothing, Szegedy et al. 2016).
    pub label_smoothing: f32,
    /// Share of a FER2013 target that follows the FER+ votes instead of the label.
    pub crowd_smoothing: f32,
    /// Changes to training pictures.
    pub augmentation: Augmentation,
}

impl Default for TrainingConfig {
    fn default() -> Self {
        Self {
            name: "attune".to_owned(),
            model: ModelConfig::default(),
            input_size: 44,
            seed: 1,
            epochs: 45,
            batch_size: 128,
            shards: NonZeroUsize::MIN.saturating_add(1),
            backend: Backend::Native,
            learning_rate: 0.1,
            warmup: 0.05,
            momentum: 0.9,
            weight_decay: 5e-4,
            ema_decay: 0.999,
            label_smoothing: 0.1,
            crowd_smoothing: 0.1,
            augmentation: Augmentation::default(),
        }
    }
}

/// A configuration that cannot be trained.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidConfig(pub String);

impl TrainingConfig {
    /// Checks ranges.
    ///
    /// # Errors
    /// One sentence that names the first setting out of range.
    pub fn check(&self) -> Result<(), InvalidConfig> {
        let rules = [
            ((8..=48).contains(&self.input_size), "the input size must be from 8 to 48 pixels"),
            (self.epochs > 0, "at least one epoch is needed"),
            (
                self.shards.get() <= 256 && self.batch_size >= self.shards.get() * 2,
                "the batch must hold at least two pictures for each of at most 256 shards",
            ),
            (
                self.learning_rate > 0.0 && self.learning_rate.is_finite(),
                "the learning rate must be above 0",
            ),
            (
                self.weight_decay >= 0.0 && self.weight_decay.is_finite(),
                "the weight decay must be 0 or more",
            ),
            (self.augmentation.is_sound(), "the augmentation's numbers are out of range"),
            ((0.0..1.0).contains(&self.warmup), "the warm-up must be a share from 0 to 1"),
            ((0.0..1.0).contains(&self.momentum), "the momentum must be from 0 to below 1"),
            ((0.0..1.0).contains(&self.ema_decay), "the average's decay must be from 0 to below 1"),
            (
                self.label_smoothing >= 0.0
                    && self.crowd_smoothing >= 0.0
                    && self.label_smoothing + self.crowd_smoothing < 1.0,
                "the two smoothing shares must be at least 0 and below 1 together",
            ),
            (self.model.is_sound(), "the network needs one to eight stages of 1 to 4096 channels"),
            (
                self.input_size >= self.model.smallest_input(),
                "the input is too small for the network's pools",
            ),
        ];
        match rules.iter().find(|(holds, _)| !holds) {
            Some((_, rule)) => Err(InvalidConfig((*rule).to_owned())),
            None => Ok(()),
        }
    }

    /// The learning rate of a step: linear warm-up, then half a cosine to zero (Loshchilov and
    /// Hutter 2017).
    #[must_use]
    pub fn learning_rate_at(&self, step: usize, steps: usize) -> f32 {
        let warm = (self.warmup * steps as f32).max(1.0);
        let done = step as f32;
        if done < warm {
            return self.learning_rate * (done + 1.0) / warm;
        }
        let share = (done - warm) / (steps as f32 - warm).max(1.0);
        self.learning_rate * 0.5 * (1.0 + (std::f32::consts::PI * share).cos())
    }

    /// The decay of the weights' average at a step: it starts fast, so that the first weights
    /// don't linger.
    #[must_use]
    pub fn ema_decay_at(&self, step: usize) -> f32 {
        self.ema_decay.min((1.0 + step as f32) / (10.0 + step as f32))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_warms_up_peaks_and_ends_near_zero() {
        let config = TrainingConfig { warmup: 0.1, ..TrainingConfig::default() };
        let rate = |step| config.learning_rate_at(step, 1000);
        assert!(rate(0) < 0.002 && (rate(99) - 0.1).abs() < 1e-6 && rate(999) < 1e-5);
        assert!((100..999).all(|s| rate(s) >= rate(s + 1)));
    }

    #[test]
    fn refuses_what_cannot_be_trained() {
        let ok = TrainingConfig::default();
        assert_eq!(ok.check(), Ok(()));
        for bad in [
            TrainingConfig { epochs: 0, ..ok.clone() },
            TrainingConfig { input_size: 49, ..ok.clone() },
            TrainingConfig { learning_rate: f32::NAN, ..ok.clone() },
            TrainingConfig { batch_size: 3, ..ok.clone() },
            TrainingConfig { learning_rate: f32::INFINITY, ..ok.clone() },
            TrainingConfig { weight_decay: f32::NAN, ..ok.clone() },
            TrainingConfig { shards: NonZeroUsize::MAX, ..ok.clone() },
            TrainingConfig {
                augmentation: Augmentation { scale_min: 0.0, ..Augmentation::default() },
                ..ok.clone()
            },
            TrainingConfig { label_smoothing: 1.0, ..ok.clone() },
            TrainingConfig { model: ModelConfig::Attune { stages: vec![] }, ..ok.clone() },
        ] {
            assert!(bad.check().is_err(), "{bad:?}");
        }
    }
}
