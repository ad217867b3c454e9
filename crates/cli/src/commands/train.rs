use std::path::{Path, PathBuf};

use attune_training::data::{Dataset, Split};
use attune_training::{Outcome, Precision, Run, TrainingConfig, publish, write_atomically};
use clap::Args;

use crate::exit::{ExitStatus, Failure};
use crate::interrupt::stop_on_interrupt;
use crate::printer::Printer;
use crate::progress::TrainingProgress;
use crate::settings::{Settings, parse};
use crate::text::training::{epochs, json_error};

/// Arguments of `attune train`.
#[derive(Args, Debug)]
pub struct TrainArgs {
    /// Faces: a .parquet file, Kaggle's .csv, a folder of Parquet files or a folder a class
    #[arg(long, value_name = "PATH")]
    data: PathBuf,
    /// Faces to select on, if they are not in --data
    #[arg(long, value_name = "PATH")]
    valid: Option<PathBuf>,
    /// Folder of the run: configuration, checkpoints, history and the finished model
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Go on exactly where the run in --out stopped
    #[arg(long, conflicts_with_all = ["training_config", "name", "epochs", "batch_size", "seed", "learning_rate"])]
    resume: bool,
    /// Training configuration as JSON; what it leaves out keeps its default
    #[arg(long, value_name = "FILE")]
    training_config: Option<PathBuf>,
    /// Name of the model
    #[arg(long)]
    name: Option<String>,
    /// Passes over the training pictures
    #[arg(long)]
    epochs: Option<usize>,
    /// Pictures a step
    #[arg(long)]
    batch_size: Option<usize>,
    /// Starts the weights, the order of pictures and every random change
    #[arg(long)]
    seed: Option<u64>,
    /// Peak learning rate
    #[arg(long)]
    learning_rate: Option<f32>,
    /// Share of validation faces on which the finished model names an expression
    #[arg(long, default_value_t = 0.9, value_name = "SHARE", value_parser = parse::share)]
    coverage: f64,
}

/// Trains a network, with a checkpoint at every stop.
pub fn run(args: &TrainArgs, _: &Settings, printer: Printer) -> Result<ExitStatus, Failure> {
    let begin = if args.resume { Beginning::Resume } else { Beginning::Fresh(config(args)?) };
    let train = Dataset::read(&args.data, Split::Train)?;
    let valid = Dataset::read(args.valid.as_ref().unwrap_or(&args.data), Split::Valid)?;
    refuse_own_pictures(args, &valid)?;
    let mut run = match begin {
        Beginning::Resume => Run::resume(&args.out)?,
        Beginning::Fresh(config) => Run::start(&args.out, config)?,
    };
    let stop = stop_on_interrupt()?;
    let mut progress = TrainingProgress::new(printer, run.config().epochs);
    let outcome = run.go(&train, &valid, &stop, &mut progress)?;
    progress.finish();
    printer.data(&epochs(run.history()))?;
    if outcome == Outcome::Stopped {
        printer.note(&format!("stopped; go on with: {}", resume_command(args)));
        return Ok(ExitStatus::Refused);
    }
    finish(args, &run, &valid, printer)
}

/// Selecting on what was trained on would say nothing of other faces.
fn refuse_own_pictures(args: &TrainArgs, valid: &Dataset) -> Result<(), Failure> {
    if args.valid.is_some() || valid.splits_told_apart {
        return Ok(());
    }
    Err(Failure::new(
        format!("{} does not tell training pictures from others", args.data.display()),
        "Name other pictures to select on with --valid.",
    ))
}

fn resume_command(args: &TrainArgs) -> String {
    let valid = args.valid.as_ref().map(|v| format!(" --valid {}", v.display()));
    format!(
        "attune train --resume --out {} --data {}{}",
        args.out.display(),
        args.data.display(),
        valid.unwrap_or_default()
    )
}

/// Publishes the best epoch's model into the run's folder.
fn finish(
    args: &TrainArgs,
    run: &Run,
    valid: &Dataset,
    printer: Printer,
) -> Result<ExitStatus, Failure> {
    let best = args.out.join("best.safetensors");
    let threads = run.config().shards.get();
    let model = publish(&best, valid, args.coverage, Precision::Half, threads)?;
    let path = args.out.join("model.safetensors");
    write_atomically(&path, &model).map_err(|error| unwritable(&path, &error))?;
    printer.note(&format!(
        "the model is in {0}; measure it with: attune evaluate --model {0} --data {1}",
        path.display(),
        args.data.display()
    ));
    Ok(ExitStatus::Done)
}

pub(super) fn unwritable(path: &Path, error: &std::io::Error) -> Failure {
    Failure::new(
        format!("{} could not be written: {error}", path.display()),
        "Check the folder's permissions and the free space on its disk.",
    )
}

/// Where a run begins; data is read in between, so that bad data leaves no run behind.
enum Beginning {
    Resume,
    Fresh(TrainingConfig),
}

fn config(args: &TrainArgs) -> Result<TrainingConfig, Failure> {
    if args.out.join("last.safetensors").exists() {
        return Err(Failure::new(
            format!("{} already holds a run", args.out.display()),
            "Say --resume to go on with it, or name another folder.",
        ));
    }
    let mut config = match &args.training_config {
        Some(path) => read_config(path)?,
        None => TrainingConfig::default(),
    };
    let TrainArgs { name, epochs, batch_size, seed, learning_rate, .. } = args;
    config.name = name.clone().unwrap_or(config.name);
    config.epochs = epochs.unwrap_or(config.epochs);
    config.batch_size = batch_size.unwrap_or(config.batch_size);
    config.seed = seed.unwrap_or(config.seed);
    config.learning_rate = learning_rate.unwrap_or(config.learning_rate);
    Ok(config)
}

pub(super) fn read_config(path: &Path) -> Result<TrainingConfig, Failure> {
    let text = std::fs::read_to_string(path).map_err(|e| json_error(path, &e))?;
    serde_json::from_str(&text).map_err(|e| json_error(path, &e))
}
