use std::path::PathBuf;

use attune_training::data::{Dataset, Split};
use attune_training::{Precision, publish, write_atomically};
use clap::{Args, ValueEnum};

use super::train::unwritable;
use crate::exit::{ExitStatus, Failure};
use crate::printer::Printer;
use crate::settings::parse;

/// Arguments of `attune export`.
#[derive(Args, Debug)]
pub struct ExportArgs {
    /// Checkpoint of a run, such as runs/NAME/best.safetensors
    checkpoint: PathBuf,
    /// Model file to write
    #[arg(long, short, value_name = "FILE")]
    out: PathBuf,
    /// Faces to calibrate on
    #[arg(long, value_name = "PATH")]
    data: PathBuf,
    /// Share of those faces on which the model names an expression
    #[arg(long, default_value_t = 0.9, value_name = "SHARE", value_parser = parse::share)]
    coverage: f64,
    /// How weights are stored
    #[arg(long, value_enum, default_value_t = PrecisionChoice::Half)]
    precision: PrecisionChoice,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum PrecisionChoice {
    /// 16-bit floats
    Half,
    /// 32-bit floats
    Single,
}

/// Makes a calibrated model file of a checkpoint.
pub fn run(args: &ExportArgs, printer: Printer) -> Result<ExitStatus, Failure> {
    let valid = Dataset::read(&args.data, Split::Valid)?;
    let precision = match args.precision {
        PrecisionChoice::Half => Precision::Half,
        PrecisionChoice::Single => Precision::Single,
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let model = publish(&args.checkpoint, &valid, args.coverage, precision, threads)?;
    write_atomically(&args.out, &model).map_err(|error| unwritable(&args.out, &error))?;
    printer.note(&format!("wrote {} bytes to {}", model.len(), args.out.display()));
    Ok(ExitStatus::Done)
}
