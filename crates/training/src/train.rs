//! The training loop: one thread a shard, exact resume, checkpoints of the last and the best.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use attune_core::LabelSet;
use attune_vision::{Classifier, ModelError};
use serde::{Deserialize, Serialize};

use crate::backend::Worker;
use crate::batches::{self, Draw, Source};
use crate::checkpoint::{Checkpoint, CheckpointError, lock_folder, write_atomically};
use crate::config::{InvalidConfig, TrainingConfig};
use crate::data::Dataset;
use crate::distill::{TeacherError, Teachers};
use crate::evaluate::{Passes, evaluate};
use crate::export::{Calibration, Precision, export};
use crate::imbalance::Balance;
use crate::init::{InitError, Taken, silence_unknown, start_from};
use crate::network::shard::ShardGradients;
use crate::network::{Plan, Tensors};
use crate::optimizer::State;
use crate::parallel::{each_in_parallel, part};
use crate::schedule::{Moment, is_stale};
use crate::sharpness;

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
    /// The model of the epoch that has just been validated, as it would be served, before anything
    /// of that epoch is on disk. A resumed run may show an epoch a second time.
    fn model(&mut self, _epoch: usize, _classifier: &Classifier) {}
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
    /// A teacher cannot teach.
    #[error(transparent)]
    Teacher(#[from] TeacherError),
    /// There are no weights to start from.
    #[error(transparent)]
    Init(#[from] InitError),
    /// The network cannot be served.
    #[error("the network in training cannot be served: {0}")]
    Unservable(#[from] ModelError),
    /// The loss or a gradient is no longer a number; nothing of that step was kept.
    #[error("the loss is not finite after step {0}: the learning rate is too high")]
    Diverged(usize),
    /// Another process trains in the folder.
    #[error("something else is training in {}", .0.display())]
    Busy(PathBuf),
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
            Self::Checkpoint(CheckpointError::OtherData | CheckpointError::OtherValidation) => {
                "Give --data, --valid and --images as they were given when the run was started."
            }
            Self::Busy(_) => "Wait for it, or name another folder.",
            Self::Teacher(TeacherError::TooLarge { .. }) => {
                "Use a teacher with a smaller input, or a larger --input-size."
            }
            Self::Teacher(TeacherError::Changed) => {
                "Put the teachers back as they were when the run was started."
            }
            Self::Teacher(_) => "Name model files that `attune train` or `attune export` wrote.",
            Self::Init(_) => "Name a checkpoint or model file of a network with the same layers.",
            Self::Checkpoint(_) => "Name the folder of a run that was started before.",
            Self::Unservable(_) | Self::Diverged(_) => {
                "Start again in another folder, with a lower learning rate."
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
    teachers: Teachers,
    taken: Option<Taken>,
    /// Held as long as the run is.
    _lock: Option<File>,
}

impl Run {
    /// Starts a run: the configuration and seed are on disk before the first step.
    ///
    /// # Errors
    /// A setting out of range, a folder that cannot be written, or one in which something else
    /// trains.
    pub fn start(folder: &Path, config: TrainingConfig) -> Result<Self, TrainError> {
        config.check()?;
        let plan = config.plan();
        let teachers = Teachers::read(&config)?;
        let mut weights = Tensors::init(&plan, config.seed);
        let taken = start_from(&plan, &mut weights, &config.init)?;
        silence_unknown(&plan, &mut weights, &config.expressions);
        let state = State::new(&plan, weights, config.optimizer);
        let checkpoint = Checkpoint {
            config,
            state,
            progress: Progress::default(),
            history: Vec::new(),
            data: None,
            valid: None,
            teachers: teachers.fingerprint(),
        };
        std::fs::create_dir_all(folder)
            .map_err(|source| TrainError::Write { path: folder.to_owned(), source })?;
        let lock = lock(folder)?;
        let folder = folder.to_owned();
        let run = Self { folder, plan, checkpoint, teachers, taken, _lock: lock };
        run.write_json("config.json", &run.checkpoint.config)?;
        run.save("last.safetensors")?;
        Ok(run)
    }

    /// Goes on from a folder's last checkpoint.
    ///
    /// # Errors
    /// A checkpoint that is missing or broken, or teachers that are, or something else that trains
    /// in the folder.
    pub fn resume(folder: &Path) -> Result<Self, TrainError> {
        let (checkpoint, plan) = Checkpoint::read(&folder.join("last.safetensors"))?;
        let teachers = Teachers::read(&checkpoint.config)?;
        if teachers.fingerprint() != checkpoint.teachers {
            return Err(TeacherError::Changed.into());
        }
        let lock = lock(folder)?;
        let folder = folder.to_owned();
        Ok(Self { folder, plan, checkpoint, teachers, taken: None, _lock: lock })
    }

    /// Whether a folder holds a run with a step that would be lost by starting there. What cannot be
    /// read counts, for it may be somebody's.
    #[must_use]
    pub fn is_under_way(folder: &Path) -> bool {
        let last = folder.join("last.safetensors");
        let begun = |(checkpoint, _): (Checkpoint, Plan)| checkpoint.state.step > 0;
        last.exists() && Checkpoint::read(&last).map_or(true, begun)
    }

    /// What a started run took from the files of [`TrainingConfig::init`].
    #[must_use]
    pub fn taken(&self) -> Option<&Taken> {
        self.taken.as_ref()
    }

    /// Lets a run go on to `epochs` epochs, as if it had been started with so many.
    ///
    /// # Errors
    /// A schedule whose every step depends on the number of epochs, or a warm-up, which does.
    pub fn extend_to(&mut self, epochs: usize) -> Result<(), InvalidConfig> {
        let config = &mut self.checkpoint.config;
        if epochs > config.epochs {
            if config.schedule.knows_the_end() || config.warmup > 0.0 {
                let why = "a run whose learning rate depends on its epochs cannot be extended";
                return Err(InvalidConfig(why.to_owned()));
            }
            config.epochs = epochs;
        }
        Ok(())
    }

    /// The epoch whose weights `best.safetensors` holds.
    #[must_use]
    pub fn best(&self) -> Option<&EpochRecord> {
        let history = self.history().iter();
        history.fold(None, |best: Option<&EpochRecord>, record| match best {
            Some(best) if best.selection() >= record.selection() => Some(best),
            _ => Some(record),
        })
    }

    /// Whether all epochs are done, or the patience is over.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        let Checkpoint { config, progress, history, .. } = &self.checkpoint;
        let stale = config.patience.is_some_and(|patience| is_stale(history, patience));
        progress.epoch >= config.epochs || stale
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
        fill_a_batch(self.config(), train)?;
        self.keep_to(train, valid)?;
        let balance = Balance::of(self.config().imbalance, &self.plan, train);
        let mut session = Session::new(Worker::team(self.config(), &self.plan), balance);
        while !self.is_finished() {
            if self.epoch(train, stop, observer, &mut session)? == Outcome::Stopped {
                self.save("last.safetensors")?;
                return Ok(Outcome::Stopped);
            }
            self.finish_epoch(valid, observer)?;
        }
        Ok(Outcome::Finished)
    }

    /// Holds a run to the pictures it began with.
    fn keep_to(&mut self, train: &Dataset, valid: &Dataset) -> Result<(), CheckpointError> {
        let (data, selected) = (train.fingerprint(), valid.fingerprint());
        if *self.checkpoint.data.get_or_insert(data) != data {
            return Err(CheckpointError::OtherData);
        }
        if *self.checkpoint.valid.get_or_insert(selected) != selected {
            return Err(CheckpointError::OtherValidation);
        }
        Ok(())
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
        let order = batches::order(self.config(), epoch, train);
        let per_epoch = self.steps_per_epoch(order.len());
        while self.checkpoint.progress.step_in_epoch < per_epoch {
            if stop.load(Ordering::Relaxed) {
                return Ok(Outcome::Stopped);
            }
            let size = self.config().batch_size;
            let start = self.checkpoint.progress.step_in_epoch * size;
            let began = Instant::now();
            self.step(train, &order[start..start + size], per_epoch, session)?;
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
        data: &Dataset,
        draws: &[Draw],
        per_epoch: usize,
        Session { workers, balance, .. }: &mut Session,
    ) -> Result<(), TrainError> {
        let Checkpoint { config, state, progress, history, .. } = &mut self.checkpoint;
        let source = Source { config, plan: &self.plan, data, balance, teachers: &self.teachers };
        let shards = work(&source, &state.weights, progress.epoch, draws, workers);
        let loss: f64 = shards.iter().map(|s| f64::from(s.loss)).sum();
        let finite = |s: &ShardGradients| s.gradients.iter().flatten().all(|g| g.is_finite());
        if !loss.is_finite() || !shards.iter().all(finite) {
            return Err(TrainError::Diverged(state.step));
        }
        let at = Moment { step: state.step, per_epoch, epochs: config.epochs, history };
        let rate = config.learning_rate_at(at);
        state.apply(&self.plan, config, &shards, rate);
        progress.loss_sum += loss;
        progress.step_in_epoch += 1;
        progress.seen += draws.len();
        progress.right += count_right(&self.plan, data, draws, &shards);
        Ok(())
    }

    fn finish_epoch(
        &mut self,
        valid: &Dataset,
        observer: &mut dyn Observer,
    ) -> Result<(), TrainError> {
        let classifier = self.classifier()?;
        let report = evaluate(&classifier, valid, Passes::One, self.config().shards.get());
        let valid = report.results.iter().map(|r| (r.label_set, r.accuracy)).collect();
        observer.model(self.checkpoint.progress.epoch + 1, &classifier);
        let Checkpoint { config, state, progress, history, .. } = &mut self.checkpoint;
        let per_epoch = progress.step_in_epoch.max(1);
        let step = state.step.saturating_sub(1);
        let last = Moment { step, per_epoch, epochs: config.epochs, history };
        let record = EpochRecord {
            epoch: progress.epoch + 1,
            loss: progress.loss_sum / per_epoch as f64,
            train_accuracy: progress.right as f64 / progress.seen.max(1) as f64,
            valid,
            learning_rate: config.learning_rate_at(last),
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

    /// The averaged weights as they would be served.
    fn classifier(&self) -> Result<Classifier, TrainError> {
        let uncalibrated = |_| Calibration::NONE;
        let average = &self.checkpoint.state.average;
        let file = export(&self.plan, average, uncalibrated, Precision::Single);
        Ok(Classifier::from_safetensors(&file)?)
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

/// Refuses fewer pictures than one batch, which no run could take a step with.
///
/// # Errors
/// [`TrainError::TooFew`].
pub fn fill_a_batch(config: &TrainingConfig, train: &Dataset) -> Result<(), TrainError> {
    let (images, batch) = (train.examples.len(), config.batch_size);
    if images < batch { Err(TrainError::TooFew(images, batch)) } else { Ok(()) }
}

fn lock(folder: &Path) -> Result<Option<File>, TrainError> {
    let path = folder.to_owned();
    lock_folder(folder).map_err(|source| match source.kind() {
        std::io::ErrorKind::ResourceBusy => TrainError::Busy(path),
        _ => TrainError::Write { path, source },
    })
}

/// Since when and how much this call has worked.
struct Session {
    workers: Vec<Worker>,
    balance: Balance,
    began: Instant,
    saved: Instant,
    images: usize,
}

impl Session {
    fn new(workers: Vec<Worker>, balance: Balance) -> Self {
        let now = Instant::now();
        Self { workers, balance, began: now, saved: now, images: 0 }
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
    source: &Source<'_>,
    weights: &Tensors,
    epoch: usize,
    draws: &[Draw],
    workers: &mut [Worker],
) -> Vec<ShardGradients> {
    let shards = workers.len();
    each_in_parallel(workers, |index, worker| {
        let batch = source.batch(epoch, &draws[part(draws.len(), index, shards)]);
        sharpness::gradients(worker, weights, batch, draws.len(), source.config.sharpness)
    })
}

/// How often the first head named the label, on the augmented pictures it was trained on.
fn count_right(plan: &Plan, data: &Dataset, draws: &[Draw], shards: &[ShardGradients]) -> usize {
    let Some((set, _)) = plan.heads.first() else { return 0 };
    let classes = set.expressions().len();
    let logits = shards.iter().filter_map(|s| s.logits.first()).flat_map(|l| l.chunks(classes));
    let truth = |draw: &Draw| data.examples[draw.example].truth(*set);
    draws.iter().zip(logits).filter(|(draw, row)| truth(draw) == Some(argmax(row))).count()
}

fn argmax(row: &[f32]) -> usize {
    (0..row.len()).fold(0, |best, i| if row[i] > row[best] { i } else { best })
}
