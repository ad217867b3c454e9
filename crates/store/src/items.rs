use attune_core::{Item, ItemId, NewItem};
use futures_util::TryStreamExt;
use sqlx::Row;

use crate::json::from_json;
use crate::{Store, StoreError};

impl Store {
    /// Every item, in the order of their numbers.
    pub async fn items(&self) -> Result<Vec<Item>, StoreError> {
        let mut rows = sqlx::query("SELECT id, body FROM items ORDER BY id").fetch(&self.pool);
        let mut items = Vec::new();
        while let Some(row) = rows.try_next().await? {
            let item: NewItem = from_json(row.try_get(1)?)?;
            items.push(item.numbered(ItemId(row.try_get(0)?)));
        }
        Ok(items)
    }

    /// How many items there are.
    pub async fn count(&self) -> Result<u64, StoreError> {
        let sql = "SELECT count(*) FROM items";
        let count: i64 = sqlx::query_scalar(sql).fetch_one(&self.pool).await?;
        Ok(count.unsigned_abs())
    }

    /// A number that grows with every change to the items.
    pub async fn revision(&self) -> Result<i64, StoreError> {
        Ok(sqlx::query_scalar("SELECT number FROM revision").fetch_one(&self.pool).await?)
    }

    /// How many items each import brought, the largest first.
    pub async fn origins(&self) -> Result<Vec<(String, u64)>, StoreError> {
        let sql = "SELECT origin, count(*) FROM items GROUP BY origin ORDER BY 2 DESC, 1";
        let rows: Vec<(String, i64)> = sqlx::query_as(sql).fetch_all(&self.pool).await?;
        Ok(rows.into_iter().map(|(origin, count)| (origin, count.unsigned_abs())).collect())
    }
}
