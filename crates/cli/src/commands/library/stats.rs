//! `attune library stats`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use attune_core::{Item, Kind, MoodRegion};
use clap::Args;
use serde::Serialize;

use crate::args::Format;
use crate::commands::library::filter::FilterArgs;
use crate::commands::library::picture;
use crate::commands::report;
use crate::exit::Failure;
use crate::printer::Printer;
use crate::settings::parse;
use crate::text;

#[derive(Args, Debug)]
pub struct StatsArgs {
    #[command(flatten)]
    pub filter: FilterArgs,
    /// Also draw the library in the mood plane, in this .html or .svg file
    #[arg(long, value_name = "FILE", value_parser = parse::report)]
    report: Option<PathBuf>,
    /// How to write the result
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// How much of what there is.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub struct Stats {
    pub items: usize,
    pub music: usize,
    pub videos: usize,
    pub artists: usize,
    /// Items whose place in the mood plane is known.
    pub with_mood: usize,
    /// By what says where they stand.
    pub mood_origins: BTreeMap<String, usize>,
    /// By Thayer's regions, where the mood is certain enough.
    pub regions: BTreeMap<String, usize>,
    pub languages: BTreeMap<String, usize>,
    pub tags: BTreeMap<String, usize>,
    pub genres: BTreeMap<String, usize>,
    pub decades: BTreeMap<String, usize>,
}

impl Stats {
    fn of(items: &[Item]) -> Self {
        let music = items.iter().filter(|item| item.kind == Kind::Music).count();
        let languages = items.iter().filter_map(|item| item.language.as_ref());
        let artists = items.iter().flat_map(|item| &item.artists).cloned();
        Self {
            items: items.len(),
            music,
            videos: items.len() - music,
            artists: counted(artists).len(),
            with_mood: items.iter().filter(|item| item.mood.is_some()).count(),
            mood_origins: counted(
                items.iter().filter_map(|i| i.mood_origin).map(|o| o.to_string()),
            ),
            regions: counted(
                items.iter().filter_map(|i| MoodRegion::of(i.mood?)).map(|r| r.to_string()),
            ),
            genres: counted(items.iter().flat_map(|item| &item.genres).cloned()),
            decades: counted(
                items.iter().filter_map(|i| i.year).map(|y| format!("{}s", y - y.rem_euclid(10))),
            ),
            languages: counted(languages.map(|l| l.name().to_owned())),
            tags: counted(items.iter().flat_map(|item| &item.tags).map(ToString::to_string)),
        }
    }
}

fn counted(words: impl Iterator<Item = String>) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    words.for_each(|word| *counts.entry(word).or_default() += 1);
    counts
}

/// Prints the counts.
pub fn show(args: &StatsArgs, items: &[Item], printer: Printer) -> Result<(), Failure> {
    let stats = Stats::of(items);
    report::write(args.report.as_deref(), || picture::page(&stats, items), printer)?;
    match args.format {
        Format::Json => printer.json(&stats),
        Format::Text => printer.data(&text(&stats)),
    }
}

fn text(stats: &Stats) -> String {
    let Stats { items, music, videos, artists, with_mood, .. } = stats;
    format!(
        "{items} items: {music} music, {videos} video, {artists} artists, {with_mood} with a known mood\n{}{}{}{}",
        text::counts("what says where they stand", &stats.mood_origins),
        text::counts("mood regions", &stats.regions),
        text::counts("languages", &stats.languages),
        text::counts("mood tags", &stats.tags),
    )
}
