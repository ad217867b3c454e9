//! Keeping in step with every server while the program runs.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::ServerProgress;
use crate::error::AppError;
use crate::library::Library;

/// How often stopping and new connections are looked for.
const TICK: Duration = Duration::from_millis(300);
/// A server is asked again after this time,
const AGAIN: Duration = Duration::from_secs(6 * 60 * 60);
/// and after this where it failed.
const AFTER_FAILURE: Duration = Duration::from_secs(10 * 60);

/// What happens with a server.
#[derive(Clone, Debug, PartialEq)]
pub enum ServerNews {
    /// It is so far.
    Working(ServerProgress),
    /// All is done for now.
    Done,
    /// It failed, in one sentence; it is tried again later.
    Failed(String),
}

impl Library {
    /// Synchronises every server and listens to what it has: at once, when somebody wants it, and every few
    /// hours, until `stop` is set. Servers that are connected later are taken up too. `told` hears of each
    /// by its number.
    ///
    /// It blocks its thread: give it one of its own.
    ///
    /// # Errors
    /// Where the library cannot be read or written. A server that fails is no error.
    pub async fn follow_servers(
        &self,
        stop: &AtomicBool,
        told: &mut (dyn FnMut(i64, ServerNews) + Send),
    ) -> Result<(), AppError> {
        let mut due: HashMap<i64, Instant> = HashMap::new();
        while !stop.load(Ordering::Relaxed) {
            let wanted = self.store().wanted_connections().await?;
            for id in self.store().connection_ids().await? {
                let waits = due.get(&id).is_some_and(|at| Instant::now() < *at);
                if waits && !wanted.contains(&id) || stop.load(Ordering::Relaxed) {
                    continue;
                }
                let (news, pause) = match self.attend(id, stop, told).await {
                    Ok(()) => (ServerNews::Done, AGAIN),
                    // It was disconnected meanwhile.
                    Err(AppError::UnknownConnection { .. }) => (ServerNews::Done, AGAIN),
                    Err(AppError::Server(error)) => {
                        (ServerNews::Failed(error.to_string()), AFTER_FAILURE)
                    }
                    Err(error) => return Err(error),
                };
                told(id, news);
                due.insert(id, Instant::now() + pause);
            }
            std::thread::sleep(TICK);
        }
        Ok(())
    }

    async fn attend(
        &self,
        id: i64,
        stop: &AtomicBool,
        told: &mut (dyn FnMut(i64, ServerNews) + Send),
    ) -> Result<(), AppError> {
        let mut working = |far| told(id, ServerNews::Working(far));
        working(ServerProgress::Listing { done: 0 });
        self.sync_server(id, &mut working).await?;
        self.hear_server(id, stop, &mut working).await?;
        Ok(())
    }
}
