use crate::{Store, StoreError};

/// A music server to be connected to.
#[derive(Clone, PartialEq, Eq)]
pub struct NewConnection {
    /// What it speaks, like `subsonic`.
    pub kind: String,
    /// Where it is.
    pub address: String,
    /// Who asks there; empty where a key says so.
    pub user: String,
    /// What signs requests, as JSON. Never a password.
    pub secret: String,
    /// Unix time in milliseconds.
    pub added_ms: i64,
}

/// A music server that the library is connected to, without what signs requests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectionRow {
    /// Its number.
    pub id: i64,
    /// What it speaks.
    pub kind: String,
    /// Where it is.
    pub address: String,
    /// Who asks there.
    pub user: String,
    /// Unix time in milliseconds.
    pub added_ms: i64,
    /// When it was last synchronised to the end.
    pub synced_ms: Option<i64>,
    /// Why the last attempt failed.
    pub error: Option<String>,
    /// Somebody waits for it to be synchronised.
    pub wanted: bool,
    /// Tracks that it has,
    pub tracks: i64,
    /// that it does not have any more,
    pub missing: i64,
    /// and of those that it has, which were not listened to yet by the code of today.
    pub waiting: i64,
}

type Row = (i64, String, String, String, i64, Option<i64>, Option<String>, i64, i64, i64, i64);

impl From<Row> for ConnectionRow {
    fn from(row: Row) -> Self {
        let (id, kind, address, user, added_ms, synced_ms, error, wanted, tracks, missing, waiting) =
            row;
        let wanted = wanted != 0;
        Self {
            id,
            kind,
            address,
            user,
            added_ms,
            synced_ms,
            error,
            wanted,
            tracks,
            missing,
            waiting,
        }
    }
}

impl Store {
    /// Connects to a server. One that is known by its kind, address and user keeps its number and gets the new
    /// secret. The answer is the number.
    pub async fn add_connection(&self, new: &NewConnection) -> Result<i64, StoreError> {
        let sql = "INSERT INTO connections (kind, address, user_name, secret, added_ms) \
                   VALUES (?, ?, ?, ?, ?) ON CONFLICT (kind, address, user_name) DO UPDATE SET \
                   secret = excluded.secret, wanted = 1, error = NULL RETURNING id";
        let query = sqlx::query_scalar(sql).bind(&new.kind).bind(&new.address).bind(&new.user);
        Ok(query.bind(&new.secret).bind(new.added_ms).fetch_one(&self.pool).await?)
    }

    /// Every connection, the oldest first. `version` is the code that describes today.
    pub async fn connections(&self, version: u32) -> Result<Vec<ConnectionRow>, StoreError> {
        let sql = "SELECT id, kind, address, user_name, added_ms, synced_ms, error, wanted, \
             (SELECT count(*) FROM server_tracks WHERE connection = connections.id AND missing = 0), \
             (SELECT count(*) FROM server_tracks WHERE connection = connections.id AND missing = 1), \
             (SELECT count(*) FROM server_tracks JOIN items ON items.id = server_tracks.item \
              WHERE connection = connections.id AND missing = 0 AND version IS NOT ? \
              AND items.body ->> '$.source.server' = 'subsonic:' || connection || '/' || server_tracks.id) \
             FROM connections ORDER BY id";
        let rows: Vec<Row> = sqlx::query_as(sql).bind(version).fetch_all(&self.pool).await?;
        Ok(rows.into_iter().map(ConnectionRow::from).collect())
    }

    /// Address and secret of a connection.
    pub async fn connection_secret(&self, id: i64) -> Result<Option<(String, String)>, StoreError> {
        let query = sqlx::query_as("SELECT address, secret FROM connections WHERE id = ?").bind(id);
        Ok(query.fetch_optional(&self.pool).await?)
    }

    /// Has a connection synchronised by whoever does that; false where there is no such connection.
    pub async fn want_sync(&self, id: i64) -> Result<bool, StoreError> {
        let query = sqlx::query("UPDATE connections SET wanted = 1 WHERE id = ?").bind(id);
        Ok(query.execute(&self.pool).await?.rows_affected() > 0)
    }

    /// The connections that somebody waits for.
    pub async fn wanted_connections(&self) -> Result<Vec<i64>, StoreError> {
        let sql = "SELECT id FROM connections WHERE wanted = 1 ORDER BY id";
        Ok(sqlx::query_scalar(sql).fetch_all(&self.pool).await?)
    }

    /// The numbers of all connections, the oldest first.
    pub async fn connection_ids(&self) -> Result<Vec<i64>, StoreError> {
        let sql = "SELECT id FROM connections ORDER BY id";
        Ok(sqlx::query_scalar(sql).fetch_all(&self.pool).await?)
    }

    /// Takes a wish to synchronise up.
    pub async fn begin_sync(&self, id: i64) -> Result<(), StoreError> {
        let query = sqlx::query("UPDATE connections SET wanted = 0 WHERE id = ?").bind(id);
        query.execute(&self.pool).await?;
        Ok(())
    }

    /// Remembers why a connection could not be synchronised.
    pub async fn fail_sync(&self, id: i64, error: &str) -> Result<(), StoreError> {
        let query = sqlx::query("UPDATE connections SET error = ? WHERE id = ?").bind(error);
        query.bind(id).execute(&self.pool).await?;
        Ok(())
    }
}
