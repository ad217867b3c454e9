//! `attune library compose`.

use std::path::PathBuf;

use attune_app::{Composed, band_folder, compose_to};
use attune_core::Point;
use clap::Args;
use serde_json::json;

use crate::args::Format;
use crate::context::with_library;
use crate::exit::Failure;
use crate::interrupt::stop_on_interrupt;
use crate::printer::Printer;
use crate::settings::{Settings, parse};

#[derive(Args, Debug)]
pub struct ComposeArgs {
    /// Where the track is to stand: valence and arousal from -1 to 1; without it what is missing of
    /// two dozen tracks over the whole plane, about 16 MB each
    #[arg(long, value_name = "V,A", value_parser = parse::mood, allow_hyphen_values = true)]
    mood: Option<Point>,
    /// The same mood and seed give the same track
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Write the track to this .wav file, not into the library
    #[arg(long, value_name = "FILE", requires = "mood")]
    out: Option<PathBuf>,
    /// How to write the result
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Composes tracks and takes them into the library.
pub fn run(args: &ComposeArgs, settings: &Settings, printer: Printer) -> Result<(), Failure> {
    let composed = match (args.mood, &args.out) {
        (Some(mood), Some(out)) => vec![compose_to(out, mood, args.seed)?],
        (mood, _) => into_library(mood, args.seed, settings, printer)?,
    };
    match args.format {
        Format::Json => printer.json(&json!({ "composed": composed })),
        Format::Text => printer.data(&composed.iter().map(line).collect::<String>()),
    }
}

fn into_library(
    mood: Option<Point>,
    seed: u64,
    settings: &Settings,
    printer: Printer,
) -> Result<Vec<Composed>, Failure> {
    let folder = band_folder(&settings.data_dir.value);
    with_library(settings, async |library| {
        if let Some(mood) = mood {
            return Ok(vec![library.compose(&folder, mood, seed).await?]);
        }
        let stop = stop_on_interrupt()?;
        let mut composed = Vec::new();
        let mut told = |track: &Composed| {
            printer.note(&format!("{} is composed", track.title));
            composed.push(track.clone());
        };
        library.compose_programme(&folder, seed, &stop, &mut told).await?;
        if composed.is_empty() {
            printer.note("all of these tracks are there, or being composed by another attune");
        }
        Ok(composed)
    })
}

fn line(track: &Composed) -> String {
    let seconds = track.duration_ms / 1_000;
    let length = format!("{}:{:02}", seconds / 60, seconds % 60);
    format!("{}  {length}  {}\n", track.title, track.path.display())
}
