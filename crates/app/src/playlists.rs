//! The listener's own playlist files.

use std::collections::HashMap;

use attune_core::{Item, nearest_word};
use attune_recommend::fold;
use attune_store::KeptPlaylist;
use serde::Serialize;

use crate::error::AppError;
use crate::library::{Catalogue, Library};

/// A playlist file that a scan met.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PlaylistSummary {
    /// The file's name without its extension.
    pub name: String,
    /// Absolute.
    pub path: String,
    /// What it names.
    pub entries: usize,
    /// How much of that is in the library.
    pub found: usize,
}

/// A playlist with what it names.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PlaylistItems {
    /// The file's name without its extension.
    pub name: String,
    /// Absolute.
    pub path: String,
    /// What is in the library, in the playlist's order.
    pub items: Vec<Item>,
    /// Paths and links that are not in the library.
    pub unknown: Vec<String>,
}

impl Library {
    /// The playlists in the followed folders, in the order of their names.
    ///
    /// # Errors
    /// Where the library cannot be read.
    pub async fn playlists(&self) -> Result<Vec<PlaylistSummary>, AppError> {
        let mut summaries = Vec::new();
        let catalogue = self.catalogue().await?;
        for kept in self.store().playlists().await? {
            let entries = kept.entries.len();
            let PlaylistItems { name, path, items, .. } = self.resolved(kept, &catalogue).await?;
            summaries.push(PlaylistSummary { name, path, entries, found: items.len() });
        }
        Ok(summaries)
    }

    /// The playlist of this name or path, with its items as this listener sees them.
    ///
    /// # Errors
    /// Where there is none, or several of this name, and where the library cannot be read.
    pub async fn playlist(&self, word: &str, listener: &str) -> Result<PlaylistItems, AppError> {
        let kept = self.store().playlists().await?;
        let wanted = fold(word);
        let named = |kept: &&KeptPlaylist| kept.path == word || fold(&kept.name) == wanted;
        let found: Vec<&KeptPlaylist> = kept.iter().filter(named).collect();
        match found[..] {
            [kept] => self.resolved(kept.clone(), &*self.catalogue_of(listener).await?).await,
            [] => {
                let names = kept.iter().map(|kept| kept.name.as_str());
                let near = nearest_word(word, names).map(str::to_owned);
                Err(AppError::UnknownPlaylist { word: word.to_owned(), near })
            }
            _ => {
                let found = found.iter().take(5).map(|kept| kept.path.clone()).collect();
                Err(AppError::AmbiguousPlaylist { word: word.to_owned(), found })
            }
        }
    }

    async fn resolved(
        &self,
        kept: KeptPlaylist,
        catalogue: &Catalogue,
    ) -> Result<PlaylistItems, AppError> {
        let KeptPlaylist { name, path, entries } = kept;
        let of_files = self.store().items_of_files(&entries).await?;
        let by_address: HashMap<&str, &Item> =
            catalogue.items.iter().map(|item| (item.source.address(), item)).collect();
        let (mut items, mut unknown) = (Vec::new(), Vec::new());
        for (entry, of_file) in entries.into_iter().zip(of_files) {
            let by_file = of_file.and_then(|id| catalogue.index.position(id));
            let by_file = by_file.and_then(|position| catalogue.items.get(position));
            match by_file.or_else(|| by_address.get(entry.as_str()).copied()) {
                Some(item) => items.push(item.clone()),
                None => unknown.push(entry),
            }
        }
        Ok(PlaylistItems { name, path, items, unknown })
    }
}
