//! `attune library`.

mod compose;
pub mod connections;
mod correct;
mod event;
mod export;
mod filter;
mod list;
mod picture;
mod playlists;
mod scan;
mod show;
mod stats;
mod tag;
mod watch;

use clap::{Args, Subcommand};
use filter::FilterArgs;

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
    /// Follow a folder of music: measure what is in it, now and at every scan
    Add(scan::AddArgs),
    /// Bring the library in step with the folders it follows
    Scan(scan::ScanArgs),
    /// Follow the folders: scan what changes as it changes, until Ctrl-C
    Watch(watch::WatchArgs),
    /// Connect a music server that speaks OpenSubsonic (Navidrome, Gonic, Ampache, ...)
    Connect(connections::ConnectArgs),
    /// List the music servers that the library is connected to
    Connections(connections::ConnectionsArgs),
    /// Bring the library in step with its music servers, and listen to what is new there
    Sync(connections::SyncArgs),
    /// End the connection with a music server; what you played from it keeps its history
    Disconnect(connections::DisconnectArgs),
    /// List items, one a line
    List(list::ListArgs),
    /// List the playlists (.m3u, .m3u8) in the folders that are followed
    Playlists(playlists::PlaylistsArgs),
    /// Show all that is known of an item, and what says where it stands in the mood plane
    Show(show::ShowArgs),
    /// Say where an item stands for you; that outranks tags, recording and catalogue
    Correct(correct::CorrectArgs),
    /// Write moods into the mood tag of your files; shows first what it would do
    Tag(tag::TagArgs),
    /// Compose music for a mood, so that there is always some
    Compose(compose::ComposeArgs),
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
    let items = |filter: &FilterArgs| {
        with_library(settings, async |library| Ok(filter.items(library).await?))
    };
    match args.action {
        Action::Add(args) => return scan::add(&args, settings, printer),
        Action::Scan(args) => return scan::all(&args, settings, printer),
        Action::Connect(args) => connections::connect(&args, settings, printer)?,
        Action::Connections(args) => connections::list(&args, settings, printer)?,
        Action::Sync(args) => connections::sync(&args, settings, printer)?,
        Action::Disconnect(args) => connections::disconnect(&args, settings, printer)?,
        Action::Playlists(args) => playlists::run(&args, settings, printer)?,
        Action::Event(args) => event::record(&args, settings, printer)?,
        Action::Events(args) => event::list(&args, settings, printer)?,
        Action::Learn(args) => event::learn(&args, settings, printer)?,
        Action::Show(args) => show::run(&args, settings, printer)?,
        Action::Correct(args) => correct::run(&args, settings, printer)?,
        Action::Tag(args) => tag::run(args, settings, printer)?,
        Action::Compose(args) => compose::run(&args, settings, printer)?,
        Action::Watch(args) => watch::run(&args, settings, printer)?,
        Action::List(args) => list::show(&args, &items(&args.filter)?, printer)?,
        Action::Stats(args) => stats::show(&args, &items(&args.filter)?, printer)?,
        Action::Export(args) => export::show(&args, &items(&args.filter)?, printer)?,
    }
    Ok(ExitStatus::Done)
}
