//! The network at work: from a model file's bytes to logits.

mod classifier;
mod conv;
mod error;
mod layers;
mod matmul;
mod network;
mod plan;
mod shape;
mod trace;
mod weights;

pub use classifier::Classifier;
pub use error::{HeadProblem, ModelError, NodeProblem, TensorProblem};
pub use trace::Traced;
pub use weights::{ModelFile, Tensor};
