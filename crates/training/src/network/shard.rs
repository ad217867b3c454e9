//! What goes into a training pass over one shard of a batch, and what comes out.

use super::plan::Norm;

/// Mean and (biased) variance of each channel over one batch, for one batch norm.
#[derive(Clone, Debug)]
pub struct BatchStatistics {
    /// Which norm they are of.
    pub norm: Norm,
    /// `[channels]`.
    pub mean: Vec<f32>,
    /// `[channels]`.
    pub variance: Vec<f32>,
}

/// What a training pass over one shard gives.
#[derive(Clone, Debug)]
pub struct ShardGradients {
    /// Gradient of the shard's loss, in the plan's tensor order; empty for what is not trained.
    pub gradients: Vec<Vec<f32>>,
    /// Batch norm statistics seen.
    pub statistics: Vec<BatchStatistics>,
    /// The shard's loss.
    pub loss: f32,
    /// Logits of each head in the plan's order, `[batch, classes]` flattened.
    pub logits: Vec<Vec<f32>>,
}

/// A batch ready for the network.
#[derive(Clone, Debug)]
pub struct Batch {
    /// How many images.
    pub len: usize,
    /// `[len, 1, size, size]` flattened.
    pub images: Vec<f32>,
    /// For each head, `[len, classes]` flattened: the target distribution times the weight of
    /// the image in the loss (0 where it has no label).
    pub targets: Vec<Vec<f32>>,
    /// Decides what dropout drops.
    pub seed: u64,
    /// For each head, `[classes]` numbers added to its logits in the loss (logit adjustment), or
    /// nothing at all for a loss on the logits as they are.
    pub logit_shift: Vec<Vec<f32>>,
}
