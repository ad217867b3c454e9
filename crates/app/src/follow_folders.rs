//! Following the listener's folders as they change.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};

use crate::error::AppError;
use crate::library::Library;
use crate::scan::{ScanProgress, ScanReport};

/// How often stopping and new folders are looked for.
const TICK: Duration = Duration::from_millis(250);

impl Library {
    /// Scans every followed folder, then again whenever something in it has changed and it has been
    /// quiet for a moment, until `stop` is set. Folders that are followed later are taken up too.
    ///
    /// It blocks its thread: give it one of its own.
    ///
    /// # Errors
    /// Where a folder cannot be watched, and where the library cannot be read or written.
    pub async fn follow(
        &self,
        stop: &AtomicBool,
        told: &mut (dyn FnMut(&str, &ScanReport) + Send),
    ) -> Result<(), AppError> {
        self.follow_with(stop, &mut |_, _| {}, told).await
    }

    /// As [`follow`](Self::follow), and tells how far each scan is.
    ///
    /// # Errors
    /// As there.
    pub async fn follow_with(
        &self,
        stop: &AtomicBool,
        scanning: &mut (dyn FnMut(&str, ScanProgress) + Send),
        told: &mut (dyn FnMut(&str, &ScanReport) + Send),
    ) -> Result<(), AppError> {
        let (send, changes) = channel();
        let mut watcher =
            notify::recommended_watcher(send).map_err(|e| unwatched(Path::new("."), e))?;
        let mut watched = BTreeSet::new();
        let mut pending = Pending::default();
        while !stop.load(Ordering::Relaxed) {
            for root in self.store().roots().await? {
                // One on a disk that is away is tried again.
                if Path::new(&root).is_dir() && watched.insert(root.clone()) {
                    watch(&mut watcher, Path::new(&root))?;
                    pending.due_at_once(PathBuf::from(root));
                }
            }
            gather(&changes, &watched, &mut pending);
            for root in pending.due(Instant::now()) {
                let name = root.to_string_lossy();
                let report = self.scan_root(&root, &mut |far| scanning(&name, far)).await?;
                told(&name, &report);
            }
        }
        Ok(())
    }
}

fn watch(watcher: &mut RecommendedWatcher, root: &Path) -> Result<(), AppError> {
    watcher.watch(root, RecursiveMode::Recursive).map_err(|error| unwatched(root, error))
}

fn unwatched(root: &Path, error: notify::Error) -> AppError {
    AppError::Unwatched { path: root.to_owned(), source: error }
}

/// Takes what has come in within a tick.
fn gather(
    changes: &Receiver<notify::Result<Event>>,
    watched: &BTreeSet<String>,
    pending: &mut Pending,
) {
    let mut wait = TICK;
    loop {
        match changes.recv_timeout(wait) {
            Ok(Ok(event)) => touched(&event, watched, pending),
            // Events were lost, so that anything may have changed.
            Ok(Err(_)) => {
                watched.iter().for_each(|root| pending.touch(root.into(), Instant::now()))
            }
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return,
        }
        wait = Duration::ZERO;
    }
}

fn touched(event: &Event, watched: &BTreeSet<String>, pending: &mut Pending) {
    // Reading a file is no change; a scan reads them all.
    if matches!(event.kind, EventKind::Access(_)) && !event.need_rescan() {
        return;
    }
    for root in watched {
        if event.need_rescan() || event.paths.iter().any(|path| path.starts_with(root)) {
            pending.touch(root.into(), Instant::now());
        }
    }
}

/// Folders that wait for quiet.
#[derive(Debug, Default)]
struct Pending {
    /// Each with its first and its latest change; no change for one that is due at once.
    folders: Vec<(PathBuf, Option<(Instant, Instant)>)>,
}

impl Pending {
    /// A folder is looked at when nothing has changed for this long,
    const QUIET: Duration = Duration::from_secs(2);
    /// or when changes have gone on for this long.
    const PATIENCE: Duration = Duration::from_secs(60);

    fn due_at_once(&mut self, root: PathBuf) {
        self.folders.retain(|(folder, _)| *folder != root);
        self.folders.push((root, None));
    }

    fn touch(&mut self, root: PathBuf, now: Instant) {
        match self.folders.iter_mut().find(|(folder, _)| *folder == root) {
            None => self.folders.push((root, Some((now, now)))),
            Some((_, Some((_, latest)))) => *latest = now,
            Some((_, None)) => {}
        }
    }

    /// Takes out those whose time has come.
    fn due(&mut self, now: Instant) -> Vec<PathBuf> {
        let is_due = |times: &Option<(Instant, Instant)>| {
            times.is_none_or(|(first, latest)| {
                now.duration_since(latest) >= Self::QUIET
                    || now.duration_since(first) >= Self::PATIENCE
            })
        };
        let due = self.folders.extract_if(.., |(_, times)| is_due(times));
        due.map(|(folder, _)| folder).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_scanned_after_a_quiet_moment_or_a_long_time() {
        let start = Instant::now();
        let at = |ms| start + Duration::from_millis(ms);
        let mut pending = Pending::default();
        pending.due_at_once("new".into());
        assert_eq!(pending.due(at(0)), [Path::new("new")]);
        pending.touch("a".into(), at(0));
        pending.touch("a".into(), at(1_500));
        assert!(pending.due(at(3_000)).is_empty(), "it was not quiet for two seconds");
        assert_eq!(pending.due(at(3_600)), [Path::new("a")]);
        assert!(pending.due(at(9_000)).is_empty(), "once is enough");
        for second in 0..=60 {
            pending.touch("busy".into(), at(10_000 + 1_000 * second));
        }
        assert_eq!(pending.due(at(70_000)), [Path::new("busy")]);
    }

    #[test]
    fn reading_files_is_no_change() {
        use notify::event::{AccessKind, CreateKind};
        let watched: BTreeSet<String> = ["/music".to_owned(), "/other".to_owned()].into();
        let event = |kind| Event::new(kind).add_path("/music/a.ogg".into());
        let mut pending = Pending::default();
        touched(&event(EventKind::Access(AccessKind::Any)), &watched, &mut pending);
        assert!(pending.folders.is_empty());
        touched(&event(EventKind::Create(CreateKind::File)), &watched, &mut pending);
        assert_eq!(pending.folders.len(), 1);
    }
}
