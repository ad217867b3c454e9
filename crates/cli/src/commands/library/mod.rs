//! `attune library`.

mod event;
mod export;
mod filter;
mod list;
mod stats;

use clap::{Args, Subcommand};

use crate::context::with_library;
use crate::exit::{ExitStatus, Failure};
use crate::printer::Printer;
use crate::settings::Settings;

#[derive(Args, Debug)]
pub struct LibraryArgs {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List items, one a line
    List(list::ListArgs),
    /// Count items by kind, language and mood tag
    Stats(stats::StatsArgs),
    /// Write items with all that is known of them
    Export(export::ExportArgs),
    /// Write down that you played, finished, skipped, liked, disliked or banned an item
    Event(event::EventArgs),
    /// List what you did, the latest last
    Events(event::EventsArgs),
    /// Learn anew who is played together, where plays have changed
    Learn(event::LearnArgs),
}

pub fn run(
    args: LibraryArgs,
    settings: &Settings,
    printer: Printer,
) -> Result<ExitStatus, Failure> {
    let items =
        || with_library(settings, async |library| Ok(library.catalogue().await?.items.clone()));
    match args.action {
        Action::Event(args) => event::record(&args, settings, printer)?,
        Action::Events(args) => event::list(&args, settings, printer)?,
        Action::Learn(args) => event::learn(&args, settings, printer)?,
        Action::List(args) => list::show(&args, &args.filter.pass(items()?), printer)?,
        Action::Stats(args) => stats::show(&args, &items()?, printer)?,
        Action::Export(args) => export::show(&args, &args.filter.pass(items()?), printer)?,
    }
    Ok(ExitStatus::Done)
}
