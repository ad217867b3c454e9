use std::path::PathBuf;

use serde::Serialize;

/// A file that a scan could not use, or could not fully.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Remark {
    /// The file or folder.
    pub path: PathBuf,
    /// One sentence.
    pub why: String,
}

/// What a scan did.
#[derive(Clone, Debug, PartialEq, Default, Serialize)]
pub struct ScanReport {
    /// Recordings that were met.
    pub files: u64,
    /// Recordings that were measured now.
    pub described: u64,
    /// Recordings that are as they were.
    pub unchanged: u64,
    /// Recordings with a new name for what was known; history goes with them.
    pub moved: u64,
    /// Recordings that are not where they were; they stay in the library.
    pub missing: u64,
    /// Items that the library did not have.
    pub added: u64,
    /// Recordings of which a name or a language was guessed.
    pub guessed: u64,
    /// Playlist files that were met.
    pub playlists: u64,
    /// Cover pictures that were met.
    pub covers: u64,
    /// How much was heard now, in milliseconds.
    pub heard_ms: u64,
    /// How long the scan took, in milliseconds.
    pub took_ms: u64,
    /// Files that cannot be used, each with the reason.
    pub refused: Vec<Remark>,
    /// What else a person should know.
    pub notes: Vec<Remark>,
}

/// How far a scan is.
#[derive(Clone, Copy, Debug, PartialEq, Default)]
pub struct ScanProgress {
    /// Files that were looked at.
    pub done: u64,
    /// Files that are to be looked at.
    pub of: u64,
    /// Seconds since it began.
    pub seconds: f64,
}

impl ScanProgress {
    /// Files a second so far.
    #[must_use]
    pub fn files_per_s(&self) -> f64 {
        if self.seconds > 0.0 { self.done as f64 / self.seconds } else { 0.0 }
    }

    /// Seconds left at this pace, where there is a pace.
    #[must_use]
    pub fn seconds_left(&self) -> Option<f64> {
        let pace = self.files_per_s();
        (pace > 0.0).then(|| self.of.saturating_sub(self.done) as f64 / pace)
    }
}
