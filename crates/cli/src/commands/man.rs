//! `attune man`.

use clap::{Command, CommandFactory};
use clap_mangen::Man;

use crate::args::Cli;
use crate::exit::{ExitStatus, Failure};
use crate::printer::Printer;

/// Prints attune(1) followed by the pages of its commands.
pub fn run(printer: Printer) -> Result<ExitStatus, Failure> {
    let mut root = Cli::command();
    root.build();
    let mut pages = Vec::new();
    render(&root, "attune", &mut pages)?;
    printer.raw(&pages)?;
    Ok(ExitStatus::Done)
}

fn render(command: &Command, title: &str, pages: &mut Vec<u8>) -> Result<(), Failure> {
    Man::new(command.clone()).title(title).render(pages)?;
    for child in command.get_subcommands().filter(|child| !child.is_hide_set()) {
        render(child, &format!("{title}-{}", child.get_name()), pages)?;
    }
    Ok(())
}
