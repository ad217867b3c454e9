use std::path::PathBuf;

use attune_training::data::{ConvertError, all_splits, convert};
use clap::Args;

use crate::exit::{ExitStatus, Failure};
use crate::printer::Printer;

/// Arguments of `attune data convert`.
#[derive(Args, Debug)]
pub struct ConvertArgs {
    /// Faces: a .parquet file, Kaggle's .csv, a folder of Parquet files or a folder a class
    from: PathBuf,
    /// What to write: a .parquet file, a .csv file or a new folder, with a folder a class for each
    /// split
    to: PathBuf,
}

/// Writes faces in another layout.
pub fn run(args: &ConvertArgs, printer: Printer) -> Result<ExitStatus, Failure> {
    let splits = all_splits(&args.from)?;
    let written = convert(&splits, &args.to).map_err(|error| {
        let hint = match error {
            ConvertError::Exists(_) => "Name a file or folder that is not there yet.",
            ConvertError::Unlabelled(_) => "Only faces with a FER2013 label can be converted.",
            _ => "Is the disk full, or the folder protected?",
        };
        Failure::new(&error, hint)
    })?;
    if written.votes_lost > 0 {
        let lost = written.votes_lost;
        printer.warning(&format!(
            "this layout has no place for FER+ votes: {lost} pictures lost theirs"
        ));
    }
    printer.note(&format!("wrote {} pictures to {}", written.images, args.to.display()));
    Ok(ExitStatus::Done)
}
