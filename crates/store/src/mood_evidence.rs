use attune_core::{ItemId, Mood, MoodEvidence, NewItem};

use crate::json::{from_json, to_json};
use crate::{Store, StoreError};

impl Store {
    /// What is said of an item's mood, but for listeners' corrections; nothing for an item that is not
    /// there.
    pub async fn mood_evidence(&self, item: ItemId) -> Result<MoodEvidence, StoreError> {
        let sql = "SELECT body FROM items WHERE id = ?";
        let body: Option<String> =
            sqlx::query_scalar(sql).bind(item.0).fetch_optional(&self.pool).await?;
        let item = body.map(|body| from_json::<NewItem>(&body)).transpose()?;
        Ok(item.map(|item| item.mood_evidence).unwrap_or_default())
    }

    /// Where a listener says that items stand, in the order of their numbers.
    pub async fn mood_corrections(
        &self,
        listener: &str,
    ) -> Result<Vec<(ItemId, Mood)>, StoreError> {
        let sql = "SELECT item, mood FROM mood_corrections WHERE listener = ? ORDER BY item";
        let rows: Vec<(i64, String)> =
            sqlx::query_as(sql).bind(listener).fetch_all(&self.pool).await?;
        rows.into_iter().map(|(item, mood)| Ok((ItemId(item), from_json(&mood)?))).collect()
    }

    /// Takes a listener's word for where an item stands; `None` takes an earlier word back. The item
    /// must be in the library.
    pub async fn set_mood_correction(
        &self,
        listener: &str,
        item: ItemId,
        mood: Option<Mood>,
    ) -> Result<(), StoreError> {
        let query = match mood {
            None => {
                let sql = "DELETE FROM mood_corrections WHERE listener = ? AND item = ?";
                sqlx::query(sql).bind(listener).bind(item.0)
            }
            Some(mood) => {
                let sql = "INSERT INTO mood_corrections (listener, item, mood) VALUES (?, ?, ?) \
                           ON CONFLICT DO UPDATE SET mood = excluded.mood";
                sqlx::query(sql).bind(listener).bind(item.0).bind(to_json(&mood)?)
            }
        };
        query.execute(&self.pool).await?;
        Ok(())
    }
}
