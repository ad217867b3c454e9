use std::fs::File;
use std::path::Path;

use attune_core::LabelSet;
use attune_vision::{CROP_SIZE, FaceCrop};
use csv::StringRecord;

use super::error::At;
use super::{DataError, DataErrorKind, Example, Split, SplitExamples};

/// Reads Kaggle's `fer2013.csv`: `emotion,pixels,Usage`, one line a face, pixels as 2,304 numbers
/// separated by spaces. Without a `Usage` column every row belongs to the split asked for.
pub(super) fn read(path: &Path, split: Split) -> Result<SplitExamples, DataError> {
    let mut table = Table::open(path)?;
    let (emotion, pixels) = (table.need("emotion")?, table.need("pixels")?);
    let usage = table.column("usage");
    let mut examples = Vec::new();
    while let Some((row, record)) = table.next()? {
        let cell = |column, why: String| DataError::cell(path, row, column, why);
        if let Some(usage) = usage {
            let belongs = Split::from_usage(&record[usage]).map_err(|why| cell("Usage", why))?;
            if belongs != split {
                continue;
            }
        }
        let label = parse_label(&record[emotion]).map_err(|why| cell("emotion", why))?;
        let crop = parse_pixels(&record[pixels]).map_err(|why| cell("pixels", why))?;
        examples.push(Example { crop, label: Some(label), votes: None });
    }
    Ok((examples, usage.is_some()))
}

/// A CSV file whose rows all have as many cells as its header, none of them over several lines: a
/// quote that is never closed swallows the rows after it.
pub(super) struct Table<'a> {
    path: &'a Path,
    headers: Vec<String>,
    records: csv::StringRecordsIntoIter<File>,
    row: usize,
}

impl<'a> Table<'a> {
    pub fn open(path: &'a Path) -> Result<Self, DataError> {
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_path(path).at(path)?;
        let tidy = |header: &str| header.trim_start_matches('\u{feff}').trim().to_lowercase();
        let headers = reader.headers().at(path)?.iter().map(tidy).collect();
        Ok(Self { path, headers, records: reader.into_records(), row: 0 })
    }

    /// The position of a column by its name in lower case.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.headers.iter().position(|h| h == name)
    }

    pub fn need(&self, name: &'static str) -> Result<usize, DataError> {
        let missing = || DataError::new(self.path, DataErrorKind::MissingColumn(name));
        self.column(name).ok_or_else(missing)
    }

    /// The next row and its number from 1, the header not counted.
    pub fn next(&mut self) -> Result<Option<(usize, StringRecord)>, DataError> {
        let Some(record) = self.records.next() else { return Ok(None) };
        self.row += 1;
        let broken =
            |why: String| DataError::new(self.path, DataErrorKind::Row { row: self.row, why });
        let record = record.map_err(|error| broken(error.to_string()))?;
        if let Some(i) = record.iter().position(|cell| cell.contains(['\n', '\r'])) {
            let column = self.headers.get(i).cloned().unwrap_or_else(|| (i + 1).to_string());
            let why = "a quote is opened and not closed on the same line";
            return Err(DataError::cell(self.path, self.row, column, why));
        }
        if record.len() != self.headers.len() {
            let (got, expected) = (record.len(), self.headers.len());
            return Err(broken(format!("{got} cells, not {expected}")));
        }
        Ok(Some((self.row, record)))
    }
}

fn parse_label(cell: &str) -> Result<usize, String> {
    let text = cell.trim();
    let classes = LabelSet::Fer2013.expressions().len();
    match text.parse::<usize>() {
        Ok(label) if label < classes => Ok(label),
        _ => Err(format!("'{text}' is not a label from 0 to {}", classes - 1)),
    }
}

/// Grey values separated by spaces.
pub(super) fn parse_greys(cell: &str) -> Result<Vec<u8>, String> {
    let mut pixels = Vec::with_capacity(CROP_SIZE * CROP_SIZE);
    for word in cell.split_ascii_whitespace() {
        let value = word.parse::<u8>().map_err(|_| format!("'{word}' is not a grey value"))?;
        pixels.push(value);
    }
    Ok(pixels)
}

fn parse_pixels(cell: &str) -> Result<FaceCrop, String> {
    let pixels = parse_greys(cell)?;
    let count = pixels.len();
    FaceCrop::from_pixels(&pixels).ok_or_else(|| format!("{count} grey values, not 2304"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn csv(rows: &[(&str, usize, &str)]) -> tempfile::NamedTempFile {
        let mut text = String::from("\u{feff}emotion,pixels,Usage\r\n");
        for (label, pixels, usage) in rows {
            let pixels = vec!["7"; *pixels].join(" ");
            text.push_str(&format!("{label},{pixels},{usage}\r\n"));
        }
        let file = tempfile::Builder::new().suffix(".csv").tempfile().unwrap();
        std::fs::write(file.path(), text).unwrap();
        file
    }

    #[test]
    fn takes_the_split_asked_for() {
        let file = csv(&[("3", 2304, "Training"), ("6", 2304, "PublicTest")]);
        let (faces, told_apart) = read(file.path(), Split::Valid).unwrap();
        assert!(told_apart);
        assert_eq!((faces.len(), faces[0].label), (1, Some(6)));
        assert_eq!(faces[0].crop.pixels(), [7; 2304]);
    }

    #[test]
    fn names_the_row_and_column_it_refuses() {
        for (row, expected) in [
            (("9", 2304, "Training"), "row 2, column 'emotion': '9' is not a label from 0 to 6"),
            (("1", 2303, "Training"), "row 2, column 'pixels': 2303 grey values, not 2304"),
            (("", 0, "Training"), "row 2, column 'emotion': '' is not a label from 0 to 6"),
        ] {
            let file = csv(&[("0", 2304, "Training"), row]);
            let error = read(file.path(), Split::Train).unwrap_err().to_string();
            assert!(error.ends_with(expected), "{error}");
        }
    }

    #[test]
    fn what_would_lose_rows_is_refused() {
        let pixels = vec!["7"; 2304].join(" ");
        let good = format!("3,{pixels},Training\n");
        for (row, expected) in [
            // Swallows every row after it, in each of the columns.
            (format!("\"3,{pixels},Training\n"), "row 2, column 'emotion': a quote is opened"),
            (format!("3,\"{pixels},Training\n"), "row 2, column 'pixels': a quote is opened"),
            (format!("3,{pixels},\"Training\n"), "row 2, column 'usage': a quote is opened"),
            // Would be passed over as another split's.
            (format!("3,{pixels},Trainin\n"), "row 2, column 'Usage': 'Trainin' is neither"),
            (format!("3,{pixels},\n"), "row 2, column 'Usage': '' is neither"),
            (format!("3,{pixels}\n"), "row 2: 2 cells, not 3"),
            (format!("3,{pixels},Training,9\n"), "row 2: 4 cells, not 3"),
            (format!("3,{pixels} 256,Training\n"), "column 'pixels': '256' is not a grey value"),
            (format!("-1,{pixels},Training\n"), "column 'emotion': '-1' is not a label"),
        ] {
            let file = tempfile::Builder::new().suffix(".csv").tempfile().unwrap();
            let text = format!("emotion,pixels,Usage\n{good}{row}{good}{good}");
            std::fs::write(file.path(), text).unwrap();
            let error = read(file.path(), Split::Train).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}\nnot {expected}");
        }
        let file = tempfile::Builder::new().suffix(".csv").tempfile().unwrap();
        std::fs::write(file.path(), b"emotion,pixels\n3,\xff\xfe\n").unwrap();
        let error = read(file.path(), Split::Train).unwrap_err().to_string();
        assert!(error.contains("row 1: ") && error.contains("UTF-8"), "{error}");
    }

    #[test]
    fn a_missing_column_is_named() {
        let file = tempfile::Builder::new().suffix(".csv").tempfile().unwrap();
        std::fs::write(file.path(), "emotion,picture\n1,2\n").unwrap();
        let error = read(file.path(), Split::Train).unwrap_err();
        assert!(matches!(error.kind(), DataErrorKind::MissingColumn("pixels")), "{error}");
    }
}
