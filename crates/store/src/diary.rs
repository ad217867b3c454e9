use serde::{Deserialize, Serialize};

use crate::{Store, StoreError};

/// A mood at a time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DiaryRow {
    /// Its number.
    pub id: i64,
    /// Unix time in milliseconds.
    pub at_ms: i64,
    /// Unpleasant (-1) to pleasant (1).
    pub valence: f64,
    /// Calm (-1) to excited (1).
    pub arousal: f64,
    /// Standard deviation in units of the plane.
    pub uncertainty: f64,
    /// What told it: `camera`, `photo`, `hand` or `word`.
    pub told_by: String,
    /// The expression that was read or named.
    pub expression: Option<String>,
    /// What was wanted of the music.
    pub goal: Option<String>,
    /// The entry before the list that this one comes after.
    pub after: Option<i64>,
}

type Row = (i64, i64, f64, f64, f64, String, Option<String>, Option<String>, Option<i64>);

fn entry(row: Row) -> DiaryRow {
    let (id, at_ms, valence, arousal, uncertainty, told_by, expression, goal, after) = row;
    DiaryRow { id, at_ms, valence, arousal, uncertainty, told_by, expression, goal, after }
}

impl Store {
    /// Writes an entry down (its `id` is not looked at) and answers its number. An `after` that is
    /// not this listener's is left away.
    pub async fn add_diary_entry(
        &self,
        listener: &str,
        entry: &DiaryRow,
    ) -> Result<i64, StoreError> {
        let sql = "INSERT INTO diary (listener, at_ms, valence, arousal, uncertainty, told_by, \
                   expression, goal, after) VALUES (?, ?, ?, ?, ?, ?, ?, ?, \
                   (SELECT id FROM diary WHERE id = ? AND listener = ?))";
        let done = sqlx::query(sql)
            .bind(listener)
            .bind(entry.at_ms)
            .bind(entry.valence)
            .bind(entry.arousal)
            .bind(entry.uncertainty)
            .bind(&entry.told_by)
            .bind(&entry.expression)
            .bind(&entry.goal)
            .bind(entry.after)
            .bind(listener)
            .execute(&self.pool)
            .await?;
        Ok(done.last_insert_rowid())
    }

    /// A listener's entries from one time (inclusive) to another (exclusive), oldest first.
    pub async fn diary(
        &self,
        listener: &str,
        from_ms: i64,
        to_ms: i64,
    ) -> Result<Vec<DiaryRow>, StoreError> {
        let sql = "SELECT id, at_ms, valence, arousal, uncertainty, told_by, expression, goal, \
                   after FROM diary WHERE listener = ? AND at_ms >= ? AND at_ms < ? \
                   ORDER BY at_ms, id";
        let query = sqlx::query_as(sql).bind(listener).bind(from_ms).bind(to_ms);
        let rows: Vec<Row> = query.fetch_all(&self.pool).await?;
        Ok(rows.into_iter().map(entry).collect())
    }

    /// Deletes one entry; false where the listener has none of that number.
    pub async fn delete_diary_entry(&self, listener: &str, id: i64) -> Result<bool, StoreError> {
        let sql = "DELETE FROM diary WHERE listener = ? AND id = ?";
        let done = sqlx::query(sql).bind(listener).bind(id).execute(&self.pool).await?;
        Ok(done.rows_affected() > 0)
    }

    /// Deletes a listener's entries from one time (inclusive) to another (exclusive).
    pub async fn delete_diary(
        &self,
        listener: &str,
        from_ms: i64,
        to_ms: i64,
    ) -> Result<u64, StoreError> {
        let sql = "DELETE FROM diary WHERE listener = ? AND at_ms >= ? AND at_ms < ?";
        let query = sqlx::query(sql).bind(listener).bind(from_ms).bind(to_ms);
        Ok(query.execute(&self.pool).await?.rows_affected())
    }
}
