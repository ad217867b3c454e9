//! What other listeners play: imported, learned in the background, and put into requests.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use attune_connect::{History, Refusal, import_hetrec, import_lastfm};
use attune_recommend::collab::Companions;
use attune_recommend::{Request, fold};
use attune_store::PlayCount;
use serde::Serialize;

use crate::error::AppError;
use crate::library::Library;

/// Under which name the store keeps it.
const NAME: &str = "companions";
/// Artists that others play who take part in a list.
const MOST: usize = 500;

/// What an import of a history read and did.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct HistoryReport {
    /// What kind of history it was.
    pub format: &'static str,
    /// Rows below the header.
    pub rows: u64,
    /// Listeners whose plays they are.
    pub listeners: usize,
    /// Counts by listener, artist and title.
    pub counts: usize,
    /// Counts that are new or changed.
    pub changed: u64,
    /// Rows that were left out.
    pub refused: Vec<Refusal>,
    /// What was learned from it.
    pub learned: LearnReport,
}

/// What was learned of what listeners play.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct LearnReport {
    /// Artists with at least two listeners.
    pub artists: usize,
    /// How long it took.
    pub seconds: f64,
    /// Whether it was there already.
    pub up_to_date: bool,
}

impl Library {
    /// Takes in a Last.fm export or HetRec's folder, and learns from it. A file of one listener is
    /// `listener`'s; listeners of a file of many stay told apart by the file's name. `learning` is called
    /// once the file is read and kept, before what takes long.
    pub async fn import_lastfm(
        &self,
        path: &Path,
        listener: &str,
        learning: impl FnOnce(),
    ) -> Result<HistoryReport, AppError> {
        let history = read(path)?;
        let origin = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
        let whose = |name: Option<String>| match name {
            Some(name) => format!("{origin}:{name}"),
            None => listener.to_owned(),
        };
        let plays: Vec<PlayCount> = history
            .plays
            .into_iter()
            .map(|p| PlayCount {
                listener: whose(p.listener),
                artist: p.artist,
                title: p.title,
                times: p.times,
            })
            .collect();
        let changed = self.store.import_plays(&origin, &plays).await?;
        learning();
        let mut listeners: Vec<&str> = plays.iter().map(|p| p.listener.as_str()).collect();
        listeners.sort_unstable();
        listeners.dedup();
        Ok(HistoryReport {
            format: history.format,
            rows: history.rows,
            listeners: listeners.len(),
            counts: plays.len(),
            changed,
            refused: history.refused,
            learned: self.learn().await?,
        })
    }

    /// Learns anew what listeners play, where plays or events have changed. Computes on a thread of
    /// its own; lists are answered meanwhile from what was learned before.
    pub async fn learn(&self) -> Result<LearnReport, AppError> {
        let _once = self.learning.lock().await;
        let state = self.store.plays_state().await?;
        if let Some((_, known)) = self.companions().await?.filter(|(of, _)| *of == state) {
            return Ok(LearnReport { artists: known.len(), seconds: 0.0, up_to_date: true });
        }
        let plays = self.store.plays_by_artist().await?;
        let begin = Instant::now();
        let counts = plays.into_iter().map(|p| (p.listener, p.artist, p.times as f32));
        let fit = tokio::task::spawn_blocking(move || Companions::fit(counts));
        let fitted = fit.await.map_err(|error| AppError::Learning(error.to_string()))?;
        let companions = fitted.map_err(|error| AppError::Learning(error.to_string()))?;
        let seconds = begin.elapsed().as_secs_f64();
        self.store.set_learned(NAME, &state, &companions.to_bytes()).await?;
        let artists = companions.len();
        *self.companions.lock().await = Some((state, Arc::new(companions)));
        Ok(LearnReport { artists, seconds, up_to_date: false })
    }

    /// What was last learned, and what it was made of.
    async fn companions(&self) -> Result<Option<(String, Arc<Companions>)>, AppError> {
        let mut held = self.companions.lock().await;
        if held.is_none() {
            let kept = self.store.learned(NAME).await?;
            // What another version kept is learned anew.
            let read = kept.and_then(|(of, body)| Some((of, Companions::from_bytes(&body)?)));
            *held = read.map(|(of, companions)| (of, Arc::new(companions)));
        }
        Ok(held.clone())
    }

    /// What listeners with like histories play, into a request that says what its listener likes.
    pub(crate) async fn add_others(&self, request: &mut Request) -> Result<(), AppError> {
        let Some((_, companions)) = self.companions().await? else { return Ok(()) };
        let liked = request.tastes.artists.iter().filter(|(_, liking)| **liking > 0.0);
        // The strength of a liking grows with the logarithm of the plays, so this undoes it.
        let history = liked.map(|(artist, liking)| (artist.as_str(), (5.0 * liking).exp_m1()));
        request.others = companions.others(history, MOST);
        let known: Vec<String> = request.tastes.artists.keys().map(|name| fold(name)).collect();
        known.iter().for_each(|name| _ = request.others.remove(name));
        Ok(())
    }
}

fn read(path: &Path) -> Result<History, AppError> {
    let open = |path: &Path| {
        let unreadable = |source| AppError::Unreadable { path: path.to_owned(), source };
        File::open(path).map_err(unreadable)
    };
    let history = if path.is_dir() {
        import_hetrec(open(&path.join("artists.dat"))?, open(&path.join("user_artists.dat"))?)
    } else {
        import_lastfm(open(path)?)
    };
    history.map_err(|source| AppError::Csv { path: path.to_owned(), source })
}
