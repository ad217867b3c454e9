use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use attune_connect::{Mapping, Refusal, import_csv};
use attune_core::{Item, ItemId, Mood, MoodEvidence, nearest_word};
use attune_recommend::collab::Companions;
use attune_recommend::content::{CATALOGUE_VERSION, Dimension, Metric, Space, catalogue_row};
use attune_recommend::{Index, fold};
use attune_store::{ImportCount, Store};
use serde::Serialize;
use tokio::sync::Mutex;

use crate::alike::Neighbours;
use crate::error::AppError;
use crate::servers::Remote;
use crate::starter::{STARTER_ORIGIN, starter, starter_edition};

/// The file of a data folder that holds the library.
const FILE: &str = "library.sqlite";
/// The setting that names the edition of the starter catalogue last taken in.
const EDITION: &str = "starter_edition";

/// The listener's library. Share it behind an [`Arc`]; everything takes `&self`.
pub struct Library {
    pub(crate) store: Store,
    /// What was last loaded, and the revision it was of.
    loaded: Mutex<Option<(i64, Arc<Catalogue>)>>,
    /// The same as the listeners see it who corrected moods, the latest first.
    personal: Mutex<Vec<Personal>>,
    /// What was last learned, and what it was made of.
    pub(crate) companions: Mutex<Option<(String, Arc<Companions>)>>,
    /// Held while learning, so that it is done once at a time.
    pub(crate) learning: Mutex<()>,
    /// The way to music servers.
    pub(crate) remote: Remote,
}

/// The library as one listener sees it.
struct Personal {
    listener: String,
    corrections: Vec<(ItemId, Mood)>,
    /// What was corrected.
    shared: Arc<Catalogue>,
    corrected: Arc<Catalogue>,
}

/// So many listeners' own views are kept.
const MOST_PERSONAL: usize = 8;

/// The library's items at one moment, laid out for ranking.
pub struct Catalogue {
    /// In the order of their numbers.
    pub items: Vec<Item>,
    /// Of `items`.
    pub index: Index,
    /// Neighbours in sound that were looked up before.
    pub(crate) neighbours: Neighbours,
}

impl Catalogue {
    /// Lays items out for ranking and for likeness of sound; `pairs` are positions of items that were
    /// heard together, from which likeness learns what counts.
    fn new(items: Vec<Item>, pairs: &[(ItemId, ItemId)]) -> Self {
        let index = Index::new(&items);
        let rows: Vec<_> = items.iter().map(catalogue_row).collect();
        let place = |(a, b): &(ItemId, ItemId)| Some((index.position(*a)?, index.position(*b)?));
        let pairs: Vec<_> = pairs.iter().filter_map(place).collect();
        let metric = match pairs.len() {
            LEAST_PAIRS.. => Metric::learned(&rows, &pairs),
            _ => Metric::even(Dimension::COUNT),
        };
        // Rows and metric have the same length, and there is a row an item.
        let index = match Space::new(CATALOGUE_VERSION, &rows, &metric) {
            Ok(space) => index.with_space(space),
            Err(_) => index,
        };
        Self { index, items, neighbours: Neighbours::default() }
    }

    /// The item of this number.
    pub(crate) fn numbered(&self, word: &str) -> Option<&Item> {
        let position = self.index.position(ItemId(word.parse().ok()?))?;
        self.items.get(position)
    }

    /// All items of this title, which may be followed by the artist.
    pub(crate) fn named(&self, word: &str) -> Vec<&Item> {
        let wanted = fold(word);
        let bears = |item: &&Item| {
            let title = fold(&item.title);
            wanted == title || wanted == title + &fold(item.artist())
        };
        self.items.iter().filter(bears).collect()
    }

    /// The item of this number.
    #[must_use]
    pub fn item(&self, id: ItemId) -> Option<&Item> {
        self.index.position(id).and_then(|position| self.items.get(position))
    }

    /// The item of this number or title; a title may be followed by its artist.
    ///
    /// # Errors
    /// Where there is none, or several.
    pub fn find(&self, word: &str) -> Result<&Item, AppError> {
        if let Some(item) = self.numbered(word) {
            return Ok(item);
        }
        let found = self.named(word);
        match found[..] {
            [item] => Ok(item),
            [] => {
                let titles = self.items.iter().map(|item| item.title.as_str());
                let near = nearest_word(word, titles).map(str::to_owned);
                Err(AppError::UnknownItem { word: word.to_owned(), near })
            }
            _ => {
                let line = |item: &&Item| {
                    format!("{} is {} by {}", item.id.0, item.title, item.artists.join(", "))
                };
                let found = found.iter().take(5).map(line).collect();
                Err(AppError::Ambiguous { word: word.to_owned(), found })
            }
        }
    }
}

/// The items with a listener's own word on their moods.
fn corrected(catalogue: &Catalogue, corrections: &[(ItemId, Mood)]) -> Vec<Item> {
    let mut items = catalogue.items.clone();
    for (id, mood) in corrections {
        let item = catalogue.index.position(*id).and_then(|position| items.get_mut(position));
        let Some(item) = item else { continue };
        let said = MoodEvidence { correction: Some(*mood), ..MoodEvidence::default() };
        if let Some((origin, mood)) = said.strongest(&item.tags) {
            (item.mood, item.mood_origin) = (Some(mood), Some(origin));
        }
    }
    items
}

/// Items heard together before likeness learns from them.
const LEAST_PAIRS: usize = 50;

/// What an import read and what it did.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CsvReport {
    /// What kind of catalogue it was.
    pub format: &'static str,
    /// Rows below the header.
    pub rows: u64,
    /// Rows about a thing that another row was about too.
    pub merged: u64,
    /// What it did to the library.
    #[serde(flatten)]
    pub count: ImportCount,
    /// Rows and values that were left out.
    pub refused: Vec<Refusal>,
    /// What else a person should know.
    pub notes: Vec<String>,
}

impl Library {
    /// Opens the library in a data folder, and makes one with the starter catalogue where there is
    /// none.
    pub async fn open(data_dir: &Path) -> Result<Self, AppError> {
        Self::over(Store::open(&data_dir.join(FILE)).await?).await
    }

    /// Whether a data folder holds a library.
    #[must_use]
    pub fn is_at(data_dir: &Path) -> bool {
        data_dir.join(FILE).is_file()
    }

    /// A library that is gone when it is dropped.
    pub async fn in_memory() -> Result<Self, AppError> {
        Self::over(Store::in_memory().await?).await
    }

    async fn over(store: Store) -> Result<Self, AppError> {
        let edition = starter_edition();
        if store.setting(EDITION).await?.as_ref() != Some(&edition) {
            let wrap = |source| AppError::Csv { path: STARTER_ORIGIN.into(), source };
            let import = starter().map_err(wrap)?;
            store.import(STARTER_ORIGIN, &import.items).await?;
            store.set_setting(EDITION, &edition).await?;
        }
        let (loaded, personal, companions, learning, remote) = Default::default();
        Ok(Self { store, loaded, personal, companions, learning, remote })
    }

    /// Imports a catalogue; its file name becomes the origin of what it adds.
    pub async fn import_csv(&self, path: &Path, mapping: &Mapping) -> Result<CsvReport, AppError> {
        let unreadable = |source| AppError::Unreadable { path: path.to_owned(), source };
        let file = File::open(path).map_err(unreadable)?;
        let wrap = |source| AppError::Csv { path: path.to_owned(), source };
        let import = import_csv(file, mapping).map_err(wrap)?;
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
        let count = self.store.import(&name, &import.items).await?;
        Ok(CsvReport {
            format: import.format,
            rows: import.rows,
            merged: import.merged,
            count,
            refused: import.refused,
            notes: import.notes,
        })
    }

    /// The items as they are now, also where another process changed them.
    pub async fn catalogue(&self) -> Result<Arc<Catalogue>, AppError> {
        let mut loaded = self.loaded.lock().await;
        let revision = self.store.revision().await?;
        if let Some((_, catalogue)) = loaded.as_ref().filter(|(of, _)| *of == revision) {
            return Ok(Arc::clone(catalogue));
        }
        let items = self.store.items().await?;
        let catalogue = Arc::new(Catalogue::new(items, &self.pairs().await?));
        *loaded = Some((revision, Arc::clone(&catalogue)));
        Ok(catalogue)
    }

    /// The items as they are now for this listener, whose corrections outrank all else that is said of
    /// moods.
    pub async fn catalogue_of(&self, listener: &str) -> Result<Arc<Catalogue>, AppError> {
        let shared = self.catalogue().await?;
        let corrections = self.store.mood_corrections(listener).await?;
        if corrections.is_empty() {
            return Ok(shared);
        }
        let mut personal = self.personal.lock().await;
        let kept = personal.iter().find(|kept| {
            kept.listener == listener
                && Arc::ptr_eq(&kept.shared, &shared)
                && kept.corrections == corrections
        });
        if let Some(kept) = kept {
            return Ok(Arc::clone(&kept.corrected));
        }
        let items = corrected(&shared, &corrections);
        let corrected = Arc::new(Catalogue::new(items, &self.pairs().await?));
        personal.retain(|kept| kept.listener != listener && Arc::ptr_eq(&kept.shared, &shared));
        personal.truncate(MOST_PERSONAL - 1);
        let (listener, kept) = (listener.to_owned(), Arc::clone(&corrected));
        personal.insert(0, Personal { listener, corrections, shared, corrected: kept });
        Ok(corrected)
    }

    /// How many items each import brought, the largest first.
    pub async fn origins(&self) -> Result<Vec<(String, u64)>, AppError> {
        Ok(self.store.origins().await?)
    }

    /// Events and settings.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Finishes what is under way.
    pub async fn close(&self) {
        self.store.close().await;
    }
}
