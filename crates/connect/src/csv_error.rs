use crate::refusal::{Refusal, quoted};

/// What was wrong with a whole catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CsvErrorKind {
    /// Not a byte in it.
    Empty,
    /// Binary, or text in UTF-16.
    NotText,
    /// No known layout, and no mapping was given.
    UnknownHeader,
    /// A mapped column is not there.
    MissingColumn,
    /// Not one row could be used.
    NothingUsable,
    /// Reading failed.
    Read,
}

/// The catalogue gave nothing to import.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct CsvError {
    kind: CsvErrorKind,
    message: String,
    hint: String,
    #[source]
    source: Option<csv::Error>,
}

impl CsvError {
    /// What was wrong.
    #[must_use]
    pub fn kind(&self) -> CsvErrorKind {
        self.kind
    }

    /// What a person can do about it.
    #[must_use]
    pub fn hint(&self) -> &str {
        &self.hint
    }

    fn new(kind: CsvErrorKind, message: &str, hint: &str) -> Self {
        Self { kind, message: message.to_owned(), hint: hint.to_owned(), source: None }
    }

    pub(crate) fn empty() -> Self {
        Self::new(CsvErrorKind::Empty, "the file is empty", "give a CSV file with a header line")
    }

    pub(crate) fn not_text() -> Self {
        let message = "the file is not UTF-8 text";
        Self::new(CsvErrorKind::NotText, message, "save the table as CSV in UTF-8 and try again")
    }

    pub(crate) fn unknown_header(found: &[String]) -> Self {
        let message = "the header is of no catalogue that is known by itself";
        let hint = format!(
            "say which column is what, as in --map title=Name,artist=Band; the file has {}",
            listed(found)
        );
        Self::new(CsvErrorKind::UnknownHeader, message, &hint)
    }

    pub(crate) fn unknown_history(found: &[String]) -> Self {
        let message = "the file is of no listening history that is known";
        let hint = format!(
            "give a table whose header names artist and, as far as there are, track, user and \
             plays; the file has {}",
            listed(found)
        );
        Self::new(CsvErrorKind::UnknownHeader, message, &hint)
    }

    pub(crate) fn missing_column(column: &str, found: &[String]) -> Self {
        let near = attune_core::nearest_word(column, found.iter().map(String::as_str));
        let near = near.map_or(String::new(), |n| format!("did you mean {}? ", quoted(n)));
        let message = format!("there is no column {}", quoted(column));
        let hint = format!("{near}The file has {}", listed(found));
        Self::new(CsvErrorKind::MissingColumn, &message, &hint)
    }

    pub(crate) fn nothing_usable(first: Option<&Refusal>) -> Self {
        let (message, hint) = match first {
            None => ("there is a header and no row below it".to_owned(), "give a file with rows"),
            Some(refusal) => (
                format!("no row could be used; {refusal}"),
                "check that the columns are what the mapping says, and that the file is UTF-8",
            ),
        };
        Self::new(CsvErrorKind::NothingUsable, &message, hint)
    }
}

impl From<csv::Error> for CsvError {
    fn from(error: csv::Error) -> Self {
        let message = format!("the file could not be read: {error}");
        let hint = "check the disk, then try again".to_owned();
        Self { kind: CsvErrorKind::Read, message, hint, source: Some(error) }
    }
}

impl From<std::io::Error> for CsvError {
    fn from(error: std::io::Error) -> Self {
        csv::Error::from(error).into()
    }
}

/// The first columns found, for a person to choose from.
fn listed(found: &[String]) -> String {
    const MOST: usize = 24;
    let mut names: Vec<_> = found.iter().take(MOST).map(|name| quoted(name)).collect();
    if found.len() > MOST {
        names.push(format!("and {} more", found.len() - MOST));
    }
    let count = if found.len() == 1 { "the column" } else { "the columns" };
    format!("{count} {}", names.join(", "))
}
