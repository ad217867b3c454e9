//! `attune doctor`.

mod checks;

use clap::Args;
use serde::Serialize;

use crate::args::Format;
use crate::exit::{ExitStatus, Failure};
use crate::printer::Printer;
use crate::settings::Settings;
use crate::text;

#[derive(Args, Debug)]
pub struct DoctorArgs {
    /// How to write the result
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Check {
    /// What was looked at.
    pub name: &'static str,
    /// Whether it is in order.
    pub ok: bool,
    /// What was found.
    pub detail: String,
    /// What to do where it is not in order.
    pub hint: Option<String>,
}

#[derive(Debug, Serialize)]
struct Report {
    ok: bool,
    checks: Vec<Check>,
}

pub fn run(
    args: &DoctorArgs,
    settings: &Settings,
    printer: Printer,
) -> Result<ExitStatus, Failure> {
    let checks = checks::all(settings);
    let report = Report { ok: checks.iter().all(|check| check.ok), checks };
    match args.format {
        Format::Json => printer.json(&report)?,
        Format::Text => printer.data(&report.checks.iter().map(text::check).collect::<String>())?,
    }
    Ok(if report.ok { ExitStatus::Done } else { ExitStatus::Refused })
}
