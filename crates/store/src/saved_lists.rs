use attune_core::ItemId;

use crate::{Store, StoreError};

/// A saved list, without what is on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedListRow {
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

impl From<Row> for SavedListRow {
    fn from((id, name, created_ms, items): Row) -> Self {
        Self { id, name, created_ms, items }
    }
}

macro_rules! listed {
    ($which:literal) => {
        concat!(
            "SELECT id, name, created_ms, (SELECT count(*) FROM saved_list_items \
             WHERE list = saved_lists.id) FROM saved_lists ",
            $which
        )
    };
}

impl Store {
    /// Makes an empty list.
    pub async fn add_saved_list(
        &self,
        listener: &str,
        name: &str,
        now_ms: i64,
    ) -> Result<i64, StoreError> {
        let sql = "INSERT INTO saved_lists (listener, name, created_ms) VALUES (?, ?, ?)";
        let query = sqlx::query(sql).bind(listener).bind(name).bind(now_ms);
        Ok(query.execute(&self.pool).await?.last_insert_rowid())
    }

    /// A listener's lists, the newest first.
    pub async fn saved_lists(&self, listener: &str) -> Result<Vec<SavedListRow>, StoreError> {
        let query = sqlx::query_as(listed!("WHERE listener = ? ORDER BY id DESC")).bind(listener);
        let rows: Vec<Row> = query.fetch_all(&self.pool).await?;
        Ok(rows.into_iter().map(SavedListRow::from).collect())
    }

    /// One list of a listener.
    pub async fn saved_list(
        &self,
        listener: &str,
        id: i64,
    ) -> Result<Option<SavedListRow>, StoreError> {
        let query =
            sqlx::query_as(listed!("WHERE listener = ? AND id = ?")).bind(listener).bind(id);
        let row: Option<Row> = query.fetch_optional(&self.pool).await?;
        Ok(row.map(SavedListRow::from))
    }

    /// What is on a list, in its order.
    pub async fn saved_list_items(&self, id: i64) -> Result<Vec<ItemId>, StoreError> {
        let sql = "SELECT item FROM saved_list_items WHERE list = ? ORDER BY place";
        let items: Vec<i64> = sqlx::query_scalar(sql).bind(id).fetch_all(&self.pool).await?;
        Ok(items.into_iter().map(ItemId).collect())
    }

    /// Puts items at the end of a list, all or none.
    pub async fn extend_saved_list(&self, id: i64, items: &[ItemId]) -> Result<(), StoreError> {
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        for item in items {
            let sql = "INSERT INTO saved_list_items (list, place, item) VALUES (?, \
                 (SELECT coalesce(max(place), 0) + 1 FROM saved_list_items WHERE list = ?), ?)";
            let query = sqlx::query(sql).bind(id).bind(id).bind(item.0);
            query.execute(&mut *transaction).await?;
        }
        Ok(transaction.commit().await?)
    }

    /// Deletes a list of a listener; false where there is none of that number.
    pub async fn delete_saved_list(&self, listener: &str, id: i64) -> Result<bool, StoreError> {
        let sql = "DELETE FROM saved_lists WHERE listener = ? AND id = ?";
        let done = sqlx::query(sql).bind(listener).bind(id).execute(&self.pool).await?;
        Ok(done.rows_affected() > 0)
    }
}
