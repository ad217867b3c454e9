//! `attune train eigenfaces`.

use std::path::PathBuf;

use attune_training::data::Split;
use attune_training::eigenfaces::{Accepts, EigenfacesReport, learn};
use attune_training::write_atomically;
use clap::Args;

use super::{read, unwritable};
use crate::args::Format;
use crate::context::threads;
use crate::exit::{ExitStatus, Failure};
use crate::printer::Printer;
use crate::text::percent;

#[derive(Args, Debug)]
pub struct EigenfacesArgs {
    /// Faces with FER+ votes: the directions come from the training split, the thresholds from one
    /// half of the validation split, the figures from its other half
    #[arg(long, value_name = "PATH", required = true)]
    data: Vec<PathBuf>,
    /// The file
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// How the figures are written
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Learns the directions and writes them.
pub fn run(args: &EigenfacesArgs, printer: Printer) -> Result<ExitStatus, Failure> {
    let (train, valid) = (read(&args.data, Split::Train)?, read(&args.data, Split::Valid)?);
    let (bytes, report) = learn(&train, &valid, threads())
        .map_err(|e| Failure::new(e, "Name FER2013 with FER+ votes."))?;
    write_atomically(&args.out, &bytes).map_err(|e| unwritable(&args.out, &e))?;
    match args.format {
        Format::Json => printer.json(&report)?,
        Format::Text => printer.data(&text(&report))?,
    }
    printer.note(&format!("{} bytes are in {}", bytes.len(), args.out.display()));
    Ok(ExitStatus::Done)
}

fn text(report: &EigenfacesReport) -> String {
    let EigenfacesReport { faces, directions, threshold_faces, .. } = report;
    let explained = percent(report.explained as f32);
    let mut text = format!(
        "{directions} directions from {faces} faces explain {explained} of their variance; thresholds from \
         {threshold_faces} others\n\nof strangers taken for somebody\n"
    );
    for row in &report.strangers {
        text += &format!("  household of {}  {}\n", row.household, share(&row.accepts));
    }
    text + &format!(
        "\ntwo copies of one photograph taken for one person\n  {}\n",
        share(&report.same_photograph)
    )
}

fn share(accepts: &Accepts) -> String {
    let Accepts { tries, accepted, share, margin95 } = accepts;
    format!("{:.2} % ± {:.2} ({accepted} of {tries})", 100.0 * share, 100.0 * margin95)
}
