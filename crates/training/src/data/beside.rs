//! The other splits of a data set.

use std::path::Path;

use super::{DataError, DataErrorKind, Dataset, Split};

/// Every split that is there, in the order train, valid, test; one entry without a split where the
/// source does not tell its splits apart.
///
/// # Errors
/// What [`Dataset::read`] refuses; also if no split has any picture.
pub fn all_splits(path: &Path) -> Result<Vec<(Option<Split>, Dataset)>, DataError> {
    let mut found = Vec::new();
    for split in [Split::Train, Split::Valid, Split::Test] {
        match Dataset::read(path, split) {
            Ok(data) if !data.splits_told_apart => return Ok(vec![(None, data)]),
            Ok(data) => found.push((Some(split), data)),
            Err(error) if matches!(error.kind(), DataErrorKind::Empty(_)) => {}
            Err(error) => return Err(error),
        }
    }
    if found.is_empty() {
        return Err(DataError::new(path, DataErrorKind::Empty("any name")));
    }
    Ok(found)
}

/// The training pictures that lie in the same file or folder as a split, or in `train.parquet`
/// beside its file; `None` where there are none.
///
/// # Errors
/// What [`Dataset::read`] refuses, but for there being no training pictures.
pub fn training_beside(path: &Path) -> Result<Option<Dataset>, DataError> {
    let sibling = path.with_file_name(Split::Train.parquet_name());
    let is_parquet = path.extension().is_some_and(|e| e == "parquet");
    let source = if is_parquet && sibling.is_file() { &sibling } else { path };
    match Dataset::read(source, Split::Train) {
        Ok(data) => Ok(data.splits_told_apart.then_some(data)),
        Err(error) if matches!(error.kind(), DataErrorKind::Empty(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_are_found_in_every_layout() {
        let pixels = vec!["7"; 2304].join(" ");
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("faces.csv");
        let write = |text: String| std::fs::write(&file, text).unwrap();
        let splits = || -> Vec<Option<Split>> {
            all_splits(&file).unwrap().into_iter().map(|(split, _)| split).collect()
        };
        write(format!("emotion,pixels,Usage\n3,{pixels},Training\n4,{pixels},PrivateTest\n"));
        assert_eq!(splits(), [Some(Split::Train), Some(Split::Test)]);
        assert_eq!(training_beside(&file).unwrap().unwrap().examples.len(), 1);
        write(format!("emotion,pixels,Usage\n4,{pixels},PrivateTest\n"));
        assert!(training_beside(&file).unwrap().is_none());
        write(format!("emotion,pixels\n3,{pixels}\n"));
        assert_eq!(splits(), [None]);
        assert!(training_beside(&file).unwrap().is_none(), "they may be the measured ones");
        write("emotion,pixels,Usage\n".to_owned());
        assert!(all_splits(&file).is_err());
    }
}
