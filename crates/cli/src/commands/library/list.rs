//! `attune library list`.

use attune_core::{Item, MoodRegion, MoodTag};
use clap::Args;
use serde::Serialize;
use serde_json::json;

use crate::args::Format;
use crate::commands::library::filter::FilterArgs;
use crate::exit::Failure;
use crate::printer::Printer;
use crate::text;

#[derive(Args, Debug)]
pub struct ListArgs {
    #[command(flatten)]
    pub filter: FilterArgs,
    /// How to write the result
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// An item with what its mood is called.
#[derive(Debug, Serialize)]
struct Listed<'a> {
    #[serde(flatten)]
    item: &'a Item,
    /// Thayer's region; none where the mood is too uncertain.
    mood_region: Option<MoodRegion>,
    /// Words of the vocabulary, the nearest first.
    mood_words: Vec<MoodTag>,
}

impl<'a> Listed<'a> {
    fn of(item: &'a Item) -> Self {
        let mood_region = item.mood.and_then(MoodRegion::of);
        Self { item, mood_region, mood_words: item.mood.map(MoodTag::near).unwrap_or_default() }
    }
}

/// Prints `{"items": [...]}` or one line an item.
pub fn show(args: &ListArgs, items: &[Item], printer: Printer) -> Result<(), Failure> {
    match args.format {
        Format::Json => {
            let listed: Vec<Listed> = items.iter().map(Listed::of).collect();
            printer.json(&json!({ "items": listed }))
        }
        Format::Text => printer.data(&items.iter().map(text::item_line).collect::<String>()),
    }
}
