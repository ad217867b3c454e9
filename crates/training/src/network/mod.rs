//! Networks: a plan of layers, its tensors, and burn running both.

mod attune;
pub(crate) mod dropout;
pub mod plan;
pub mod replica;
pub mod shard;
mod tensors;

use serde::{Deserialize, Serialize};

pub use plan::Plan;
pub use tensors::Tensors;

/// Which network is trained.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "architecture", rename_all = "snake_case")]
pub enum ModelConfig {
    /// Attune's own residual network with squeeze and excitation.
    Attune {
        /// Channels of each stage; the stem has the first.
        stages: Vec<usize>,
    },
}

impl Default for ModelConfig {
    fn default() -> Self {
        Self::Attune { stages: vec![32, 64, 128, 256] }
    }
}

impl ModelConfig {
    /// Whether a plan can be made of it.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        match self {
            Self::Attune { stages } => {
                (1..=8).contains(&stages.len()) && stages.iter().all(|c| (1..=4096).contains(c))
            }
        }
    }

    /// The network's plan for square inputs of `input_size` pixels.
    #[must_use]
    pub fn plan(&self, name: &str, input_size: usize) -> Plan {
        match self {
            Self::Attune { stages } => attune::plan(name, input_size, stages),
        }
    }
}
