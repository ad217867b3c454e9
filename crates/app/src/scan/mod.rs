//! Keeping the library in step with the listener's folders.
//!
//! Five phases: *walk* the folder, then for each file that is new or changed read its *tags*,
//! *decode* and *describe* it on all cores, and *store* what was found, some files a transaction. A
//! file is known by size and time, else by its content, so that nothing is heard twice and a file
//! that was moved keeps its history. What was stored before a kill stays; the next scan goes on
//! from there.

mod file;
mod playlists;
mod report;
mod walk;

use std::collections::{HashMap, HashSet};
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::time::{Duration, Instant};

use attune_audio::{DescriptorsVersion, MoodModel};
use attune_store::{CoverPlace, FileOutcome, KnownFile};

pub use report::{Remark, ScanProgress, ScanReport};

pub(crate) use self::file::hash;
use self::file::{Bench, Looked};
pub(crate) use self::walk::stat;
use self::walk::{Covers, Met, Walk};
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

/// A transaction holds at most this many files, and what has come in this time.
const BATCH: usize = 64;
const BATCH_TIME: Duration = Duration::from_secs(2);

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
        let known = self.store().known_files().await?;
        let walk = walk::walk(root);
        let mut report = ScanReport::default();
        let mut missing = missing(root, &known, &walk, &mut report);
        if walk.is_there(root) {
            let playlists = playlists::read_all(root, &walk, &mut report);
            self.store().set_playlists(&root.to_string_lossy(), &playlists).await?;
        }
        let bench = bench(root, &known, walk.covers.clone())?;
        let Sorted { fresh, covers } = sort(&known, walk, &mut report);
        self.store().set_covers(&covers).await?;
        let total = fresh.len();
        let looked = on_all_cores(bench, fresh);
        self.store_all(root, looked, total, &mut report, began, progress).await?;
        // A file with a new name is not lost.
        missing.retain(|path| !report.renamed.contains(path));
        report.missing = missing.len() as u64;
        self.store().mark_missing(&missing).await?;
        report.took_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
        Ok(report)
    }

    async fn store_all(
        &self,
        root: &Path,
        looked: mpsc::Receiver<Looked>,
        total: usize,
        report: &mut ScanReport,
        began: Instant,
        progress: &mut (dyn FnMut(ScanProgress) + Send),
    ) -> Result<(), AppError> {
        let root = root.to_string_lossy();
        let (mut batch, mut late) = (Vec::new(), Vec::new());
        let mut since = Instant::now();
        let mut done = 0;
        let mut open = true;
        while open {
            match looked.recv_timeout(BATCH_TIME) {
                Ok(looked) => {
                    done += 1;
                    // A second name is stored after the first.
                    let names = if looked.late { &mut late } else { &mut batch };
                    names.push(report.count(looked));
                    let seconds = began.elapsed().as_secs_f64();
                    progress(ScanProgress { done, of: total as u64, seconds });
                }
                Err(mpsc::RecvTimeoutError::Timeout) => {}
                Err(mpsc::RecvTimeoutError::Disconnected) => {
                    open = false;
                    batch.append(&mut late);
                }
            }
            if batch.len() >= BATCH || !open || since.elapsed() >= BATCH_TIME {
                report.added += self.store().record_files(&root, &batch).await?.added;
                batch.clear();
                since = Instant::now();
            }
        }
        if done < total as u64 {
            let why = format!("{} files were not looked at; scan again", total as u64 - done);
            report.notes.push(Remark { path: PathBuf::from(&*root), why });
        }
        Ok(())
    }
}

impl ScanReport {
    /// Counts what came of a file and hands on what is to be stored.
    fn count(&mut self, looked: Looked) -> attune_store::ScannedFile {
        let path = std::path::PathBuf::from(&looked.file.state.path);
        match &looked.file.outcome {
            FileOutcome::Described { .. } => self.described += 1,
            FileOutcome::SameAs(other) => {
                self.moved += 1;
                self.renamed.insert(other.clone());
            }
            FileOutcome::Touched => self.unchanged += 1,
            FileOutcome::Refused(why) => {
                self.refused.push(Remark { path: path.clone(), why: why.clone() });
            }
        }
        self.heard_ms += looked.heard_ms;
        self.guessed += u64::from(looked.guessed);
        self.notes.extend(looked.note.map(|why| Remark { path, why }));
        looked.file
    }
}

/// Known files that were not met. None where the folder is gone or empty as a whole: a disk that
/// is not there must not empty the library.
fn missing(root: &Path, known: &[KnownFile], walk: &Walk, report: &mut ScanReport) -> Vec<String> {
    let met: HashSet<_> = walk.recordings.iter().map(|met| met.path.as_path()).collect();
    let below: Vec<_> = known
        .iter()
        .filter(|file| !file.missing && Path::new(&file.state.path).starts_with(root))
        .collect();
    if met.is_empty() && !below.is_empty() {
        let why = "nothing is there any more; is its disk connected? The library stays as it is";
        report.notes.push(Remark { path: root.to_owned(), why: why.to_owned() });
        return Vec::new();
    }
    let unreadable = |path: &Path| walk.unseen.iter().any(|(unseen, _)| path.starts_with(unseen));
    let gone = below.into_iter().filter(|file| {
        let path = Path::new(&file.state.path);
        !met.contains(path) && !unreadable(path)
    });
    gone.map(|file| file.state.path.clone()).collect()
}

/// What is left to do after a walk.
#[derive(Default)]
struct Sorted {
    /// Files to be looked at.
    fresh: Vec<Met>,
    /// Files that are as they were but for the picture beside them.
    covers: Vec<(String, Option<CoverPlace>)>,
}

/// What is to be looked at; the rest is counted.
fn sort(known: &[KnownFile], walk: Walk, report: &mut ScanReport) -> Sorted {
    let known: HashMap<&str, &KnownFile> =
        known.iter().map(|file| (file.state.path.as_str(), file)).collect();
    report.files = walk.recordings.len() as u64;
    (report.playlists, report.covers) = (walk.playlists.len() as u64, walk.covers.met);
    report.notes.extend(walk.unseen.into_iter().map(|(path, why)| Remark { path, why }));
    let mut sorted = Sorted::default();
    for met in walk.recordings {
        let Some(path) = met.path.to_str() else {
            let why = "its name is not UTF-8".to_owned();
            report.refused.push(Remark { path: met.path, why });
            continue;
        };
        let same = |file: &&&KnownFile| {
            let stat = (file.state.size, file.state.modified_ns);
            stat == (met.size, met.modified_ns) && is_current(file) && !file.missing
        };
        match known.get(path).filter(same) {
            None => sorted.fresh.push(met),
            Some(file) => match &file.refused {
                None => {
                    report.unchanged += 1;
                    let cover = file::beside(&walk.covers, &met.path);
                    if file.cover != Some(CoverPlace::Embedded) && file.cover != cover {
                        sorted.covers.push((path.to_owned(), cover));
                    }
                }
                Some(why) => report.refused.push(Remark { path: met.path, why: why.clone() }),
            },
        }
    }
    sorted
}

/// Measured by the code of today, or refused.
fn is_current(file: &KnownFile) -> bool {
    file.refused.is_some() || file.version == Some(DescriptorsVersion::CURRENT.0)
}

fn bench(root: &Path, known: &[KnownFile], covers: Covers) -> Result<Bench, AppError> {
    let current = known.iter().filter(|file| is_current(file) && !file.state.hash.is_empty());
    let (mut hash_of, mut path_of) = (HashMap::new(), HashMap::new());
    let stored = known.iter().map(|file| file.state.path.clone()).collect();
    let by_us = known.iter().filter(|file| !file.mood_written.is_empty());
    let written = by_us.map(|file| (file.state.path.clone(), file.mood_written.clone())).collect();
    for file in current {
        let (path, hash) = (file.state.path.clone(), file.state.hash.clone());
        hash_of.insert(path.clone(), hash.clone());
        if file.item.is_some() {
            path_of.insert(hash, path);
        }
    }
    let model = music_model()?;
    let (root, path_of) = (root.to_owned(), Mutex::new(path_of));
    Ok(Bench { model, root, hash_of, path_of, stored, written, covers })
}

/// Looks at files on every core; results come as they are ready.
fn on_all_cores(bench: Bench, files: Vec<Met>) -> mpsc::Receiver<Looked> {
    let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
    // Nothing is read far ahead of what is stored.
    let (send, receive) = mpsc::sync_channel(4 * cores);
    let shared = Arc::new((bench, files, AtomicUsize::new(0)));
    for _ in 0..cores {
        let (send, shared) = (send.clone(), Arc::clone(&shared));
        let work = move || {
            let (bench, files, next) = &*shared;
            while let Some(met) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
                if send.send(bench.look(met)).is_err() {
                    break;
                }
            }
        };
        // Where the system gives no more threads, those that there are do the work; files that nobody
        // looks at are counted.
        let _ = std::thread::Builder::new().name(SCAN_THREAD.to_owned()).spawn(work);
    }
    receive
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_changes_while_it_is_read_is_left_for_the_next_scan() {
        let home = tempfile::tempdir().unwrap();
        std::fs::write(home.path().join("a.wav"), "as it was when the folder was walked").unwrap();
        let walk = walk::walk(home.path());
        let bench = bench(home.path(), &[], Covers::default()).unwrap();
        std::fs::write(&walk.recordings[0].path, "as it is when it is read, longer").unwrap();
        // What cannot be read is refused anyway; this one would be known already.
        let hash = hash(&walk.recordings[0].path).unwrap();
        let path = walk.recordings[0].path.to_string_lossy().into_owned();
        let bench = Bench { hash_of: [(path, hash)].into(), ..bench };
        let looked = bench.look(&walk.recordings[0]).file;
        let why = "it changed while it was read".to_owned();
        assert_eq!(looked.outcome, FileOutcome::Refused(why));
        assert_eq!(looked.state.modified_ns, 0, "the next scan takes it for another");
    }
}
