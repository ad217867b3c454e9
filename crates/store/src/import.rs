use std::collections::HashMap;

use attune_core::NewItem;
use serde::{Deserialize, Serialize};
use sqlx::query_builder::QueryBuilder;
use sqlx::{Sqlite, SqliteConnection};

use crate::json::{from_json, to_json};
use crate::{Store, StoreError};

/// What an import did to the library.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ImportCount {
    /// Items that were not there before.
    pub added: u64,
    /// Items that now say something else.
    pub updated: u64,
    /// Items that were known already, word for word.
    pub unchanged: u64,
}

/// Items a statement.
const CHUNK: usize = 500;

impl Store {
    /// Adds items and updates those whose [identity](NewItem::identity) is known, all or none.
    /// `origin` names what brought the new ones.
    pub async fn import(&self, origin: &str, items: &[NewItem]) -> Result<ImportCount, StoreError> {
        let mut count = ImportCount::default();
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        import_within(&mut transaction, origin, items, &mut count).await?;
        transaction.commit().await?;
        Ok(count)
    }
}

/// The import itself, as a part of what else its transaction does.
pub(crate) async fn import_within(
    connection: &mut SqliteConnection,
    origin: &str,
    items: &[NewItem],
    count: &mut ImportCount,
) -> Result<(), StoreError> {
    for chunk in items.chunks(CHUNK) {
        let keyed: Vec<_> = chunk.iter().map(|item| (item.identity(), item)).collect();
        let known = known(connection, &keyed).await?;
        let changes = changes(known, keyed, count);
        write(connection, origin, &changes).await?;
    }
    if count.added + count.updated > 0 {
        sqlx::query(NEXT_REVISION).execute(connection).await?;
    }
    Ok(())
}

/// The items are others than before.
pub(crate) const NEXT_REVISION: &str = "UPDATE revision SET number = number + 1";

/// What the library says of these identities now.
async fn known(
    connection: &mut SqliteConnection,
    keyed: &[(String, &NewItem)],
) -> Result<HashMap<String, NewItem>, StoreError> {
    let mut query =
        QueryBuilder::<Sqlite>::new("SELECT identity, body FROM items WHERE identity IN (");
    let mut list = query.separated(", ");
    for (identity, _) in keyed {
        list.push_bind(identity.as_str());
    }
    query.push(")");
    let rows: Vec<(String, String)> = query.build_query_as().fetch_all(connection).await?;
    rows.into_iter().map(|(identity, body)| Ok((identity, from_json(&body)?))).collect()
}

/// Decides what has to be written: new items, and known ones that now say more or other things.
fn changes(
    mut known: HashMap<String, NewItem>,
    keyed: Vec<(String, &NewItem)>,
    count: &mut ImportCount,
) -> Vec<(String, NewItem)> {
    let mut changes = Vec::new();
    for (identity, item) in keyed {
        let old = known.get(&identity);
        let item = old.iter().fold(item.clone(), |item, old| item.completed_by((*old).clone()));
        match old {
            None => count.added += 1,
            Some(old) if item == *old => {
                count.unchanged += 1;
                continue;
            }
            Some(_) => count.updated += 1,
        }
        known.insert(identity.clone(), item.clone());
        changes.push((identity, item));
    }
    changes
}

async fn write(
    connection: &mut SqliteConnection,
    origin: &str,
    changes: &[(String, NewItem)],
) -> Result<(), StoreError> {
    if changes.is_empty() {
        return Ok(());
    }
    let bodies = changes.iter().map(|(_, item)| to_json(item)).collect::<Result<Vec<_>, _>>()?;
    let mut query = QueryBuilder::<Sqlite>::new("INSERT INTO items (identity, body, origin) ");
    query.push_values(changes.iter().zip(&bodies), |mut row, ((identity, _), body)| {
        row.push_bind(identity.as_str()).push_bind(body.as_str()).push_bind(origin);
    });
    query.push(" ON CONFLICT (identity) DO UPDATE SET body = excluded.body");
    query.build().execute(connection).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use attune_core::Kind;

    use super::*;
    use crate::StoreErrorKind;

    #[tokio::test]
    async fn a_full_disk_leaves_the_library_as_it_was() {
        let store = Store::in_memory().await.unwrap();
        let songs = |from: u32, count: u32| -> Vec<NewItem> {
            let song = |n| NewItem::new(Kind::Music, &format!("song {n}"), Vec::new()).unwrap();
            (from..from + count).map(song).collect()
        };
        store.import("first", &songs(0, 100)).await.unwrap();
        let pages: i64 =
            sqlx::query_scalar("PRAGMA page_count").fetch_one(&store.pool).await.unwrap();
        let limit = |pages: i64| format!("PRAGMA max_page_count = {pages}");
        let set = |sql: String| sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&store.pool);
        set(limit(pages + 2)).await.unwrap();
        let error = store.import("second", &songs(100, 5_000)).await.unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::DiskFull, "{error}");
        assert!(error.hint().contains("room"));
        assert_eq!(store.count().await.unwrap(), 100, "all or none");
        set(limit(1_000_000)).await.unwrap();
        assert_eq!(store.import("third", &songs(100, 5_000)).await.unwrap().added, 5_000);
    }
}
