//! Listing what a server has.

use attune_connect::subsonic::{Song, Subsonic};
use attune_store::{ServerTrack, server_origin};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::ServerProgress;
use crate::clock::moment;
use crate::error::AppError;
use crate::library::Library;

/// What synchronising with a server did.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize)]
pub struct SyncReport {
    /// Tracks that the server has.
    pub tracks: u64,
    /// Items that the library did not have.
    pub added: u64,
    /// Tracks that say something else than before, are back, or are new of an item that the library had.
    pub changed: u64,
    /// Tracks that are as they were.
    pub unchanged: u64,
    /// Tracks that it does not have any more since the last time; they stay in the library.
    pub missing: u64,
    /// What else a person should know.
    pub notes: Vec<String>,
}

impl Library {
    /// Brings the library in step with a server: what is new or changed there is taken in a page at a time,
    /// and what is gone is marked once everything was listed. A server that lists nothing at all takes
    /// nothing away.
    ///
    /// # Errors
    /// Where there is no such connection, where the server fails, which is remembered with the connection, and where
    /// the library cannot be written.
    pub async fn sync_server(
        &self,
        id: i64,
        progress: &mut (dyn FnMut(ServerProgress) + Send),
    ) -> Result<SyncReport, AppError> {
        let server = self.server(id).await?;
        self.store().begin_sync(id).await?;
        let listed = self.list(id, &server, progress).await;
        if let Err(AppError::Server(error)) = &listed {
            self.store().fail_sync(id, &error.to_string()).await?;
        }
        listed
    }

    async fn list(
        &self,
        id: i64,
        server: &Subsonic,
        progress: &mut (dyn FnMut(ServerProgress) + Send),
    ) -> Result<SyncReport, AppError> {
        let (mut report, sync) = (SyncReport::default(), moment().now_ms);
        let origin = server_origin(id);
        for page in server.songs() {
            let tracks: Vec<ServerTrack> =
                page?.iter().filter_map(|song| track(id, song)).collect();
            let count = self.store().record_server_tracks(id, &origin, sync, &tracks).await?;
            report.tracks += tracks.len() as u64;
            report.added += count.added;
            report.changed += count.changed;
            report.unchanged += count.unchanged;
            progress(ServerProgress::Listing { done: report.tracks });
        }
        if report.tracks == 0 && self.connection(id).await?.tracks > 0 {
            let note = "the server lists nothing any more; the library stays as it is";
            self.store().fail_sync(id, note).await?;
            report.notes.push(note.to_owned());
            return Ok(report);
        }
        report.missing = self.store().finish_sync(id, sync, moment().now_ms).await?;
        Ok(report)
    }
}

/// What is kept of a song; `None` for one whose title cannot be seen.
fn track(connection: i64, song: &Song) -> Option<ServerTrack> {
    let said = hash(&serde_json::to_vec(song).ok()?);
    let recording = format!("{:?} {:?} {:?}", song.size, song.duration_ms, song.suffix);
    Some(ServerTrack {
        id: song.id.clone(),
        item: song.item(connection)?,
        said,
        recording: hash(recording.as_bytes()),
        cover: song.cover.clone(),
    })
}

fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
