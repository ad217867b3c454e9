use std::fs::File;
use std::path::Path;
use std::time::Duration;

use sqlx::SqlSafeStr;
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};

use crate::StoreError;

/// One library, open. Clones share it.
#[derive(Clone, Debug)]
pub struct Store {
    pub(crate) pool: SqlitePool,
}

/// How long to wait for another process that writes.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

impl Store {
    /// Opens the library file, making it and its folder where they are missing, and brings an
    /// older one up to date.
    pub async fn open(path: &Path) -> Result<Self, StoreError> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(|e| StoreError::folder(folder, e))?;
        }
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .foreign_keys(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(BUSY_TIMEOUT);
        keep_private(path);
        // SQLite gives migrations no lock of their own: two first starts would make the tables twice.
        let _first = lock_beside(path).map_err(|e| StoreError::folder(path, e))?;
        Self::connect(options, SqlitePoolOptions::new().max_connections(4), path).await
    }

    /// A library that is gone when it is dropped.
    pub async fn in_memory() -> Result<Self, StoreError> {
        // Each connection to `:memory:` is a library of its own, so there is one, for ever.
        let pool =
            SqlitePoolOptions::new().max_connections(1).idle_timeout(None).max_lifetime(None);
        let options = SqliteConnectOptions::new().in_memory(true).foreign_keys(true);
        Self::connect(options, pool, Path::new(":memory:")).await
    }

    async fn connect(
        options: SqliteConnectOptions,
        pool: SqlitePoolOptions,
        path: &Path,
    ) -> Result<Self, StoreError> {
        let options = options.row_buffer_size(512);
        let pool = pool
            .acquire_timeout(BUSY_TIMEOUT * 2)
            .connect_with(options)
            .await
            .map_err(|e| StoreError::opening(path, e))?;
        migrations().run(&pool).await.map_err(|e| StoreError::migrating(path, e))?;
        Ok(Self { pool })
    }

    /// Waits for what is under way and closes the file.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

/// Waits until no other process opens this library; the lock ends with the file handle.
fn lock_beside(path: &Path) -> std::io::Result<File> {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let file = File::options().create(true).truncate(false).write(true).open(name)?;
    file.lock()?;
    Ok(file)
}

/// Lets nobody but its owner read the library: moods, hashes of passwords and what signs requests to music
/// servers are in it. SQLite gives the files beside it the same rights. Where this fails, opening says why.
#[cfg(unix)]
fn keep_private(path: &Path) {
    use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
    const OWNER: u32 = 0o600;
    let _ = File::options().create(true).truncate(false).write(true).mode(OWNER).open(path);
    for ending in ["", "-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(ending);
        let _ = std::fs::set_permissions(name, std::fs::Permissions::from_mode(OWNER));
    }
}

#[cfg(not(unix))]
fn keep_private(_: &Path) {}

/// Every schema change in order; one that was released is never edited.
fn migrations() -> Migrator {
    let step = |version, name: &'static str, sql: &'static str| {
        Migration::new(version, name.into(), MigrationType::Simple, sql.into_sql_str(), false)
    };
    Migrator::with_migrations(vec![
        step(1, "library", include_str!("../migrations/0001_library.sql")),
        step(2, "listeners", include_str!("../migrations/0002_listeners.sql")),
        step(3, "events by kind", include_str!("../migrations/0003_events_by_kind.sql")),
        step(4, "files", include_str!("../migrations/0004_files.sql")),
        step(5, "moods", include_str!("../migrations/0005_moods.sql")),
        step(
            6,
            "playlists and covers",
            include_str!("../migrations/0006_playlists_and_covers.sql"),
        ),
        step(7, "corrections", include_str!("../migrations/0007_corrections.sql")),
        step(8, "connections", include_str!("../migrations/0008_connections.sql")),
        step(10, "accounts", include_str!("../migrations/0010_accounts.sql")),
        step(11, "diary", include_str!("../migrations/0011_diary.sql")),
        step(12, "saved lists", include_str!("../migrations/0012_saved_lists.sql")),
        step(13, "tags of files", include_str!("../migrations/0013_tags_of_files.sql")),
    ])
}
