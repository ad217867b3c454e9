//! From examples to batches: order, targets, augmentation.

use attune_core::LabelSet;

use crate::config::TrainingConfig;
use crate::data::{Dataset, Example};
use crate::distill::Teachers;
use crate::imbalance::{Balance, Imbalance, oversampled};
use crate::network::plan::Plan;
use crate::network::shard::Batch;

/// A random generator that depends only on what it is for.
fn rng_for(seed: u64, epoch: usize, what: u64) -> fastrand::Rng {
    let mut rng = fastrand::Rng::with_seed(seed);
    let salt = rng.u64(..) ^ (epoch as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mut rng = fastrand::Rng::with_seed(salt);
    fastrand::Rng::with_seed(rng.u64(..) ^ what.wrapping_mul(0xD1B5_4A32_D192_ED03))
}

/// A picture's turn in an epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Draw {
    /// Which example.
    pub example: usize,
    /// How often the epoch has shown it before; above 0 under oversampling only.
    pub repeat: usize,
}

/// The order in which an epoch sees the examples.
#[must_use]
pub fn order(config: &TrainingConfig, epoch: usize, data: &Dataset) -> Vec<Draw> {
    let mut rng = rng_for(config.seed, epoch, u64::MAX);
    let order = if config.imbalance == Imbalance::Oversample {
        oversampled(data, &mut rng)
    } else {
        let mut order: Vec<usize> = (0..data.examples.len()).collect();
        rng.shuffle(&mut order);
        order
    };
    let mut shown = vec![0; data.examples.len()];
    let draw = |example: usize| {
        shown[example] += 1;
        Draw { example, repeat: shown[example] - 1 }
    };
    order.into_iter().map(draw).collect()
}

/// All that batches are made of.
#[derive(Clone, Copy)]
pub struct Source<'a> {
    /// The run's configuration.
    pub config: &'a TrainingConfig,
    /// Its network.
    pub plan: &'a Plan,
    /// The training pictures.
    pub data: &'a Dataset,
    /// What is done about rare classes.
    pub balance: &'a Balance,
    /// Who answers along.
    pub teachers: &'a Teachers,
}

impl Source<'_> {
    /// Augmented pictures and targets of some examples of an epoch.
    ///
    /// Every picture's changes depend on the seed, the epoch and the draw alone, so they are the
    /// same in whichever shard or after whichever restart it is drawn. Mixes stay within the
    /// shard.
    #[must_use]
    pub fn batch(&self, epoch: usize, draws: &[Draw]) -> Batch {
        let (config, size) = (self.config, self.config.input_size);
        let rng = |draw: &Draw| {
            let what = draw.example as u64 ^ (draw.repeat as u64) << 40;
            rng_for(config.seed, epoch, what)
        };
        let drawn: Vec<_> = draws
            .iter()
            .map(|draw| {
                let (crop, mut rng) = (&self.data.examples[draw.example].crop, rng(draw));
                let picture = config.augmentation.apply(crop, size, &mut rng);
                (picture, config.augmentation.mix(&mut rng))
            })
            .collect();
        let n = draws.len();
        let first = draws.first().map_or(0, |draw| draw.example as u64);
        let seed = rng_for(config.seed, epoch, !first).u64(..);
        let images = Vec::with_capacity(n * size * size);
        let logit_shift = self.balance.logit_shift.clone();
        let mut batch = Batch { len: n, images, targets: vec![], seed, logit_shift };
        for (i, (picture, mix)) in drawn.iter().enumerate() {
            let other = &drawn[(i + 1) % n].0;
            let share = mix.unwrap_or(0.0);
            batch.images.extend(picture.iter().zip(other).map(|(a, b)| a + share * (b - a)));
        }
        for (head, (set, _)) in self.plan.heads.iter().enumerate() {
            let own: Vec<Vec<f32>> =
                draws.iter().map(|draw| self.target(head, *set, draw.example)).collect();
            let mut rows = Vec::with_capacity(n * set.expressions().len());
            for (i, (_, mix)) in drawn.iter().enumerate() {
                let share = mix.unwrap_or(0.0);
                rows.extend(own[i].iter().zip(&own[(i + 1) % n]).map(|(a, b)| a + share * (b - a)));
            }
            batch.targets.push(rows);
        }
        self.teachers.mix_into(config, self.plan, &mut batch);
        batch
    }

    fn target(&self, head: usize, set: LabelSet, index: usize) -> Vec<f32> {
        let example = &self.data.examples[index];
        let weight = self.balance.weight(head, set, example);
        let mut target = target(self.config, example, set);
        target.iter_mut().for_each(|t| *t *= weight);
        target
    }
}

/// What one head should answer, times the example's weight: zeros where it has no label.
fn target(config: &TrainingConfig, example: &Example, set: LabelSet) -> Vec<f32> {
    let classes = set.expressions().len();
    let known = config.known(set);
    let votes = example.votes.map(|v| v.distribution());
    let mut target: Vec<f32> = match (set, votes, example.label) {
        (LabelSet::FerPlus, Some((weight, shares)), _) => {
            shares.iter().map(|s| s * weight).collect()
        }
        (LabelSet::Fer2013, _, Some(label)) if known[label] => {
            fer2013_target(config, label, votes.map(|(_, shares)| shares))
        }
        _ => vec![0.0; classes],
    };
    keep_known(&mut target, &known);
    target
}

/// Moves what unknown expressions have to the known ones, in proportion.
fn keep_known(target: &mut [f32], known: &[bool]) {
    let all: f32 = target.iter().sum();
    target.iter_mut().zip(known).filter(|(_, known)| !**known).for_each(|(t, _)| *t = 0.0);
    let left: f32 = target.iter().sum();
    if left > 0.0 && left < all {
        target.iter_mut().for_each(|t| *t *= all / left);
    }
}

/// The label, smoothed evenly and towards what the crowd saw (where it voted).
fn fer2013_target(config: &TrainingConfig, label: usize, votes: Option<[f32; 8]>) -> Vec<f32> {
    let expressions = LabelSet::Fer2013.expressions();
    let even = config.label_smoothing / expressions.len() as f32;
    let mut target = vec![even; expressions.len()];
    let mut left = 1.0 - config.label_smoothing;
    for (expression, share) in LabelSet::FerPlus.expressions().iter().zip(votes.unwrap_or_default())
    {
        if let Some(class) = expressions.iter().position(|e| e == expression) {
            target[class] += config.crowd_smoothing * share;
            left -= config.crowd_smoothing * share;
        }
    }
    target[label] += left;
    target
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Votes;
    use attune_vision::FaceCrop;

    fn example(label: Option<usize>, votes: Option<[u8; 10]>) -> Example {
        let crop = FaceCrop::from_pixels(&[9; 48 * 48]).unwrap();
        Example { crop, label, votes: votes.map(Votes) }
    }

    #[test]
    fn targets_are_distributions_or_nothing() {
        let config = TrainingConfig::default();
        let voted = example(Some(3), Some([2, 6, 0, 0, 0, 0, 0, 1, 1, 0]));
        let fer2013 = target(&config, &voted, LabelSet::Fer2013);
        assert!((fer2013.iter().sum::<f32>() - 1.0).abs() < 1e-6);
        assert!(fer2013[3] > 0.8 && fer2013[6] > fer2013[0]);
        let ferplus = target(&config, &voted, LabelSet::FerPlus);
        assert!((ferplus.iter().sum::<f32>() - 0.9).abs() < 1e-6, "one of ten did not know");
        assert_eq!(target(&config, &example(None, None), LabelSet::Fer2013), [0.0; 7]);
        assert_eq!(target(&config, &example(Some(0), None), LabelSet::FerPlus), [0.0; 8]);
    }

    #[test]
    fn an_epoch_sees_every_example_once_in_its_own_order() {
        let config = TrainingConfig::default();
        let examples = vec![example(Some(3), None); 100];
        let data = Dataset { name: String::new(), examples, splits_told_apart: true };
        let first = order(&config, 0, &data);
        assert_eq!(first, order(&config, 0, &data));
        assert_ne!(first, order(&config, 1, &data));
        let mut seen: Vec<usize> = first.iter().map(|draw| draw.example).collect();
        seen.sort_unstable();
        assert_eq!(seen, (0..100).collect::<Vec<_>>());
        assert!(first.iter().all(|draw| draw.repeat == 0));
    }

    #[test]
    fn a_picture_shown_again_is_changed_anew() {
        let config =
            TrainingConfig { imbalance: Imbalance::Oversample, ..TrainingConfig::default() };
        let mut examples = vec![example(Some(3), None); 7];
        let pixels: Vec<u8> = (0..48 * 48).map(|i| (i * 31 % 251) as u8).collect();
        let crop = FaceCrop::from_pixels(&pixels).unwrap();
        examples.push(Example { crop, ..example(Some(1), None) });
        let data = Dataset { name: String::new(), examples, splits_told_apart: true };
        let rare: Vec<Draw> =
            order(&config, 0, &data).into_iter().filter(|draw| draw.example == 7).collect();
        assert_eq!(rare.iter().map(|draw| draw.repeat).collect::<Vec<_>>(), [0, 1, 2, 3]);
        let plan = config.plan();
        let (balance, teachers) = (Balance::default(), Teachers::default());
        let (config, data) = (&config, &data);
        let source = Source { config, plan: &plan, data, balance: &balance, teachers: &teachers };
        let images = source.batch(0, &rare[..2]).images;
        let half = images.len() / 2;
        assert_ne!(images[..half], images[half..]);
    }

    #[test]
    fn unknown_expressions_are_never_a_target() {
        let expressions = vec![attune_core::Expression::Happy, attune_core::Expression::Sad];
        let config = TrainingConfig { expressions, ..TrainingConfig::default() };
        let voted = example(Some(3), Some([5, 5, 0, 0, 0, 0, 0, 0, 0, 0]));
        let fer2013 = target(&config, &voted, LabelSet::Fer2013);
        assert!((fer2013.iter().sum::<f32>() - 1.0).abs() < 1e-6);
        assert!(fer2013[6] == 0.0 && fer2013[3] > 0.9);
        assert_eq!(target(&config, &voted, LabelSet::FerPlus)[1], 1.0);
        assert_eq!(target(&config, &example(Some(0), None), LabelSet::Fer2013), [0.0; 7]);
    }
}
