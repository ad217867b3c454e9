use std::path::MAIN_SEPARATOR;

use attune_core::{ItemId, NewItem, Source};
use serde::{Deserialize, Serialize};
use sqlx::sqlite::SqliteRow;
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

/// What the tags of a file say that is no field of its item; each may be missing.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct FileTags {
    /// Beats a minute.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bpm: Option<f32>,
    /// ReplayGain of the track, in decibels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replay_gain_db: Option<f32>,
    /// MusicBrainz' number of the recording.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub musicbrainz_recording: Option<String>,
    /// MusicBrainz' number of the release it is on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub musicbrainz_release: Option<String>,
    /// MusicBrainz' number of the artist.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub musicbrainz_artist: Option<String>,
}

/// A file of an item.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ItemFile {
    /// Absolute.
    pub path: String,
    /// Fields of the item that the path or the words suggested.
    pub guessed: Vec<String>,
    /// It was not there any more at the last scan.
    pub missing: bool,
    /// Where its picture is, where it has one.
    pub cover: Option<CoverPlace>,
    /// What its tags say beside what became the item's.
    pub tags: FileTags,
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
        /// What its tags say beside the item's fields.
        tags: FileTags,
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

    /// Files that were met anywhere below a folder, at most `most` of those that come after the path
    /// `after`, in the order of their paths' bytes.
    pub async fn known_files(
        &self,
        folder: &str,
        after: Option<&str>,
        most: u32,
    ) -> Result<Vec<KnownFile>, StoreError> {
        let sql = "SELECT path, size, modified_ns, hash, version, refused, missing, mood_written, cover \
                   FROM files WHERE path > ? AND path < ? ORDER BY path LIMIT ?";
        let (begin, end) = below(folder);
        let query = sqlx::query(sql).bind(after.unwrap_or(&begin)).bind(end).bind(most);
        query.fetch_all(&self.pool).await?.iter().map(known_file).collect()
    }

    /// Some recordings with this content, measured by this version of the code, at most `most`.
    pub async fn files_with_content(
        &self,
        hash: &str,
        version: u32,
        most: u32,
    ) -> Result<Vec<String>, StoreError> {
        let sql =
            "SELECT path FROM files WHERE hash = ? AND item IS NOT NULL AND version = ? LIMIT ?";
        let query = sqlx::query_scalar(sql).bind(hash).bind(version).bind(most);
        Ok(query.fetch_all(&self.pool).await?)
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

    /// The mood tags that Attune wrote into an item's files that are where they were, by path.
    pub async fn moods_written(
        &self,
        item: ItemId,
    ) -> Result<Vec<(String, Vec<String>)>, StoreError> {
        let sql =
            "SELECT path, mood_written FROM files WHERE item = ? AND missing = 0 ORDER BY path";
        let rows: Vec<(String, Option<String>)> =
            sqlx::query_as(sql).bind(item.0).fetch_all(&self.pool).await?;
        let words = |words: Option<String>| words.as_deref().map_or(Ok(Vec::new()), from_json);
        rows.into_iter().map(|(path, written)| Ok((path, words(written)?))).collect()
    }

    /// Marks files that are not where they were; their items and history stay. An item with another
    /// file plays from that one. Answers how many were not marked before.
    pub async fn mark_missing(&self, paths: &[String]) -> Result<u64, StoreError> {
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        let mut marked = 0;
        for path in paths {
            let sql = "UPDATE files SET missing = 1 WHERE path = ? AND missing = 0";
            let query = sqlx::query(sql).bind(path);
            marked += query.execute(&mut *transaction).await?.rows_affected();
        }
        for path in paths {
            let sql = "SELECT other.path FROM files AS gone JOIN files AS other USING (item) \
                       WHERE gone.path = ? AND other.missing = 0 ORDER BY other.path LIMIT 1";
            let query = sqlx::query_scalar::<_, String>(sql).bind(path);
            if let Some(other) = query.fetch_optional(&mut *transaction).await? {
                play_from(&mut transaction, &other).await?;
            }
        }
        transaction.commit().await?;
        Ok(marked)
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
        type Row = (String, String, i64, Option<String>, Option<String>, Option<String>);
        let sql = "SELECT path, guessed, missing, cover, tags, described FROM files WHERE item = ? \
                   ORDER BY path";
        let rows: Vec<Row> = sqlx::query_as(sql).bind(item.0).fetch_all(&self.pool).await?;
        let file = |(path, guessed, missing, cover, tags, described): Row| {
            let cover = cover.as_deref().map(from_json).transpose()?;
            let tags = tags.as_deref().map_or(Ok(FileTags::default()), from_json)?;
            let (guessed, missing) = (from_json(&guessed)?, missing != 0);
            Ok(ItemFile { path, guessed, missing, cover, tags, described })
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
            query.bind(&state.path).execute(&mut *connection).await?;
            play_from(connection, &state.path).await
        }
        FileOutcome::SameAs(other) => same_as(connection, root, state, other, cover).await,
        FileOutcome::Refused(why) => {
            let guessed = "[]";
            let row = FileRow { guessed, cover, ..FileRow::default() };
            put(connection, root, state, row, Some(why)).await
        }
        FileOutcome::Described { item, described, version, guessed, tags } => {
            let query = sqlx::query_scalar("SELECT id FROM items WHERE identity = ?");
            let id: i64 = query.bind(item.identity()).fetch_one(&mut *connection).await?;
            let (guessed, tags) = (to_json(guessed)?, to_json(tags)?);
            let described = described.as_deref();
            let (item, version, guessed) = (Some(id), Some(*version), guessed.as_str());
            let tags = Some(tags.as_str());
            let row = FileRow { item, described, version, guessed, cover, tags };
            put(connection, root, state, row, None).await
        }
    }
}

#[derive(Default)]
struct FileRow<'a> {
    item: Option<i64>,
    described: Option<&'a str>,
    version: Option<u32>,
    guessed: &'a str,
    cover: Option<&'a str>,
    tags: Option<&'a str>,
}

async fn put(
    connection: &mut SqliteConnection,
    root: &str,
    state: &FileState,
    row: FileRow<'_>,
    refused: Option<&str>,
) -> Result<(), StoreError> {
    let sql = "INSERT OR REPLACE INTO files (path, root, size, modified_ns, hash, item, described, \
               version, guessed, refused, cover, tags, mood_written) VALUES (?, ?, ?, ?, ?, ?, ?, ?, \
               ?, ?, ?, ?, (SELECT mood_written FROM files WHERE path = ?))";
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
        .bind(row.tags)
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
               version, guessed, refused, mood_written, tags, cover) SELECT ?, ?, ?, ?, hash, item, \
               described, version, guessed, refused, mood_written, tags, \
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
    play_from(connection, &state.path).await
}

/// Lets the item of a file play from it, where the file that it plays from is not where it was.
async fn play_from(connection: &mut SqliteConnection, path: &str) -> Result<(), StoreError> {
    let sql = "SELECT items.id, items.body FROM items \
               JOIN files ON files.item = items.id WHERE files.path = ?";
    let query = sqlx::query_as::<_, (i64, String)>(sql).bind(path);
    let Some((id, body)) = query.fetch_optional(&mut *connection).await? else { return Ok(()) };
    let mut item: NewItem = from_json(&body)?;
    if let Some(Source::File(now)) = &item.source {
        let sql = "SELECT count(*) FROM files WHERE path = ? AND missing = 0";
        let there: i64 = sqlx::query_scalar(sql).bind(now).fetch_one(&mut *connection).await?;
        if there > 0 {
            return Ok(());
        }
    }
    item.source = Some(Source::File(path.to_owned()));
    let query = sqlx::query("UPDATE items SET body = ? WHERE id = ?").bind(to_json(&item)?);
    query.bind(id).execute(&mut *connection).await?;
    sqlx::query("UPDATE revision SET number = number + 1").execute(connection).await?;
    Ok(())
}

/// What the paths of all files below a folder lie between, as bytes.
fn below(folder: &str) -> (String, String) {
    let folder = folder.trim_end_matches(MAIN_SEPARATOR);
    let after = char::from(MAIN_SEPARATOR as u8 + 1);
    (format!("{folder}{MAIN_SEPARATOR}"), format!("{folder}{after}"))
}

fn known_file(row: &SqliteRow) -> Result<KnownFile, StoreError> {
    let state = FileState {
        path: row.try_get(0)?,
        size: row.try_get(1)?,
        modified_ns: row.try_get(2)?,
        hash: row.try_get(3)?,
    };
    let (version, refused) = (row.try_get(4)?, row.try_get(5)?);
    let missing = row.try_get::<i64, _>(6)? != 0;
    let written: Option<String> = row.try_get(7)?;
    let mood_written = written.as_deref().map(from_json).transpose()?.unwrap_or_default();
    let cover: Option<String> = row.try_get(8)?;
    let cover = cover.as_deref().map(from_json).transpose()?;
    Ok(KnownFile { state, version, refused, missing, mood_written, cover })
}
