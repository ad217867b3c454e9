//! `attune library list`.

use attune_core::Item;
use clap::Args;
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

/// Prints `{"items": [...]}` or one line an item.
pub fn show(args: &ListArgs, items: &[Item], printer: Printer) -> Result<(), Failure> {
    match args.format {
        Format::Json => printer.json(&json!({ "items": items })),
        Format::Text => printer.data(&items.iter().map(text::item_line).collect::<String>()),
    }
}
