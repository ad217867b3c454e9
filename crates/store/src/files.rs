use attune_core::{ItemId, NewItem, Source};
use serde::{Deserialize, Serialize};
use sqlx::{Row, SqliteConnection};

use crate::import::import_within;
use crate::json::{from_json, to_json};
use crate::{ImportCount, Store, StoreError};

/// What tells whether a file has changed, and what it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileState {
    /// Absolute.
    pub path: String,
    /// In bytes.
    pub size: i64,
    /// When it was last written, in nanoseconds of Unix time.
    pub modified_ns: i64,
    /// SHA-256 of its content, in hexadecimal.
    pub hash: String,
}

/// Where the picture of a file is.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CoverPlace {
    /// In the file itself.
    Embedded,
    /// A picture of this absolute path, beside it.
    File(String),
}

/// A file that was met before.
#[derive(Clone, Debug, PartialEq)]
pub struct KnownFile {
    /// As it was then.
    pub state: FileState,
    /// The item it became, where it was not refused.
    pub item: Option<ItemId>,
    /// Which code measured it.
    pub version: Option<u32>,
    /// Why it was refused.
    pub refused: Option<String>,
    /// It was not there any more at the last scan.
    pub missing: bool,
    /// The mood tag that Attune itself wrote into it.
    pub mood_written: Vec<String>,
    /// Where its picture is, where it has one.
    pub cover: Option<CoverPlace>,
}

/// A file of an item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ItemFile {
    /// Absolute.
    pub path: String,
    /// Fields of the item that the path or the words suggested.
    pub guessed: Vec<String>,
    /// It was not there any more at the last scan.
    pub missing: bool,
    /// Where its picture is, where it has one.
    pub cover: Option<CoverPlace>,
    /// What was measured, as JSON.
    #[serde(skip)]
    pub described: Option<String>,
}

/// What a scan found a file to be.
#[derive(Clone, Debug, PartialEq)]
pub struct ScannedFile {
    /// As it was read.
    pub state: FileState,
    /// What became of it.
    pub outcome: FileOutcome,
    /// Where its picture is. One that is embedded stays known while the content is.
    pub cover: Option<CoverPlace>,
}

/// What became of a file.
#[derive(Clone, Debug, PartialEq)]
pub enum FileOutcome {
    /// A recording, measured.
    Described {
        /// What is known of it.
        item: Box<NewItem>,
        /// What was measured, as JSON; nothing for a video without sound.
        described: Option<String>,
        /// By which code.
        version: u32,
        /// Fields that the path suggested.
        guessed: Vec<String>,
    },
    /// What another file is or was: the same bytes, under a new name.
    SameAs(String),
    /// What it was, only touched.
    Touched,
    /// It could not be used.
    Refused(String),
}

impl Store {
    /// The folders that are followed, in the order of their names.
    pub async fn roots(&self) -> Result<Vec<String>, StoreError> {
        Ok(sqlx::query_scalar("SELECT path FROM roots ORDER BY path").fetch_all(&self.pool).await?)
    }

    /// Follows a folder; nothing happens where it is followed already.
    pub async fn add_root(&self, path: &str) -> Result<(), StoreError> {
        let sql = "INSERT INTO roots (path) VALUES (?) ON CONFLICT DO NOTHING";
        sqlx::query(sql).bind(path).execute(&self.pool).await?;
        Ok(())
    }

    /// Every file that was met under any root.
    pub async fn known_files(&self) -> Result<Vec<KnownFile>, StoreError> {
        let sql = "SELECT path, size, modified_ns, hash, item, version, refused, missing, mood_written, \
             cover FROM files";
        let rows = sqlx::query(sql).fetch_all(&self.pool).await?;
        let known = |row: &sqlx::sqlite::SqliteRow| -> Result<KnownFile, StoreError> {
            let state = FileState {
                path: row.try_get(0)?,
                size: row.try_get(1)?,
                modified_ns: row.try_get(2)?,
                hash: row.try_get(3)?,
            };
            let item = row.try_get::<Option<i64>, _>(4)?.map(ItemId);
            let (version, refused) = (row.try_get(5)?, row.try_get(6)?);
            let missing = row.try_get::<i64, _>(7)? != 0;
            let written: Option<String> = row.try_get(8)?;
            let mood_written = written.as_deref().map(from_json).transpose()?.unwrap_or_default();
            let cover: Option<String> = row.try_get(9)?;
            let cover = cover.as_deref().map(from_json).transpose()?;
            Ok(KnownFile { state, item, version, refused, missing, mood_written, cover })
        };
        rows.iter().map(known).collect()
    }

    /// Takes in what a scan found, all or none.
    pub async fn record_files(
        &self,
        root: &str,
        files: &[ScannedFile],
    ) -> Result<ImportCount, StoreError> {
        let mut count = ImportCount::default();
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        let items: Vec<NewItem> = files.iter().filter_map(ScannedFile::item).cloned().collect();
        import_within(&mut transaction, root, &items, &mut count).await?;
        for file in files {
            record(&mut transaction, root, file).await?;
        }
        transaction.commit().await?;
        Ok(count)
    }

    /// Remembers a mood tag that Attune wrote into a file, and the file as it is since.
    pub async fn record_mood_written(
        &self,
        state: &FileState,
        words: &[String],
    ) -> Result<(), StoreError> {
        let sql = "UPDATE files SET size = ?, modified_ns = ?, hash = ?, mood_written = ? \
                   WHERE path = ?";
        let query = sqlx::query(sql).bind(state.size).bind(state.modified_ns).bind(&state.hash);
        query.bind(to_json(&words)?).bind(&state.path).execute(&self.pool).await?;
        Ok(())
    }

    /// Marks files that are not where they were; their items and history stay.
    pub async fn mark_missing(&self, paths: &[String]) -> Result<(), StoreError> {
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        for path in paths {
            let query = sqlx::query("UPDATE files SET missing = 1 WHERE path = ?").bind(path);
            query.execute(&mut *transaction).await?;
        }
        Ok(transaction.commit().await?)
    }

    /// Remembers where the pictures of these files are now, all or none.
    pub async fn set_covers(
        &self,
        covers: &[(String, Option<CoverPlace>)],
    ) -> Result<(), StoreError> {
        if covers.is_empty() {
            return Ok(());
        }
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        for (path, cover) in covers {
            let query = sqlx::query("UPDATE files SET cover = ? WHERE path = ?");
            let cover = cover.as_ref().map(to_json).transpose()?;
            query.bind(cover).bind(path).execute(&mut *transaction).await?;
        }
        Ok(transaction.commit().await?)
    }

    /// An item's files, in the order of their names.
    pub async fn files_of(&self, item: ItemId) -> Result<Vec<ItemFile>, StoreError> {
        type Row = (String, String, i64, Option<String>, Option<String>);
        let sql = "SELECT path, guessed, missing, cover, described FROM files WHERE item = ? \
                   ORDER BY path";
        let rows: Vec<Row> = sqlx::query_as(sql).bind(item.0).fetch_all(&self.pool).await?;
        let file = |(path, guessed, missing, cover, described): Row| {
            let cover = cover.as_deref().map(from_json).transpose()?;
            let (guessed, missing) = (from_json(&guessed)?, missing != 0);
            Ok(ItemFile { path, guessed, missing, cover, described })
        };
        rows.into_iter().map(file).collect()
    }
}

impl ScannedFile {
    fn item(&self) -> Option<&NewItem> {
        match &self.outcome {
            FileOutcome::Described { item, .. } => Some(item),
            _ => None,
        }
    }
}

async fn record(
    connection: &mut SqliteConnection,
    root: &str,
    file: &ScannedFile,
) -> Result<(), StoreError> {
    let state = &file.state;
    let cover = file.cover.as_ref().map(to_json).transpose()?;
    let cover = cover.as_deref();
    match &file.outcome {
        FileOutcome::Touched => {
            let sql = "UPDATE files SET size = ?, modified_ns = ?, missing = 0, \
                       cover = iif(cover = '\"embedded\"', cover, ?) WHERE path = ?";
            let query = sqlx::query(sql).bind(state.size).bind(state.modified_ns).bind(cover);
            query.bind(&state.path).execute(connection).await?;
            Ok(())
        }
        FileOutcome::SameAs(other) => same_as(connection, root, state, other, cover).await,
        FileOutcome::Refused(why) => {
            let row = FileRow { item: None, described: None, version: None, guessed: "[]", cover };
            put(connection, root, state, row, Some(why)).await
        }
        FileOutcome::Described { item, described, version, guessed } => {
            let query = sqlx::query_scalar("SELECT id FROM items WHERE identity = ?");
            let id: i64 = query.bind(item.identity()).fetch_one(&mut *connection).await?;
            let guessed = to_json(guessed)?;
            let described = described.as_deref();
            let (item, version, guessed) = (Some(id), Some(*version), guessed.as_str());
            let row = FileRow { item, described, version, guessed, cover };
            put(connection, root, state, row, None).await
        }
    }
}

struct FileRow<'a> {
    item: Option<i64>,
    described: Option<&'a str>,
    version: Option<u32>,
    guessed: &'a str,
    cover: Option<&'a str>,
}

async fn put(
    connection: &mut SqliteConnection,
    root: &str,
    state: &FileState,
    row: FileRow<'_>,
    refused: Option<&str>,
) -> Result<(), StoreError> {
    let sql = "INSERT OR REPLACE INTO files (path, root, size, modified_ns, hash, item, described, \
               version, guessed, refused, cover, mood_written) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, \
               ?, (SELECT mood_written FROM files WHERE path = ?))";
    sqlx::query(sql)
        .bind(&state.path)
        .bind(root)
        .bind(state.size)
        .bind(state.modified_ns)
        .bind(&state.hash)
        .bind(row.item)
        .bind(row.described)
        .bind(row.version)
        .bind(row.guessed)
        .bind(refused)
        .bind(row.cover)
        .bind(&state.path)
        .execute(connection)
        .await?;
    Ok(())
}

/// Gives a new name the item of the old one. Where the old one is gone, the item plays from the
/// new place: its history goes with it.
async fn same_as(
    connection: &mut SqliteConnection,
    root: &str,
    state: &FileState,
    other: &str,
    cover: Option<&str>,
) -> Result<(), StoreError> {
    let sql = "INSERT OR REPLACE INTO files (path, root, size, modified_ns, hash, item, described, \
               version, guessed, refused, mood_written, cover) SELECT ?, ?, ?, ?, hash, item, \
               described, version, guessed, refused, mood_written, \
               iif(cover = '\"embedded\"', cover, ?) FROM files WHERE path = ? AND hash = ?";
    let query = sqlx::query(sql).bind(&state.path).bind(root).bind(state.size);
    let query = query.bind(state.modified_ns).bind(cover).bind(other).bind(&state.hash);
    let known = query.execute(&mut *connection).await?.rows_affected() > 0;
    // Where the other name has got new content meanwhile, the next scan meets this one as new.
    if !known || std::path::Path::new(other).exists() {
        return Ok(());
    }
    let query = sqlx::query("DELETE FROM files WHERE path = ?").bind(other);
    query.execute(&mut *connection).await?;
    let sql = "SELECT items.id, items.body FROM items \
               JOIN files ON files.item = items.id WHERE files.path = ?";
    let query = sqlx::query_as::<_, (i64, String)>(sql).bind(&state.path);
    let Some((id, body)) = query.fetch_optional(&mut *connection).await? else { return Ok(()) };
    let mut item: NewItem = from_json(&body)?;
    item.source = Some(Source::File(state.path.clone()));
    let query = sqlx::query("UPDATE items SET body = ? WHERE id = ?").bind(to_json(&item)?);
    query.bind(id).execute(&mut *connection).await?;
    sqlx::query("UPDATE revision SET number = number + 1").execute(connection).await?;
    Ok(())
}
