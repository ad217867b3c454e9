use serde::{Deserialize, Serialize};
use sqlx::Sqlite;
use sqlx::query_builder::QueryBuilder;

use crate::{Store, StoreError};

/// How often somebody played something, as another service counts it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlayCount {
    /// Who.
    pub listener: String,
    /// Whose music, as it is written.
    pub artist: String,
    /// Which; empty where only the artist is known.
    pub title: String,
    /// How often, above 0.
    pub times: f64,
}

/// Rows a statement.
const CHUNK: usize = 500;

impl Store {
    /// Takes in counts, all or none. A count of the same listener, artist and title is replaced, so
    /// that the same import may come again. Answers how many rows are new or changed.
    pub async fn import_plays(&self, origin: &str, plays: &[PlayCount]) -> Result<u64, StoreError> {
        let mut changed = 0;
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        for chunk in plays.chunks(CHUNK) {
            let mut query = QueryBuilder::<Sqlite>::new(
                "INSERT INTO plays (listener, artist, title, times, origin) ",
            );
            query.push_values(chunk, |mut row, play| {
                row.push_bind(play.listener.as_str())
                    .push_bind(play.artist.as_str())
                    .push_bind(play.title.as_str())
                    .push_bind(play.times)
                    .push_bind(origin);
            });
            query.push(
                " ON CONFLICT (listener, artist, title) DO UPDATE \
                 SET times = excluded.times, origin = excluded.origin \
                 WHERE times IS NOT excluded.times",
            );
            changed += query.build().execute(&mut *transaction).await?.rows_affected();
        }
        transaction.commit().await?;
        Ok(changed)
    }

    /// Every count of one listener, by artist and title.
    pub async fn plays_of(&self, listener: &str) -> Result<Vec<PlayCount>, StoreError> {
        let sql = "SELECT listener, artist, title, times FROM plays WHERE listener = ?";
        rows(sqlx::query_as(sql).bind(listener).fetch_all(&self.pool).await?)
    }

    /// How often each listener played each artist: counts of other services and events together. An
    /// artist is the first of an item's.
    pub async fn plays_by_artist(&self) -> Result<Vec<PlayCount>, StoreError> {
        let sql = "SELECT listener, artist, '', sum(times) FROM (
                SELECT listener, artist, times FROM plays
                UNION ALL
                SELECT listener, items.body ->> '$.artists[0]', 1.0
                FROM events JOIN items ON items.id = events.item
                WHERE events.kind IN ('finished', 'liked', 'played')
            ) WHERE artist <> '' GROUP BY listener, artist ORDER BY listener, artist";
        rows(sqlx::query_as(sql).fetch_all(&self.pool).await?)
    }

    /// A text that changes with the plays, and now and then with the events: after every hundredth.
    pub async fn plays_state(&self) -> Result<String, StoreError> {
        let sql = "SELECT count(*), coalesce(sum(times), 0.0), \
                   (SELECT coalesce(max(id), 0) / 100 FROM events) FROM plays";
        let (rows, times, events): (i64, f64, i64) =
            sqlx::query_as(sql).fetch_one(&self.pool).await?;
        Ok(format!("{rows} {times} {events}"))
    }

    /// Something computed and what it was computed from.
    pub async fn learned(&self, name: &str) -> Result<Option<(String, Vec<u8>)>, StoreError> {
        let query = sqlx::query_as("SELECT made_of, body FROM learned WHERE name = ?").bind(name);
        Ok(query.fetch_optional(&self.pool).await?)
    }

    /// Keeps something computed, replacing what was there.
    pub async fn set_learned(
        &self,
        name: &str,
        made_of: &str,
        body: &[u8],
    ) -> Result<(), StoreError> {
        let sql = "INSERT INTO learned (name, made_of, body) VALUES (?, ?, ?) \
                   ON CONFLICT (name) DO UPDATE SET made_of = excluded.made_of, \
                   body = excluded.body";
        sqlx::query(sql).bind(name).bind(made_of).bind(body).execute(&self.pool).await?;
        Ok(())
    }
}

fn rows(found: Vec<(String, String, String, f64)>) -> Result<Vec<PlayCount>, StoreError> {
    let row = |(listener, artist, title, times)| PlayCount { listener, artist, title, times };
    Ok(found.into_iter().map(row).collect())
}
