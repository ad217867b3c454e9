use std::io::Write;
use std::sync::Arc;

use attune_core::Item;
use parquet::basic::{Compression, ZstdLevel};
use parquet::column::writer::ColumnWriter;
use parquet::data_type::ByteArray;
use parquet::errors::ParquetError as Inner;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::parser::parse_message_type;

use super::Row;

/// The table could not be written.
#[derive(Debug, thiserror::Error)]
#[error("the table cannot be written: {0}")]
pub struct ParquetError(#[from] Inner);

/// The columns in order; each takes the next of [`columns`].
const SCHEMA: &str = "message library {
    REQUIRED BYTE_ARRAY title (UTF8);
    REQUIRED BYTE_ARRAY artist (UTF8);
    OPTIONAL BYTE_ARRAY album (UTF8);
    REQUIRED BYTE_ARRAY kind (UTF8);
    OPTIONAL BYTE_ARRAY language (UTF8);
    REQUIRED BYTE_ARRAY genre (UTF8);
    OPTIONAL INT32 year;
    OPTIONAL INT32 duration_ms;
    REQUIRED BYTE_ARRAY tags (UTF8);
    OPTIONAL FLOAT valence;
    OPTIONAL FLOAT arousal;
    OPTIONAL FLOAT mood_uncertainty;
    OPTIONAL BYTE_ARRAY mood_origin (UTF8);
    OPTIONAL BYTE_ARRAY mood_region (UTF8);
    OPTIONAL FLOAT tempo_bpm;
    OPTIONAL FLOAT loudness_lufs;
    OPTIONAL FLOAT energy;
    OPTIONAL FLOAT danceability;
    REQUIRED BYTE_ARRAY source (UTF8);
}";

/// The table as Parquet, compressed with Zstandard, in one row group.
///
/// # Errors
/// Where `out` cannot be written.
pub fn parquet(items: &[Item], out: impl Write + Send) -> Result<(), ParquetError> {
    let rows: Vec<Row> = items.iter().map(Row::from).collect();
    let schema = Arc::new(parse_message_type(SCHEMA)?);
    let compression = Compression::ZSTD(ZstdLevel::default());
    let properties = Arc::new(WriterProperties::builder().set_compression(compression).build());
    let mut writer = SerializedFileWriter::new(out, schema, properties)?;
    let mut group = writer.next_row_group()?;
    for column in columns(&rows) {
        write(&mut group, column)?;
    }
    group.close()?;
    writer.close()?;
    Ok(())
}

/// One column's cells.
enum Column<'a> {
    Text(Vec<&'a str>),
    MaybeText(Vec<Option<&'a str>>),
    Integer(Vec<Option<i32>>),
    Number(Vec<Option<f32>>),
}

/// The columns in the order of [`SCHEMA`].
fn columns<'a>(rows: &'a [Row<'a>]) -> Vec<Column<'a>> {
    let text = |of: fn(&'a Row<'a>) -> &'a str| Column::Text(rows.iter().map(of).collect());
    let maybe =
        |of: fn(&'a Row<'a>) -> Option<&'a str>| Column::MaybeText(rows.iter().map(of).collect());
    let integer = |of: fn(&Row) -> Option<i32>| Column::Integer(rows.iter().map(of).collect());
    let number = |of: fn(&Row) -> Option<f32>| Column::Number(rows.iter().map(of).collect());
    vec![
        text(|row| row.title),
        text(|row| &row.artist),
        maybe(|row| row.album),
        text(|row| row.kind),
        maybe(|row| row.language),
        text(|row| &row.genre),
        integer(|row| row.year),
        integer(|row| row.duration_ms),
        text(|row| &row.tags),
        number(|row| row.valence),
        number(|row| row.arousal),
        number(|row| row.mood_uncertainty),
        maybe(|row| row.mood_origin),
        maybe(|row| row.mood_region),
        number(|row| row.tempo_bpm),
        number(|row| row.loudness_lufs),
        number(|row| row.energy),
        number(|row| row.danceability),
        text(|row| row.source),
    ]
}

fn write<W: Write + Send>(
    group: &mut SerializedRowGroupWriter<'_, W>,
    cells: Column<'_>,
) -> Result<(), Inner> {
    let mut column = group
        .next_column()?
        .ok_or_else(|| Inner::General("more columns than the schema has".to_owned()))?;
    match (column.untyped(), cells) {
        (ColumnWriter::ByteArrayColumnWriter(writer), Column::Text(cells)) => {
            let cells: Vec<ByteArray> = cells.into_iter().map(ByteArray::from).collect();
            writer.write_batch(&cells, None, None)?;
        }
        (ColumnWriter::ByteArrayColumnWriter(writer), Column::MaybeText(cells)) => {
            let (levels, cells) = present(&cells);
            let cells: Vec<ByteArray> = cells.into_iter().map(ByteArray::from).collect();
            writer.write_batch(&cells, Some(&levels), None)?;
        }
        (ColumnWriter::Int32ColumnWriter(writer), Column::Integer(cells)) => {
            let (levels, cells) = present(&cells);
            writer.write_batch(&cells, Some(&levels), None)?;
        }
        (ColumnWriter::FloatColumnWriter(writer), Column::Number(cells)) => {
            let (levels, cells) = present(&cells);
            writer.write_batch(&cells, Some(&levels), None)?;
        }
        _ => return Err(Inner::General("a column is not of its schema's type".to_owned())),
    }
    column.close()
}

/// Which cells are there (definition level 1) and what stands in those.
fn present<T: Copy>(cells: &[Option<T>]) -> (Vec<i16>, Vec<T>) {
    let levels = cells.iter().map(|cell| i16::from(cell.is_some())).collect();
    (levels, cells.iter().copied().flatten().collect())
}
