//! `attune library playlists`.

use attune_app::PlaylistSummary;
use clap::Args;
use serde_json::json;

use crate::args::Format;
use crate::context::with_library;
use crate::exit::Failure;
use crate::printer::Printer;
use crate::settings::Settings;
use crate::text::count;

#[derive(Args, Debug)]
pub struct PlaylistsArgs {
    /// How to write the result
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Prints `{"playlists": [...]}` or a line a playlist.
pub fn run(args: &PlaylistsArgs, settings: &Settings, printer: Printer) -> Result<(), Failure> {
    let playlists = with_library(settings, async |library| Ok(library.playlists().await?))?;
    match args.format {
        Format::Json => return printer.json(&json!({ "playlists": playlists })),
        Format::Text => printer.data(&playlists.iter().map(line).collect::<String>())?,
    }
    if playlists.is_empty() {
        printer.note("no .m3u or .m3u8 file was met in the folders that are followed");
    }
    Ok(())
}

/// `Evening: 12 of 14 tracks are in the library  /music/Evening.m3u`.
fn line(playlist: &PlaylistSummary) -> String {
    let PlaylistSummary { name, path, entries, found } = playlist;
    let tracks = count(*entries, "track");
    format!("{name}: {found} of {tracks} in the library  {path}\n")
}
