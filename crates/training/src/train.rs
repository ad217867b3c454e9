//! The training loop: one thread a shard, exact resume, checkpoints of the last and the best.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use attune_core::LabelSet;
use attune_vision::{Classifier, ModelError};
use serde::{Deserialize, Serialize};

use crate::backend::Worker;
use crate::batches;
use crate::checkpoint::{Checkpoint, CheckpointError, write_atomically};
use crate::config::{InvalidConfig, TrainingConfig};
use crate::data::Dataset;
use crate::evaluate::{Passes, evaluate};
use crate::export::{Calibration, Precision, export};
use crate::network::shard::ShardGradients;
use crate::network::{Plan, Tensors};
use crate::optimizer::State;
use crate::parallel::{each_in_parallel, part};

/// Where a run stands, with the sums of the epoch that is under way.
#[derive(Clone, Copy, Debug, PartialEq, Default, Serialize, Deserialize)]
pub struct Progress {
    /// Epochs finished.
    pub epoch: usize,
    /// Steps done of the next one.
    pub step_in_epoch: usize,
    /// Sum of the steps' losses.
    pub loss_sum: f64,
    /// Training images seen in this epoch.
    pub seen: usize,
    /// Of those, how often the first head named the label.
    pub right: usize,
    /// Seconds of training so far, over all sessions.
    pub seconds: f64,
    /// Best selection figure so far: the mean validation accuracy over heads.
    pub best: f64,
}

/// One finished epoch.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EpochRecord {
    /// 1-based.
    pub epoch: usize,
    /// Mean loss on augmented training images.
    pub loss: f64,
    /// First head's accuracy on augmented training images.
    pub train_accuracy: f64,
    /// Accuracy of the averaged weights on the validation split, by label set.
    pub valid: Vec<(LabelSet, f64)>,
    /// Learning rate of the last step.
    pub learning_rate: f32,
    /// Training seconds since the start of the run.
    pub seconds: f64,
}

impl EpochRecord {
    /// What the best epoch is chosen by.
    #[must_use]
    pub fn selection(&self) -> f64 {
        self.valid.iter().map(|(_, accuracy)| accuracy).sum::<f64>()
            / self.valid.len().max(1) as f64
    }
}

/// Hears of a run as it goes.
pub trait Observer {
    /// A step was taken.
    fn step(&mut self, step: &StepReport);
    /// An epoch was finished and evaluated.
    fn epoch(&mut self, record: &EpochRecord, best: bool);
}

/// One step's figures.
#[derive(Clone, Copy, Debug)]
pub struct StepReport {
    /// Steps taken in the run.
    pub step: usize,
    /// Steps the run will take.
    pub steps: usize,
    /// Epochs finished.
    pub epoch: usize,
    /// Mean loss of this epoch so far.
    pub loss: f64,
    /// First head's training accuracy of this epoch so far.
    pub accuracy: f64,
    /// Images worked on since this session began, a second.
    pub images_per_s: f64,
}

/// Why training could not go on.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TrainError {
    /// A setting is out of range.
    #[error(transparent)]
    Config(#[from] InvalidConfig),
    /// Writing or reading the run's state failed.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// Another file of the run's folder could not be written.
    #[error("{} could not be written: {source}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The network cannot be served.
    #[error("the network in training cannot be served: {0}")]
    Unservable(#[from] ModelError),
    /// The loss or a gradient is no longer a number; nothing of that step was kept.
    #[error("the loss is not finite after step {0}: the learning rate is too high")]
    Diverged(usize),
    /// Fewer pictures than one batch.
    #[error("{0} training pictures are fewer than one batch of {1}")]
    TooFew(usize, usize),
}

impl TrainError {
    /// What a person could do about it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Config(_) => "Change that setting and start again.",
            Self::Write { .. } | Self::Checkpoint(CheckpointError::Write { .. }) => {
                "Check the folder's permissions and the free space on its disk."
            }
            Self::Checkpoint(CheckpointError::OtherData) => {
                "Give --data as it was given when the run was started."
            }
            Self::Checkpoint(_) => "Name the folder of a run that was started before.",
            Self::Unservable(_) | Self::Diverged(_) => {
                "Resume from the last checkpoint, or start again with a lower learning rate."
            }
            Self::TooFew(..) => "Use more pictures or a smaller --batch-size.",
        }
    }
}

/// How a call of [`Run::go`] ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// All epochs are done.
    Finished,
    /// Asked to stop; the last checkpoint holds the exact state.
    Stopped,
}

/// The longest a run goes without a checkpoint; one follows every epoch as well.
const CHECKPOINT_EVERY: Duration = Duration::from_secs(60);

/// A training run in its folder: `config.json`, `history.json`, `last.safetensors`,
/// `best.safetensors`.
pub struct Run {
    folder: PathBuf,
    plan: Plan,
    checkpoint: Checkpoint,
}

impl Run {
    /// Starts a run: the configuration and seed are on disk before the first step.
    ///
    /// # Errors
    /// A setting out of range, or a folder that cannot be written.
    pub fn start(folder: &Path, config: TrainingConfig) -> Result<Self, TrainError> {
        config.check()?;
        let plan = config.model.plan(&config.name, config.input_size);
        let state = State::new(&plan, config.seed);
        let (progress, history) = (Progress::default(), Vec::new());
        let checkpoint = Checkpoint { config, state, progress, history, data: None };
        let run = Self::new(folder, plan, checkpoint);
        std::fs::create_dir_all(folder)
            .map_err(|source| TrainError::Write { path: folder.to_owned(), source })?;
        run.write_json("config.json", &run.checkpoint.config)?;
        run.save("last.safetensors")?;
        Ok(run)
    }

    /// Goes on from a folder's last checkpoint.
    ///
    /// # Errors
    /// A checkpoint that is missing or broken.
    pub fn resume(folder: &Path) -> Result<Self, TrainError> {
        let (checkpoint, plan) = Checkpoint::read(&folder.join("last.safetensors"))?;
        Ok(Self::new(folder, plan, checkpoint))
    }

    fn new(folder: &Path, plan: Plan, checkpoint: Checkpoint) -> Self {
        Self { folder: folder.to_owned(), plan, checkpoint }
    }

    /// The configuration.
    #[must_use]
    pub fn config(&self) -> &TrainingConfig {
        &self.checkpoint.config
    }

    /// Epochs so far.
    #[must_use]
    pub fn history(&self) -> &[EpochRecord] {
        &self.checkpoint.history
    }

    /// Trains until the last epoch is done or `stop` is set, whichever comes first.
    ///
    /// # Errors
    /// See [`TrainError`]; the last checkpoint stays usable.
    pub fn go(
        &mut self,
        train: &Dataset,
        valid: &Dataset,
        stop: &AtomicBool,
        observer: &mut dyn Observer,
    ) -> Result<Outcome, TrainError> {
        let (images, batch) = (train.examples.len(), self.config().batch_size);
        if images < batch {
            return Err(TrainError::TooFew(images, batch));
        }
        let data = train.fingerprint();
        if *self.checkpoint.data.get_or_insert(data) != data {
            return Err(CheckpointError::OtherData.into());
        }
        let mut session = Session::new(Worker::team(self.config(), &self.plan));
        while self.checkpoint.progress.epoch < self.config().epochs {
            if self.epoch(train, stop, observer, &mut session)? == Outcome::Stopped {
                self.save("last.safetensors")?;
                return Ok(Outcome::Stopped);
            }
            self.finish_epoch(valid, observer)?;
        }
        Ok(Outcome::Finished)
    }

    /// Steps an epoch takes; what doesn't fill a batch waits for the next shuffle.
    fn steps_per_epoch(&self, examples: usize) -> usize {
        examples / self.config().batch_size
    }

    fn epoch(
        &mut self,
        train: &Dataset,
        stop: &AtomicBool,
        observer: &mut dyn Observer,
        session: &mut Session,
    ) -> Result<Outcome, TrainError> {
        let epoch = self.checkpoint.progress.epoch;
        let order = batches::order(self.config(), epoch, train.examples.len());
        let per_epoch = self.steps_per_epoch(order.len());
        while self.checkpoint.progress.step_in_epoch < per_epoch {
            if stop.load(Ordering::Relaxed) {
                return Ok(Outcome::Stopped);
            }
            let size = self.config().batch_size;
            let start = self.checkpoint.progress.step_in_epoch * size;
            let began = Instant::now();
            let members = &order[start..start + size];
            self.step(train, epoch, members, per_epoch, &mut session.workers)?;
            self.checkpoint.progress.seconds += began.elapsed().as_secs_f64();
            observer.step(&self.report(per_epoch, session.rate(size)));
            if session.due(CHECKPOINT_EVERY) {
                self.save("last.safetensors")?;
            }
        }
        Ok(Outcome::Finished)
    }

    fn step(
        &mut self,
        train: &Dataset,
        epoch: usize,
        members: &[usize],
        per_epoch: usize,
        workers: &mut [Worker],
    ) -> Result<(), TrainError> {
        let Checkpoint { config, state, progress, .. } = &mut self.checkpoint;
        let shards = work(&self.plan, config, &state.weights, (train, epoch, members), workers);
        let loss: f64 = shards.iter().map(|s| f64::from(s.loss)).sum();
        let finite = |s: &ShardGradients| s.gradients.iter().flatten().all(|g| g.is_finite());
        if !loss.is_finite() || !shards.iter().all(finite) {
            return Err(TrainError::Diverged(state.step));
        }
        let rate = config.learning_rate_at(state.step, per_epoch * config.epochs);
        state.apply(&self.plan, config, &shards, rate);
        progress.loss_sum += loss;
        progress.step_in_epoch += 1;
        progress.seen += members.len();
        progress.right += count_right(&self.plan, train, members, &shards);
        Ok(())
    }

    fn finish_epoch(
        &mut self,
        valid: &Dataset,
        observer: &mut dyn Observer,
    ) -> Result<(), TrainError> {
        let valid = self.validate(valid)?;
        let Checkpoint { config, state, progress, history, .. } = &mut self.checkpoint;
        let steps = progress.step_in_epoch.max(1);
        let record = EpochRecord {
            epoch: progress.epoch + 1,
            loss: progress.loss_sum / steps as f64,
            train_accuracy: progress.right as f64 / progress.seen.max(1) as f64,
            valid,
            learning_rate: config
                .learning_rate_at(state.step.saturating_sub(1), steps * config.epochs),
            seconds: progress.seconds,
        };
        let best = history.is_empty() || record.selection() > progress.best;
        *progress = Progress {
            epoch: progress.epoch + 1,
            seconds: progress.seconds,
            best: progress.best.max(record.selection()),
            ..Progress::default()
        };
        history.push(record.clone());
        if best {
            self.save("best.safetensors")?;
        }
        self.save("last.safetensors")?;
        self.write_json("history.json", &self.checkpoint.history)?;
        observer.epoch(&record, best);
        Ok(())
    }

    /// Accuracy by label set of the averaged weights, run as they would be served.
    fn validate(&self, valid: &Dataset) -> Result<Vec<(LabelSet, f64)>, TrainError> {
        let uncalibrated = |_| Calibration::NONE;
        let average = &self.checkpoint.state.average;
        let file = export(&self.plan, average, uncalibrated, Precision::Single);
        let classifier = Classifier::from_safetensors(&file)?;
        let report = evaluate(&classifier, valid, Passes::One, self.config().shards.get());
        Ok(report.results.iter().map(|r| (r.label_set, r.accuracy)).collect())
    }

    fn report(&self, per_epoch: usize, images_per_s: f64) -> StepReport {
        let progress = &self.checkpoint.progress;
        StepReport {
            step: self.checkpoint.state.step,
            steps: per_epoch * self.config().epochs,
            epoch: progress.epoch,
            loss: progress.loss_sum / progress.step_in_epoch.max(1) as f64,
            accuracy: progress.right as f64 / progress.seen.max(1) as f64,
            images_per_s,
        }
    }

    fn save(&self, name: &str) -> Result<(), TrainError> {
        Ok(self.checkpoint.write(&self.plan, &self.folder.join(name))?)
    }

    fn write_json(&self, name: &str, value: &impl Serialize) -> Result<(), TrainError> {
        let path = self.folder.join(name);
        let written = serde_json::to_vec_pretty(value).map_err(std::io::Error::from);
        written
            .and_then(|json| write_atomically(&path, &[&json[..], b"\n"].concat()))
            .map_err(|source| TrainError::Write { path, source })
    }
}

/// Since when and how much this call has worked.
struct Session {
    workers: Vec<Worker>,
    began: Instant,
    saved: Instant,
    images: usize,
}

impl Session {
    fn new(workers: Vec<Worker>) -> Self {
        let now = Instant::now();
        Self { workers, began: now, saved: now, images: 0 }
    }

    fn rate(&mut self, images: usize) -> f64 {
        self.images += images;
        self.images as f64 / self.began.elapsed().as_secs_f64().max(1e-9)
    }

    fn due(&mut self, every: Duration) -> bool {
        let due = self.saved.elapsed() >= every;
        if due {
            self.saved = Instant::now();
        }
        due
    }
}

/// Gradients of every shard of a batch, each on its own thread, in shard order.
pub(crate) fn work(
    plan: &Plan,
    config: &TrainingConfig,
    weights: &Tensors,
    (train, epoch, members): (&Dataset, usize, &[usize]),
    workers: &mut [Worker],
) -> Vec<ShardGradients> {
    let shards = workers.len();
    each_in_parallel(workers, |index, worker| {
        let mine = &members[part(members.len(), index, shards)];
        let batch = batches::prepare(config, plan, train, epoch, mine);
        worker.gradients(weights, batch, members.len())
    })
}

/// How often the first head named the label, on the augmented pictures it was trained on.
fn count_right(
    plan: &Plan,
    train: &Dataset,
    members: &[usize],
    shards: &[ShardGradients],
) -> usize {
    let Some((set, _)) = plan.heads.first() else { return 0 };
    let classes = set.expressions().len();
    let logits = shards.iter().filter_map(|s| s.logits.first()).flat_map(|l| l.chunks(classes));
    let right = |(i, row): (&usize, &[f32])| train.examples[*i].truth(*set) == Some(argmax(row));
    members.iter().zip(logits).filter(|(i, row)| right((i, row))).count()
}

fn argmax(row: &[f32]) -> usize {
    (0..row.len()).fold(0, |best, i| if row[i] > row[best] { i } else { best })
}
