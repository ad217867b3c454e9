use std::num::NonZeroUsize;
use std::path::PathBuf;

use attune_core::{Expression, LabelSet};
use serde::{Deserialize, Serialize};

use crate::augment::Augmentation;
use crate::backend::Backend;
use crate::data::Dataset;
use crate::imbalance::Imbalance;
use crate::init::mask;
use crate::network::{ModelConfig, Plan, freeze};
use crate::optimizer::OptimizerKind;
use crate::schedule::{Moment, Schedule};

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
    /// Label sets that the network has a head for.
    pub label_sets: Vec<LabelSet>,
    /// Expressions that the training pictures can show. The others get a probability of 0 in
    /// training and in serving.
    pub expressions: Vec<Expression>,
    /// Checkpoints or model files whose weights the run starts from, their mean where there are
    /// several; fresh ones without.
    #[serde(deserialize_with = "one_or_several")]
    pub init: Vec<PathBuf>,
    /// Layers that stay as they start: names such as `stem` or `stage1.conv1`, or `body` for all
    /// but the heads.
    pub freeze: Vec<String>,
    /// Passes over the training pictures.
    pub epochs: usize,
    /// Ends the run when its best epoch is this many epochs old (early stopping).
    pub patience: Option<usize>,
    /// Pictures a step.
    pub batch_size: usize,
    /// Parts a batch is cut into, each worked on by one thread. Batch norm sees one part at a
    /// time, so this changes the result and stays fixed for a run.
    pub shards: NonZeroUsize,
    /// What computes gradients.
    pub backend: Backend,
    /// How weights follow their gradients.
    pub optimizer: OptimizerKind,
    /// Peak learning rate.
    pub learning_rate: f32,
    /// What becomes of it after the warm-up.
    pub schedule: Schedule,
    /// Steps of linear warm-up, as a share of all steps.
    pub warmup: f32,
    /// Nesterov momentum; Adam's first decay.
    pub momentum: f32,
    /// L2 penalty on weights, or their decay under `adam_w` (not on biases or batch norm).
    pub weight_decay: f32,
    /// Decay a step of the exponential moving average of the weights; that average is what is
    /// evaluated and exported.
    pub ema_decay: f32,
    /// How far uphill of the weights gradients are taken (sharpness-aware minimisation, Foret et al.
    /// 2021), for twice the work a step; 0 takes them where the weights are.
    pub sharpness: f32,
    /// Share of a FER2013 target that is spread evenly (label smoothing, Szegedy et al. 2016).
    pub label_smoothing: f32,
    /// Share of a FER2013 target that follows the FER+ votes instead of the label.
    pub crowd_smoothing: f32,
    /// What is done about rare classes.
    pub imbalance: Imbalance,
    /// Model files whose answers become part of the targets.
    pub teachers: Vec<PathBuf>,
    /// The teachers' share of the targets; without teachers it means nothing.
    pub distill_share: f32,
    /// Divides the teachers' logits.
    pub distill_temperature: f32,
    /// Changes to training pictures.
    pub augmentation: Augmentation,
}

/// Configurations name one file, several or, as `null`, none.
fn one_or_several<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Vec<PathBuf>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Named {
        Several(Vec<PathBuf>),
        One(Option<PathBuf>),
    }
    Ok(match Named::deserialize(from)? {
        Named::Several(paths) => paths,
        Named::One(path) => path.into_iter().collect(),
    })
}

impl Default for TrainingConfig {
    fn default() -> Self {
        Self {
            name: "attune".to_owned(),
            model: ModelConfig::default(),
            input_size: 44,
            seed: 1,
            label_sets: LabelSet::ALL.to_vec(),
            expressions: Expression::ALL.to_vec(),
            init: Vec::new(),
            freeze: Vec::new(),
            epochs: 45,
            patience: None,
            batch_size: 128,
            shards: NonZeroUsize::MIN.saturating_add(1),
            backend: Backend::Native,
            optimizer: OptimizerKind::Sgd,
            learning_rate: 0.1,
            schedule: Schedule::Cosine,
            warmup: 0.05,
            momentum: 0.9,
            weight_decay: 5e-4,
            ema_decay: 0.999,
            sharpness: 0.0,
            label_smoothing: 0.1,
            crowd_smoothing: 0.1,
            imbalance: Imbalance::None,
            teachers: Vec::new(),
            distill_share: 0.5,
            distill_temperature: 1.0,
            augmentation: Augmentation::default(),
        }
    }
}

/// A configuration that cannot be trained.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidConfig(pub String);

impl TrainingConfig {
    /// The defaults for a network: those without batch norm are trained by Adam, which stands
    /// their unnormalised layers better.
    #[must_use]
    pub fn for_network(model: ModelConfig) -> Self {
        let base = Self { model, ..Self::default() };
        if base.model.has_batch_norm() {
            return base;
        }
        Self { optimizer: OptimizerKind::Adam, learning_rate: 1e-3, weight_decay: 0.0, ..base }
    }

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
                self.sharpness >= 0.0 && self.sharpness.is_finite(),
                "the distance uphill must be 0 or more",
            ),
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
            (self.has_distinct_heads(), "the network needs one head for each of its label sets"),
            (
                self.label_sets.iter().all(|set| self.known(*set).contains(&true)),
                "each head needs an expression that the data knows",
            ),
            (self.schedule.is_sound(), "the schedule's numbers are out of range"),
            (self.patience != Some(0), "the patience must be one epoch or more"),
            (self.imbalance.is_sound(), "the numbers against imbalance are out of range"),
            (
                (0.0..=1.0).contains(&self.distill_share),
                "the teachers' share of the targets must be from 0 to 1",
            ),
            (
                self.distill_temperature > 0.0 && self.distill_temperature.is_finite(),
                "the teachers' temperature must be above 0",
            ),
        ];
        match rules.iter().find(|(holds, _)| !holds) {
            Some((_, rule)) => Err(InvalidConfig((*rule).to_owned())),
            None => self.check_frozen(),
        }
    }

    fn has_distinct_heads(&self) -> bool {
        let sets = &self.label_sets;
        !sets.is_empty() && (1..sets.len()).all(|i| !sets[..i].contains(&sets[i]))
    }

    /// Every pattern must mean some tensor, and something must be left to train.
    fn check_frozen(&self) -> Result<(), InvalidConfig> {
        let plan = self.plan();
        let idle = |pattern: &&String| {
            !plan.tensors.iter().any(|spec| freeze::matches(pattern, &spec.name))
        };
        if let Some(pattern) = self.freeze.iter().find(idle) {
            return Err(InvalidConfig(format!("no layer is called '{pattern}'")));
        }
        if plan.parameters() == 0 {
            return Err(InvalidConfig(
                "every layer is frozen: nothing is left to train".to_owned(),
            ));
        }
        Ok(())
    }

    /// The network's plan, with the heads and frozen layers asked for.
    #[must_use]
    pub fn plan(&self) -> Plan {
        let plan = self.model.plan_with_heads(&self.name, self.input_size, &self.label_sets);
        freeze::freeze(plan, &self.freeze)
    }

    /// For each output of a label set, whether the data knows its expression.
    #[must_use]
    pub fn known(&self, set: LabelSet) -> Vec<bool> {
        mask(set, &self.expressions)
    }

    /// Leaves out heads that the data has no truth for, and expressions it never shows. A data set
    /// with all of them changes nothing.
    pub fn fit_to(&mut self, data: &Dataset) {
        let has = data.label_sets();
        if self.label_sets.iter().any(|set| has.contains(set)) {
            self.label_sets.retain(|set| has.contains(set));
        }
        let shown = data.expressions();
        let of_heads =
            |e: &Expression| self.label_sets.iter().any(|set| set.expressions().contains(e));
        let missing = |e: &Expression| of_heads(e) && !shown.contains(e);
        if self.expressions.iter().any(missing) {
            self.expressions.retain(|e| shown.contains(e));
        }
    }

    /// The learning rate of a step.
    #[must_use]
    pub fn learning_rate_at(&self, at: Moment<'_>) -> f32 {
        self.learning_rate * self.schedule.share(self.warmup, at)
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
            TrainingConfig { label_sets: vec![], ..ok.clone() },
            TrainingConfig { label_sets: vec![LabelSet::FerPlus; 2], ..ok.clone() },
            TrainingConfig { expressions: vec![Expression::Contempt], ..ok.clone() },
            TrainingConfig { freeze: vec!["stage9".to_owned()], ..ok.clone() },
            TrainingConfig { freeze: vec!["body".to_owned(), "head".to_owned()], ..ok.clone() },
            TrainingConfig { patience: Some(0), ..ok.clone() },
            TrainingConfig { schedule: Schedule::Step { every: 0, factor: 0.1 }, ..ok.clone() },
            TrainingConfig { sharpness: f32::NAN, ..ok.clone() },
            TrainingConfig { distill_share: 1.5, ..ok.clone() },
            TrainingConfig { distill_temperature: 0.0, ..ok.clone() },
            TrainingConfig {
                input_size: 20,
                model: ModelConfig::Literature { convolutions: 4 },
                ..ok.clone()
            },
        ] {
            assert!(bad.check().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_configuration_written_before_a_field_existed_still_means_the_same() {
        let text = include_str!("../../../models/runs/attune-2.config.json");
        let old: TrainingConfig = serde_json::from_str(text).unwrap();
        let known = TrainingConfig {
            name: old.name.clone(),
            epochs: old.epochs,
            input_size: old.input_size,
            augmentation: old.augmentation.clone(),
            ..TrainingConfig::default()
        };
        assert_eq!(old, known);
    }
}
