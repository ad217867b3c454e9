//! `attune import csv`.

use std::path::PathBuf;

use attune_app::{Columns, CsvReport, Mapping};
use clap::{Args, Subcommand};

use crate::args::Format;
use crate::context::with_library;
use crate::exit::{ExitStatus, Failure, Told};
use crate::printer::Printer;
use crate::settings::Settings;

/// Refusals told on stderr one by one; JSON has them all.
const TOLD: usize = 10;

#[derive(Args, Debug)]
pub struct ImportArgs {
    #[command(subcommand)]
    from: Catalogue,
}

#[derive(Debug, Subcommand)]
enum Catalogue {
    /// A table of tracks or videos with a header line, in UTF-8
    Csv(CsvArgs),
}

#[derive(Args, Debug)]
struct CsvArgs {
    /// The table
    file: PathBuf,
    /// Which column says what, like title=Name,artist=Band; known catalogues need none
    #[arg(long, value_name = "FIELD=COLUMN,...")]
    map: Option<Columns>,
    /// How to write the result
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

pub fn run(args: ImportArgs, settings: &Settings, printer: Printer) -> Result<ExitStatus, Failure> {
    let Catalogue::Csv(CsvArgs { file, map, format }) = args.from;
    let mapping = map.map_or(Mapping::Detect, Mapping::Columns);
    let report =
        with_library(settings, async |library| Ok(library.import_csv(&file, &mapping).await?))?;
    match format {
        Format::Json => printer.json(&report)?,
        Format::Text => printer.data(&summary(&report))?,
    }
    report.notes.iter().for_each(|note| printer.note(note));
    tell_refused(&report, printer);
    Ok(judge(&report, printer))
}

fn summary(report: &CsvReport) -> String {
    let CsvReport { format, rows, merged, count, .. } = report;
    let (added, updated, unchanged) = (count.added, count.updated, count.unchanged);
    format!(
        "{rows} rows of {format}: {added} items added, {updated} updated, {unchanged} unchanged, \
         {merged} repeated\n"
    )
}

fn tell_refused(report: &CsvReport, printer: Printer) {
    report.refused.iter().take(TOLD).for_each(|refusal| {
        let what = if refusal.whole_row { "row" } else { "value" };
        printer.warning(&format!("{what} refused: {refusal}"));
    });
    if report.refused.len() > TOLD {
        let more = report.refused.len() - TOLD;
        printer.note(&format!("{more} more were refused; --format json lists them all"));
    }
}

/// A row without a title is passed over; a row that is broken says the file is.
fn judge(report: &CsvReport, printer: Printer) -> ExitStatus {
    let damaged = report.refused.iter().filter(|refusal| refusal.damaged).count();
    if damaged == 0 {
        return ExitStatus::Done;
    }
    printer.error(&Told {
        message: format!("{damaged} of {} rows are broken and were left out", report.rows),
        hint: Some("the others are in the library; repair the rows and import the file again: nothing comes in twice".to_owned()),
    });
    ExitStatus::Refused
}
