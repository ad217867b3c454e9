//! The `attune` command: arguments in, data on stdout, advice on stderr, an exit status out.

mod args;
mod commands;
mod context;
mod env;
mod exit;
mod house_band;
mod interrupt;
mod live;
mod panic;
mod printer;
mod progress;
mod settings;
mod text;

use std::process::ExitCode;

use clap::Parser;

use crate::args::Cli;
use crate::exit::{ExitStatus, Failure};
use crate::printer::Printer;
use crate::settings::Settings;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let printer = Printer::new(cli.global.quiet);
    panic::report_through(printer);
    let status = std::panic::catch_unwind(|| run(cli, printer)).unwrap_or(ExitStatus::Refused);
    status.into()
}

/// Runs the command and turns what stopped it into a message and a status.
fn run(cli: Cli, printer: Printer) -> ExitStatus {
    let outcome = Settings::load(&cli.global)
        .and_then(|settings| commands::run(cli.command, settings, printer));
    match outcome {
        Ok(status) => status,
        Err(Failure::PipeClosed) => ExitStatus::Done,
        Err(Failure::Told(told)) => {
            printer.error(&told);
            ExitStatus::Refused
        }
    }
}
