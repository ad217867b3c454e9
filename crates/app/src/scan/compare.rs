//! What a folder holds beside what the library knows of it.

use std::collections::{HashSet, VecDeque};
use std::path::{Path, PathBuf};

use attune_audio::DescriptorsVersion;
use attune_store::{CoverPlace, KnownFile, Store};

use super::BATCH;
use super::covers::Covers;
use super::file::{Before, Fresh};
use super::report::{Remark, ScanReport};
use super::spool::Spool;
use super::walk::{Met, Seen, walk};
use crate::error::AppError;

/// So many known files are read at a time.
const PAGE: u32 = 500;

/// What is left to do after a walk.
pub(super) struct Compared {
    /// Files to be looked at, in the order of their paths.
    pub(super) fresh: Spool<Fresh>,
    /// Known files that were not met.
    pub(super) missing: Spool<String>,
    /// In the order of their paths.
    pub(super) playlists: Vec<PathBuf>,
    /// Whether the folder was there: one that is empty may be the place of a disk that is away.
    pub(super) is_there: bool,
}

/// Walks a folder side by side with what the library knows below it, both in the order of paths, so
/// that neither is held in memory. What is as it was is counted.
pub(super) async fn compare(
    store: &Store,
    root: &Path,
    report: &mut ScanReport,
) -> Result<Compared, AppError> {
    let mut comparison = Comparison {
        store,
        known: KnownFiles::below(store, root),
        covers: Covers::below(root),
        moved_covers: Vec::new(),
        unseen: HashSet::new(),
        still_there: 0,
        fresh: Spool::new(),
        missing: Spool::new(),
        report,
    };
    let mut playlists = Vec::new();
    for seen in walk(root) {
        match seen {
            Seen::Recording(met) => comparison.meet(met).await?,
            Seen::Playlist(path) => playlists.push(path),
            Seen::Cover => comparison.report.covers += 1,
            Seen::Unseen(path, why) => {
                comparison.unseen.insert(path.clone());
                comparison.report.notes.push(Remark { path, why });
            }
        }
    }
    comparison.finish(root, playlists).await
}

struct Comparison<'a> {
    store: &'a Store,
    known: KnownFiles<'a>,
    covers: Covers<'a>,
    /// Files that are as they were but for the picture beside them.
    moved_covers: Vec<(String, Option<CoverPlace>)>,
    unseen: HashSet<PathBuf>,
    /// Known files that were there at the last scan.
    still_there: u64,
    fresh: Spool<Fresh>,
    missing: Spool<String>,
    report: &'a mut ScanReport,
}

impl Comparison<'_> {
    async fn meet(&mut self, met: Met) -> Result<(), AppError> {
        self.report.files += 1;
        let Some(path) = met.path.to_str() else {
            let why = "its name is not UTF-8".to_owned();
            self.report.refused.push(Remark { path: met.path, why });
            return Ok(());
        };
        let known = self.pass_to(Some(path)).await?;
        let cover = self.covers.of(&met.path);
        let same = |file: &&KnownFile| {
            let stat = (file.state.size, file.state.modified_ns);
            stat == (met.size, met.modified_ns) && is_current(file) && !file.missing
        };
        let Some(file) = known.as_ref().filter(same) else {
            let (path, before) = (path.to_owned(), known.map(before));
            let Met { size, modified_ns, .. } = met;
            return self.fresh.push(&Fresh { path, size, modified_ns, cover, before });
        };
        if let Some(why) = &file.refused {
            self.report.refused.push(Remark { path: met.path, why: why.clone() });
            return Ok(());
        }
        self.report.unchanged += 1;
        if file.cover != Some(CoverPlace::Embedded) && file.cover != cover {
            self.moved_covers.push((path.to_owned(), cover));
            if self.moved_covers.len() == BATCH {
                self.store.set_covers(&self.moved_covers).await?;
                self.moved_covers.clear();
            }
        }
        Ok(())
    }

    /// Passes the known files that come before a path, which were not met, and takes its own; passes
    /// all where there is no path.
    async fn pass_to(&mut self, path: Option<&str>) -> Result<Option<KnownFile>, AppError> {
        while let Some(known) = self.known.first().await? {
            let place = path.map(|path| known.state.path.as_str().cmp(path));
            if place == Some(std::cmp::Ordering::Greater) {
                return Ok(None);
            }
            let Some(known) = self.known.take() else { return Ok(None) };
            self.still_there += u64::from(!known.missing);
            if place == Some(std::cmp::Ordering::Equal) {
                return Ok(Some(known));
            }
            let unreadable =
                || Path::new(&known.state.path).ancestors().any(|path| self.unseen.contains(path));
            if !known.missing && !unreadable() {
                self.missing.push(&known.state.path)?;
            }
        }
        Ok(None)
    }

    async fn finish(mut self, root: &Path, playlists: Vec<PathBuf>) -> Result<Compared, AppError> {
        self.pass_to(None).await?;
        self.store.set_covers(&self.moved_covers).await?;
        self.report.playlists = playlists.len() as u64;
        let nothing = self.report.files == 0;
        // A disk that is not there must not empty the library.
        if nothing && self.still_there > 0 {
            let why =
                "nothing is there any more; is its disk connected? The library stays as it is";
            self.report.notes.push(Remark { path: root.to_owned(), why: why.to_owned() });
            self.missing = Spool::new();
        }
        let is_there = !(self.unseen.contains(root) || (nothing && playlists.is_empty()));
        Ok(Compared { fresh: self.fresh, missing: self.missing, playlists, is_there })
    }
}

/// Measured by the code of today, or refused.
fn is_current(file: &KnownFile) -> bool {
    file.refused.is_some() || file.version == Some(DescriptorsVersion::CURRENT.0)
}

fn before(file: KnownFile) -> Before {
    let current = is_current(&file) && !file.state.hash.is_empty();
    let hash = current.then_some(file.state.hash);
    Before { hash, refused: file.refused, mood_written: file.mood_written }
}

/// The known files below a folder, in the order of their paths; a page of them is held.
struct KnownFiles<'a> {
    store: &'a Store,
    folder: String,
    page: VecDeque<KnownFile>,
    /// The last path of the last page.
    after: Option<String>,
    ended: bool,
}

impl<'a> KnownFiles<'a> {
    fn below(store: &'a Store, root: &Path) -> Self {
        let folder = root.to_string_lossy().into_owned();
        Self { store, folder, page: VecDeque::new(), after: None, ended: false }
    }

    async fn first(&mut self) -> Result<Option<&KnownFile>, AppError> {
        if self.page.is_empty() && !self.ended {
            let after = self.after.as_deref();
            self.page = self.store.known_files(&self.folder, after, PAGE).await?.into();
            self.ended = self.page.len() < PAGE as usize;
            self.after = self.page.back().map(|file| file.state.path.clone());
        }
        Ok(self.page.front())
    }

    fn take(&mut self) -> Option<KnownFile> {
        self.page.pop_front()
    }
}
