use std::path::{Path, PathBuf};

use attune_training::network::ModelConfig;
use attune_training::{Backend, Imbalance, OptimizerKind, Schedule, TrainingConfig};
use clap::{Args, ValueEnum};

use crate::exit::Failure;
use crate::settings::parse;
use crate::text::training::json_error;

/// What decides a run, besides its data: a configuration file and what is said over it.
#[derive(Args, Debug)]
pub struct RecipeArgs {
    /// Training configuration as JSON; what it leaves out keeps its default
    #[arg(long, value_name = "FILE")]
    training_config: Option<PathBuf>,
    /// Network to train, one of `attune networks`
    #[arg(long, value_name = "NAME", value_parser = network)]
    network: Option<ModelConfig>,
    /// Name of the model
    #[arg(long)]
    name: Option<String>,
    /// Side of the network's input in pixels
    #[arg(long, value_name = "PIXELS")]
    input_size: Option<usize>,
    /// Checkpoint or model file whose weights to start from; said several times, from their mean
    #[arg(long, value_name = "FILE")]
    init: Vec<PathBuf>,
    /// Layers to leave as --init has them: stem, stage1, ... or body for all but the heads
    #[arg(long, value_name = "LAYER", requires = "init", value_delimiter = ',')]
    freeze: Vec<String>,
    /// Passes over the training pictures
    #[arg(long)]
    epochs: Option<usize>,
    /// End the run when its best epoch is this many epochs old
    #[arg(long, value_name = "EPOCHS")]
    patience: Option<usize>,
    /// Pictures a step
    #[arg(long)]
    batch_size: Option<usize>,
    /// Starts the weights, the order of pictures and every random change
    #[arg(long)]
    seed: Option<u64>,
    /// What computes gradients
    #[arg(long, value_enum)]
    backend: Option<BackendChoice>,
    /// How weights follow their gradients
    #[arg(long, value_enum)]
    optimizer: Option<OptimizerChoice>,
    /// Peak learning rate
    #[arg(long, allow_negative_numbers = true)]
    learning_rate: Option<f32>,
    /// What the learning rate does after its warm-up
    #[arg(long, value_enum)]
    schedule: Option<ScheduleChoice>,
    /// Takes gradients this far uphill of the weights (sharpness-aware minimisation); 0.05 is usual
    #[arg(long, value_name = "DISTANCE")]
    sharpness: Option<f32>,
    /// What to do about rare classes
    #[arg(long, value_enum, value_name = "METHOD")]
    imbalance: Option<ImbalanceChoice>,
    /// Model file whose answers become part of the targets; several teach together
    #[arg(long, value_name = "FILE")]
    teacher: Vec<PathBuf>,
    /// The teachers' share of the targets
    #[arg(long, value_name = "SHARE", requires = "teacher", value_parser = parse::share)]
    distill_share: Option<f64>,
    /// Divides the teachers' logits
    #[arg(long, value_name = "TEMPERATURE", requires = "teacher")]
    distill_temperature: Option<f32>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum BackendChoice {
    /// Attune's own engine on the CPU
    Native,
    /// burn: the CPU, or the GPU in a program built with the feature cuda
    Burn,
}

impl From<BackendChoice> for Backend {
    fn from(choice: BackendChoice) -> Self {
        match choice {
            BackendChoice::Native => Self::Native,
            BackendChoice::Burn => Self::Burn,
        }
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum OptimizerChoice {
    /// Gradient descent with Nesterov momentum
    Sgd,
    /// Adam, weight decay as an L2 penalty
    Adam,
    /// Adam with decoupled weight decay
    Adamw,
}

impl From<OptimizerChoice> for OptimizerKind {
    fn from(choice: OptimizerChoice) -> Self {
        match choice {
            OptimizerChoice::Sgd => Self::Sgd,
            OptimizerChoice::Adam => Self::Adam,
            OptimizerChoice::Adamw => Self::AdamW,
        }
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum ScheduleChoice {
    /// Half a cosine to zero
    Cosine,
    /// The peak to the end
    Constant,
    /// A tenth after every 15 epochs
    Step,
    /// Half after 5 epochs without a new best
    Plateau,
    /// Up over 30 % of the run, then down
    OneCycle,
}

impl From<ScheduleChoice> for Schedule {
    fn from(choice: ScheduleChoice) -> Self {
        match choice {
            ScheduleChoice::Cosine => Self::Cosine,
            ScheduleChoice::Constant => Self::Constant,
            ScheduleChoice::Step => Self::STEP,
            ScheduleChoice::Plateau => Self::PLATEAU,
            ScheduleChoice::OneCycle => Self::OneCycle,
        }
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum ImbalanceChoice {
    /// Every picture counts alike
    None,
    /// Weigh the loss by one over the number of pictures of the class
    InverseFrequency,
    /// Weigh it by one over the effective number
    EffectiveNumber,
    /// Show every class equally often
    Oversample,
    /// Weigh the softmax by the classes' shares
    LogitAdjustment,
}

impl From<ImbalanceChoice> for Imbalance {
    fn from(choice: ImbalanceChoice) -> Self {
        match choice {
            ImbalanceChoice::None => Self::None,
            ImbalanceChoice::InverseFrequency => Self::InverseFrequency,
            ImbalanceChoice::EffectiveNumber => Self::EFFECTIVE_NUMBER,
            ImbalanceChoice::Oversample => Self::Oversample,
            ImbalanceChoice::LogitAdjustment => Self::LOGIT_ADJUSTMENT,
        }
    }
}

/// A network by its name.
pub fn network(name: &str) -> Result<ModelConfig, String> {
    ModelConfig::preset(name)
        .ok_or_else(|| "no network has that name; `attune networks` lists them".to_owned())
}

impl RecipeArgs {
    /// The configuration that file and arguments make.
    pub fn config(&self) -> Result<TrainingConfig, Failure> {
        let base = match (&self.training_config, &self.network) {
            (Some(path), Some(model)) => {
                TrainingConfig { model: model.clone(), ..read_config(path)? }
            }
            (Some(path), None) => read_config(path)?,
            (None, Some(model)) => TrainingConfig::for_network(model.clone()),
            (None, None) => TrainingConfig::default(),
        };
        let list = |said: &[PathBuf], base| if said.is_empty() { base } else { said.to_vec() };
        Ok(TrainingConfig {
            name: self.name.clone().unwrap_or(base.name),
            input_size: self.input_size.unwrap_or(base.input_size),
            init: list(&self.init, base.init),
            freeze: if self.freeze.is_empty() { base.freeze } else { self.freeze.clone() },
            epochs: self.epochs.unwrap_or(base.epochs),
            patience: self.patience.or(base.patience),
            batch_size: self.batch_size.unwrap_or(base.batch_size),
            seed: self.seed.unwrap_or(base.seed),
            backend: self.backend.map_or(base.backend, Into::into),
            optimizer: self.optimizer.map_or(base.optimizer, Into::into),
            learning_rate: self.learning_rate.unwrap_or(base.learning_rate),
            schedule: self.schedule.map_or(base.schedule, Into::into),
            sharpness: self.sharpness.unwrap_or(base.sharpness),
            imbalance: self.imbalance.map_or(base.imbalance, Into::into),
            teachers: list(&self.teacher, base.teachers),
            distill_share: self.distill_share.map_or(base.distill_share, |share| share as f32),
            distill_temperature: self.distill_temperature.unwrap_or(base.distill_temperature),
            ..base
        })
    }
}

/// A configuration file.
pub fn read_config(path: &Path) -> Result<TrainingConfig, Failure> {
    let text = std::fs::read_to_string(path).map_err(|e| json_error(path, &e))?;
    serde_json::from_str(&text).map_err(|e| json_error(path, &e))
}
