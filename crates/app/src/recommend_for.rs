use attune_recommend::{Playlist, Ranked};

use crate::ask::{Ask, Felt};
use crate::error::AppError;
use crate::faces::FaceReader;
use crate::library::{Catalogue, Library};
use crate::recommendation::{Listed, Recommendation};

impl Library {
    /// Answers with a list. `reader` is asked for only where the mood stands in a photo; reading
    /// one takes tens of milliseconds of computing on the calling thread.
    pub async fn recommend_for(
        &self,
        ask: &Ask,
        reader: impl FnOnce() -> Result<FaceReader, AppError>,
    ) -> Result<Recommendation, AppError> {
        let felt = ask.mood.feel(reader)?;
        let catalogue = self.catalogue().await?;
        let playlist = catalogue.index.rank(&ask.request(felt.mood));
        Ok(recommendation(&catalogue, ask, felt, playlist))
    }
}

fn recommendation(
    catalogue: &Catalogue,
    ask: &Ask,
    felt: Felt,
    playlist: Playlist,
) -> Recommendation {
    let mut notes = felt.notes;
    notes.extend(held_back(playlist.held_back));
    let listed = |ranked: Ranked| listed(catalogue, ranked);
    Recommendation {
        mood: felt.mood,
        goal: ask.goal,
        items: playlist.items.into_iter().filter_map(listed).collect(),
        emptied_by: playlist.emptied_by,
        unknown: playlist.unknown,
        face: felt.reading,
        notes,
    }
}

fn listed(catalogue: &Catalogue, ranked: Ranked) -> Option<Listed> {
    let Ranked { position, score, terms, reasons, .. } = ranked;
    let item = catalogue.items.get(position)?.clone();
    Some(Listed { item, score, terms, reasons })
}

fn held_back(count: usize) -> Option<String> {
    let items = if count == 1 { "item fits" } else { "items fit" };
    (count > 0)
        .then(|| format!("{count} more {items} but would repeat an artist or album too soon"))
}
