//! `attune bench train`.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use attune_training::{Backend, TrainingConfig, images_per_second};
use clap::Args;
use serde::Serialize;

use crate::commands::bench::machine::{Machine, cores};
use crate::commands::recipe::read_config;
use crate::exit::{ExitStatus, Failure};
use crate::printer::Printer;

#[derive(Args, Debug)]
pub struct TrainArgs {
    /// Training configuration as JSON; without it the network that Attune ships
    #[arg(long, value_name = "FILE")]
    training_config: Option<PathBuf>,
    /// Pictures a step
    #[arg(long)]
    batch_size: Option<usize>,
    /// How long each backend is measured
    #[arg(long, default_value_t = 10, value_name = "SECONDS")]
    seconds: u64,
}

#[derive(Debug, Serialize)]
struct Report {
    machine: Machine,
    input_size: usize,
    batch_size: usize,
    threads: usize,
    parameters: usize,
    /// Augmentation, forward, backward and update.
    images_per_s: ByBackend,
    /// How many times as fast as burn.
    ratio: f64,
}

#[derive(Debug, Serialize)]
struct ByBackend {
    native: f64,
    burn: f64,
}

pub fn run(args: &TrainArgs, printer: Printer) -> Result<ExitStatus, Failure> {
    let mut config = match &args.training_config {
        Some(path) => read_config(path)?,
        None => TrainingConfig::default(),
    };
    config.batch_size = args.batch_size.unwrap_or(config.batch_size);
    config.shards = NonZeroUsize::new(cores()).unwrap_or(NonZeroUsize::MIN);
    let least = Duration::from_secs(args.seconds);
    let pace = |backend| {
        images_per_second(&TrainingConfig { backend, ..config.clone() }, least)
            .map_err(|e| Failure::new(e, "Correct the training configuration."))
    };
    let images_per_s = ByBackend { native: pace(Backend::Native)?, burn: pace(Backend::Burn)? };
    printer.json(&Report {
        machine: Machine::here(),
        input_size: config.input_size,
        batch_size: config.batch_size,
        threads: config.shards.get(),
        parameters: config.model.plan(&config.name, config.input_size).parameters(),
        ratio: images_per_s.native / images_per_s.burn,
        images_per_s,
    })?;
    Ok(ExitStatus::Done)
}
