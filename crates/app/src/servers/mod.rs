//! Music servers that the library is connected to: what they have becomes part of the library and plays through
//! this program.
//!
//! *Connecting* asks the server once and keeps a token instead of the password. *Synchronising* lists what
//! it has: what it calls the same stays the same item, what it does not have any more is marked and stays.
//! *Hearing* fetches recordings, a few at a time, and describes them as files are, so that they find their
//! place in the mood plane; what was heard stays heard, so it goes on where it was left.
//!
//! Everything here that asks a server waits for the network: give it a thread that may wait.

mod follow;
mod hear;
mod play;
mod sync;

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use attune_audio::DescriptorsVersion;
use attune_connect::subsonic::{Credentials, Http, ServerInfo, ServerUrl, Subsonic, Transport};
use attune_store::{ConnectionRow, NewConnection};
use serde::Serialize;

pub use follow::ServerNews;
pub use hear::HearReport;
pub use sync::SyncReport;

use crate::clock::moment;
use crate::error::AppError;
use crate::library::Library;

/// The kind of server that there is.
const SUBSONIC: &str = "subsonic";
/// Bytes of a salt.
const SALT: usize = 12;

/// How the library signs in at a server.
pub enum SignIn {
    /// By name and password; the password is forgotten once a token is made of it.
    Password {
        /// Who.
        user: String,
        /// As they typed it.
        password: String,
    },
    /// By a key that the server gave.
    ApiKey(String),
}

/// A music server that the library is connected to, in the documented JSON shape. It holds no secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Connection {
    /// Its number.
    pub id: i64,
    /// What it speaks: `subsonic`.
    pub kind: String,
    /// Where it is.
    pub address: String,
    /// Who asks there; empty where a key says so.
    pub user: String,
    /// When it was connected, Unix time in milliseconds.
    pub added_ms: i64,
    /// When it was last synchronised to the end.
    pub synced_ms: Option<i64>,
    /// Why the last attempt failed.
    pub error: Option<String>,
    /// Tracks that it has.
    pub tracks: i64,
    /// Tracks that it does not have any more; they stay in the library.
    pub missing: i64,
    /// Tracks that are still to be listened to.
    pub waiting: i64,
}

impl From<ConnectionRow> for Connection {
    fn from(row: ConnectionRow) -> Self {
        let ConnectionRow { id, kind, address, user, added_ms, synced_ms, error, .. } = row;
        let (tracks, missing, waiting) = (row.tracks, row.missing, row.waiting);
        Self { id, kind, address, user, added_ms, synced_ms, error, tracks, missing, waiting }
    }
}

/// How far it is with a server.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ServerProgress {
    /// So many tracks were listed.
    Listing {
        /// Tracks.
        done: u64,
    },
    /// So many recordings were listened to.
    Hearing {
        /// Recordings.
        done: u64,
        /// Recordings that are to be listened to.
        of: u64,
        /// Seconds since it began.
        seconds: f64,
    },
}

/// What is kept of the network while the library is open.
#[derive(Default)]
pub(crate) struct Remote {
    http: Arc<Http>,
    /// Servers that did not answer are left alone for a moment when a mere picture is wanted.
    resting: Mutex<HashMap<i64, Instant>>,
}

impl Library {
    /// Connects to a music server: asks it once, and keeps address, user and a token. Nothing is listed
    /// yet, but whoever [follows servers](Self::follow_servers) takes it up. Connected again, it keeps its
    /// items.
    ///
    /// # Errors
    /// Where the server cannot be reached, is none, or does not let us in, and where the library cannot be written.
    pub async fn connect_server(
        &self,
        address: &str,
        sign_in: &SignIn,
    ) -> Result<(Connection, ServerInfo), AppError> {
        let address = ServerUrl::parse(address)?;
        let credentials = credentials(sign_in)?;
        let info = Subsonic::new(self.transport(), address.clone(), credentials.clone()).ping()?;
        let user = match sign_in {
            SignIn::Password { user, .. } => user.clone(),
            SignIn::ApiKey(_) => String::new(),
        };
        let secret = serde_json::to_string(&credentials).map_err(|_| AppError::NoToken)?;
        let (kind, address) = (SUBSONIC.to_owned(), address.to_string());
        let new = NewConnection { kind, address, user, secret, added_ms: moment().now_ms };
        let id = self.store().add_connection(&new).await?;
        Ok((self.connection(id).await?, info))
    }

    /// Every music server that the library is connected to, the oldest first.
    ///
    /// # Errors
    /// Where the library cannot be read.
    pub async fn connections(&self) -> Result<Vec<Connection>, AppError> {
        let rows = self.store().connections(DescriptorsVersion::CURRENT.0).await?;
        Ok(rows.into_iter().map(Connection::from).collect())
    }

    /// The connection of this number.
    ///
    /// # Errors
    /// Where there is none, and where the library cannot be read.
    pub async fn connection(&self, id: i64) -> Result<Connection, AppError> {
        let found = self.connections().await?.into_iter().find(|connection| connection.id == id);
        found.ok_or(AppError::UnknownConnection { id })
    }

    /// Has whoever follows servers synchronise this one soon.
    ///
    /// # Errors
    /// Where there is none, and where the library cannot be written.
    pub async fn want_sync(&self, id: i64) -> Result<(), AppError> {
        match self.store().want_sync(id).await? {
            true => Ok(()),
            false => Err(AppError::UnknownConnection { id }),
        }
    }

    /// Ends a connection and forgets its token. Items that nobody had anything to do with go with it; of
    /// the others the history stays, and they play from elsewhere where they can.
    ///
    /// # Errors
    /// Where there is none, and where the library cannot be written.
    pub async fn disconnect(&self, id: i64) -> Result<(), AppError> {
        match self.store().disconnect(id).await? {
            true => Ok(()),
            false => Err(AppError::UnknownConnection { id }),
        }
    }

    fn transport(&self) -> Arc<dyn Transport> {
        Arc::clone(&self.remote.http) as Arc<dyn Transport>
    }

    /// What asks the server of a connection.
    async fn server(&self, id: i64) -> Result<Subsonic, AppError> {
        let kept = self.store().connection_secret(id).await?;
        let (address, secret) = kept.ok_or(AppError::UnknownConnection { id })?;
        let credentials = serde_json::from_str(&secret).map_err(|_| AppError::NoToken)?;
        Ok(Subsonic::new(self.transport(), ServerUrl::parse(&address)?, credentials))
    }
}

fn credentials(sign_in: &SignIn) -> Result<Credentials, AppError> {
    Ok(match sign_in {
        SignIn::Password { user, password } => {
            let mut salt = [0; SALT];
            getrandom::fill(&mut salt).map_err(|_| AppError::NoToken)?;
            let salt: String = salt.iter().map(|byte| format!("{byte:02x}")).collect();
            Credentials::of_password(user, password, &salt)
        }
        SignIn::ApiKey(key) => Credentials::ApiKey { key: key.clone() },
    })
}
