use attune_core::ItemId;

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

    /// Those of one root, in the order of their paths.
    async fn playlists_of(&self, root: &str) -> Result<Vec<KeptPlaylist>, StoreError> {
        let sql = "SELECT path, name, entries FROM playlists WHERE root = ? ORDER BY path";
        let rows: Vec<Row> = sqlx::query_as(sql).bind(root).fetch_all(&self.pool).await?;
        rows.into_iter().map(kept).collect()
    }

    /// Replaces the playlists of a root, given in the order of their paths, all or none. Nothing is
    /// written where they are as they were.
    pub async fn set_playlists(
        &self,
        root: &str,
        playlists: &[KeptPlaylist],
    ) -> Result<(), StoreError> {
        if self.playlists_of(root).await? == playlists {
            return Ok(());
        }
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        let query = sqlx::query("DELETE FROM playlists WHERE root = ?").bind(root);
        query.execute(&mut *transaction).await?;
        for KeptPlaylist { path, name, entries } in playlists {
            // One folder may be followed within another.
            let sql = "INSERT OR REPLACE INTO playlists (path, root, name, entries) \
                       VALUES (?, ?, ?, ?)";
            let query = sqlx::query(sql).bind(path).bind(root).bind(name);
            query.bind(to_json(entries)?).execute(&mut *transaction).await?;
        }
        Ok(transaction.commit().await?)
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
