use std::borrow::Cow;
use std::path::{Path, PathBuf};

/// A data set that cannot be used, and where.
#[derive(Debug, thiserror::Error)]
#[error("{}: {kind}", path.display())]
pub struct DataError {
    path: PathBuf,
    kind: DataErrorKind,
}

/// What is wrong with a data set.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DataErrorKind {
    /// Neither Parquet, CSV nor folders.
    #[error("not a face data set: expected a .parquet file, a .csv file or a folder")]
    UnknownLayout,
    /// No picture of the split asked for.
    #[error("holds no pictures of the split {0}")]
    Empty(&'static str),
    /// Nothing is there.
    #[error("does not exist")]
    Missing,
    /// The file could not be read at all.
    #[error("cannot be read: {0}")]
    Unreadable(String),
    /// A column the layout needs is missing.
    #[error("has no column '{0}'")]
    MissingColumn(&'static str),
    /// One cell is wrong.
    #[error("row {row}, column '{column}': {why}")]
    Cell {
        /// 1-based, not counting a header line.
        row: usize,
        /// The column's name.
        column: Cow<'static, str>,
        /// One sentence.
        why: String,
    },
    /// One row is wrong as a whole.
    #[error("row {row}: {why}")]
    Row {
        /// 1-based, not counting a header line.
        row: usize,
        /// One sentence.
        why: String,
    },
    /// Labels of another data set that name no expression, with how many pictures have each.
    #[error("labels that name no expression: {0}")]
    UnknownLabels(String),
    /// One picture of a folder tree is wrong.
    #[error("{0}")]
    Picture(String),
}

impl DataError {
    pub(crate) fn new(path: &Path, kind: DataErrorKind) -> Self {
        Self { path: path.to_owned(), kind }
    }

    pub(super) fn cell(
        path: &Path,
        row: usize,
        column: impl Into<Cow<'static, str>>,
        why: impl Into<String>,
    ) -> Self {
        let (column, why) = (column.into(), why.into());
        Self::new(path, DataErrorKind::Cell { row, column, why })
    }

    /// What is wrong.
    #[must_use]
    pub fn kind(&self) -> &DataErrorKind {
        &self.kind
    }

    /// What a person could do about it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self.kind {
            DataErrorKind::UnknownLayout | DataErrorKind::MissingColumn(_) => {
                "Use FER2013 as Parquet (image, label, votes), Kaggle's CSV (emotion, pixels, \
                 Usage) or one folder for each expression."
            }
            DataErrorKind::Empty(_) => "Check the Usage column or the folder names.",
            DataErrorKind::Missing => "Check the path.",
            DataErrorKind::Unreadable(_) => "Check that the file is there, whole and readable.",
            DataErrorKind::UnknownLabels(_) => {
                "Map each with --map LABEL=EXPRESSION, or leave its pictures out with --map \
                 LABEL=skip."
            }
            DataErrorKind::Cell { .. } | DataErrorKind::Row { .. } | DataErrorKind::Picture(_) => {
                "Repair or remove it and try again; nothing was trained."
            }
        }
    }
}

/// Adds the path to errors as they pass.
pub(super) trait At<T> {
    fn at(self, path: &Path) -> Result<T, DataError>;
}

impl<T, E: std::fmt::Display> At<T> for Result<T, E> {
    fn at(self, path: &Path) -> Result<T, DataError> {
        self.map_err(|e| DataError::new(path, DataErrorKind::Unreadable(e.to_string())))
    }
}
