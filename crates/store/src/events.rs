use attune_core::{EventKind, ItemId};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::json::{from_json, to_json};
use crate::{Store, StoreError};

/// Something that happened, on its way into the store.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NewEvent {
    /// Unix time in milliseconds.
    pub at_ms: i64,
    /// The item it happened to; `None` where it happened to the mood.
    pub item: Option<ItemId>,
    /// What happened.
    pub kind: EventKind,
    /// What else is to be remembered of it, `null` for nothing.
    pub payload: Value,
}

/// Something that happened, as it is kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Grows by at least one with each event.
    pub id: i64,
    /// What happened.
    #[serde(flatten)]
    pub event: NewEvent,
}

impl Store {
    /// Appends an event and answers its number. The item must be in the library.
    pub async fn append_event(&self, event: &NewEvent) -> Result<i64, StoreError> {
        let sql = "INSERT INTO events (at_ms, item, kind, payload) VALUES (?, ?, ?, ?)";
        let done = sqlx::query(sql)
            .bind(event.at_ms)
            .bind(event.item.map(|id| id.0))
            .bind(event.kind.key())
            .bind(to_json(&event.payload)?)
            .execute(&self.pool)
            .await?;
        Ok(done.last_insert_rowid())
    }

    /// Up to `limit` events after the number `after` (0 for the first), oldest first.
    pub async fn events(&self, after: i64, limit: u32) -> Result<Vec<Event>, StoreError> {
        let sql =
            "SELECT id, at_ms, item, kind, payload FROM events WHERE id > ? ORDER BY id LIMIT ?";
        let rows: Vec<(i64, i64, Option<i64>, String, String)> =
            sqlx::query_as(sql).bind(after).bind(limit).fetch_all(&self.pool).await?;
        rows.into_iter()
            .map(|(id, at_ms, item, kind, payload)| {
                let kind = kind.parse().map_err(|e| StoreError::inconsistent(format!("{e}")))?;
                let (item, payload) = (item.map(ItemId), from_json(&payload)?);
                Ok(Event { id, event: NewEvent { at_ms, item, kind, payload } })
            })
            .collect()
    }
}
