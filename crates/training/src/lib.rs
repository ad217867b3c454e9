//! Data sets, augmentation, networks, training, evaluation and export.
//!
//! [`network::Plan`] describes a network once; [`engine`] computes its gradients on the CPU and
//! [`network::replica`] does so with burn, [`export`] folds it into the graph that
//! [`attune_vision`] serves.

pub mod augment;
mod backend;
mod batches;
mod checkpoint;
mod config;
pub mod data;
pub mod detector;
pub mod engine;
mod evaluate;
mod export;
mod metrics;
pub mod network;
mod optimizer;
mod pace;
mod parallel;
mod publish;
mod train;

pub use backend::Backend;
pub use checkpoint::{Checkpoint, CheckpointError, write_atomically};
pub use config::{InvalidConfig, TrainingConfig};
pub use evaluate::{Passes, Report, answers, evaluate};
pub use export::{Calibration, Precision, export};
pub use metrics::{Answer, ClassReport, ConfusionMatrix, Evaluation, fit_temperature, wilson95};
pub use optimizer::State;
pub use pace::images_per_second;
pub use publish::{PublishError, publish};
pub use train::{EpochRecord, Observer, Outcome, Progress, Run, StepReport, TrainError};
