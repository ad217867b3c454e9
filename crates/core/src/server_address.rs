use std::fmt;

use serde::{Deserialize, Serialize};

/// Where an item of a music server is: `subsonic:CONNECTION/ID`, the library's number for the connection
/// and the server's own name for the item. It holds no secret and no host, so that a server may move.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ServerAddress {
    text: String,
    connection: i64,
    /// Where the server's own name begins.
    id_at: usize,
}

const SCHEME: &str = "subsonic:";

impl ServerAddress {
    /// The address of an item that its server calls `id`.
    #[must_use]
    pub fn new(connection: i64, id: &str) -> Self {
        let start = format!("{SCHEME}{connection}/");
        let id_at = start.len();
        Self { text: start + id, connection, id_at }
    }

    /// The library's number for the connection.
    #[must_use]
    pub fn connection(&self) -> i64 {
        self.connection
    }

    /// What the server calls the item.
    #[must_use]
    pub fn id(&self) -> &str {
        self.text.get(self.id_at..).unwrap_or_default()
    }

    /// The whole address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

/// A text that is no address of a server's item.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not an address like subsonic:1/song-7")]
pub struct BadServerAddress(String);

impl TryFrom<String> for ServerAddress {
    type Error = BadServerAddress;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let parts = text.strip_prefix(SCHEME).and_then(|rest| rest.split_once('/'));
        let read = parts.and_then(|(connection, id)| Some(Self::new(connection.parse().ok()?, id)));
        read.filter(|address| address.text == text).ok_or(BadServerAddress(text))
    }
}

impl From<ServerAddress> for String {
    fn from(address: ServerAddress) -> Self {
        address.text
    }
}

impl fmt::Display for ServerAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_written_is_read_back(connection: i64, id in "\\PC{0,20}") {
            let address = ServerAddress::new(connection, &id);
            let read = ServerAddress::try_from(address.to_string()).unwrap();
            prop_assert_eq!((read.connection(), read.id()), (connection, id.as_str()));
            prop_assert_eq!(read, address);
        }
    }

    #[test]
    fn nothing_else_is_an_address() {
        for text in ["", "subsonic:", "subsonic:1", "subsonic:x/1", "subsonic:01/1", "/a/b.flac"] {
            assert!(ServerAddress::try_from(text.to_owned()).is_err(), "{text}");
        }
    }
}
