use std::fs::File;
use std::path::Path;

use attune_core::LabelSet;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::{Field, Row};

use super::error::At;
use super::picture::decode_exact;
use super::{DataError, DataErrorKind, Example, Split, SplitExamples, Votes};

/// Reads `image` (struct with `bytes`, 48 x 48), `label` and, where it is there, `votes` (ten
/// counts). With a `usage` column and a split, only that split's rows count; where the file holds
/// only rows of one other usage, that is refused as empty by the caller.
pub(super) fn read(path: &Path, split: Option<Split>) -> Result<SplitExamples, DataError> {
    let reader = open(path)?;
    let mut examples = Vec::new();
    for (i, row) in reader.get_row_iter(None).at(path)?.enumerate() {
        let row = read_row(path, i, row)?;
        let cell =
            |(column, why): (&'static str, String)| DataError::cell(path, i + 1, column, why);
        if !belongs(&row, split).map_err(|why| cell(("usage", why)))? {
            continue;
        }
        examples.push(example(&row).map_err(cell)?);
    }
    Ok((examples, has(&reader, "usage")))
}

/// A file that has the columns `image` and `label`.
pub(super) fn open(path: &Path) -> Result<SerializedFileReader<File>, DataError> {
    let reader = SerializedFileReader::new(File::open(path).at(path)?).at(path)?;
    match ["image", "label"].into_iter().find(|name| !has(&reader, name)) {
        Some(name) => Err(DataError::new(path, DataErrorKind::MissingColumn(name))),
        None => Ok(reader),
    }
}

fn has(reader: &SerializedFileReader<File>, name: &str) -> bool {
    let schema = reader.metadata().file_metadata().schema_descr_ptr();
    schema.root_schema().get_fields().iter().any(|f| f.name() == name)
}

/// A row, or where the file is damaged.
pub(super) fn read_row(
    path: &Path,
    i: usize,
    row: Result<Row, parquet::errors::ParquetError>,
) -> Result<Row, DataError> {
    let broken = |why: parquet::errors::ParquetError| DataErrorKind::Row {
        row: i + 1,
        why: format!("cannot be read: {why}"),
    };
    row.map_err(|error| DataError::new(path, broken(error)))
}

pub(super) fn field<'a>(row: &'a Row, name: &str) -> Option<&'a Field> {
    row.get_column_iter().find(|(column, _)| column.as_str() == name).map(|(_, field)| field)
}

fn belongs(row: &Row, split: Option<Split>) -> Result<bool, String> {
    match field(row, "usage") {
        None => Ok(true),
        Some(Field::Str(usage)) => {
            let usage = Split::from_usage(usage)?;
            Ok(split.is_none_or(|split| split == usage))
        }
        Some(_) => Err("not a word".to_owned()),
    }
}

fn example(row: &Row) -> Result<Example, (&'static str, String)> {
    let bytes = image_bytes(row).ok_or(("image", "no picture".to_owned()))?;
    Ok(Example {
        crop: decode_exact(bytes).map_err(|why| ("image", why))?,
        label: Some(label(row).map_err(|why| ("label", why))?),
        votes: votes(row).map_err(|why| ("votes", why))?,
    })
}

/// The picture's file, whole.
pub(super) fn image_bytes(row: &Row) -> Option<&[u8]> {
    let Field::Group(image) = field(row, "image")? else { return None };
    match field(image, "bytes")? {
        Field::Bytes(bytes) => Some(bytes.data()),
        _ => None,
    }
}

fn label(row: &Row) -> Result<usize, String> {
    let number = field(row, "label").and_then(integer).ok_or("not a whole number")?;
    let classes = LabelSet::Fer2013.expressions().len();
    usize::try_from(number)
        .ok()
        .filter(|label| *label < classes)
        .ok_or_else(|| format!("{number} is not a label from 0 to {}", classes - 1))
}

fn votes(row: &Row) -> Result<Option<Votes>, String> {
    let list = match field(row, "votes") {
        None | Some(Field::Null) => return Ok(None),
        Some(Field::ListInternal(list)) => list,
        Some(_) => return Err("not a list".to_owned()),
    };
    let counts: Option<Vec<u8>> =
        list.elements().iter().map(|f| u8::try_from(integer(f)?).ok()).collect();
    let counts = counts.ok_or("a vote is not a count")?;
    let n = counts.len();
    counts.try_into().map(|c| Some(Votes(c))).map_err(|_| format!("{n} votes, not 10"))
}

pub(super) fn integer(field: &Field) -> Option<i64> {
    Some(match field {
        Field::Byte(x) => i64::from(*x),
        Field::Short(x) => i64::from(*x),
        Field::Int(x) => i64::from(*x),
        Field::Long(x) => *x,
        Field::UByte(x) => i64::from(*x),
        Field::UShort(x) => i64::from(*x),
        Field::UInt(x) => i64::from(*x),
        _ => return None,
    })
}
