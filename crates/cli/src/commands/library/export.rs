//! `attune library export`.

use attune_core::Item;
use clap::{Args, ValueEnum};
use serde::Serialize;
use serde_json::json;

use crate::commands::library::filter::FilterArgs;
use crate::exit::Failure;
use crate::printer::Printer;

#[derive(Args, Debug)]
pub struct ExportArgs {
    #[command(flatten)]
    pub filter: FilterArgs,
    /// How to write the items
    #[arg(long, value_enum, default_value_t)]
    format: ExportFormat,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum ExportFormat {
    /// All that is known of every item
    #[default]
    Json,
    /// A row an item, for spreadsheets; several artists or tags are separated by semicolons
    Csv,
}

/// Writes the items to stdout.
pub fn show(args: &ExportArgs, items: &[Item], printer: Printer) -> Result<(), Failure> {
    match args.format {
        ExportFormat::Json => printer.json(&json!({ "items": items })),
        ExportFormat::Csv => printer.raw(&table(items)?),
    }
}

/// The columns of the CSV, in order.
#[derive(Serialize)]
struct Row<'a> {
    title: &'a str,
    artist: String,
    album: Option<&'a str>,
    kind: &'static str,
    language: Option<&'a str>,
    genre: String,
    year: Option<i16>,
    duration_ms: Option<u32>,
    tags: String,
    valence: Option<f32>,
    arousal: Option<f32>,
    source: &'a str,
}

impl<'a> From<&'a Item> for Row<'a> {
    fn from(item: &'a Item) -> Self {
        let tags: Vec<&str> = item.tags.iter().map(|tag| tag.key()).collect();
        Self {
            title: &item.title,
            artist: item.artists.join("; "),
            album: item.album.as_deref(),
            kind: item.kind.key(),
            language: item.language.as_ref().map(|l| l.name()),
            genre: item.genres.join("; "),
            year: item.year,
            duration_ms: item.duration_ms,
            tags: tags.join("; "),
            valence: item.mood.map(|mood| mood.valence),
            arousal: item.mood.map(|mood| mood.arousal),
            source: item.source.address(),
        }
    }
}

fn table(items: &[Item]) -> Result<Vec<u8>, Failure> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for item in items {
        writer.serialize(Row::from(item)).map_err(std::io::Error::from)?;
    }
    Ok(writer.into_inner().map_err(|error| error.into_error())?)
}
