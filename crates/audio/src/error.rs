use std::io;

use symphonia::core::errors::Error as Inner;

/// What is wrong with a file, for code that acts on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AudioErrorKind {
    /// It cannot be opened or read.
    Unreadable,
    /// It holds no samples at all.
    Empty,
    /// It is no format that Attune knows, whatever its name says.
    UnknownFormat,
    /// The format is known, what is inside is not.
    UnsupportedCodec,
    /// The stream breaks the rules of its format.
    Damaged,
    /// Too short for a single descriptor (60 ms).
    TooShort,
}

/// A recording could not be decoded or described.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct AudioError {
    kind: AudioErrorKind,
    message: String,
}

impl AudioError {
    pub(crate) fn new(kind: AudioErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into() }
    }

    pub(crate) fn empty() -> Self {
        Self::new(AudioErrorKind::Empty, "there is no sound in it")
    }

    /// What is wrong.
    #[must_use]
    pub fn kind(&self) -> AudioErrorKind {
        self.kind
    }

    /// What a person can do about it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self.kind {
            AudioErrorKind::Unreadable => "check that the file is there and that you may read it",
            AudioErrorKind::Empty => "copy the file again from where it came",
            AudioErrorKind::UnknownFormat | AudioErrorKind::UnsupportedCodec => {
                if cfg!(feature = "opus") {
                    "convert it to FLAC, MP3, Ogg Vorbis, Opus, WAV, AIFF or M4A"
                } else {
                    "convert it to FLAC, MP3, Ogg Vorbis, WAV, AIFF or M4A"
                }
            }
            AudioErrorKind::Damaged => "play it elsewhere; if that fails too, copy it again",
            AudioErrorKind::TooShort => "a recording must last longer than 60 ms",
        }
    }
}

impl From<io::Error> for AudioError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::UnexpectedEof => {
                Self::new(AudioErrorKind::Damaged, "it ends in the middle")
            }
            _ => Self::new(AudioErrorKind::Unreadable, format!("it cannot be read: {error}")),
        }
    }
}

impl From<Inner> for AudioError {
    fn from(error: Inner) -> Self {
        match error {
            Inner::IoError(error) => error.into(),
            Inner::Unsupported(what) => {
                Self::new(AudioErrorKind::UnknownFormat, format!("its format is unknown: {what}"))
            }
            error => Self::new(AudioErrorKind::Damaged, format!("it is damaged: {error}")),
        }
    }
}
