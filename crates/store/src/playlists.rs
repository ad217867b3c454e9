use attune_core::ItemId;

use crate::{Store, StoreError};

/// A saved list, without what is on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlaylistRow {
    /// Its number.
    pub id: i64,
    /// As the listener called it.
    pub name: String,
    /// Unix time in milliseconds.
    pub created_ms: i64,
    /// How many items are on it.
    pub items: i64,
}

type Row = (i64, String, i64, i64);

impl From<Row> for PlaylistRow {
    fn from((id, name, created_ms, items): Row) -> Self {
        Self { id, name, created_ms, items }
    }
}

macro_rules! listed {
    ($which:literal) => {
        concat!(
            "SELECT id, name, created_ms, (SELECT count(*) FROM playlist_items \
             WHERE playlist = playlists.id) FROM playlists ",
            $which
        )
    };
}

impl Store {
    /// Makes an empty list.
    pub async fn add_playlist(
        &self,
        listener: &str,
        name: &str,
        now_ms: i64,
    ) -> Result<i64, StoreError> {
        let sql = "INSERT INTO playlists (listener, name, created_ms) VALUES (?, ?, ?)";
        let query = sqlx::query(sql).bind(listener).bind(name).bind(now_ms);
        Ok(query.execute(&self.pool).await?.last_insert_rowid())
    }

    /// A listener's lists, the newest first.
    pub async fn playlists(&self, listener: &str) -> Result<Vec<PlaylistRow>, StoreError> {
        let query = sqlx::query_as(listed!("WHERE listener = ? ORDER BY id DESC")).bind(listener);
        let rows: Vec<Row> = query.fetch_all(&self.pool).await?;
        Ok(rows.into_iter().map(PlaylistRow::from).collect())
    }

    /// One list of a listener.
    pub async fn playlist(
        &self,
        listener: &str,
        id: i64,
    ) -> Result<Option<PlaylistRow>, StoreError> {
        let query =
            sqlx::query_as(listed!("WHERE listener = ? AND id = ?")).bind(listener).bind(id);
        let row: Option<Row> = query.fetch_optional(&self.pool).await?;
        Ok(row.map(PlaylistRow::from))
    }

    /// What is on a list, in its order.
    pub async fn playlist_items(&self, id: i64) -> Result<Vec<ItemId>, StoreError> {
        let sql = "SELECT item FROM playlist_items WHERE playlist = ? ORDER BY place";
        let items: Vec<i64> = sqlx::query_scalar(sql).bind(id).fetch_all(&self.pool).await?;
        Ok(items.into_iter().map(ItemId).collect())
    }

    /// Puts items at the end of a list, all or none.
    pub async fn extend_playlist(&self, id: i64, items: &[ItemId]) -> Result<(), StoreError> {
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        for item in items {
            let sql = "INSERT INTO playlist_items (playlist, place, item) VALUES (?, \
                 (SELECT coalesce(max(place), 0) + 1 FROM playlist_items WHERE playlist = ?), ?)";
            let query = sqlx::query(sql).bind(id).bind(id).bind(item.0);
            query.execute(&mut *transaction).await?;
        }
        Ok(transaction.commit().await?)
    }

    /// Deletes a list of a listener; false where there is none of that number.
    pub async fn delete_playlist(&self, listener: &str, id: i64) -> Result<bool, StoreError> {
        let sql = "DELETE FROM playlists WHERE listener = ? AND id = ?";
        let done = sqlx::query(sql).bind(listener).bind(id).execute(&self.pool).await?;
        Ok(done.rows_affected() > 0)
    }
}
