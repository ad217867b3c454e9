use std::path::PathBuf;

use attune_training::reports::stats_page;
use clap::Args;

use super::stats_of;
use crate::args::Format;
use crate::commands::report;
use crate::exit::{ExitStatus, Failure};
use crate::printer::Printer;
use crate::settings::parse;
use crate::text::data::stats;

/// Arguments of `attune data stats`.
#[derive(Args, Debug)]
pub struct StatsArgs {
    /// Faces: a .parquet file, Kaggle's .csv, a folder of Parquet files or a folder a class
    path: PathBuf,
    /// Also write bars, pies and tables to this .html or .svg file
    #[arg(long, value_name = "FILE", value_parser = parse::report)]
    report: Option<PathBuf>,
    /// How to write the result
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Counts and compares labelled faces.
pub fn run(args: &StatsArgs, printer: Printer) -> Result<ExitStatus, Failure> {
    let result = stats_of(&args.path)?;
    report::write(args.report.as_deref(), || stats_page(&result), printer)?;
    match args.format {
        Format::Json => printer.json(&result)?,
        Format::Text => printer.data(&stats(&result))?,
    }
    Ok(ExitStatus::Done)
}
