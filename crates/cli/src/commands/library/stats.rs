//! `attune library stats`.

use std::collections::BTreeMap;

use attune_core::{Item, Kind};
use clap::Args;
use serde::Serialize;

use crate::args::Format;
use crate::exit::Failure;
use crate::printer::Printer;
use crate::text;

#[derive(Args, Debug)]
pub struct StatsArgs {
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
    pub languages: BTreeMap<String, usize>,
    pub tags: BTreeMap<String, usize>,
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
    match args.format {
        Format::Json => printer.json(&stats),
        Format::Text => printer.data(&text(&stats)),
    }
}

fn text(stats: &Stats) -> String {
    let Stats { items, music, videos, artists, with_mood, languages, tags } = stats;
    format!(
        "{items} items: {music} music, {videos} video, {artists} artists, {with_mood} with a known mood\n{}{}",
        text::counts("languages", languages),
        text::counts("mood tags", tags),
    )
}
