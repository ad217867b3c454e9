//! Pages of charts as files.

use std::path::Path;

use attune_training::plot::Page;
use attune_training::write_atomically;

use super::train::unwritable;
use crate::exit::Failure;
use crate::printer::Printer;

/// Writes a page as HTML or SVG by its file's name, where one was asked for.
pub fn write(
    path: Option<&Path>,
    page: impl FnOnce() -> Page,
    printer: Printer,
) -> Result<(), Failure> {
    let Some(path) = path else { return Ok(()) };
    let svg = path.extension().is_some_and(|e| e == "svg");
    let text = if svg { page().svg() } else { page().html() };
    write_atomically(path, text.as_bytes()).map_err(|error| unwritable(path, &error))?;
    printer.note(&format!("wrote the report to {}", path.display()));
    Ok(())
}
