//! The network at work: from a model file's bytes to logits.

mod classifier;
mod conv;
mod error;
mod layers;
pub(crate) mod matmul;
mod network;
mod plan;
mod shape;
mod trace;
mod weights;

pub(crate) use network::{Memory, Network};
pub(crate) use weights::{Weights, described, wrong_shape};

pub use classifier::Classifier;
pub use error::{HeadProblem, ModelError, NodeProblem, TensorProblem};
pub use trace::Traced;
pub use weights::{ModelFile, Tensor};
