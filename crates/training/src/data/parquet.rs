use std::fs::File;
use std::path::Path;

use attune_core::LabelSet;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::{Field, Row};

use super::error::At;
use super::picture::decode_exact;
use super::{DataError, DataErrorKind, Example, Split, SplitExamples, Votes};

/// Which rows of a file are asked for.
#[derive(Clone, Copy)]
pub(super) enum Rows {
    /// Those whose `usage` is this split's; all of them where there is no such column.
    Of(Split),
    /// All, because the file's name says that they are this split's; a row that says otherwise is
    /// refused.
    Whole(Split),
}

/// Reads `image` (struct with `bytes`, 48 x 48), `label` and, where it is there, `votes` (ten
/// counts). Where no row is of the split, the caller refuses the file as empty.
pub(super) fn read(path: &Path, rows: Rows) -> Result<SplitExamples, DataError> {
    let reader = open(path)?;
    let mut examples = Vec::new();
    for (i, row) in reader.get_row_iter(None).at(path)?.enumerate() {
        let row = read_row(path, i, row)?;
        let cell =
            |(column, why): (&'static str, String)| DataError::cell(path, i + 1, column, why);
        if !belongs(&row, rows).map_err(|why| cell(("usage", why)))? {
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

fn belongs(row: &Row, rows: Rows) -> Result<bool, String> {
    let usage = match field(row, "usage") {
        None => return Ok(true),
        Some(Field::Str(usage)) => Split::from_usage(usage)?,
        Some(_) => return Err("not a word".to_owned()),
    };
    match rows {
        Rows::Of(split) => Ok(usage == split),
        Rows::Whole(split) if usage == split => Ok(true),
        Rows::Whole(split) => {
            Err(format!("{} in the file of {} pictures", usage.usage(), split.usage()))
        }
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
    let (n, sum) = (counts.len(), counts.iter().map(|n| u32::from(*n)).sum::<u32>());
    if sum > 10 {
        return Err(format!("{sum} votes of ten people"));
    }
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use parquet::column::writer::ColumnWriter;
    use parquet::data_type::ByteArray;
    use parquet::file::writer::SerializedFileWriter;
    use parquet::schema::parser::parse_message_type;

    use super::*;

    /// The cells of one column; an optional list has levels.
    enum Cells {
        Bytes(Vec<Vec<u8>>),
        Numbers(Vec<i32>),
        List { counts: Vec<i32>, rows: usize },
    }

    fn file(schema: &str, columns: Vec<Cells>) -> tempfile::NamedTempFile {
        let file = tempfile::Builder::new().suffix(".parquet").tempfile().unwrap();
        let schema = Arc::new(parse_message_type(schema).unwrap());
        let mut writer =
            SerializedFileWriter::new(file.reopen().unwrap(), schema, Arc::default()).unwrap();
        let mut group = writer.next_row_group().unwrap();
        for cells in columns {
            let mut column = group.next_column().unwrap().unwrap();
            match (column.untyped(), cells) {
                (ColumnWriter::ByteArrayColumnWriter(w), Cells::Bytes(cells)) => {
                    let cells: Vec<ByteArray> = cells.into_iter().map(Into::into).collect();
                    w.write_batch(&cells, None, None).unwrap();
                }
                (ColumnWriter::Int32ColumnWriter(w), Cells::Numbers(cells)) => {
                    w.write_batch(&cells, None, None).unwrap();
                }
                (ColumnWriter::Int32ColumnWriter(w), Cells::List { counts, rows }) => {
                    let each = counts.len() / rows;
                    let repeated: Vec<i16> =
                        (0..counts.len()).map(|i| i16::from(i % each > 0)).collect();
                    w.write_batch(&counts, Some(&vec![2; counts.len()]), Some(&repeated)).unwrap();
                }
                _ => panic!("the cells are not of the column's type"),
            }
            column.close().unwrap();
        }
        group.close().unwrap();
        writer.close().unwrap();
        file
    }

    fn png(side: u32) -> Vec<u8> {
        let mut bytes = std::io::Cursor::new(Vec::new());
        let picture = image::GrayImage::from_fn(side, side, |x, y| image::Luma([(x * y) as u8]));
        picture.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
        bytes.into_inner()
    }

    const IMAGE: &str = "REQUIRED GROUP image { REQUIRED BYTE_ARRAY bytes; }";
    const LABEL: &str = "REQUIRED INT32 label;";

    fn refusal(schema: &str, columns: Vec<Cells>) -> String {
        let file = file(&format!("message faces {{ {schema} }}"), columns);
        read(file.path(), Rows::Of(Split::Train)).unwrap_err().to_string()
    }

    #[test]
    fn a_cell_that_is_wrong_is_named_by_row_and_column() {
        let good = || vec![png(48), png(48)];
        let second = |bytes: Vec<u8>| Cells::Bytes(vec![png(48), bytes]);
        let labels = |second: i32| Cells::Numbers(vec![3, second]);
        let plain = format!("{IMAGE} {LABEL}");
        let mut cut = png(48);
        cut.truncate(cut.len() / 2);
        for (columns, expected) in [
            (
                vec![second(png(20)), labels(1)],
                "row 2, column 'image': 20 x 20 pixels, not 48 x 48",
            ),
            (vec![second(png(49)), labels(1)], "row 2, column 'image': 49 x 49 pixels"),
            (vec![second(b"no picture".to_vec()), labels(1)], "row 2, column 'image': "),
            (vec![second(vec![]), labels(1)], "row 2, column 'image': "),
            (vec![second(cut), labels(1)], "row 2, column 'image': "),
            (vec![Cells::Bytes(good()), labels(7)], "row 2, column 'label': 7 is not a label"),
            (vec![Cells::Bytes(good()), labels(-1)], "row 2, column 'label': -1 is not a label"),
        ] {
            let error = refusal(&plain, columns);
            assert!(error.contains(expected), "{error}\nnot {expected}");
        }
        let words = format!("{IMAGE} REQUIRED BYTE_ARRAY label (STRING);");
        let columns = vec![Cells::Bytes(good()), Cells::Bytes(vec![b"happy".to_vec(); 2])];
        assert!(refusal(&words, columns).ends_with("row 1, column 'label': not a whole number"));
        let split = format!("REQUIRED BYTE_ARRAY usage (STRING); {plain}");
        let usage = Cells::Bytes(vec![b"Training".to_vec(), b"Trainin".to_vec()]);
        let error = refusal(&split, vec![usage, Cells::Bytes(good()), labels(1)]);
        assert!(error.contains("row 2, column 'usage': 'Trainin' is neither"), "{error}");
        let votes =
            "OPTIONAL GROUP votes (LIST) { REPEATED GROUP list { REQUIRED INT32 element; } }";
        for (each, count, expected) in [
            (9, 1, "row 1, column 'votes': 9 votes, not 10"),
            (10, 300, "a vote is not a count"),
            (10, 2, "row 1, column 'votes': 20 votes of ten people"),
        ] {
            let list = Cells::List { counts: vec![count; 2 * each], rows: 2 };
            let columns = vec![Cells::Bytes(good()), labels(1), list];
            let error = refusal(&format!("{plain} {votes}"), columns);
            assert!(error.contains(expected), "{error}");
        }
    }

    #[test]
    fn rows_of_another_split_are_left_or_refused_as_the_file_is_named() {
        let schema =
            format!("message faces {{ REQUIRED BYTE_ARRAY usage (STRING); {IMAGE} {LABEL} }}");
        let usage = Cells::Bytes(vec![b"Training".to_vec(), b"PublicTest".to_vec()]);
        let columns = vec![usage, Cells::Bytes(vec![png(48); 2]), Cells::Numbers(vec![1; 2])];
        let file = file(&schema, columns);
        assert_eq!(read(file.path(), Rows::Of(Split::Valid)).unwrap().0.len(), 1);
        let error = read(file.path(), Rows::Whole(Split::Train)).unwrap_err().to_string();
        let expected = "row 2, column 'usage': PublicTest in the file of Training pictures";
        assert!(error.ends_with(expected), "{error}");
    }

    #[test]
    fn a_file_that_is_wrong_is_refused_before_any_row() {
        let error = refusal(LABEL, vec![Cells::Numbers(vec![1])]);
        assert!(error.ends_with("has no column 'image'"), "{error}");
        let error = refusal(IMAGE, vec![Cells::Bytes(vec![png(48)])]);
        assert!(error.ends_with("has no column 'label'"), "{error}");
        let schema = format!("message faces {{ {IMAGE} {LABEL} }}");
        let whole = file(&schema, vec![Cells::Bytes(vec![png(48); 9]), Cells::Numbers(vec![1; 9])]);
        assert_eq!(read(whole.path(), Rows::Of(Split::Train)).unwrap().0.len(), 9);
        let bytes = std::fs::read(whole.path()).unwrap();
        for end in [0, 3, bytes.len() / 2, bytes.len() - 1] {
            std::fs::write(whole.path(), &bytes[..end]).unwrap();
            assert!(read(whole.path(), Rows::Whole(Split::Train)).is_err(), "cut at {end}");
        }
        // Bytes of the first picture's page are overwritten.
        let mut spoilt = bytes.clone();
        spoilt[4..400].fill(0xff);
        std::fs::write(whole.path(), spoilt).unwrap();
        let error = read(whole.path(), Rows::Whole(Split::Train)).unwrap_err().to_string();
        assert!(error.contains("row 1") || error.contains("cannot be read"), "{error}");
    }
}
