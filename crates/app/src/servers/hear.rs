//! Listening to what a server has, so that its tracks find their place in the mood plane as files do.

use std::io::Read;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Instant;

use attune_audio::{Description, DescriptorsVersion, MoodModel, describe_bytes};
use attune_connect::subsonic::{Subsonic, SubsonicError};
use attune_store::{Heard, HeardTrack};
use serde::Serialize;

use super::ServerProgress;
use crate::error::AppError;
use crate::library::Library;
use crate::scan::{SCAN_THREAD, music_model};

/// Recordings that are fetched at the same time: a household's server is a small machine.
const AT_ONCE: usize = 2;
/// Recordings a transaction.
const BATCH: u32 = 8;
/// Of a longer recording the beginning is listened to: two at once must fit into the memory of a small machine.
const MOST_BYTES: u64 = 128 << 20;

/// What listening did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize)]
pub struct HearReport {
    /// Recordings that were listened to now.
    pub heard: u64,
    /// Recordings that nobody here can decode; they play all the same where the browser can.
    pub refused: u64,
}

impl Library {
    /// Listens to the recordings of a server that the code of today has not heard, until all are or `stop`
    /// is set, or somebody wants the server synchronised. What was heard is stored every few recordings;
    /// another run goes on from there.
    ///
    /// # Errors
    /// Where the server fails, which is remembered with the connection, and where the library cannot be written.
    pub async fn hear_server(
        &self,
        id: i64,
        stop: &AtomicBool,
        progress: &mut (dyn FnMut(ServerProgress) + Send),
    ) -> Result<HearReport, AppError> {
        let (server, model) = (self.server(id).await?, music_model()?);
        let (mut report, began) = (HearReport::default(), Instant::now());
        let of = self.connection(id).await?.waiting.unsigned_abs();
        loop {
            let version = DescriptorsVersion::CURRENT.0;
            let tracks = self.store().tracks_to_hear(id, version, BATCH).await?;
            let wanted = self.store().wanted_connections().await?.contains(&id);
            if tracks.is_empty() || wanted || stop.load(Ordering::Relaxed) {
                return Ok(report);
            }
            let (heard, failed) = hear_all(&server, &model, &tracks, stop);
            self.store().record_heard(id, &heard).await?;
            for track in &heard {
                match track.outcome {
                    Ok(_) => report.heard += 1,
                    Err(_) => report.refused += 1,
                }
            }
            let (done, seconds) = (report.heard + report.refused, began.elapsed().as_secs_f64());
            progress(ServerProgress::Hearing { done, of: of.max(done), seconds });
            if let Some(error) = failed {
                self.store().fail_sync(id, &error.to_string()).await?;
                return Err(error.into());
            }
        }
    }
}

/// Listens on a few threads; ends early where the server fails.
fn hear_all(
    server: &Subsonic,
    model: &MoodModel,
    tracks: &[String],
    stop: &AtomicBool,
) -> (Vec<HeardTrack>, Option<SubsonicError>) {
    let (next, heard, failed) = (AtomicUsize::new(0), Mutex::new(Vec::new()), Mutex::new(None));
    let work = || {
        while let Some(id) = tracks.get(next.fetch_add(1, Ordering::Relaxed)) {
            if stop.load(Ordering::Relaxed) || locked(&failed).is_some() {
                return;
            }
            match hear(server, model, id) {
                Ok(track) => locked(&heard).push(track),
                Err(error) => *locked(&failed) = Some(error),
            }
        }
    };
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            // Where the system gives no thread, the others do the work, and what is left is tried again.
            let _ = thread::Builder::new().name(SCAN_THREAD.to_owned()).spawn_scoped(scope, work);
        }
    });
    (
        heard.into_inner().unwrap_or_else(PoisonError::into_inner),
        failed.into_inner().unwrap_or_else(PoisonError::into_inner),
    )
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What is heard of one recording, or why nothing; an error where the server itself fails.
fn hear(server: &Subsonic, model: &MoodModel, id: &str) -> Result<HeardTrack, SubsonicError> {
    let outcome = match fetch(server, id) {
        Ok(bytes) => described(bytes, model),
        Err(error @ (SubsonicError::Gone { .. } | SubsonicError::Said { .. })) => {
            Err(error.to_string())
        }
        Err(error) => return Err(error),
    };
    Ok(HeardTrack { id: id.to_owned(), version: DescriptorsVersion::CURRENT.0, outcome })
}

fn fetch(server: &Subsonic, id: &str) -> Result<Vec<u8>, SubsonicError> {
    let media = server.stream(id, None)?;
    let mut bytes = Vec::new();
    let broken = |_| SubsonicError::Broken { host: server.host() };
    media.body.take(MOST_BYTES).read_to_end(&mut bytes).map_err(broken)?;
    Ok(bytes)
}

/// Parsers meet whatever people have; one that trips must not end the work.
fn described(bytes: Vec<u8>, model: &MoodModel) -> Result<Heard, String> {
    let describe = AssertUnwindSafe(|| describe_bytes(bytes));
    let description: Description = match catch_unwind(describe) {
        Ok(description) => description.map_err(|error| error.to_string())?,
        Err(_) => return Err("its decoder gave up".to_owned()),
    };
    let descriptors = &description.descriptors;
    let described = serde_json::to_string(descriptors)
        .map_err(|_| "its descriptors are no numbers".to_owned())?;
    Ok(Heard { described, descriptors: descriptors.into(), mood: model.mood(descriptors) })
}
