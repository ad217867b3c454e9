//! Stochastic gradient descent with Nesterov momentum, and the average of the weights.

use crate::config::TrainingConfig;
use crate::network::Tensors;
use crate::network::plan::Plan;
use crate::network::shard::{BatchStatistics, ShardGradients};

/// How much of a batch norm's running value a step replaces.
const NORM_MOMENTUM: f32 = 0.1;

/// Everything a step changes.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    /// The weights, and batch norm's running values.
    pub weights: Tensors,
    /// Momentum of each weight.
    pub velocity: Tensors,
    /// Moving average of the weights and of batch norm's running values.
    pub average: Tensors,
    /// Steps taken.
    pub step: usize,
}

impl State {
    /// Before the first step.
    #[must_use]
    pub fn new(plan: &Plan, seed: u64) -> Self {
        let weights = Tensors::init(plan, seed);
        Self { average: weights.clone(), velocity: Tensors::zeros(plan), weights, step: 0 }
    }

    /// One step with the gradients of all shards, which add up.
    pub fn apply(
        &mut self,
        plan: &Plan,
        config: &TrainingConfig,
        shards: &[ShardGradients],
        learning_rate: f32,
    ) {
        for (i, spec) in plan.tensors.iter().enumerate() {
            if spec.role.is_trained() {
                let decay = if spec.role.decays() { config.weight_decay } else { 0.0 };
                let update = Update { learning_rate, momentum: config.momentum, decay };
                let gradients: Vec<&[f32]> = shards.iter().map(|s| &s.gradients[i][..]).collect();
                update.run(&mut self.weights.0[i], &mut self.velocity.0[i], &gradients);
            }
        }
        self.track_statistics(shards);
        self.track_average(config.ema_decay_at(self.step));
        self.step += 1;
    }

    /// Moves running means and variances towards the mean of what the shards saw.
    fn track_statistics(&mut self, shards: &[ShardGradients]) {
        let share = NORM_MOMENTUM / shards.len() as f32;
        let Some(first) = shards.first() else { return };
        for norm in first.statistics.iter().map(|s| s.norm) {
            for id in [norm.mean, norm.variance] {
                self.weights.0[id].iter_mut().for_each(|x| *x *= 1.0 - NORM_MOMENTUM);
            }
        }
        for BatchStatistics { norm, mean, variance } in shards.iter().flat_map(|s| &s.statistics) {
            for (id, seen) in [(norm.mean, mean), (norm.variance, variance)] {
                self.weights.0[id].iter_mut().zip(seen).for_each(|(x, s)| *x += share * s);
            }
        }
    }

    fn track_average(&mut self, decay: f32) {
        for (average, now) in self.average.0.iter_mut().zip(&self.weights.0) {
            let blend = |(a, w): (&mut f32, &f32)| *a = decay * *a + (1.0 - decay) * w;
            average.iter_mut().zip(now).for_each(blend);
        }
    }
}

struct Update {
    learning_rate: f32,
    momentum: f32,
    decay: f32,
}

impl Update {
    /// Nesterov's rule as Sutskever et al. (2013) write it.
    fn run(&self, weights: &mut [f32], velocity: &mut [f32], gradients: &[&[f32]]) {
        for (i, (w, v)) in weights.iter_mut().zip(velocity).enumerate() {
            let gradient = gradients.iter().map(|g| g[i]).sum::<f32>() + self.decay * *w;
            *v = self.momentum * *v + gradient;
            *w -= self.learning_rate * (gradient + self.momentum * *v);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn momentum_finds_the_bottom_of_a_bowl() {
        let update = Update { learning_rate: 0.1, momentum: 0.9, decay: 0.0 };
        let (mut w, mut v) = (vec![4.0, -2.0], vec![0.0; 2]);
        for _ in 0..200 {
            let gradient = w.clone();
            update.run(&mut w, &mut v, &[&gradient]);
        }
        assert!(w.iter().all(|x| x.abs() < 1e-3), "{w:?}");
    }

    #[test]
    fn shards_add_up() {
        let update = Update { learning_rate: 0.5, momentum: 0.0, decay: 0.1 };
        let (mut w, mut v) = (vec![1.0], vec![0.0]);
        update.run(&mut w, &mut v, &[&[0.2], &[0.3]]);
        assert!((w[0] - (1.0 - 0.5 * 0.6)).abs() < 1e-6);
    }
}
