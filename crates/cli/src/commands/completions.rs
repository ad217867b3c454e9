//! `attune completions`.

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use crate::args::Cli;
use crate::exit::{ExitStatus, Failure};
use crate::printer::Printer;

#[derive(Args, Debug)]
pub struct CompletionsArgs {
    /// The shell to complete for
    shell: Shell,
}

pub fn run(args: &CompletionsArgs, printer: Printer) -> Result<ExitStatus, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "attune", &mut script);
    printer.raw(&script)?;
    Ok(ExitStatus::Done)
}
