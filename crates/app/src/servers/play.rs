//! Recordings and pictures, handed through from a server.

use std::collections::HashMap;
use std::sync::{MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use attune_connect::subsonic::Media;
use attune_core::{ItemId, ServerAddress, Source};

use crate::cover::Cover;
use crate::error::AppError;
use crate::library::Library;

/// So long a server that did not answer is asked for no picture.
const REST: Duration = Duration::from_secs(30);

impl Library {
    /// The recording of a server's item as it is; `range` is a `Range` header to pass on.
    ///
    /// # Errors
    /// Where the connection has ended or the server fails.
    pub async fn stream(
        &self,
        address: &ServerAddress,
        range: Option<&str>,
    ) -> Result<Media, AppError> {
        Ok(self.server(address.connection()).await?.stream(address.id(), range)?)
    }

    /// The picture that a server has of an item; `None` where it has none or does not answer.
    pub(crate) async fn server_cover(&self, item: ItemId) -> Result<Option<Cover>, AppError> {
        let catalogue = self.catalogue().await?;
        let Some(Source::Server(address)) = catalogue.item(item).map(|item| &item.source) else {
            return Ok(None);
        };
        let id = address.connection();
        let Some(cover) = self.store().server_cover(address).await? else { return Ok(None) };
        if self.rests(id) {
            return Ok(None);
        }
        let found = self.server(id).await?.cover(&cover, Cover::MOST_BYTES as u64);
        if found.is_err() {
            self.resting().insert(id, Instant::now() + REST);
        }
        Ok(found.ok().flatten().and_then(Cover::of))
    }

    fn rests(&self, id: i64) -> bool {
        self.resting().get(&id).is_some_and(|until| Instant::now() < *until)
    }

    fn resting(&self) -> MutexGuard<'_, HashMap<i64, Instant>> {
        self.remote.resting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
