use serde::{Deserialize, Serialize};

use crate::config::TrainingConfig;
use crate::engine::Engine;
use crate::network::replica::Replica;
use crate::network::shard::{Batch, ShardGradients};
use crate::network::{Plan, Tensors};

/// What computes gradients. Both give the same numbers up to rounding.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Backend {
    /// Attune's own engine on the CPU.
    #[default]
    Native,
    /// burn.
    Burn,
}

/// One thread's half of a [`Backend`], kept from step to step.
pub(crate) enum Worker {
    Native(Box<Engine>),
    Burn(Plan),
}

impl Worker {
    fn new(backend: Backend, plan: &Plan) -> Self {
        match backend {
            Backend::Native => Self::Native(Box::new(Engine::new(plan))),
            Backend::Burn => Self::Burn(plan.clone()),
        }
    }

    /// One for every shard.
    pub fn team(config: &TrainingConfig, plan: &Plan) -> Vec<Self> {
        (0..config.shards.get()).map(|_| Self::new(config.backend, plan)).collect()
    }

    /// See [`Engine::gradients`].
    pub fn gradients(
        &mut self,
        weights: &Tensors,
        batch: Batch,
        whole_batch: usize,
    ) -> ShardGradients {
        match self {
            Self::Native(engine) => engine.gradients(weights, &batch, whole_batch),
            Self::Burn(plan) => Replica::new(plan, weights, true).gradients(batch, whole_batch),
        }
    }
}
