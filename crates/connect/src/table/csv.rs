use std::io;

use attune_core::Item;

use super::Row;

/// The table as CSV: a header, then a row an item.
///
/// # Errors
/// Where `out` cannot be written.
pub fn csv(items: &[Item], out: impl io::Write) -> io::Result<()> {
    let mut writer = ::csv::Writer::from_writer(out);
    for item in items {
        writer.serialize(Row::from(item)).map_err(io::Error::from)?;
    }
    writer.flush()
}
