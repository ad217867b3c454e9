//! Looking at files on every core, and storing what was found as it comes.

use std::collections::HashMap;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use attune_store::{FileOutcome, ScannedFile};
use tokio::sync::mpsc;

use super::file::{Bench, Fresh, Looked};
use super::report::{Remark, ScanProgress, ScanReport};
use super::spool::{Spool, Unspooled};
use super::{BATCH, SCAN_THREAD};
use crate::error::AppError;

/// A transaction holds what has come in this time.
const BATCH_TIME: Duration = Duration::from_secs(2);

/// Looks at all files and stores what they are.
pub(super) async fn look_at_all(
    bench: Bench,
    files: Spool<Fresh>,
    report: &mut ScanReport,
    began: Instant,
    progress: &mut (dyn FnMut(ScanProgress) + Send),
) -> Result<(), AppError> {
    let of = files.len();
    let bench = Arc::new(bench);
    let mut looked = on_all_cores(&bench, files.read()?);
    let mut intake = Intake { bench: &bench, batch: Vec::new(), waiting: HashMap::new() };
    let (mut done, mut since, mut open) = (0, Instant::now(), true);
    while open {
        // Waiting lets the library give its connections to those who look.
        match tokio::time::timeout(BATCH_TIME, looked.recv()).await {
            Ok(Some(looked)) => {
                intake.take(looked?, report);
                done += 1;
                progress(ScanProgress { done, of, seconds: began.elapsed().as_secs_f64() });
            }
            Ok(None) => open = false,
            Err(_) => {}
        }
        if intake.batch.len() >= BATCH || !open || since.elapsed() >= BATCH_TIME {
            intake.store(report).await?;
            since = Instant::now();
        }
    }
    while !intake.batch.is_empty() {
        intake.store(report).await?;
    }
    let left = of - done + intake.waiting.values().map(|names| names.len() as u64).sum::<u64>();
    if left > 0 {
        let why = format!("{left} files were not looked at; scan again");
        report.notes.push(Remark { path: bench.root.clone(), why });
    }
    Ok(())
}

/// Gathers what is to be stored.
struct Intake<'a> {
    bench: &'a Bench,
    batch: Vec<Looked>,
    /// Further names of files that are not stored yet, by the name that is stored first.
    waiting: HashMap<String, Vec<Looked>>,
}

impl Intake<'_> {
    fn take(&mut self, looked: Looked, report: &mut ScanReport) {
        let waits = looked.late.clone().filter(|_| self.bench.is_in_hand(&looked));
        if let Some(first) = waits {
            self.waiting.entry(first).or_default().push(looked);
            return;
        }
        // The first name may have been stored between being met and now.
        let first = looked.late.as_deref().map(Path::new);
        let refused =
            report.refused.iter().rev().find(|remark| Some(remark.path.as_path()) == first);
        let looked = match refused {
            Some(remark) => looked.refused_too(&remark.why, true),
            None => looked,
        };
        report.count(&looked);
        self.batch.push(looked);
    }

    /// Stores the batch; what waited for it is the next one.
    async fn store(&mut self, report: &mut ScanReport) -> Result<(), AppError> {
        let batch = std::mem::take(&mut self.batch);
        let files: Vec<ScannedFile> = batch.iter().map(|looked| looked.file.clone()).collect();
        let root = self.bench.root.to_string_lossy();
        report.added += self.bench.store.record_files(&root, &files).await?.added;
        for first in batch {
            self.bench.stored(&first);
            for name in self.waiting.remove(&first.file.state.path).unwrap_or_default() {
                let name = match &first.file.outcome {
                    FileOutcome::Refused(why) => {
                        name.refused_too(why, first.file.state.hash.is_empty())
                    }
                    _ => name,
                };
                report.count(&name);
                self.batch.push(name);
            }
        }
        Ok(())
    }
}

impl ScanReport {
    /// Counts what came of a file.
    fn count(&mut self, looked: &Looked) {
        let path = || PathBuf::from(&looked.file.state.path);
        match &looked.file.outcome {
            FileOutcome::Described { .. } => self.described += 1,
            FileOutcome::SameAs(_) => self.moved += 1,
            FileOutcome::Touched => self.unchanged += 1,
            FileOutcome::Refused(why) => {
                self.refused.push(Remark { path: path(), why: why.clone() });
            }
        }
        self.heard_ms += looked.heard_ms;
        self.guessed += u64::from(looked.guessed);
        self.notes.extend(looked.note.clone().map(|why| Remark { path: path(), why }));
    }
}

/// Looks at files on every core; results come as they are ready.
fn on_all_cores(
    bench: &Arc<Bench>,
    files: Unspooled<Fresh>,
) -> mpsc::Receiver<Result<Looked, AppError>> {
    let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
    // Nothing is read far ahead of what is stored.
    let (send, receive) = mpsc::channel(4 * cores);
    let files = Arc::new(Mutex::new(files));
    for _ in 0..cores {
        let (bench, files, send) = (Arc::clone(bench), Arc::clone(&files), send.clone());
        let next = move || files.lock().unwrap_or_else(PoisonError::into_inner).next();
        let work = move || {
            while let Some(file) = next() {
                let looked = file.and_then(|file| bench.look(&file));
                if send.blocking_send(looked).is_err() {
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
