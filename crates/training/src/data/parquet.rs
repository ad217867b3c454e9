use std::fs::File;
use std::path::Path;

use attune_core::LabelSet;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::{Field, Row};

use super::error::At;
use super::{DataError, DataErrorKind, Example, Split, SplitExamples, Votes, decode_crop};

/// Reads `image` (struct with `bytes`), `label` and, where it is there, `votes` (ten counts).
/// With a `usage` column and a split, only that split's rows count; where the file holds only
/// rows of one other usage, that is refused as empty by the caller.
pub(super) fn read(path: &Path, split: Option<Split>) -> Result<SplitExamples, DataError> {
    let file = File::open(path).at(path)?;
    let reader = SerializedFileReader::new(file).at(path)?;
    let schema = reader.metadata().file_metadata().schema_descr_ptr();
    let has = |name: &str| schema.root_schema().get_fields().iter().any(|f| f.name() == name);
    for name in ["image", "label"] {
        if !has(name) {
            return Err(DataError::new(path, DataErrorKind::MissingColumn(name)));
        }
    }
    let mut examples = Vec::new();
    for (i, row) in reader.get_row_iter(None).at(path)?.enumerate() {
        let row = row.at(path)?;
        if split.is_some_and(|s| !belongs(&row, s)) {
            continue;
        }
        let example = example(&row).map_err(|(column, why)| {
            DataError::new(path, DataErrorKind::Cell { row: i + 1, column, why })
        })?;
        examples.push(example);
    }
    Ok((examples, has("usage")))
}

fn field<'a>(row: &'a Row, name: &str) -> Option<&'a Field> {
    row.get_column_iter().find(|(column, _)| column.as_str() == name).map(|(_, field)| field)
}

fn belongs(row: &Row, split: Split) -> bool {
    match field(row, "usage") {
        Some(Field::Str(usage)) => usage == split.usage(),
        _ => true,
    }
}

fn example(row: &Row) -> Result<Example, (&'static str, String)> {
    let bytes = image_bytes(row).ok_or(("image", "no picture".to_owned()))?;
    Ok(Example {
        crop: decode_crop(bytes).map_err(|why| ("image", why))?,
        label: Some(label(row).map_err(|why| ("label", why))?),
        votes: votes(row).map_err(|why| ("votes", why))?,
    })
}

fn image_bytes(row: &Row) -> Option<&[u8]> {
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

fn integer(field: &Field) -> Option<i64> {
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
