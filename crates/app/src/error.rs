use std::borrow::Cow;
use std::path::PathBuf;

use attune_connect::CsvError;
use attune_store::StoreError;
use attune_vision::{ModelError, UnreadableDetector};

use crate::photo::PhotoError;

/// Why something could not be done: one sentence, and a [hint](AppError::hint).
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AppError {
    /// A picture that cannot be read.
    #[error("{}: {source}", path.display())]
    Photo {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: PhotoError,
    },
    /// A mood was to be read off a photo that shows no face.
    #[error("{}: no face was found", path.display())]
    NoFace {
        /// The file.
        path: PathBuf,
    },
    /// The expression model cannot be read.
    #[error("the expression model cannot be read: {0}")]
    Model(#[from] ModelError),
    /// The detector's model cannot be read.
    #[error(transparent)]
    Detector(#[from] UnreadableDetector),
    /// The network's numbers overflow.
    #[error("the expression model gives no usable numbers")]
    Overflow,
    /// No item of the library has this number or title.
    #[error("nothing in the library has the number or title '{word}'")]
    UnknownItem {
        /// As it was given.
        word: String,
        /// The title it probably meant.
        near: Option<String>,
    },
    /// Several items have this title.
    #[error("'{word}' is the title of several items")]
    Ambiguous {
        /// As it was given.
        word: String,
        /// The first few, each with its number.
        found: Vec<String>,
    },
    /// The mood of an item was asked for that nobody knows.
    #[error("the mood of '{title}' is not known")]
    NoMood {
        /// The item's.
        title: String,
    },
    /// A journey was to go on that never began.
    #[error("there is no journey to go on with")]
    NoJourney,
    /// What others play could not be learned.
    #[error("what other listeners play could not be learned: {0}")]
    Learning(String),
    /// A file that cannot be opened.
    #[error("{} cannot be read: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A catalogue that gives nothing to import.
    #[error("{}: {source}", path.display())]
    Csv {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: CsvError,
    },
    /// The library.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl AppError {
    /// What a person can do about it.
    #[must_use]
    pub fn hint(&self) -> Option<Cow<'static, str>> {
        Some(match self {
            Self::Photo { source, .. } => source.hint().into(),
            Self::NoFace { .. } => {
                "take a photo with the face upright and well lit, or say the mood yourself with \
                 --mood 0.6,-0.2 or --expression happy"
                    .into()
            }
            Self::Model(_) | Self::Detector(_) | Self::Overflow => "install attune again".into(),
            Self::UnknownItem { near: Some(title), .. } => {
                format!("did you mean '{title}'?").into()
            }
            Self::UnknownItem { near: None, .. } => {
                "`attune library list --format json` shows every item with its number".into()
            }
            Self::Ambiguous { found, .. } => {
                format!("say which by its number: {}", found.join("; ")).into()
            }
            Self::NoMood { .. } => "say a mood too, like --mood 0.6,-0.2".into(),
            Self::NoJourney => "begin one: leave out --resume".into(),
            Self::Learning(_) => "please report this".into(),
            Self::Unreadable { .. } => "check the path and that you may read the file".into(),
            Self::Csv { source, .. } => source.hint().to_owned().into(),
            Self::Store(source) => source.hint().into(),
        })
    }
}
