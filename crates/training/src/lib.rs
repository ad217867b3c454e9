//! Data sets, augmentation, networks, training, evaluation and export.
//!
//! [`network::Plan`] describes a network once; [`engine`] computes its gradients on the CPU and
//! [`network::replica`] does so with burn, [`export`] folds it into the graph that
//! [`attune_vision`] serves.

pub mod augment;
mod backend;
mod batches;
pub mod card;
mod checkpoint;
mod config;
pub mod data;
mod degrade;
pub mod detector;
pub mod distill;
pub mod eigenfaces;
pub mod engine;
mod evaluate;
pub mod explain;
mod export;
mod imbalance;
mod init;
mod metrics;
pub mod network;
mod optimizer;
mod pace;
mod parallel;
pub mod plot;
mod precisions;
mod publish;
pub mod render;
pub mod reports;
mod schedule;
mod seeds;
mod sharpness;
pub mod sweep;
mod train;

pub use backend::Backend;
pub use checkpoint::{Checkpoint, CheckpointError, write_atomically};
pub use config::{InvalidConfig, TrainingConfig};
pub use evaluate::{
    Audit, AuditCell, AuditResult, Band, Bands, CalibrationResult, Calibrations, ChosenThreshold,
    ForeignMeasured, ForeignStudy, Gap, Measured, MethodResult, Passes, Report, Robustness,
    RobustnessResult, Stress, Study, Subject, Unseen, answers, audit, calibrations, evaluate,
    evaluate_foreign, robustness, study,
};
pub use export::{Calibration, OnnxOutputs, Precision, ServedModel, export};
pub use imbalance::Imbalance;
pub use init::{InitError, Taken};
pub use metrics::{
    AbstentionRule, Answer, ClassReport, ConfusionMatrix, CoveragePoint, Evaluation,
    PairedDifference, ReliabilityBin, fit_temperature, wilson95,
};
pub use optimizer::{OptimizerKind, State};
pub use pace::images_per_second;
pub use precisions::{HeadFigures, Precisions, StoredAs, precisions};
pub use publish::{PublishError, calibrated, publish};
pub use schedule::Schedule;
pub use seeds::{SeedMean, SeedResult, SeedSummary};
pub use train::{
    EpochRecord, Observer, Outcome, Progress, Run, StepReport, TrainError, fill_a_batch,
};
