//! Keeping the library in step with the listener's folders.
//!
//! Five phases: *walk* the folder, then for each file that is new or changed read its *tags*,
//! *decode* and *describe* it on all cores, and *store* what was found, some files a transaction. A
//! file is known by size and time, else by its content, so that nothing is heard twice and a file
//! that was moved keeps its history. What was stored before a kill stays; the next scan goes on
//! from there.

mod compare;
mod covers;
mod file;
mod playlists;
mod report;
mod spool;
mod walk;
mod work;

use std::path::Path;
use std::time::Instant;

use attune_audio::MoodModel;

pub use report::{Remark, ScanProgress, ScanReport};

use self::compare::compare;
use self::file::Bench;
pub(crate) use self::file::hash;
pub(crate) use self::walk::stat;
use crate::error::AppError;
use crate::library::Library;

/// The music model that the program carries: `models/attune-music.md` says what it is.
const MUSIC_MODEL: &[u8] = include_bytes!("../../../../models/attune-music.safetensors");

/// The music model that the program carries.
///
/// # Errors
/// Where it cannot be read, which no build is known to bring about.
pub fn music_model() -> Result<MoodModel, AppError> {
    Ok(MoodModel::from_bytes(MUSIC_MODEL)?)
}

/// The name of threads on which a panic is no fault of Attune's: a parser met a file that it was not made
/// for, which stands in the report.
pub const SCAN_THREAD: &str = "attune-scan";

/// A transaction takes up about so many files.
const BATCH: usize = 64;

impl Library {
    /// Follows a folder from now on and scans it.
    ///
    /// # Errors
    ///
    /// Where the folder cannot be read or the library not written. Files that cannot be used are
    /// no error: they stand in the report.
    pub async fn add_folder(
        &self,
        folder: &Path,
        progress: &mut (dyn FnMut(ScanProgress) + Send),
    ) -> Result<ScanReport, AppError> {
        let unreadable = |source| AppError::Unreadable { path: folder.to_owned(), source };
        let root = folder.canonicalize().map_err(unreadable)?;
        std::fs::read_dir(&root).map_err(unreadable)?;
        self.store().add_root(&root.to_string_lossy()).await?;
        self.scan_root(&root, progress).await
    }

    /// Scans every folder that is followed; one report each.
    ///
    /// # Errors
    ///
    /// Where the library cannot be read or written.
    pub async fn scan(
        &self,
        progress: &mut (dyn FnMut(ScanProgress) + Send),
    ) -> Result<Vec<(String, ScanReport)>, AppError> {
        let mut reports = Vec::new();
        for root in self.store().roots().await? {
            let report = self.scan_root(Path::new(&root), progress).await?;
            reports.push((root, report));
        }
        Ok(reports)
    }

    pub(crate) async fn scan_root(
        &self,
        root: &Path,
        progress: &mut (dyn FnMut(ScanProgress) + Send),
    ) -> Result<ScanReport, AppError> {
        let began = Instant::now();
        let mut report = ScanReport::default();
        let found = compare(self.store(), root, &mut report).await?;
        if found.is_there {
            playlists::keep(self.store(), root, &found.playlists, &mut report).await?;
        }
        let bench = Bench::new(music_model()?, root, self.store());
        work::look_at_all(bench, found.fresh, &mut report, began, progress).await?;
        // A file that was met under a new name is not known under the old one any more.
        let mut missing = found.missing.read()?;
        loop {
            let batch: Vec<String> = missing.by_ref().take(BATCH).collect::<Result<_, _>>()?;
            if batch.is_empty() {
                break;
            }
            report.missing += self.store().mark_missing(&batch).await?;
        }
        report.took_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
        Ok(report)
    }
}
