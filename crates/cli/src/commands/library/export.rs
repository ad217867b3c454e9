//! `attune library export`.

use std::io::{IsTerminal, stdout};

use attune_app::table;
use attune_core::Item;
use clap::{Args, ValueEnum};
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
    /// The same table as Parquet, for data frames
    Parquet,
}

/// Writes the items to stdout.
pub fn show(args: &ExportArgs, items: &[Item], printer: Printer) -> Result<(), Failure> {
    match args.format {
        ExportFormat::Json => printer.json(&json!({ "items": items })),
        ExportFormat::Csv => {
            let mut file = Vec::new();
            table::csv(items, &mut file)?;
            printer.raw(&file)
        }
        ExportFormat::Parquet if stdout().is_terminal() => Err(Failure::new(
            "Parquet is no text for a terminal",
            "Send it into a file: attune library export --format parquet > library.parquet",
        )),
        ExportFormat::Parquet => {
            let mut file = Vec::new();
            table::parquet(items, &mut file).map_err(|e| Failure::new(&e, "please report this"))?;
            printer.raw(&file)
        }
    }
}
