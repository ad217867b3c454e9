//! Gradient descent with Nesterov momentum or Adam, and the average of the weights.

use serde::{Deserialize, Serialize};

use crate::config::TrainingConfig;
use crate::network::Tensors;
use crate::network::plan::Plan;
use crate::network::shard::{BatchStatistics, ShardGradients};

/// How weights follow their gradients.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OptimizerKind {
    /// Stochastic gradient descent with Nesterov momentum.
    #[default]
    Sgd,
    /// Adam (Kingma and Ba 2015); weight decay is an L2 penalty.
    Adam,
    /// Adam with decoupled weight decay (Loshchilov and Hutter 2019).
    AdamW,
}

impl OptimizerKind {
    /// Whether it needs the mean of squared gradients.
    #[must_use]
    pub const fn keeps_squares(self) -> bool {
        matches!(self, Self::Adam | Self::AdamW)
    }
}

/// Adam's second decay.
const SQUARES_DECAY: f32 = 0.999;
/// Keeps Adam from dividing by 0.
const ADAM_EPSILON: f32 = 1e-8;

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
    /// Moving mean of squared gradients under Adam, nothing otherwise.
    pub squares: Tensors,
    /// Steps taken.
    pub step: usize,
}

impl State {
    /// Before the first step.
    #[must_use]
    pub fn new(plan: &Plan, weights: Tensors, optimizer: OptimizerKind) -> Self {
        let none = Tensors(Vec::new());
        let squares = if optimizer.keeps_squares() { Tensors::zeros(plan) } else { none };
        let velocity = Tensors::zeros(plan);
        Self { average: weights.clone(), velocity, squares, weights, step: 0 }
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
            if spec.is_trained() {
                let decay = if spec.role.decays() { config.weight_decay } else { 0.0 };
                let update = Update { learning_rate, momentum: config.momentum, decay };
                let gradients: Vec<&[f32]> = shards.iter().map(|s| &s.gradients[i][..]).collect();
                let (weights, velocity) = (&mut self.weights.0[i], &mut self.velocity.0[i]);
                match self.squares.0.get_mut(i) {
                    None => update.run(weights, velocity, &gradients),
                    Some(squares) => {
                        let decoupled = config.optimizer == OptimizerKind::AdamW;
                        let adam = Adam { update, decoupled, step: self.step + 1 };
                        adam.run(weights, velocity, squares, &gradients);
                    }
                }
            }
        }
        self.track_statistics(shards);
        self.track_average(plan, config.ema_decay_at(self.step));
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

    fn track_average(&mut self, plan: &Plan, decay: f32) {
        let tensors = self.average.0.iter_mut().zip(&self.weights.0).zip(&plan.tensors);
        for ((average, now), _) in tensors.filter(|(_, spec)| !spec.frozen) {
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

struct Adam {
    update: Update,
    decoupled: bool,
    /// 1 for the first.
    step: usize,
}

impl Adam {
    fn run(
        &self,
        weights: &mut [f32],
        means: &mut [f32],
        squares: &mut [f32],
        gradients: &[&[f32]],
    ) {
        let Update { learning_rate, momentum, decay } = self.update;
        let (penalty, shrink) =
            if self.decoupled { (0.0, 1.0 - learning_rate * decay) } else { (decay, 1.0) };
        let bias = |decay: f32| (1.0 - f64::from(decay).powf(self.step as f64)) as f32;
        let (mean_bias, square_bias) = (bias(momentum), bias(SQUARES_DECAY));
        for (i, ((w, m), v)) in weights.iter_mut().zip(means).zip(squares).enumerate() {
            let gradient = gradients.iter().map(|g| g[i]).sum::<f32>() + penalty * *w;
            *m = momentum * *m + (1.0 - momentum) * gradient;
            *v = SQUARES_DECAY * *v + (1.0 - SQUARES_DECAY) * gradient * gradient;
            let step = *m / mean_bias / ((*v / square_bias).sqrt() + ADAM_EPSILON);
            *w = shrink * *w - learning_rate * step;
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
    fn adam_takes_the_steps_that_pytorch_takes() {
        // Reference: the rules of torch.optim.Adam and AdamW, lr 0.1, weight decay 0.01, two steps on the
        // gradients 0.5 and -0.25 from a weight of 1, worked out in double precision.
        let run = |decoupled: bool| {
            let (mut w, mut m, mut v) = (vec![1.0], vec![0.0], vec![0.0]);
            for (step, gradient) in [(1, 0.5), (2, -0.25)] {
                let update = Update { learning_rate: 0.1, momentum: 0.9, decay: 0.01 };
                let adam = Adam { update, decoupled, step };
                adam.run(&mut w, &mut m, &mut v, &[&[gradient]]);
            }
            w[0]
        };
        assert!((run(false) - ADAM_REFERENCE[0]).abs() < 1e-5, "{}", run(false));
        assert!((run(true) - ADAM_REFERENCE[1]).abs() < 1e-5, "{}", run(true));
    }

    const ADAM_REFERENCE: [f32; 2] = [0.8712293, 0.8714673];

    #[test]
    fn shards_add_up() {
        let update = Update { learning_rate: 0.5, momentum: 0.0, decay: 0.1 };
        let (mut w, mut v) = (vec![1.0], vec![0.0]);
        update.run(&mut w, &mut v, &[&[0.2], &[0.3]]);
        assert!((w[0] - (1.0 - 0.5 * 0.6)).abs() < 1e-6);
    }
}
