//! Loss and gradients of a plan on one CPU core.
//!
//! Images stand with their channels innermost, so that every loop runs over neighbouring numbers
//! and convolutions become few large matrix products. All memory is kept from step to step.
//! [`crate::network::replica`] computes the same with burn; a test holds the two together.

mod activation;
mod arrange;
mod conv;
mod depthwise;
mod layers;
mod matmul;
mod memory;
mod norm;
mod windows;

use arrange::Arranged;
use memory::{Memory, Saved};

use crate::network::Tensors;
use crate::network::dropout;
use crate::network::plan::{Affine, Layer, Plan, ValueShape};
use crate::network::shard::{Batch, BatchStatistics, ShardGradients};

/// A plan ready to be trained by one thread.
#[derive(Debug)]
pub struct Engine {
    plan: Plan,
    shapes: Vec<ValueShape>,
    arranged: Arranged,
    memory: Memory,
}

impl Engine {
    /// Lays out the memory of a plan; the first batch sizes it.
    #[must_use]
    pub fn new(plan: &Plan) -> Self {
        let shapes = plan.shapes();
        let (arranged, memory) = (Arranged::new(plan, &shapes), Memory::new(plan));
        Self { plan: plan.clone(), shapes, arranged, memory }
    }

    /// Loss and gradients of one shard. The loss is the cross-entropy summed over heads and
    /// images, divided by `whole_batch`, so that shards add up to the batch's mean.
    pub fn gradients(
        &mut self,
        tensors: &Tensors,
        batch: &Batch,
        whole_batch: usize,
    ) -> ShardGradients {
        self.arranged.load(tensors);
        self.memory.prepare(&self.shapes, batch.len);
        self.memory.values[0].copy_from_slice(&batch.images);
        for index in 0..self.plan.layers.len() {
            self.forward(index, batch.seed);
        }
        let loss = self.loss(batch, whole_batch);
        for index in (0..self.plan.layers.len()).rev() {
            self.backward(index);
        }
        let logits = |(_, value): &(_, usize)| self.memory.values[*value].clone();
        ShardGradients {
            gradients: self.arranged.gradients(),
            statistics: self.statistics(),
            loss,
            logits: self.plan.heads.iter().map(logits).collect(),
        }
    }

    fn forward(&mut self, index: usize, seed: u64) {
        let (made, rest) = self.memory.values.split_at_mut(index + 1);
        let Some(out) = rest.first_mut() else { return };
        let saved = &mut self.memory.saved[index];
        let scratch = &mut self.memory.scratch;
        let arranged = &self.arranged;
        let shape = |value: usize| self.shapes[value];
        match self.plan.layers[index] {
            Layer::Conv { input, weight, affine, groups, activation, .. } => {
                let windows = &self.arranged.windows[index];
                let pre = &mut saved.pre;
                if groups == 1 {
                    conv::forward(windows, &made[input], arranged.weight(weight), pre, scratch);
                } else {
                    depthwise::forward(windows, &made[input], arranged.weight(weight), pre);
                }
                match affine {
                    Affine::Norm(norm) => {
                        saved.norm = norm::measure(pre, arranged.norm(norm));
                        norm::apply(pre, &saved.norm, activation, out);
                    }
                    Affine::Bias(bias) => {
                        layers::add_bias(pre, arranged.weight(bias));
                        activation::apply(activation, pre, out);
                    }
                }
            }
            Layer::Linear { input, weight, bias, activation } => {
                let outputs = shape(index + 1).channels;
                let weights = arranged.weight(weight);
                matmul::forward(&made[input], weights, outputs, &mut saved.pre);
                layers::add_bias(&mut saved.pre, arranged.weight(bias));
                activation::apply(activation, &saved.pre, out);
            }
            Layer::MaxPool { input, .. } => {
                let windows = &self.arranged.windows[index];
                layers::max_pool(windows, &made[input], out, &mut saved.places);
            }
            Layer::GlobalAvgPool { input } => {
                layers::global_avg_pool(&made[input], shape(input), out);
            }
            Layer::Dropout { input, rate } => {
                saved.pre = dropout::factors(seed, index + 1, rate, out.len());
                layers::multiply(&made[input], &saved.pre, out);
            }
            Layer::Add { left, right, activation } => {
                layers::add(&made[left], &made[right], &mut saved.pre);
                activation::apply(activation, &saved.pre, out);
            }
            Layer::Scale { input, by } => {
                layers::scale(&made[input], &made[by], shape(input), out);
            }
        }
    }

    /// Cross-entropy of every head; its gradient becomes that of the logits.
    fn loss(&mut self, batch: &Batch, whole_batch: usize) -> f32 {
        let mut loss = 0.0;
        for (i, ((_, value), targets)) in self.plan.heads.iter().zip(&batch.targets).enumerate() {
            let classes = self.shapes[*value].channels;
            let mut logits = self.memory.values[*value].clone();
            if let Some(shift) = batch.logit_shift.get(i) {
                layers::add_bias(&mut logits, shift);
            }
            let gradients = &mut self.memory.gradients[*value];
            loss += layers::cross_entropy(&logits, targets, classes, whole_batch, gradients);
        }
        loss
    }

    fn backward(&mut self, index: usize) {
        let Memory { values, gradients, saved, scratch } = &mut self.memory;
        let (below, rest) = gradients.split_at_mut(index + 1);
        let Some(from) = rest.first_mut() else { return };
        let Saved { pre, norm, places, .. } = &mut saved[index];
        let shapes = &self.shapes;
        match self.plan.layers[index] {
            Layer::Conv { input, weight, affine, groups, activation, .. } => {
                let pull = match affine {
                    Affine::Norm(id) => {
                        let found = norm::backward(pre, norm, activation, from);
                        self.arranged.gradient(id.gamma).copy_from_slice(&found.gamma);
                        self.arranged.gradient(id.beta).copy_from_slice(&found.beta);
                        Some(found.pull)
                    }
                    Affine::Bias(bias) => {
                        activation::backward(activation, pre, from);
                        layers::sum_rows(from, self.arranged.gradient(bias));
                        None
                    }
                };
                if let Some(pull) = &pull {
                    norm::pull_back(pre, pull, from);
                }
                let to = (input > 0).then(|| &mut below[input][..]);
                let (windows, weights, found) = self.arranged.conv(index, weight);
                if groups == 1 {
                    conv::backward(windows, [&values[input], from], weights, found, to, scratch);
                } else {
                    depthwise::backward(windows, [&values[input], from], weights, found, to);
                }
            }
            Layer::Linear { input, weight, bias, activation } => {
                activation::backward(activation, pre, from);
                layers::sum_rows(from, self.arranged.gradient(bias));
                let outputs = shapes[index + 1].channels;
                let (weights, found) = self.arranged.pair(weight);
                matmul::backward(
                    [&values[input], from],
                    weights,
                    outputs,
                    found,
                    &mut below[input],
                );
            }
            Layer::MaxPool { input, .. } => layers::max_pool_back(from, places, &mut below[input]),
            Layer::GlobalAvgPool { input } => {
                layers::global_avg_pool_back(from, shapes[input], &mut below[input]);
            }
            Layer::Dropout { input, .. } => layers::add_product(from, pre, &mut below[input]),
            Layer::Add { left, right, activation } => {
                activation::backward(activation, pre, from);
                layers::accumulate(from, &mut below[left]);
                layers::accumulate(from, &mut below[right]);
            }
            Layer::Scale { input, by } => {
                let (image, factors) = (&values[input], &values[by]);
                layers::scale_back(from, factors, shapes[input], &mut below[input]);
                layers::scale_factors_back(from, image, shapes[input], &mut below[by]);
            }
        }
    }

    fn statistics(&self) -> Vec<BatchStatistics> {
        let one = |(layer, saved): (&Layer, &Saved)| match layer {
            Layer::Conv { affine: Affine::Norm(norm), .. } => Some(BatchStatistics {
                norm: *norm,
                mean: saved.norm.mean.clone(),
                variance: saved.norm.variance.clone(),
            }),
            _ => None,
        };
        self.plan.layers.iter().zip(&self.memory.saved).filter_map(one).collect()
    }
}
