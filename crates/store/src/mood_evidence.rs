use attune_core::{ItemId, MoodEvidence, NewItem};

use crate::json::{from_json, to_json};
use crate::{Store, StoreError};

impl Store {
    /// What is said of an item's mood; nothing for an item that is not there.
    pub async fn mood_evidence(&self, item: ItemId) -> Result<MoodEvidence, StoreError> {
        let sql = "SELECT body FROM items WHERE id = ?";
        let body: Option<String> =
            sqlx::query_scalar(sql).bind(item.0).fetch_optional(&self.pool).await?;
        let item = body.map(|body| from_json::<NewItem>(&body)).transpose()?;
        Ok(item.map(|item| item.mood_evidence).unwrap_or_default())
    }

    /// Replaces what is said of an item's mood.
    pub async fn set_mood_evidence(
        &self,
        item: ItemId,
        evidence: MoodEvidence,
    ) -> Result<(), StoreError> {
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        let sql = "UPDATE items SET body = json_set(body, '$.mood_evidence', json(?)) WHERE id = ?";
        let query = sqlx::query(sql).bind(to_json(&evidence)?).bind(item.0);
        query.execute(&mut *transaction).await?;
        let sql = "UPDATE revision SET number = number + 1";
        sqlx::query(sql).execute(&mut *transaction).await?;
        Ok(transaction.commit().await?)
    }
}
