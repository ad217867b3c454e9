//! `attune import csv`, `attune import lastfm` and `attune import subsonic`.

use std::path::PathBuf;

use attune_app::{Columns, CsvReport, HistoryReport, LISTENER, Mapping, Refusal};
use clap::{Args, Subcommand};

use crate::args::Format;
use crate::commands::library::connections;
use crate::context::with_library;
use crate::exit::{ExitStatus, Failure, Told};
use crate::printer::Printer;
use crate::settings::{Settings, parse};
use crate::text;

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
    /// Who played what how often: a Last.fm export, or HetRec's folder of many listeners
    Lastfm(LastfmArgs),
    /// The same as `attune library connect`
    Subsonic(connections::ConnectArgs),
}

#[derive(Args, Debug)]
struct LastfmArgs {
    /// A table with a header, an export of lastfm-to-csv, Last.fm 1K or 360K, or the folder with
    /// HetRec's artists.dat and user_artists.dat
    path: PathBuf,
    /// Whose plays they are, where the file does not tell listeners apart
    #[arg(long, value_name = "NAME", default_value = LISTENER, value_parser = parse::listener)]
    listener: String,
    /// How to write the result
    #[arg(long, value_enum, default_value_t)]
    format: Format,
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
    match args.from {
        Catalogue::Csv(args) => csv(args, settings, printer),
        Catalogue::Lastfm(args) => lastfm(&args, settings, printer),
        Catalogue::Subsonic(args) => {
            connections::connect(&args, settings, printer).map(|()| ExitStatus::Done)
        }
    }
}

fn csv(args: CsvArgs, settings: &Settings, printer: Printer) -> Result<ExitStatus, Failure> {
    let CsvArgs { file, map, format } = args;
    let mapping = map.map_or(Mapping::Detect, Mapping::Columns);
    let report =
        with_library(settings, async |library| Ok(library.import_csv(&file, &mapping).await?))?;
    match format {
        Format::Json => printer.json(&report)?,
        Format::Text => printer.data(&summary(&report))?,
    }
    report.notes.iter().for_each(|note| printer.note(note));
    tell_refused(&report.refused, printer);
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

fn lastfm(args: &LastfmArgs, settings: &Settings, printer: Printer) -> Result<ExitStatus, Failure> {
    let learning = || {
        printer.advice("Learning who is played together; up to a minute for thousands of artists.")
    };
    let report = with_library(settings, async |library| {
        Ok(library.import_lastfm(&args.path, &args.listener, learning).await?)
    })?;
    match args.format {
        Format::Json => printer.json(&report)?,
        Format::Text => printer.data(&history_summary(&report))?,
    }
    tell_refused(&report.refused, printer);
    if report.learned.artists == 0 {
        printer
            .note("one listener alone says nothing of who is played together; liking is taken in");
    }
    Ok(ExitStatus::Done)
}

fn history_summary(report: &HistoryReport) -> String {
    let HistoryReport { format, rows, listeners, counts, changed, learned, .. } = report;
    let listeners = text::count(*listeners, "listener");
    let learned = if learned.up_to_date {
        "nothing new to learn".to_owned()
    } else {
        format!("{} learned in {:.1} s", text::count(learned.artists, "artist"), learned.seconds)
    };
    format!(
        "{rows} rows of {format}: {counts} play counts of {listeners}, {changed} new or changed; \
         {learned}\n"
    )
}

fn tell_refused(refused: &[Refusal], printer: Printer) {
    refused.iter().take(TOLD).for_each(|refusal| {
        let what = if refusal.whole_row { "row" } else { "value" };
        printer.warning(&format!("{what} refused: {refusal}"));
    });
    if refused.len() > TOLD {
        let more = refused.len() - TOLD;
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
