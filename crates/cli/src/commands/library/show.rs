//! `attune library show`.

use attune_app::LISTENER;
use clap::Args;

use crate::args::Format;
use crate::context::with_library;
use crate::exit::Failure;
use crate::printer::Printer;
use crate::settings::{Settings, parse};
use crate::text;

#[derive(Args, Debug)]
pub struct ShowArgs {
    /// The item by its number or title; a title may be followed by its artist
    item: String,
    /// Whose corrections of moods hold
    #[arg(long, value_name = "NAME", default_value = LISTENER, value_parser = parse::listener)]
    listener: String,
    /// How to write the result
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Prints all that is known of one item.
pub fn run(args: &ShowArgs, settings: &Settings, printer: Printer) -> Result<(), Failure> {
    let report = with_library(settings, async |library| {
        Ok(library.item_report(&args.item, &args.listener).await?)
    })?;
    match args.format {
        Format::Json => printer.json(&report),
        Format::Text => printer.data(&text::item_card(&report)),
    }
}
