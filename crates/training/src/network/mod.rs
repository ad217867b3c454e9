//! Networks: one file a family, each a plan of layers and tensors; burn runs both.

mod attune;
mod blocks;
pub(crate) mod dropout;
mod efficientnet;
pub mod freeze;
mod literature;
pub mod plan;
pub mod replica;
mod resnet;
mod separable;
pub mod shard;
mod tensors;
mod three_stage;
mod vgg;
mod zoo;

pub use efficientnet::Variant;
pub use plan::Plan;
pub use tensors::Tensors;
pub use zoo::{ModelConfig, Preset, presets};
