use attune_core::LabelSet;
use safetensors::SafeTensorError;

use crate::graph::FORMAT;

/// Why bytes are no model that this program can run.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// Not a safetensors file, or a damaged one.
    #[error("this is no safetensors file, or it is damaged: {0}")]
    Container(SafeTensorError),
    /// The file says nothing under [`METADATA_KEY`](crate::graph::METADATA_KEY).
    #[error("the file holds tensors but no description of a network; was it made by Attune?")]
    NoSpec,
    /// The description is no [`ModelSpec`](crate::graph::ModelSpec).
    #[error("the description of the network cannot be read: {0}")]
    Spec(serde_json::Error),
    /// Written by another version.
    #[error("the file has format {0}, this program reads format {FORMAT}")]
    Format(u32),
    /// Not from 1 to 48.
    #[error("an input of {0} x {0} pixels cannot be cut from a face crop of 48 x 48")]
    InputSize(usize),
    /// A weight or bias is not usable.
    #[error("tensor '{name}' {problem}")]
    Tensor {
        /// Its name in the file.
        name: String,
        /// What is wrong with it.
        problem: TensorProblem,
    },
    /// A layer is not usable.
    #[error("layer {node} {problem}")]
    Node {
        /// Its index in the description, from 0.
        node: usize,
        /// What is wrong with it.
        problem: NodeProblem,
    },
    /// The outputs are not usable.
    #[error("the network {0}")]
    Head(HeadProblem),
}

/// What is wrong with a tensor.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TensorProblem {
    /// No tensor of that name.
    #[error("is missing")]
    Missing,
    /// Not a type that its place in the file may have.
    #[error("has type {0}, where only F32, F16 and, with scales, I8 are read")]
    Type(String),
    /// Another shape than the layer needs.
    #[error("has shape {found:?}, the layer needs {needed}")]
    Shape {
        /// As in the file.
        found: Vec<usize>,
        /// In words.
        needed: String,
    },
    /// Some value is infinite or no number.
    #[error("holds values that are not finite")]
    NotFinite,
    /// Some scale of 8-bit numbers is 0 or less.
    #[error("holds scales that are not above 0")]
    NotPositive,
}

/// What is wrong with a layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NodeProblem {
    /// It reads a value that does not exist yet.
    #[error("reads value {0}, which is not made before it")]
    Order(usize),
    /// It reads a vector where an image belongs.
    #[error("reads value {0}, which is no image")]
    NotAnImage(usize),
    /// Its two inputs do not fit each other.
    #[error("joins two values whose shapes do not fit")]
    Shapes,
    /// A step of 0.
    #[error("has a step of 0")]
    Step,
    /// A window of 0, or larger than what it looks at.
    #[error("has a window that does not fit its input")]
    Window,
    /// Channels cannot be split that way.
    #[error("has groups that do not divide its channels")]
    Groups,
    /// Beyond what a face needs by far.
    #[error("makes the network too large to run")]
    TooLarge,
}

/// What is wrong with the outputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HeadProblem {
    /// No head at all.
    #[error("has no output")]
    None,
    /// Two heads of one label set.
    #[error("has two outputs for {0}")]
    Twice(LabelSet),
    /// The head's value is no vector with one number an expression.
    #[error("has an output for {0} that is not one number an expression")]
    Shape(LabelSet),
    /// A temperature that is not finite and above 0.
    #[error("has a temperature for {0} that is not above 0")]
    Temperature(LabelSet),
    /// A threshold that is not in [0, 1].
    #[error("has a threshold for {0} that is no probability")]
    Threshold(LabelSet),
}
