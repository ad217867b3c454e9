use std::path::Path;

use attune_core::LabelSet;
use attune_vision::{CROP_SIZE, FaceCrop};

use super::error::At;
use super::{DataError, DataErrorKind, Example, Split, SplitExamples};

/// Reads Kaggle's `fer2013.csv`: `emotion,pixels,Usage`, one line a face, pixels as 2,304 numbers
/// separated by spaces. Without a `Usage` column every row belongs to the split asked for.
pub(super) fn read(path: &Path, split: Split) -> Result<SplitExamples, DataError> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_path(path).at(path)?;
    let headers = reader.headers().at(path)?.clone();
    let column = |name: &'static str| {
        headers
            .iter()
            .position(|h| h.trim_start_matches('\u{feff}').trim().eq_ignore_ascii_case(name))
    };
    let need =
        |name| column(name).ok_or_else(|| DataError::new(path, DataErrorKind::MissingColumn(name)));
    let (emotion, pixels, usage) = (need("emotion")?, need("pixels")?, column("usage"));
    let mut examples = Vec::new();
    for (i, record) in reader.records().enumerate() {
        let row = i + 1;
        let cell = |column, why| DataError::new(path, DataErrorKind::Cell { row, column, why });
        let record = record.map_err(|e| cell("emotion", e.to_string()))?;
        if usage.is_some_and(|u| record.get(u).map(str::trim) != Some(split.usage())) {
            continue;
        }
        let label = parse_label(record.get(emotion)).map_err(|why| cell("emotion", why))?;
        let crop = parse_pixels(record.get(pixels)).map_err(|why| cell("pixels", why))?;
        examples.push(Example { crop, label: Some(label), votes: None });
    }
    Ok((examples, usage.is_some()))
}

fn parse_label(cell: Option<&str>) -> Result<usize, String> {
    let text = cell.unwrap_or_default().trim();
    let classes = LabelSet::Fer2013.expressions().len();
    match text.parse::<usize>() {
        Ok(label) if label < classes => Ok(label),
        _ => Err(format!("'{text}' is not a label from 0 to {}", classes - 1)),
    }
}

fn parse_pixels(cell: Option<&str>) -> Result<FaceCrop, String> {
    let mut pixels = Vec::with_capacity(CROP_SIZE * CROP_SIZE);
    for word in cell.unwrap_or_default().split_ascii_whitespace() {
        let value = word.parse::<u8>().map_err(|_| format!("'{word}' is not a grey value"))?;
        pixels.push(value);
    }
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
    fn a_missing_column_is_named() {
        let file = tempfile::Builder::new().suffix(".csv").tempfile().unwrap();
        std::fs::write(file.path(), "emotion,picture\n1,2\n").unwrap();
        let error = read(file.path(), Split::Train).unwrap_err();
        assert!(matches!(error.kind(), DataErrorKind::MissingColumn("pixels")), "{error}");
    }
}
