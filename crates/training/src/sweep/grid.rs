use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use attune_core::LabelSet;
use attune_vision::Classifier;
use serde::{Deserialize, Serialize};

use super::{Curve, Material};
use crate::augment::Augmentation;
use crate::checkpoint::write_atomically;
use crate::config::{InvalidConfig, TrainingConfig};
use crate::network::ModelConfig;
use crate::optimizer::OptimizerKind;
use crate::schedule::Schedule;
use crate::train::{EpochRecord, Observer, Outcome, Run, StepReport, TrainError};

/// What is swept over.
#[derive(Clone, Debug, PartialEq)]
pub struct Grid {
    /// Networks by name.
    pub networks: Vec<(String, ModelConfig)>,
    /// Pictures a step.
    pub batch_sizes: Vec<usize>,
    /// Passes over the training pictures.
    pub epochs: Vec<usize>,
    /// Of every run.
    pub seed: u64,
}

/// One run of a sweep: its rate is constant, so its first epochs are the whole of a shorter run,
/// and one run gives a table's row for every number of epochs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cell {
    /// The network's name.
    pub network: String,
    /// Pictures a step.
    pub batch_size: usize,
    /// Accuracies by epoch.
    pub curve: Curve,
}

/// Why a sweep ended early.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SweepError {
    /// A run failed.
    #[error(transparent)]
    Train(#[from] TrainError),
    /// The folder holds a sweep over other settings or pictures.
    #[error("{} holds a run of another sweep", .0.display())]
    OtherSweep(PathBuf),
    /// A result could not be written.
    #[error("{} could not be written: {source}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Asked to stop; what is done is on disk and will not be done again.
    #[error("the sweep was stopped")]
    Stopped,
}

impl From<InvalidConfig> for SweepError {
    fn from(error: InvalidConfig) -> Self {
        Self::Train(error.into())
    }
}

/// How the literature trains on FER2013: Adam at 1e-4 throughout, plain one-hot labels, no changes
/// to the pictures, no average of the weights; networks with batch norm as well, so that a table
/// compares like with like.
#[must_use]
pub fn recipe(name: &str, model: ModelConfig, batch_size: usize, seed: u64) -> TrainingConfig {
    TrainingConfig {
        name: name.to_owned(),
        model,
        input_size: 48,
        seed,
        label_sets: vec![LabelSet::Fer2013],
        batch_size,
        optimizer: OptimizerKind::Adam,
        learning_rate: 1e-4,
        schedule: Schedule::Constant,
        warmup: 0.0,
        weight_decay: 0.0,
        ema_decay: 0.0,
        label_smoothing: 0.0,
        crowd_smoothing: 0.0,
        augmentation: Augmentation::none(),
        ..TrainingConfig::default()
    }
}

/// Trains every network with every batch size for the largest number of epochs, in a folder each;
/// what is there already is not done again.
///
/// # Errors
/// See [`SweepError`].
pub fn sweep(
    folder: &Path,
    grid: &Grid,
    material: &Material,
    stop: &AtomicBool,
    observer: &mut dyn Observer,
) -> Result<Vec<Cell>, SweepError> {
    let epochs = grid.epochs.iter().copied().max().unwrap_or(1);
    let mut cells = Vec::new();
    for (network, model) in &grid.networks {
        for batch_size in grid.batch_sizes.iter().copied() {
            let name = format!("{network}-batch-{batch_size}");
            let mut config = recipe(&name, model.clone(), batch_size, grid.seed);
            config.epochs = epochs;
            config.fit_to(&material.train);
            let curve = train(&folder.join(&name), config, material, stop, observer)?;
            cells.push(Cell { network: network.clone(), batch_size, curve });
        }
    }
    Ok(cells)
}

/// One run, begun or gone on with.
fn train(
    folder: &Path,
    config: TrainingConfig,
    material: &Material,
    stop: &AtomicBool,
    observer: &mut dyn Observer,
) -> Result<Curve, SweepError> {
    let path = folder.join("curve.json");
    let mut curve = read_curve(&path);
    let mut run = open(folder, config)?;
    let mut measuring =
        Measuring { curve: &mut curve, path: &path, material, observer, failed: None };
    let outcome = run.go(&material.train, &material.valid, stop, &mut measuring)?;
    if let Some(source) = measuring.failed {
        return Err(SweepError::Write { path, source });
    }
    match outcome {
        Outcome::Finished => Ok(curve),
        Outcome::Stopped => Err(SweepError::Stopped),
    }
}

/// Starts a run, or goes on with the one that is there, to as many epochs as are asked for.
pub(super) fn open(folder: &Path, config: TrainingConfig) -> Result<Run, SweepError> {
    if !folder.join("last.safetensors").exists() {
        return Ok(Run::start(folder, config)?);
    }
    let mut run = Run::resume(folder)?;
    if config.schedule == Schedule::Constant {
        run.extend_to(config.epochs)?;
    }
    let epochs = config.epochs.max(run.config().epochs);
    if *run.config() != (TrainingConfig { epochs, ..config }) {
        return Err(SweepError::OtherSweep(folder.to_owned()));
    }
    Ok(run)
}

fn read_curve(path: &Path) -> Curve {
    let text = std::fs::read(path).unwrap_or_default();
    serde_json::from_slice(&text).unwrap_or_default()
}

/// Measures every epoch's model on all three sets of pictures.
struct Measuring<'a> {
    curve: &'a mut Curve,
    path: &'a Path,
    material: &'a Material,
    observer: &'a mut dyn Observer,
    failed: Option<std::io::Error>,
}

impl Observer for Measuring<'_> {
    fn step(&mut self, step: &StepReport) {
        self.observer.step(step);
    }

    fn model(&mut self, epoch: usize, classifier: &Classifier) {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        self.curve.measure(epoch, classifier, self.material, threads);
        let written = serde_json::to_vec(&self.curve)
            .map_err(std::io::Error::from)
            .and_then(|json| write_atomically(self.path, &json));
        self.failed = self.failed.take().or(written.err());
    }

    fn epoch(&mut self, record: &EpochRecord, best: bool) {
        self.observer.epoch(record, best);
    }
}

/// Whether a sweep was asked to stop.
pub(super) fn stopped(stop: &AtomicBool) -> bool {
    stop.load(Ordering::Relaxed)
}
