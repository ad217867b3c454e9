//! From examples to batches: order, targets, augmentation.

use attune_core::LabelSet;

use crate::config::TrainingConfig;
use crate::data::{Dataset, Example};
use crate::network::plan::Plan;
use crate::network::shard::Batch;

/// A random generator that depends only on what it is for.
fn rng_for(seed: u64, epoch: usize, what: u64) -> fastrand::Rng {
    let mut rng = fastrand::Rng::with_seed(seed);
    let salt = rng.u64(..) ^ (epoch as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mut rng = fastrand::Rng::with_seed(salt);
    fastrand::Rng::with_seed(rng.u64(..) ^ what.wrapping_mul(0xD1B5_4A32_D192_ED03))
}

/// The order in which an epoch sees the examples.
#[must_use]
pub fn order(config: &TrainingConfig, epoch: usize, examples: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..examples).collect();
    rng_for(config.seed, epoch, u64::MAX).shuffle(&mut order);
    order
}

/// Augmented pictures and targets of some examples of an epoch.
///
/// Every picture's changes depend on the seed, the epoch and the picture alone, so they are the
/// same in whichever shard or after whichever restart it is drawn. Mixes stay within the shard.
#[must_use]
pub fn prepare(
    config: &TrainingConfig,
    plan: &Plan,
    data: &Dataset,
    epoch: usize,
    members: &[usize],
) -> Batch {
    let size = config.input_size;
    let drawn: Vec<_> = members
        .iter()
        .map(|i| {
            let mut rng = rng_for(config.seed, epoch, *i as u64);
            let picture = config.augmentation.apply(&data.examples[*i].crop, size, &mut rng);
            (picture, config.augmentation.mix(&mut rng))
        })
        .collect();
    let n = members.len();
    let first = members.first().map_or(0, |i| *i as u64);
    let seed = rng_for(config.seed, epoch, !first).u64(..);
    let images = Vec::with_capacity(n * size * size);
    let mut batch = Batch { len: n, images, targets: vec![], seed };
    for (i, (picture, mix)) in drawn.iter().enumerate() {
        let other = &drawn[(i + 1) % n].0;
        let share = mix.unwrap_or(0.0);
        batch.images.extend(picture.iter().zip(other).map(|(a, b)| a + share * (b - a)));
    }
    for (set, _) in &plan.heads {
        let own: Vec<Vec<f32>> =
            members.iter().map(|i| target(config, &data.examples[*i], *set)).collect();
        let mut rows = Vec::with_capacity(n * set.expressions().len());
        for (i, (_, mix)) in drawn.iter().enumerate() {
            let share = mix.unwrap_or(0.0);
            rows.extend(own[i].iter().zip(&own[(i + 1) % n]).map(|(a, b)| a + share * (b - a)));
        }
        batch.targets.push(rows);
    }
    batch
}

/// What one head should answer, times the example's weight: zeros where it has no label.
fn target(config: &TrainingConfig, example: &Example, set: LabelSet) -> Vec<f32> {
    let classes = set.expressions().len();
    let votes = example.votes.map(|v| v.distribution());
    match set {
        LabelSet::FerPlus => match votes {
            Some((weight, shares)) => shares.iter().map(|s| s * weight).collect(),
            None => vec![0.0; classes],
        },
        LabelSet::Fer2013 => match example.label {
            Some(label) => fer2013_target(config, label, votes.map(|(_, shares)| shares)),
            None => vec![0.0; classes],
        },
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
        let mut first = order(&config, 0, 100);
        assert_eq!(first, order(&config, 0, 100));
        assert_ne!(first, order(&config, 1, 100));
        first.sort_unstable();
        assert_eq!(first, (0..100).collect::<Vec<_>>());
    }
}
