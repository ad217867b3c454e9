use std::path::PathBuf;

use attune_training::data::card;
use clap::Args;

use super::stats_of;
use crate::exit::{ExitStatus, Failure};
use crate::printer::Printer;

/// Arguments of `attune data card`.
#[derive(Args, Debug)]
pub struct CardArgs {
    /// FER2013 with FER+ votes, in any layout
    path: PathBuf,
}

/// Prints the data card.
pub fn run(args: &CardArgs, printer: Printer) -> Result<ExitStatus, Failure> {
    printer.raw(card(&stats_of(&args.path)?).as_bytes())?;
    Ok(ExitStatus::Done)
}
