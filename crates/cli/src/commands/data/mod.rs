//! What labelled faces hold.

mod convert;
mod stats;

use std::path::Path;

use attune_training::data::{Stats, all_splits};
use clap::{Args, Subcommand};

use crate::context::threads;
use crate::exit::{ExitStatus, Failure};
use crate::printer::Printer;

/// Arguments of `attune data`.
#[derive(Args, Debug)]
pub struct DataArgs {
    #[command(subcommand)]
    command: DataCommand,
}

#[derive(Debug, Subcommand)]
enum DataCommand {
    /// Count classes and find pictures that stand there more than once
    Stats(stats::StatsArgs),
    /// Write the faces in another layout
    Convert(convert::ConvertArgs),
}

/// Runs one of them.
pub fn run(args: DataArgs, printer: Printer) -> Result<ExitStatus, Failure> {
    match args.command {
        DataCommand::Stats(args) => stats::run(&args, printer),
        DataCommand::Convert(args) => convert::run(&args, printer),
    }
}

/// Counts every split of the faces at a path.
pub fn stats_of(path: &Path) -> Result<Stats, Failure> {
    Ok(Stats::of(path.display().to_string(), &all_splits(path)?, threads()))
}
