//! All that is known of one item, and the listener's own word on its mood.

use attune_audio::Descriptors;
use attune_core::{Item, ItemId, Mood, MoodEvidence, MoodOrigin, MoodRegion, MoodTag};
use attune_store::ItemFile;
use serde::Serialize;

use crate::error::AppError;
use crate::library::Library;

/// A mood, and what says so.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Said {
    /// What says so.
    pub origin: MoodOrigin,
    /// Where it puts the item.
    #[serde(flatten)]
    pub mood: Mood,
}

/// All that is known of one item.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ItemReport {
    /// What stands in the library.
    pub item: Item,
    /// What says where it stands in the mood plane, the strongest first; the first one counts.
    pub moods: Vec<Said>,
    /// Thayer's region, where the mood is certain enough to have one.
    pub mood_region: Option<MoodRegion>,
    /// Words of the vocabulary that fit the mood, the nearest first.
    pub mood_words: Vec<MoodTag>,
    /// What was measured of its recording, where it was with the code of today.
    pub described: Option<Descriptors>,
    /// Its files on this machine.
    pub files: Vec<ItemFile>,
}

/// What a correction did.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MoodCorrection {
    /// The item's number.
    pub item: ItemId,
    /// Its title.
    pub title: String,
    /// What counted before.
    pub before: Option<Said>,
    /// What counts now.
    pub now: Option<Said>,
}

/// What was measured; nothing for what another version of the code wrote.
fn descriptors(described: Option<&str>) -> Option<Descriptors> {
    serde_json::from_str(described?).ok()
}

impl Library {
    /// All that is known of the item of this number or title, for this listener.
    ///
    /// # Errors
    /// Where there is none or several, and where the store cannot be read.
    pub async fn item_report(&self, word: &str, listener: &str) -> Result<ItemReport, AppError> {
        let item = self.catalogue_of(listener).await?.find(word)?.clone();
        let evidence = self.mood_evidence(item.id, listener).await?;
        let files = self.store.files_of(item.id).await?;
        let on_server = self.store.heard_on_server(item.id).await?;
        let of_file = |file: &ItemFile| descriptors(file.described.as_deref());
        let said = |(origin, mood)| Said { origin, mood };
        Ok(ItemReport {
            moods: evidence.ranked(&item.tags).into_iter().map(said).collect(),
            mood_region: item.mood.and_then(MoodRegion::of),
            mood_words: item.mood.map(MoodTag::near).unwrap_or_default(),
            described: files.iter().find_map(of_file).or(descriptors(on_server.as_deref())),
            files,
            item,
        })
    }

    /// What is said of an item's mood, this listener's correction among it.
    async fn mood_evidence(&self, item: ItemId, listener: &str) -> Result<MoodEvidence, AppError> {
        let corrections = self.store.mood_corrections(listener).await?;
        let correction = corrections.iter().find(|(of, _)| *of == item).map(|(_, mood)| *mood);
        Ok(MoodEvidence { correction, ..self.store.mood_evidence(item).await? })
    }

    /// Takes the listener's word for the mood of the item of this number or title, for them alone;
    /// `None` takes an earlier word back.
    ///
    /// # Errors
    /// Where there is none or several, and where the store cannot be written.
    pub async fn correct_mood(
        &self,
        word: &str,
        listener: &str,
        correction: Option<Mood>,
    ) -> Result<MoodCorrection, AppError> {
        let item = self.catalogue().await?.find(word)?.clone();
        let mut evidence = self.mood_evidence(item.id, listener).await?;
        let counts = |(origin, mood)| Said { origin, mood };
        let before = evidence.strongest(&item.tags).map(counts);
        evidence.correction = correction;
        self.store.set_mood_correction(listener, item.id, correction).await?;
        let now = evidence.strongest(&item.tags).map(counts);
        Ok(MoodCorrection { item: item.id, title: item.title, before, now })
    }
}
