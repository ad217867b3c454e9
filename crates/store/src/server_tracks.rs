use attune_core::{Descriptors, ItemId, Mood, NewItem, ServerAddress, Source};
use sqlx::SqliteConnection;

use crate::import::{NEXT_REVISION, import_within};
use crate::json::{from_json, to_json};
use crate::{ImportCount, Store, StoreError};

/// A recording that a server has.
#[derive(Clone, Debug, PartialEq)]
pub struct ServerTrack {
    /// What the server calls it.
    pub id: String,
    /// What is known of it; its source is this very track.
    pub item: NewItem,
    /// SHA-256 of all that the server says of it.
    pub said: String,
    /// SHA-256 of what tells whether its recording is another.
    pub recording: String,
    /// What the server calls its picture.
    pub cover: Option<String>,
}

/// A recording that was listened to, or could not be.
#[derive(Clone, Debug, PartialEq)]
pub struct HeardTrack {
    /// What the server calls it.
    pub id: String,
    /// By which code.
    pub version: u32,
    /// What was heard, or why nothing.
    pub outcome: Result<Heard, String>,
}

/// What was heard.
#[derive(Clone, Debug, PartialEq)]
pub struct Heard {
    /// What was measured, as JSON.
    pub described: String,
    /// The part of it that stands with the item.
    pub descriptors: Descriptors,
    /// Where it puts the item.
    pub mood: Option<Mood>,
}

/// What a synchronisation did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct ServerCount {
    /// Items that the library did not have.
    pub added: u64,
    /// Tracks that say something else than before, are back, or are new of an item that the library had.
    pub changed: u64,
    /// Tracks that are as they were.
    pub unchanged: u64,
}

impl Store {
    /// Takes in a page of what a server has, all or none. `origin` names what brought new items, `sync` the
    /// synchronisation. What the server calls the same stays the same item.
    pub async fn record_server_tracks(
        &self,
        connection: i64,
        origin: &str,
        sync: i64,
        tracks: &[ServerTrack],
    ) -> Result<ServerCount, StoreError> {
        let mut count = ServerCount::default();
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        for track in tracks {
            if touched(&mut transaction, connection, sync, track).await? {
                count.unchanged += 1;
                continue;
            }
            let (item, added) = item_of(&mut transaction, connection, origin, track).await?;
            put(&mut transaction, connection, sync, track, item).await?;
            if added { count.added += 1 } else { count.changed += 1 }
        }
        if count.added + count.changed > 0 {
            sqlx::query(NEXT_REVISION).execute(&mut *transaction).await?;
        }
        transaction.commit().await?;
        Ok(count)
    }

    /// Ends a synchronisation that saw everything: what it did not meet is marked, and stays. The answer is how
    /// many that are.
    pub async fn finish_sync(
        &self,
        connection: i64,
        sync: i64,
        now_ms: i64,
    ) -> Result<u64, StoreError> {
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        let sql = "UPDATE server_tracks SET missing = 1 \
                   WHERE connection = ? AND seen < ? AND missing = 0 RETURNING item";
        let query = sqlx::query_scalar(sql).bind(connection).bind(sync);
        let lost: Vec<Option<i64>> = query.fetch_all(&mut *transaction).await?;
        for item in lost.iter().flatten() {
            play_from_elsewhere(&mut transaction, *item, false).await?;
        }
        let sql = "UPDATE connections SET synced_ms = ?, error = NULL WHERE id = ?";
        sqlx::query(sql).bind(now_ms).bind(connection).execute(&mut *transaction).await?;
        transaction.commit().await?;
        Ok(lost.len() as u64)
    }

    /// Tracks that play from this server and were not listened to yet by this version of the code.
    pub async fn tracks_to_hear(
        &self,
        connection: i64,
        version: u32,
        limit: u32,
    ) -> Result<Vec<String>, StoreError> {
        let sql = "SELECT server_tracks.id FROM server_tracks JOIN items ON items.id = item \
             WHERE connection = ? AND missing = 0 AND version IS NOT ? \
             AND items.body ->> '$.source.server' = 'subsonic:' || connection || '/' || server_tracks.id \
             ORDER BY item LIMIT ?";
        let query = sqlx::query_scalar(sql).bind(connection).bind(version).bind(limit);
        Ok(query.fetch_all(&self.pool).await?)
    }

    /// Takes in what was heard, all or none. Tracks that are gone meanwhile are passed over.
    pub async fn record_heard(
        &self,
        connection: i64,
        tracks: &[HeardTrack],
    ) -> Result<(), StoreError> {
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        for track in tracks {
            hear(&mut transaction, connection, track).await?;
        }
        sqlx::query(NEXT_REVISION).execute(&mut *transaction).await?;
        Ok(transaction.commit().await?)
    }

    /// What a server calls the picture of a track of its own; `None` where it has none.
    pub async fn server_cover(
        &self,
        address: &ServerAddress,
    ) -> Result<Option<String>, StoreError> {
        let sql = "SELECT cover FROM server_tracks WHERE connection = ? AND id = ?";
        let query = sqlx::query_scalar(sql).bind(address.connection()).bind(address.id());
        Ok(query.fetch_optional(&self.pool).await?.flatten())
    }

    /// What was measured of an item that a server has, as JSON.
    pub async fn heard_on_server(&self, item: ItemId) -> Result<Option<String>, StoreError> {
        let sql =
            "SELECT described FROM server_tracks WHERE item = ? AND described IS NOT NULL LIMIT 1";
        Ok(sqlx::query_scalar(sql).bind(item.0).fetch_optional(&self.pool).await?)
    }

    /// Ends a connection. Its items play from elsewhere where they can; of the others those that the
    /// listener had nothing to do with go with it, and the rest, with its history, is a link to search for.
    /// False where there is no such connection.
    pub async fn disconnect(&self, connection: i64) -> Result<bool, StoreError> {
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        let sql =
            "SELECT DISTINCT item FROM server_tracks WHERE connection = ? AND item IS NOT NULL";
        let query = sqlx::query_scalar(sql).bind(connection);
        let items: Vec<i64> = query.fetch_all(&mut *transaction).await?;
        let query = sqlx::query_scalar("DELETE FROM connections WHERE id = ? RETURNING user_name");
        let gone: Option<String> = query.bind(connection).fetch_optional(&mut *transaction).await?;
        for item in items {
            play_from_elsewhere(&mut transaction, item, true).await?;
        }
        let origin = origin(connection);
        let sql = "DELETE FROM items WHERE origin = ? AND json_type(body, '$.source') = 'null' \
             AND id NOT IN (SELECT item FROM events WHERE item IS NOT NULL) \
             AND id NOT IN (SELECT item FROM mood_corrections) \
             AND id NOT IN (SELECT item FROM saved_list_items) \
             AND id NOT IN (SELECT item FROM files WHERE item IS NOT NULL) \
             AND id NOT IN (SELECT item FROM server_tracks WHERE item IS NOT NULL)";
        sqlx::query(sql).bind(origin).execute(&mut *transaction).await?;
        sqlx::query(NEXT_REVISION).execute(&mut *transaction).await?;
        transaction.commit().await?;
        Ok(gone.is_some())
    }
}

/// What new items of a connection are said to come from.
#[must_use]
pub fn origin(connection: i64) -> String {
    format!("music server {connection}")
}

/// Whether a track is as it was; it is then marked as met. Of two synchronisations at once neither takes
/// for gone what the other met.
async fn touched(
    to: &mut SqliteConnection,
    connection: i64,
    sync: i64,
    track: &ServerTrack,
) -> Result<bool, StoreError> {
    let sql = "UPDATE server_tracks SET seen = max(seen, ?) WHERE connection = ? AND id = ? AND said = ? \
               AND missing = 0 AND item IS NOT NULL";
    let query = sqlx::query(sql).bind(sync).bind(connection).bind(&track.id).bind(&track.said);
    Ok(query.execute(to).await?.rows_affected() > 0)
}

/// The item of a track that is new or says something else, and whether the library did not have it.
async fn item_of(
    to: &mut SqliteConnection,
    connection: i64,
    origin: &str,
    track: &ServerTrack,
) -> Result<(i64, bool), StoreError> {
    let identity = track.item.identity();
    let sql = "SELECT item FROM server_tracks WHERE connection = ? AND id = ?";
    let query = sqlx::query_scalar(sql).bind(connection).bind(&track.id);
    let before: Option<Option<i64>> = query.fetch_optional(&mut *to).await?;
    let query = sqlx::query_scalar("SELECT id FROM items WHERE identity = ?").bind(&identity);
    let named: Option<i64> = query.fetch_optional(&mut *to).await?;
    // An item of that name is the item; else the one that the track had, under its new name.
    let Some(id) = named.or(before.flatten()) else {
        let (items, mut count) = ([track.item.clone()], ImportCount::default());
        import_within(to, origin, &items, &mut count).await?;
        let query = sqlx::query_scalar("SELECT id FROM items WHERE identity = ?").bind(identity);
        return Ok((query.fetch_one(to).await?, true));
    };
    let old = body(to, id).await?;
    let item = merged(to, track.item.clone(), old).await?;
    let sql = "UPDATE items SET identity = ?, body = ? WHERE id = ?";
    sqlx::query(sql).bind(identity).bind(to_json(&item)?).bind(id).execute(to).await?;
    Ok((id, false))
}

async fn body(from: &mut SqliteConnection, item: i64) -> Result<NewItem, StoreError> {
    let query = sqlx::query_scalar("SELECT body FROM items WHERE id = ?").bind(item);
    let body: String = query.fetch_one(from).await?;
    from_json(&body)
}

/// What a server says of an item that is known. What plays from a file, or from another track that is still
/// there, goes on doing so and keeps its words. What was measured of the recording outranks what the server
/// says.
async fn merged(
    from: &mut SqliteConnection,
    new: NewItem,
    old: NewItem,
) -> Result<NewItem, StoreError> {
    let stays = match &old.source {
        Some(Source::File(_)) => true,
        same if *same == new.source => false,
        Some(Source::Server(address)) => has(from, address).await?,
        Some(Source::Link(_)) | None => false,
    };
    if stays {
        return Ok(old.completed_by(new));
    }
    let (first, second) = match old.mood_evidence.recording {
        Some(_) => (old.descriptors, new.descriptors),
        None => (new.descriptors, old.descriptors),
    };
    let descriptors = Descriptors {
        tempo_bpm: first.tempo_bpm.or(second.tempo_bpm),
        loudness_lufs: first.loudness_lufs.or(second.loudness_lufs),
        energy: first.energy.or(second.energy),
        danceability: first.danceability.or(second.danceability),
    };
    Ok(NewItem { descriptors, ..new.completed_by(old) })
}

/// Whether a server still has this.
async fn has(from: &mut SqliteConnection, address: &ServerAddress) -> Result<bool, StoreError> {
    let sql = "SELECT count(*) FROM server_tracks WHERE connection = ? AND id = ? AND missing = 0";
    let query = sqlx::query_scalar(sql).bind(address.connection()).bind(address.id());
    let count: i64 = query.fetch_one(from).await?;
    Ok(count > 0)
}

/// What was heard of a recording stays known while the recording is the same.
async fn put(
    to: &mut SqliteConnection,
    connection: i64,
    sync: i64,
    track: &ServerTrack,
    item: i64,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO server_tracks (connection, id, item, said, recording, cover, seen) \
         VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (connection, id) DO UPDATE SET \
         item = excluded.item, said = excluded.said, cover = excluded.cover, \
         seen = max(seen, excluded.seen), missing = 0, \
         described = iif(recording = excluded.recording, described, NULL), \
         version = iif(recording = excluded.recording, version, NULL), \
         refused = iif(recording = excluded.recording, refused, NULL), recording = excluded.recording";
    sqlx::query(sql)
        .bind(connection)
        .bind(&track.id)
        .bind(item)
        .bind(&track.said)
        .bind(&track.recording)
        .bind(&track.cover)
        .bind(sync)
        .execute(to)
        .await?;
    Ok(())
}

async fn hear(
    to: &mut SqliteConnection,
    connection: i64,
    track: &HeardTrack,
) -> Result<(), StoreError> {
    let heard = track.outcome.as_ref().ok();
    let sql = "UPDATE server_tracks SET described = ?, version = ?, refused = ? \
               WHERE connection = ? AND id = ? RETURNING item";
    let query = sqlx::query_scalar(sql)
        .bind(heard.map(|heard| heard.described.as_str()))
        .bind(track.version)
        .bind(track.outcome.as_ref().err())
        .bind(connection)
        .bind(&track.id);
    let item: Option<Option<i64>> = query.fetch_optional(&mut *to).await?;
    let (Some(Some(id)), Some(heard)) = (item, heard) else { return Ok(()) };
    let mut item = body(to, id).await?;
    item.mood_evidence.recording = heard.mood.or(item.mood_evidence.recording);
    let (measured, known) = (heard.descriptors, item.descriptors);
    item.descriptors = Descriptors {
        tempo_bpm: measured.tempo_bpm.or(known.tempo_bpm),
        loudness_lufs: measured.loudness_lufs.or(known.loudness_lufs),
        ..known
    };
    write(to, id, &item).await
}

async fn write(to: &mut SqliteConnection, id: i64, item: &NewItem) -> Result<(), StoreError> {
    let query = sqlx::query("UPDATE items SET body = ? WHERE id = ?").bind(to_json(item)?);
    query.bind(id).execute(to).await?;
    Ok(())
}

/// Has an item whose server lost it play from a file or another server, where it can. Else it stays as it
/// is, or, where its connection ends, loses its source.
async fn play_from_elsewhere(
    to: &mut SqliteConnection,
    id: i64,
    ends: bool,
) -> Result<(), StoreError> {
    let mut item = body(to, id).await?;
    let Some(Source::Server(address)) = &item.source else { return Ok(()) };
    if has(to, address).await? {
        return Ok(());
    }
    let sql = "SELECT path FROM files WHERE item = ? AND missing = 0 ORDER BY path LIMIT 1";
    let file: Option<String> = sqlx::query_scalar(sql).bind(id).fetch_optional(&mut *to).await?;
    let sql = "SELECT connection, id FROM server_tracks WHERE item = ? AND missing = 0 LIMIT 1";
    let query = sqlx::query_as(sql).bind(id);
    let track: Option<(i64, String)> = query.fetch_optional(&mut *to).await?;
    let server = track.map(|(connection, id)| Source::Server(ServerAddress::new(connection, &id)));
    let elsewhere = file.map(Source::File).or(server);
    if elsewhere.is_none() && !ends {
        return Ok(());
    }
    item.source = elsewhere;
    write(to, id, &item).await
}
