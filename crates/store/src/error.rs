use std::path::Path;

use sqlx::migrate::MigrateError;

/// What went wrong, for code that acts on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StoreErrorKind {
    /// The folder or the file cannot be written.
    Unwritable,
    /// The file is something else, or damaged.
    NotADatabase,
    /// A later version of Attune made it.
    NewerSchema,
    /// No room left on the disk.
    DiskFull,
    /// Another process held the file for too long.
    Busy,
    /// The disk failed underneath.
    Io,
    /// A stored value is not what this version writes, or a query is wrong.
    Inconsistent,
}

/// The library could not be opened, read or written. What was acknowledged before still stands.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct StoreError {
    kind: StoreErrorKind,
    message: String,
    #[source]
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl StoreError {
    /// What went wrong.
    #[must_use]
    pub fn kind(&self) -> StoreErrorKind {
        self.kind
    }

    /// What a person can do about it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self.kind {
            StoreErrorKind::Unwritable => {
                "make the folder writable, or choose another one with ATTUNE_DATA_DIR"
            }
            StoreErrorKind::NotADatabase => {
                "move the file away to start afresh, or choose another folder with ATTUNE_DATA_DIR"
            }
            StoreErrorKind::NewerSchema => {
                "update attune, or choose another folder with ATTUNE_DATA_DIR"
            }
            StoreErrorKind::DiskFull => {
                "make room on the disk and try again; nothing was half-written"
            }
            StoreErrorKind::Busy => "another attune is writing; try again when it is done",
            StoreErrorKind::Io => "check the disk, then try again",
            StoreErrorKind::Inconsistent => {
                "please report this; moving the file away starts a new library"
            }
        }
    }

    pub(crate) fn inconsistent(message: String) -> Self {
        Self { kind: StoreErrorKind::Inconsistent, message, source: None }
    }

    pub(crate) fn folder(folder: &Path, error: std::io::Error) -> Self {
        let kind = match error.kind() {
            std::io::ErrorKind::StorageFull => StoreErrorKind::DiskFull,
            _ => StoreErrorKind::Unwritable,
        };
        let message = format!("cannot make the folder {}: {error}", folder.display());
        Self { kind, message, source: Some(error.into()) }
    }

    pub(crate) fn opening(path: &Path, error: sqlx::Error) -> Self {
        let cause = Self::from(error);
        let file = path.display();
        let message = match cause.kind {
            StoreErrorKind::Unwritable => format!("the library {file} cannot be written"),
            StoreErrorKind::NotADatabase => {
                format!("{file} is not an Attune library, or is damaged")
            }
            _ => format!("cannot open the library {file}: {}", cause.message),
        };
        Self { message, ..cause }
    }

    pub(crate) fn migrating(path: &Path, error: MigrateError) -> Self {
        match error {
            MigrateError::Execute(e) | MigrateError::ExecuteMigration(e, _) => {
                Self::opening(path, e)
            }
            MigrateError::VersionMissing(_) | MigrateError::VersionMismatch(_) => {
                let message =
                    format!("the library {} was made by another version of attune", path.display());
                Self { kind: StoreErrorKind::NewerSchema, message, source: Some(error.into()) }
            }
            other => Self::inconsistent(format!("cannot prepare {}: {other}", path.display())),
        }
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        let kind = kind_of(&error);
        let message = match kind {
            StoreErrorKind::Unwritable => "the library cannot be written".to_owned(),
            StoreErrorKind::NotADatabase => "the library file is damaged".to_owned(),
            StoreErrorKind::DiskFull => "the disk that the library is on is full".to_owned(),
            StoreErrorKind::Busy => "the library is in use by another process".to_owned(),
            _ => format!("the library answered: {error}"),
        };
        Self { kind, message, source: Some(error.into()) }
    }
}

/// Reads SQLite's primary result code (<https://www.sqlite.org/rescode.html>).
fn kind_of(error: &sqlx::Error) -> StoreErrorKind {
    let code = match error {
        sqlx::Error::Database(e) => e.code().and_then(|c| c.parse::<i32>().ok()).unwrap_or(0),
        sqlx::Error::PoolTimedOut => return StoreErrorKind::Busy,
        sqlx::Error::Io(_) => return StoreErrorKind::Io,
        _ => 0,
    };
    match code & 0xff {
        3 | 8 | 14 => StoreErrorKind::Unwritable,
        5 | 6 => StoreErrorKind::Busy,
        10 => StoreErrorKind::Io,
        11 | 26 => StoreErrorKind::NotADatabase,
        13 => StoreErrorKind::DiskFull,
        _ => StoreErrorKind::Inconsistent,
    }
}
