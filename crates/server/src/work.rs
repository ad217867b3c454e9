//! What goes on in the background: scans of folders, music servers, and the house band at work.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use attune_app::{ScanProgress, ScanReport, ServerNews, ServerProgress};
use serde::Serialize;

/// Where whoever works tells how far it is, and the page reads it. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Work {
    told: Arc<Mutex<Told>>,
}

/// How far everything is.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Told {
    /// By folder.
    scans: BTreeMap<String, Scan>,
    /// By the number of the connection.
    servers: BTreeMap<i64, Serving>,
    pub(crate) band: Band,
}

/// What goes on with a music server.
#[derive(Clone, Debug, Default, Serialize)]
struct Serving {
    running: bool,
    /// Listing what it has, rather than listening to it.
    listing: bool,
    done: u64,
    /// 0 while nobody knows.
    of: u64,
    seconds_left: Option<f64>,
    error: Option<String>,
    /// How often it was done or failed since the program began.
    ended: u64,
}

impl Told {
    pub(crate) fn is_scanning(&self) -> bool {
        self.scans.values().any(|scan| scan.running)
    }
}

/// One folder's latest scan.
#[derive(Clone, Debug, Default, Serialize)]
struct Scan {
    running: bool,
    done: u64,
    of: u64,
    seconds_left: Option<f64>,
    /// Items that the library did not have.
    added: u64,
    /// Files that cannot be used, with the reason; the first few.
    refused: Vec<(String, String)>,
    refused_count: usize,
}

/// The house band.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Band {
    pub(crate) running: bool,
    pub(crate) done: usize,
    pub(crate) of: usize,
    pub(crate) error: Option<String>,
}

/// As many refused files are named.
const NAMED: usize = 20;

impl Work {
    /// A scan is so far.
    pub fn scanning(&self, folder: &str, progress: ScanProgress) {
        let mut told = self.told();
        let scan = told.scans.entry(folder.to_owned()).or_default();
        scan.running = true;
        (scan.done, scan.of) = (progress.done, progress.of);
        scan.seconds_left = progress.seconds_left();
    }

    /// A scan is done.
    pub fn scanned(&self, folder: &str, report: &ScanReport) {
        let refused = report.refused.iter().take(NAMED);
        let named = refused.map(|r| (r.path.display().to_string(), r.why.clone())).collect();
        let scan = Scan {
            running: false,
            done: report.files,
            of: report.files,
            seconds_left: None,
            added: report.added,
            refused: named,
            refused_count: report.refused.len(),
        };
        self.told().scans.insert(folder.to_owned(), scan);
    }

    /// Something happens with a music server.
    pub fn serving(&self, connection: i64, news: ServerNews) {
        let mut told = self.told();
        let ended = told.servers.get(&connection).map_or(0, |serving| serving.ended);
        let over = Serving { ended: ended + 1, ..Serving::default() };
        let serving = match news {
            ServerNews::Working(ServerProgress::Listing { done }) => {
                Serving { running: true, listing: true, done, ended, ..Serving::default() }
            }
            ServerNews::Working(ServerProgress::Hearing { done, of, seconds }) => {
                let seconds_left = ScanProgress { done, of, seconds }.seconds_left();
                Serving { running: true, done, of, seconds_left, ended, ..Serving::default() }
            }
            ServerNews::Done => over,
            ServerNews::Failed(error) => Serving { error: Some(error), ..over },
        };
        told.servers.insert(connection, serving);
    }

    pub(crate) fn told(&self) -> MutexGuard<'_, Told> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
