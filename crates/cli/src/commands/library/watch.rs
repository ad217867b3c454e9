//! `attune library watch`.

use attune_app::ScanReport;
use clap::Args;

use super::scan;
use crate::args::Format;
use crate::context::with_library;
use crate::exit::Failure;
use crate::interrupt::stop_on_interrupt;
use crate::printer::Printer;
use crate::settings::Settings;

#[derive(Args, Debug)]
pub struct WatchArgs {
    /// How to write each scan: a line of text, or of JSON
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Scans, and scans again what changes, until Ctrl-C.
pub fn run(args: &WatchArgs, settings: &Settings, printer: Printer) -> Result<(), Failure> {
    let stop = stop_on_interrupt()?;
    with_library(settings, async |library| {
        if library.store().roots().await.map_err(attune_app::AppError::from)?.is_empty() {
            return Err(scan::no_folder());
        }
        printer.note("following the library's folders; Ctrl-C ends it");
        let mut wrote = Ok(());
        let mut told = |folder: &str, report: &ScanReport| {
            if wrote.is_ok() {
                wrote = tell(folder, report, args.format, printer);
            }
        };
        library.follow(&stop, &mut told).await?;
        wrote
    })
}

fn tell(
    folder: &str,
    report: &ScanReport,
    format: Format,
    printer: Printer,
) -> Result<(), Failure> {
    match format {
        Format::Json => printer.json_line(&scan::with_folder(folder, report)),
        Format::Text => scan::tell(folder, report, printer),
    }
}
