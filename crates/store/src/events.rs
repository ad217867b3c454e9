use attune_core::{EventKind, ItemId};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::json::{from_json, to_json};
use crate::{Store, StoreError};

/// Something that happened, on its way into the store.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NewEvent {
    /// Whose it is.
    pub listener: String,
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
        let done = insert(event)?.execute(&self.pool).await?;
        Ok(done.last_insert_rowid())
    }

    /// Appends events in their order, all or none.
    pub async fn append_events(&self, events: &[NewEvent]) -> Result<(), StoreError> {
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        for event in events {
            insert(event)?.execute(&mut *transaction).await?;
        }
        Ok(transaction.commit().await?)
    }

    /// Up to `limit` events after the number `after` (0 for the first), oldest first.
    pub async fn events(&self, after: i64, limit: u32) -> Result<Vec<Event>, StoreError> {
        let sql = "SELECT id, listener, at_ms, item, kind, payload FROM events \
                   WHERE id > ? ORDER BY id LIMIT ?";
        let rows = sqlx::query_as(sql).bind(after).bind(limit).fetch_all(&self.pool).await?;
        rows.into_iter().map(event).collect()
    }

    /// The latest `limit` events of a listener, oldest first.
    pub async fn latest_events(
        &self,
        listener: &str,
        limit: u32,
    ) -> Result<Vec<Event>, StoreError> {
        let sql = "SELECT id, listener, at_ms, item, kind, payload FROM events \
                   WHERE listener = ? ORDER BY id DESC LIMIT ?";
        let rows: Vec<Row> =
            sqlx::query_as(sql).bind(listener).bind(limit).fetch_all(&self.pool).await?;
        rows.into_iter().rev().map(event).collect()
    }

    /// What a listener said of items before the event of this number, oldest first: of each item its
    /// latest `liked`, its latest `disliked` and its latest `banned`.
    pub async fn verdicts_before(
        &self,
        listener: &str,
        before: i64,
    ) -> Result<Vec<Event>, StoreError> {
        let sql = "SELECT id, listener, at_ms, item, kind, payload FROM events WHERE id IN (
                SELECT max(id) FROM events
                WHERE listener = ? AND kind IN ('liked', 'disliked', 'banned') AND id < ?
                GROUP BY kind, item
            ) ORDER BY id";
        let rows: Vec<Row> =
            sqlx::query_as(sql).bind(listener).bind(before).fetch_all(&self.pool).await?;
        rows.into_iter().map(event).collect()
    }

    /// How often a listener ever played each item. What was left before its middle is no play; an item
    /// of unknown length is taken to last `usual_ms`. An end belongs to the item's beginning just before it,
    /// if there is one, and is a play of its own if not.
    pub async fn plays_counted(
        &self,
        listener: &str,
        usual_ms: u32,
    ) -> Result<Vec<(ItemId, u32)>, StoreError> {
        let sql = "SELECT item, sum(CASE WHEN early THEN -begun ELSE NOT begun END) FROM (
                SELECT item, early, coalesce(
                    ended AND NOT lag(ended) OVER (PARTITION BY item ORDER BY id), FALSE
                ) AS begun FROM (
                    SELECT id, item, FALSE AS ended, FALSE AS early FROM events
                        WHERE listener = ?1 AND kind = 'played'
                    UNION ALL SELECT id, item, TRUE, FALSE FROM events
                        WHERE listener = ?1 AND kind = 'finished'
                    UNION ALL SELECT e.id, e.item, TRUE,
                        2 * coalesce(e.payload ->> 'position_ms', 0)
                            < coalesce(nullif(i.body ->> 'duration_ms', 0), ?2)
                        FROM events e JOIN items i ON i.id = e.item
                        WHERE e.listener = ?1 AND e.kind = 'skipped'
                )
            ) WHERE item IS NOT NULL GROUP BY item";
        let query = sqlx::query_as(sql).bind(listener).bind(usual_ms);
        let rows: Vec<(i64, i64)> = query.fetch_all(&self.pool).await?;
        let count = |(item, plays)| (ItemId(item), u32::try_from(plays).unwrap_or(0));
        Ok(rows.into_iter().map(count).collect())
    }

    /// The latest `limit` events of one kind of a listener, oldest first.
    pub async fn latest_events_of_kind(
        &self,
        listener: &str,
        kind: EventKind,
        limit: u32,
    ) -> Result<Vec<Event>, StoreError> {
        let sql = "SELECT id, listener, at_ms, item, kind, payload FROM events \
                   WHERE listener = ? AND kind = ? ORDER BY id DESC LIMIT ?";
        let query = sqlx::query_as(sql).bind(listener).bind(kind.key()).bind(limit);
        let rows: Vec<Row> = query.fetch_all(&self.pool).await?;
        rows.into_iter().rev().map(event).collect()
    }

    /// The latest `limit` events of all listeners but this one, oldest first.
    pub async fn latest_events_of_others(
        &self,
        listener: &str,
        limit: u32,
    ) -> Result<Vec<Event>, StoreError> {
        let sql = "SELECT id, listener, at_ms, item, kind, payload FROM events \
                   WHERE listener <> ? ORDER BY id DESC LIMIT ?";
        let rows: Vec<Row> =
            sqlx::query_as(sql).bind(listener).bind(limit).fetch_all(&self.pool).await?;
        rows.into_iter().rev().map(event).collect()
    }

    /// Forgets a listener's events of one kind; answers how many there were.
    pub async fn forget_events(&self, listener: &str, kind: EventKind) -> Result<u64, StoreError> {
        let sql = "DELETE FROM events WHERE listener = ? AND kind = ?";
        let done = sqlx::query(sql).bind(listener).bind(kind.key()).execute(&self.pool).await?;
        Ok(done.rows_affected())
    }
}

type Row = (i64, String, i64, Option<i64>, String, String);

fn event((id, listener, at_ms, item, kind, payload): Row) -> Result<Event, StoreError> {
    let kind = kind.parse().map_err(|e| StoreError::inconsistent(format!("{e}")))?;
    let (item, payload) = (item.map(ItemId), from_json(&payload)?);
    Ok(Event { id, event: NewEvent { listener, at_ms, item, kind, payload } })
}

type Insert<'a> = sqlx::query::Query<'a, sqlx::Sqlite, sqlx::sqlite::SqliteArguments>;

fn insert(event: &NewEvent) -> Result<Insert<'_>, StoreError> {
    let sql = "INSERT INTO events (listener, at_ms, item, kind, payload) VALUES (?, ?, ?, ?, ?)";
    Ok(sqlx::query(sql)
        .bind(event.listener.as_str())
        .bind(event.at_ms)
        .bind(event.item.map(|id| id.0))
        .bind(event.kind.key())
        .bind(to_json(&event.payload)?))
}
