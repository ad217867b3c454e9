//! `attune library add` and `attune library scan`.

use std::path::PathBuf;

use attune_app::ScanReport;
use clap::Args;
use serde_json::{Value, json};

use crate::args::Format;
use crate::context::with_library;
use crate::exit::{ExitStatus, Failure};
use crate::printer::Printer;
use crate::progress::ScanBar;
use crate::settings::Settings;

#[derive(Args, Debug)]
pub struct AddArgs {
    /// The folder; symbolic links in it are followed, hidden folders are not
    folder: PathBuf,
    /// How to write the result
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Args, Debug)]
pub struct ScanArgs {
    /// How to write the result
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Follows a folder and scans it.
pub fn add(args: &AddArgs, settings: &Settings, printer: Printer) -> Result<ExitStatus, Failure> {
    let bar = ScanBar::new(printer);
    let report = with_library(settings, async |library| {
        Ok(library.add_folder(&args.folder, &mut |progress| bar.show(progress)).await?)
    })?;
    bar.finish();
    let folder = args.folder.display().to_string();
    show(&[(folder, report)], args.format, printer)
}

/// Scans every folder that is followed.
pub fn all(args: &ScanArgs, settings: &Settings, printer: Printer) -> Result<ExitStatus, Failure> {
    let bar = ScanBar::new(printer);
    let reports = with_library(settings, async |library| {
        Ok(library.scan(&mut |progress| bar.show(progress)).await?)
    })?;
    bar.finish();
    if reports.is_empty() {
        return Err(no_folder());
    }
    show(&reports, args.format, printer)
}

fn show(
    reports: &[(String, ScanReport)],
    format: Format,
    printer: Printer,
) -> Result<ExitStatus, Failure> {
    if format == Format::Json {
        let scans: Vec<Value> =
            reports.iter().map(|(folder, report)| with_folder(folder, report)).collect();
        printer.json(&json!({ "scans": scans }))?;
        return Ok(ExitStatus::Done);
    }
    for (folder, report) in reports {
        tell(folder, report, printer)?;
    }
    Ok(ExitStatus::Done)
}

/// There is nothing to scan.
pub fn no_folder() -> Failure {
    Failure::new("no folder is followed yet", "Name one with: attune library add DIR")
}

/// A scan as JSON.
pub fn with_folder(folder: &str, report: &ScanReport) -> Value {
    json!({ "folder": folder, "report": report })
}

/// A scan in a line, and what a person should know of it.
pub fn tell(folder: &str, report: &ScanReport, printer: Printer) -> Result<(), Failure> {
    printer.data(&text(folder, report))?;
    for remark in &report.refused {
        printer.warning(&format!("{}: {}", remark.path.display(), remark.why));
    }
    for remark in &report.notes {
        printer.note(&format!("{}: {}", remark.path.display(), remark.why));
    }
    Ok(())
}

fn text(folder: &str, report: &ScanReport) -> String {
    let ScanReport { files, described, unchanged, moved, missing, added, guessed, .. } = report;
    let refused = report.refused.len();
    format!(
        "{folder}: {files} recordings, {described} measured, {unchanged} unchanged, {moved} under \
         a new name, {missing} missing, {refused} refused; {added} items added, {guessed} with a \
         guessed name or language\n"
    )
}
