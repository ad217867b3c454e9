//! What all handlers share.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use attune_app::{Catalogue, Library, SetupCode, Shelf};
use tokio::sync::{Mutex as AsyncMutex, Semaphore};

use crate::attempts::Attempts;
use crate::error::ApiError;
use crate::work::Work;

/// Passwords that are hashed at the same time: each takes 19 MiB and a core.
const HASHES: usize = 2;
/// Recordings that are handed through from music servers at the same time: each has a thread.
const STREAMS: usize = 64;

/// The library and what is kept beside it while the server runs.
pub(crate) struct House {
    pub(crate) library: Arc<Library>,
    pub(crate) work: Work,
    /// Folders below which a music folder may be chosen.
    pub(crate) browse: Vec<PathBuf>,
    /// Where composed music goes.
    pub(crate) data_dir: Option<PathBuf>,
    /// What the first account takes; none where only this machine can reach the server.
    pub(crate) setup_code: Option<SetupCode>,
    pub(crate) hashing: Semaphore,
    /// Recordings that are handed through from music servers.
    pub(crate) streams: Arc<Semaphore>,
    attempts: Mutex<Attempts>,
    shelf: AsyncMutex<Option<(Arc<Catalogue>, Arc<Shelf>)>>,
}

impl House {
    pub(crate) fn new(
        library: Arc<Library>,
        work: Work,
        browse: Vec<PathBuf>,
        data_dir: Option<PathBuf>,
        setup_code: Option<SetupCode>,
    ) -> Self {
        let (attempts, shelf) = (Mutex::default(), AsyncMutex::default());
        let (hashing, streams) = (Semaphore::new(HASHES), Arc::new(Semaphore::new(STREAMS)));
        Self { library, work, browse, data_dir, setup_code, hashing, streams, attempts, shelf }
    }

    pub(crate) fn attempts(&self) -> MutexGuard<'_, Attempts> {
        self.attempts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The items as they are now, ready to be looked through.
    pub(crate) async fn shelf(&self) -> Result<(Arc<Catalogue>, Arc<Shelf>), ApiError> {
        let catalogue = self.library.catalogue().await?;
        let mut kept = self.shelf.lock().await;
        if let Some((of, shelf)) = kept.as_ref().filter(|(of, _)| Arc::ptr_eq(of, &catalogue)) {
            return Ok((Arc::clone(of), Arc::clone(shelf)));
        }
        let of = Arc::clone(&catalogue);
        let made = tokio::task::spawn_blocking(move || Shelf::new(&of.items)).await;
        let shelf = Arc::new(made.map_err(|_| ApiError::broken("the library cannot be sorted"))?);
        *kept = Some((Arc::clone(&catalogue), Arc::clone(&shelf)));
        Ok((catalogue, shelf))
    }
}
