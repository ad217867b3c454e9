//! Data sets, augmentation, networks, training, evaluation and export.
//!
//! [`network::Plan`] describes a network once; [`network::replica`] runs it under burn with
//! gradients, [`export`] folds it into the graph that [`attune_vision`] serves.

pub mod augment;
mod batches;
mod checkpoint;
mod config;
pub mod data;
mod evaluate;
mod export;
mod metrics;
pub mod network;
mod optimizer;
mod parallel;
pub mod plot;
mod publish;
pub mod render;
pub mod reports;
mod train;

pub use checkpoint::{Checkpoint, CheckpointError, write_atomically};
pub use config::{InvalidConfig, TrainingConfig};
pub use evaluate::{
    Audit, AuditCell, AuditResult, Band, Bands, CalibrationResult, Calibrations, ChosenThreshold,
    ForeignMeasured, ForeignStudy, Gap, Measured, MethodResult, Passes, Report, Robustness,
    RobustnessResult, Stress, Study, Subject, Unseen, answers, audit, calibrations, evaluate,
    evaluate_foreign, robustness, study,
};
pub use export::{Calibration, Precision, export};
pub use metrics::{
    AbstentionRule, Answer, ClassReport, ConfusionMatrix, CoveragePoint, Evaluation,
    PairedDifference, ReliabilityBin, fit_temperature, threshold_at_coverage, wilson95,
};
pub use optimizer::State;
pub use publish::{PublishError, publish};
pub use train::{EpochRecord, Observer, Outcome, Progress, Run, StepReport, TrainError};
