use attune_core::ItemId;
use futures_util::TryStreamExt;

use crate::json::{from_json, to_json};
use crate::{Store, StoreError};

/// A playlist file, as it was at the last scan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptPlaylist {
    /// Absolute.
    pub path: String,
    /// The file's name without its extension.
    pub name: String,
    /// What it names in its order: absolute paths and links.
    pub entries: Vec<String>,
}

type Row = (String, String, String);

fn kept((path, name, entries): Row) -> Result<KeptPlaylist, StoreError> {
    Ok(KeptPlaylist { path, name, entries: from_json(&entries)? })
}

impl Store {
    /// Every playlist under any root, in the order of their names.
    pub async fn playlists(&self) -> Result<Vec<KeptPlaylist>, StoreError> {
        let sql = "SELECT path, name, entries FROM playlists ORDER BY name, path";
        let rows: Vec<Row> = sqlx::query_as(sql).fetch_all(&self.pool).await?;
        rows.into_iter().map(kept).collect()
    }

    /// Takes in playlists of a root, all or none. Nothing is written where they are as they were.
    pub async fn keep_playlists(
        &self,
        root: &str,
        playlists: &[KeptPlaylist],
    ) -> Result<(), StoreError> {
        let mut changed = Vec::new();
        for KeptPlaylist { path, name, entries } in playlists {
            let entries = to_json(entries)?;
            let sql = "SELECT count(*) FROM playlists WHERE path = ? AND root = ? AND name = ? \
                       AND entries = ?";
            let query = sqlx::query_scalar::<_, i64>(sql).bind(path).bind(root).bind(name);
            if query.bind(&entries).fetch_one(&self.pool).await? == 0 {
                changed.push((path, name, entries));
            }
        }
        if changed.is_empty() {
            return Ok(());
        }
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        for (path, name, entries) in changed {
            // One folder may be followed within another.
            let sql = "INSERT OR REPLACE INTO playlists (path, root, name, entries) \
                       VALUES (?, ?, ?, ?)";
            let query = sqlx::query(sql).bind(path).bind(root).bind(name).bind(entries);
            query.execute(&mut *transaction).await?;
        }
        Ok(transaction.commit().await?)
    }

    /// Forgets the playlists of a root that are not among `there`, which are in the order of their
    /// bytes.
    pub async fn forget_other_playlists(
        &self,
        root: &str,
        there: &[String],
    ) -> Result<(), StoreError> {
        let sql = "SELECT path FROM playlists WHERE root = ?";
        let mut rows = sqlx::query_scalar::<_, String>(sql).bind(root).fetch(&self.pool);
        let mut gone = Vec::new();
        while let Some(path) = rows.try_next().await? {
            if there.binary_search(&path).is_err() {
                gone.push(path);
            }
        }
        drop(rows);
        if gone.is_empty() {
            return Ok(());
        }
        let sql = "DELETE FROM playlists WHERE path IN (SELECT value FROM json_each(?))";
        sqlx::query(sql).bind(to_json(&gone)?).execute(&self.pool).await?;
        Ok(())
    }

    /// The item of each of these files, `None` for what is no item's.
    pub async fn items_of_files(
        &self,
        paths: &[String],
    ) -> Result<Vec<Option<ItemId>>, StoreError> {
        let sql = "SELECT files.item FROM json_each(?) AS asked \
                   LEFT JOIN files ON files.path = asked.value ORDER BY asked.key";
        let query = sqlx::query_scalar(sql).bind(to_json(&paths)?);
        let items: Vec<Option<i64>> = query.fetch_all(&self.pool).await?;
        Ok(items.into_iter().map(|item| item.map(ItemId)).collect())
    }
}
