//! Loss and gradients of a plan on one CPU core.
//!
//! Images stand with their channels innermost, so that every loop runs over neighbouring numbers
//! and convolutions become few large matrix products. All memory is kept from step to step.
//! [`crate::network::replica`] computes the same with burn; a test holds the two together.

mod activation;
mod arrange;
mod backward;
mod conv;
mod depthwise;
mod forward;
mod layers;
mod matmul;
mod memory;
mod norm;
mod windows;

use arrange::Arranged;
use backward::Backward;
use forward::Forward;
use memory::{Memory, Saved};

use crate::network::Tensors;
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
        let logits = |value: usize| self.memory.values[value].clone();
        ShardGradients {
            gradients: self.arranged.gradients(),
            statistics: self.statistics(),
            loss,
            logits: self.plan.logits().map(logits).collect(),
        }
    }

    fn forward(&mut self, index: usize, seed: u64) {
        let Memory { values, saved, scratch, .. } = &mut self.memory;
        let (made, rest) = values.split_at_mut(index + 1);
        let (arranged, shapes) = (&self.arranged, &self.shapes[..]);
        let (out, saved) = (&mut rest[0], &mut saved[index]);
        Forward { index, arranged, shapes, made, out, saved, scratch }
            .run(&self.plan.layers[index], seed);
    }

    fn backward(&mut self, index: usize) {
        let Memory { values, gradients, saved, scratch } = &mut self.memory;
        let (below, rest) = gradients.split_at_mut(index + 1);
        let (arranged, shapes) = (&mut self.arranged, &self.shapes[..]);
        let (from, saved) = (&mut rest[0], &mut saved[index]);
        Backward { index, arranged, shapes, values, below, from, saved, scratch }
            .run(&self.plan.layers[index]);
    }

    /// Cross-entropy of every head; its gradient becomes that of the logits.
    fn loss(&mut self, batch: &Batch, whole_batch: usize) -> f32 {
        let mut loss = 0.0;
        for (i, (value, targets)) in self.plan.logits().zip(&batch.targets).enumerate() {
            let classes = self.shapes[value].channels;
            let mut logits = self.memory.values[value].clone();
            if let Some(shift) = batch.logit_shift.get(i) {
                layers::add_bias(&mut logits, shift);
            }
            let gradients = &mut self.memory.gradients[value];
            loss += layers::cross_entropy(&logits, targets, classes, whole_batch, gradients);
        }
        loss
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
