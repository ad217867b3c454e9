use std::path::{Path, PathBuf};

use attune_training::network::ModelConfig;
use attune_training::sweep::{Grid, Material, Sweep, SweepError, sweep, sweep_imbalance};
use attune_training::{EpochRecord, Observer, StepReport, TrainingConfig, write_atomically};
use clap::Args;
use serde::Serialize;

use super::recipe::network;
use super::train::unwritable;
use crate::args::Format;
use crate::exit::{ExitStatus, Failure};
use crate::interrupt::stop_on_interrupt;
use crate::printer::Printer;
use crate::text::training::epoch;

/// Arguments of `attune sweep`.
#[derive(Args, Debug)]
pub struct SweepArgs {
    /// Faces with their splits: Kaggle's .csv, a .parquet file, or a folder of Parquet files
    #[arg(long, value_name = "PATH")]
    data: PathBuf,
    /// Folder of the sweep: its runs, its table and its plot; what is done there is not done again
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Networks, of those that `attune networks` lists
    #[arg(
        long,
        alias = "models",
        value_name = "NAME,...",
        value_delimiter = ',',
        default_value = "conv4,conv3",
        value_parser = named
    )]
    networks: Vec<Named>,
    /// Numbers of passes over the training pictures
    #[arg(long, value_name = "N,...", value_delimiter = ',', default_value = "5,10,20")]
    epochs: Vec<usize>,
    /// Numbers of pictures a step
    #[arg(long, value_name = "N,...", value_delimiter = ',', default_value = "32,64,128")]
    batch_sizes: Vec<usize>,
    /// Train on so many pictures, spread evenly over the split, instead of all
    #[arg(long, value_name = "N")]
    images: Option<usize>,
    /// Starts every run
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Instead compare what methods against imbalance do to rare expressions, by one network, one
    /// batch size and one number of epochs: the first of each
    #[arg(long)]
    imbalance: bool,
    /// How to write the result
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// A network and what it is called.
#[derive(Clone, Debug)]
struct Named(String, ModelConfig);

fn named(name: &str) -> Result<Named, String> {
    Ok(Named(name.to_owned(), network(name)?))
}

/// Repeats a table of runs.
pub fn run(args: &SweepArgs, printer: Printer) -> Result<ExitStatus, Failure> {
    if args.epochs.contains(&0) {
        return Err(Failure::new("0 epochs train nothing", "Name one epoch or more."));
    }
    let material = Material::read(&args.data, args.images)?;
    if args.imbalance {
        imbalance(args, &material, printer)
    } else {
        grid(args, &material, printer)
    }
}

fn grid(args: &SweepArgs, material: &Material, printer: Printer) -> Result<ExitStatus, Failure> {
    let grid = Grid {
        networks: args.networks.iter().map(|Named(name, m)| (name.clone(), m.clone())).collect(),
        batch_sizes: args.batch_sizes.clone(),
        epochs: args.epochs.clone(),
        seed: args.seed,
    };
    let stop = stop_on_interrupt()?;
    let cells = sweep(&args.out, &grid, material, &stop, &mut Lines(printer));
    let result = Sweep::of(&grid, material, cells.map_err(failure)?);
    write(&args.out, "sweep.csv", &result.csv())?;
    write(&args.out, "sweep.md", &result.markdown())?;
    write(&args.out, "sweep.svg", &result.svg())?;
    show(args, printer, "sweep.json", &result, &result.text())
}

fn imbalance(
    args: &SweepArgs,
    material: &Material,
    printer: Printer,
) -> Result<ExitStatus, Failure> {
    let first = |list: &[usize], other| list.first().copied().unwrap_or(other);
    let (name, model) = args.networks.first().map_or_else(
        || ("attune".to_owned(), ModelConfig::default()),
        |Named(name, model)| (name.clone(), model.clone()),
    );
    let config = TrainingConfig {
        name,
        epochs: first(&args.epochs, 10),
        batch_size: first(&args.batch_sizes, 64),
        seed: args.seed,
        label_sets: vec![attune_core::LabelSet::Fer2013],
        ..TrainingConfig::for_network(model)
    };
    let stop = stop_on_interrupt()?;
    let result = sweep_imbalance(&args.out, &config, material, &stop, &mut Lines(printer));
    let result = result.map_err(failure)?;
    write(&args.out, "imbalance.md", &result.markdown())?;
    show(args, printer, "imbalance.json", &result, &result.text())
}

fn show(
    args: &SweepArgs,
    printer: Printer,
    file: &str,
    result: &impl Serialize,
    text: &str,
) -> Result<ExitStatus, Failure> {
    let json = serde_json::to_string_pretty(result).map_err(std::io::Error::from)?;
    write(&args.out, file, &(json + "\n"))?;
    match args.format {
        Format::Json => printer.json(result)?,
        Format::Text => printer.data(text)?,
    }
    printer.note(&format!("the same is in {}", args.out.display()));
    Ok(ExitStatus::Done)
}

fn write(folder: &Path, name: &str, text: &str) -> Result<(), Failure> {
    let path = folder.join(name);
    write_atomically(&path, text.as_bytes()).map_err(|error| unwritable(&path, &error))
}

fn failure(error: SweepError) -> Failure {
    let hint = match &error {
        SweepError::Train(error) => error.hint(),
        SweepError::OtherSweep(_) => "Name another folder with --out, or repeat the same settings.",
        SweepError::Stopped => "Say the same again to go on with it.",
        _ => "Check the folder's permissions and the free space on its disk.",
    };
    Failure::new(&error, hint)
}

/// A line an epoch on stderr.
struct Lines(Printer);

impl Observer for Lines {
    fn step(&mut self, _: &StepReport) {}

    fn epoch(&mut self, record: &EpochRecord, best: bool) {
        self.0.advice(&epoch(record, best));
    }
}
