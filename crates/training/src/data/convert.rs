//! The same faces in another layout.

use std::fmt::Write as _;
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use attune_core::LabelSet;
use attune_vision::{CROP_SIZE, FaceCrop};
use image::codecs::png::PngEncoder;
use image::{ExtendedColorType, ImageEncoder};
use parquet::column::writer::ColumnWriter;
use parquet::data_type::ByteArray;
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;

use super::{Dataset, Example, Split};
use crate::checkpoint::write_atomically;

/// Why faces could not be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConvertError {
    /// What is there is not overwritten.
    #[error("{} is there already", .0.display())]
    Exists(PathBuf),
    /// A picture, counted from 1, has no FER2013 label.
    #[error("picture {0} has no FER2013 label")]
    Unlabelled(usize),
    /// A file could not be written.
    #[error("{} could not be written: {why}", path.display())]
    Unwritable {
        /// Which.
        path: PathBuf,
        /// One sentence.
        why: String,
    },
}

/// What was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written {
    /// Pictures.
    pub images: usize,
    /// Pictures whose votes the layout has no place for.
    pub votes_lost: usize,
}

/// One row: its split (where splits are told apart), its label and the rest.
type Labelled<'a> = (Option<Split>, usize, &'a Example);

/// Writes faces as Parquet (`.parquet`), as Kaggle's CSV (`.csv`) or, under any other name, as a
/// folder a class under `train`, `valid` and `test`. A file is written whole or not at all.
///
/// # Errors
/// What is there already is not overwritten; pictures without a FER2013 label are refused.
pub fn convert(splits: &[(Option<Split>, Dataset)], to: &Path) -> Result<Written, ConvertError> {
    if to.exists() {
        return Err(ConvertError::Exists(to.to_owned()));
    }
    let examples = splits.iter().flat_map(|(split, set)| set.examples.iter().map(|e| (*split, e)));
    let label = |(i, (split, e)): (usize, (Option<Split>, _))| {
        let e: &Example = e;
        Ok((split, e.label.ok_or(ConvertError::Unlabelled(i + 1))?, e))
    };
    let rows = examples.enumerate().map(label).collect::<Result<Vec<Labelled<'_>>, _>>()?;
    let voted = rows.iter().filter(|(_, _, e)| e.votes.is_some()).count();
    let votes_lost = match to.extension().and_then(|e| e.to_str()) {
        Some("parquet") => {
            let bytes = parquet(&rows).map_err(|error| unwritable(to, &error))?;
            write_atomically(to, &bytes).map_err(|error| unwritable(to, &error))?;
            0
        }
        Some("csv") => {
            write_atomically(to, csv(&rows).as_bytes()).map_err(|error| unwritable(to, &error))?;
            voted
        }
        _ => {
            folders(&rows, to)?;
            voted
        }
    };
    Ok(Written { images: rows.len(), votes_lost })
}

fn unwritable(path: &Path, why: &dyn std::fmt::Display) -> ConvertError {
    ConvertError::Unwritable { path: path.to_owned(), why: why.to_string() }
}

fn png(crop: &FaceCrop) -> Vec<u8> {
    let (mut bytes, side) = (Cursor::new(Vec::new()), CROP_SIZE as u32);
    // Writing 48 x 48 grey pixels to memory cannot fail.
    let _ =
        PngEncoder::new(&mut bytes).write_image(crop.pixels(), side, side, ExtendedColorType::L8);
    bytes.into_inner()
}

fn has_splits(rows: &[Labelled<'_>]) -> bool {
    rows.iter().any(|(split, _, _)| split.is_some())
}

fn csv(rows: &[Labelled<'_>]) -> String {
    let splits = has_splits(rows);
    let mut text = format!("emotion,pixels{}\n", if splits { ",Usage" } else { "" });
    for (split, label, example) in rows {
        let _ = write!(text, "{label},");
        for (i, pixel) in example.crop.pixels().iter().enumerate() {
            let _ = write!(text, "{}{pixel}", if i == 0 { "" } else { " " });
        }
        let usage = split.map_or(String::new(), |split| format!(",{}", split.usage()));
        let _ = writeln!(text, "{usage}");
    }
    text
}

fn folders(rows: &[Labelled<'_>], to: &Path) -> Result<(), ConvertError> {
    for (i, (split, label, example)) in rows.iter().enumerate() {
        let split = split.map_or(to.to_owned(), |split| to.join(split.folder_names()[0]));
        let class = split.join(LabelSet::Fer2013.expressions()[*label].key());
        let file = class.join(format!("{i:06}.png"));
        let written = std::fs::create_dir_all(&class)
            .and_then(|()| std::fs::write(&file, png(&example.crop)));
        written.map_err(|error| unwritable(&file, &error))?;
    }
    Ok(())
}

/// One row group of the columns that [`Dataset::read`] reads.
fn parquet(rows: &[Labelled<'_>]) -> Result<Vec<u8>, ParquetError> {
    let usage = if has_splits(rows) { "REQUIRED BYTE_ARRAY usage (STRING);" } else { "" };
    let schema = format!(
        "message faces {{ {usage} REQUIRED GROUP image {{ REQUIRED BYTE_ARRAY bytes; }}
         REQUIRED INT32 label (INTEGER(8,true)); OPTIONAL GROUP votes (LIST) {{
         REPEATED GROUP list {{ REQUIRED INT32 element (INTEGER(8,true)); }} }} }}"
    );
    let schema = Arc::new(parse_message_type(&schema)?);
    let properties = Arc::new(WriterProperties::builder().build());
    let mut bytes = Vec::new();
    let mut file = SerializedFileWriter::new(&mut bytes, schema, properties)?;
    let mut group = file.next_row_group()?;
    while let Some(mut column) = group.next_column()? {
        let name = match column.untyped() {
            ColumnWriter::ByteArrayColumnWriter(writer) => {
                let name = writer.get_descriptor().path().string();
                let values: Vec<ByteArray> = rows.iter().map(|row| text_cell(&name, row)).collect();
                writer.write_batch(&values, None, None)?;
                name
            }
            ColumnWriter::Int32ColumnWriter(writer) => {
                let name = writer.get_descriptor().path().string();
                if name == "label" {
                    let labels: Vec<i32> = rows.iter().map(|(_, label, _)| *label as i32).collect();
                    writer.write_batch(&labels, None, None)?;
                } else {
                    let (values, defined, repeated) = votes(rows);
                    writer.write_batch(&values, Some(&defined), Some(&repeated))?;
                }
                name
            }
            _ => String::new(),
        };
        debug_assert!(!name.is_empty(), "a column of the schema was not written");
        column.close()?;
    }
    group.close()?;
    file.close()?;
    Ok(bytes)
}

fn text_cell(column: &str, (split, _, example): &Labelled<'_>) -> ByteArray {
    match column {
        "usage" => split.map_or("", Split::usage).into(),
        _ => png(&example.crop).into(),
    }
}

/// Counts with the definition and repetition levels of an optional list.
fn votes(rows: &[Labelled<'_>]) -> (Vec<i32>, Vec<i16>, Vec<i16>) {
    let (mut values, mut defined, mut repeated) = (vec![], vec![], vec![]);
    for (_, _, example) in rows {
        let counts = example.votes.map(|v| v.0);
        values.extend(counts.iter().flatten().map(|n| i32::from(*n)));
        let n = counts.map_or(1, |counts| counts.len());
        defined.extend(std::iter::repeat_n(if counts.is_some() { 2 } else { 0 }, n));
        repeated.extend((0..n).map(|i| i16::from(i > 0)));
    }
    (values, defined, repeated)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Votes, all_splits};

    fn example(seed: u8, label: usize, votes: Option<[u8; 10]>) -> Example {
        let pixels: Vec<u8> = (0..48 * 48).map(|i| (i as u8).wrapping_mul(seed)).collect();
        let crop = FaceCrop::from_pixels(&pixels).unwrap();
        Example { crop, label: Some(label), votes: votes.map(Votes) }
    }

    fn splits(split: impl Fn(Split) -> Option<Split>) -> Vec<(Option<Split>, Dataset)> {
        let set = |split: Option<Split>, examples| {
            (split, Dataset { name: String::new(), examples, splits_told_apart: split.is_some() })
        };
        let votes = Some([0, 9, 0, 0, 0, 0, 0, 0, 1, 0]);
        vec![
            set(split(Split::Train), vec![example(3, 3, votes), example(5, 1, None)]),
            set(split(Split::Test), vec![example(7, 6, votes)]),
        ]
    }

    fn contents(splits: &[(Option<Split>, Dataset)], votes: bool) -> Vec<String> {
        let mut lines: Vec<String> = splits
            .iter()
            .flat_map(|(split, set)| set.examples.iter().map(move |e| (*split, e)))
            .map(|(split, e)| {
                format!("{split:?} {:?} {:?} {:?}", e.label, e.crop, e.votes.filter(|_| votes))
            })
            .collect();
        lines.sort();
        lines
    }

    #[test]
    fn every_layout_is_read_back_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let told = splits(Some);
        let untold = vec![(None, Dataset { splits_told_apart: false, ..told[0].1.clone() })];
        for (name, from) in [("a", &told), ("b", &untold)] {
            for (suffix, votes) in [(".parquet", true), (".csv", false), ("", false)] {
                let to = folder.path().join(format!("{name}{suffix}"));
                let written = convert(from, &to).unwrap();
                let images: usize = from.iter().map(|(_, set)| set.examples.len()).sum();
                assert_eq!(written.images, images);
                assert_eq!(written.votes_lost > 0, !votes);
                let back = all_splits(&to).unwrap();
                assert_eq!(contents(&back, true), contents(from, votes), "{}", to.display());
                assert!(matches!(convert(from, &to), Err(ConvertError::Exists(_))));
            }
        }
        let mut unlabelled = told;
        unlabelled[0].1.examples[1].label = None;
        let error = convert(&unlabelled, &folder.path().join("c.csv")).unwrap_err();
        assert_eq!(error.to_string(), "picture 2 has no FER2013 label");
    }
}
