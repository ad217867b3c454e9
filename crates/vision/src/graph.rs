//! A network as data: what a model file says besides its weights.
//!
//! Value 0 is the input, `[1, size, size]`; node `i` makes value `i + 1`. A node only uses values
//! made before it, so a graph cannot loop.
//!
//! # The file
//!
//! One safetensors file: the JSON of a [`ModelSpec`] as metadata under [`METADATA_KEY`], and the
//! tensors that its nodes name. A tensor is stored in one of three ways, each on its own:
//!
//! | type | read as |
//! |---|---|
//! | `F32` | itself |
//! | `F16` | itself |
//! | `I8` | row `i` along the first axis (the outputs) times element `i` of the tensor of the same name with [`SCALE_SUFFIX`] behind it, an `F32` or `F16` `[outputs]` of numbers above 0 |
//!
//! All of them are computed with as 32-bit floats, so the way of storing decides the file's size
//! and not its speed.

use attune_core::LabelSet;
use serde::{Deserialize, Serialize};

/// The version of this description that is written today.
pub const FORMAT: u32 = 1;

/// The safetensors metadata key under which the JSON of a [`ModelSpec`] stands.
pub const METADATA_KEY: &str = "attune";

/// Stands behind an 8-bit tensor's name in the name of its scales.
pub const SCALE_SUFFIX: &str = ".scale";

/// A network, its input and its heads.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ModelSpec {
    /// [`FORMAT`] when it was written.
    pub format: u32,
    /// The model's name, such as `attune-s`.
    pub name: String,
    /// Side of the square input in pixels: the middle of a 48-pixel face crop.
    pub input_size: usize,
    /// The layers in order.
    pub nodes: Vec<Node>,
    /// The outputs.
    pub heads: Vec<Head>,
}

/// One set of outputs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Head {
    /// What its outputs mean, and their order.
    pub label_set: LabelSet,
    /// The value that holds its logits.
    pub value: usize,
    /// Divides the logits (Guo et al. 2017); above 0.
    pub temperature: f32,
    /// Below this highest probability the answer is "can't tell".
    pub declare_above: f32,
}

/// What is applied to a node's result, element by element.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Activation {
    /// Nothing.
    #[default]
    None,
    /// max(0, x).
    Relu,
    /// 1 / (1 + exp(-x)).
    Sigmoid,
    /// x / (1 + exp(-x)).
    Silu,
}

/// One layer. Images are `[channels, height, width]`, vectors `[features]`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "op", rename_all = "snake_case")]
pub enum Node {
    /// Convolution with square kernels and zero padding. `{weight}` is
    /// `[out, in / groups, size, size]`, `{bias}` is `[out]`; batch norm is folded into both.
    Conv {
        /// The value it reads.
        input: usize,
        /// The weight tensor's name.
        weight: String,
        /// The bias tensor's name.
        bias: String,
        /// Step between outputs, both ways.
        stride: usize,
        /// Zeros around the input, both ways.
        padding: usize,
        /// 1, or the number of channels for a depthwise convolution.
        groups: usize,
        /// Applied last.
        activation: Activation,
    },
    /// `weight * input + bias`; `{weight}` is `[out, in]`. An image is read flattened.
    Linear {
        /// The value it reads.
        input: usize,
        /// The weight tensor's name.
        weight: String,
        /// The bias tensor's name.
        bias: String,
        /// Applied last.
        activation: Activation,
    },
    /// The largest of each `size` x `size` window, without padding.
    MaxPool {
        /// The value it reads.
        input: usize,
        /// Window side.
        size: usize,
        /// Step between windows.
        stride: usize,
    },
    /// The mean of each channel: an image becomes a vector.
    GlobalAvgPool {
        /// The value it reads.
        input: usize,
    },
    /// The sum of two values of the same shape.
    Add {
        /// The first.
        left: usize,
        /// The second.
        right: usize,
        /// Applied last.
        activation: Activation,
    },
    /// An image times one number a channel (squeeze and excitation, Hu et al. 2018).
    Scale {
        /// The image.
        input: usize,
        /// The vector.
        by: usize,
    },
}
