//! One file a command: its arguments, what it calls, how it shows the answer.

pub mod completions;
pub mod config;
mod man;

use crate::args::Command;
use crate::exit::{ExitStatus, Failure};
use crate::printer::Printer;
use crate::settings::Settings;

/// Runs one command.
pub fn run(command: Command, settings: Settings, printer: Printer) -> Result<ExitStatus, Failure> {
    match command {
        Command::Config(args) => config::run(&args, &settings, printer),
        Command::Completions(args) => completions::run(&args, printer),
        Command::Man => man::run(printer),
    }
}
