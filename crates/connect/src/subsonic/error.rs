use super::transport::TransportError;

/// Why a music server could not be asked, in one sentence; [`SubsonicError::hint`] says what to do.
///
/// No variant holds an address with its query: that is where the credentials are.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SubsonicError {
    /// What was typed is no address.
    #[error("'{typed}' is no address of a music server: {why}")]
    BadAddress {
        /// As it was typed.
        typed: String,
        /// Why.
        why: String,
    },
    /// Nobody answers there.
    #[error("{host} cannot be reached: {why}")]
    Unreachable {
        /// The server.
        host: String,
        /// The system's reason.
        why: String,
    },
    /// It answers too slowly.
    #[error("{host} did not answer in time")]
    Timeout {
        /// The server.
        host: String,
    },
    /// The connection cannot be made private.
    #[error("the connection to {host} cannot be made private: {why}")]
    Tls {
        /// The server.
        host: String,
        /// What is wrong with it or its certificate.
        why: String,
    },
    /// Something else answers there.
    #[error("what answers at {host} is no Subsonic server")]
    NotSubsonic {
        /// The server.
        host: String,
    },
    /// It sends us to another host.
    #[error("{host} sends on to {to}")]
    Elsewhere {
        /// The server.
        host: String,
        /// Where it sends to, without a query.
        to: String,
    },
    /// Name, password or key are wrong (codes 40 and 44).
    #[error("{host} does not know this user name and password")]
    WrongPassword {
        /// The server.
        host: String,
    },
    /// It knows passwords alone (codes 10, 41 and 42): old servers, and those whose users are kept elsewhere.
    #[error("{host} takes no tokens, only the password itself, which Attune does not keep")]
    NoTokens {
        /// The server.
        host: String,
    },
    /// It speaks an older version (code 30), or XML alone.
    #[error("{host} is too old a server")]
    OldServer {
        /// The server.
        host: String,
    },
    /// The user may not do this there (code 50).
    #[error("the user may not listen to music on {host}")]
    Forbidden {
        /// The server.
        host: String,
    },
    /// It has no such item (code 70).
    #[error("{host} does not have this any more")]
    Gone {
        /// The server.
        host: String,
    },
    /// An answer is longer than any honest one.
    #[error("an answer of {host} is too long")]
    TooLong {
        /// The server.
        host: String,
    },
    /// An answer ends too early or makes no sense.
    #[error("an answer of {host} is broken")]
    Broken {
        /// The server.
        host: String,
    },
    /// It says something else.
    #[error("{host} says: {message} ({code})")]
    Said {
        /// The server.
        host: String,
        /// Subsonic's code, or the HTTP status where there is none.
        code: i64,
        /// Its own words, cut short.
        message: String,
    },
}

impl SubsonicError {
    /// What a person can do about it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::BadAddress { .. } => {
                "type it as the browser shows it, like https://music.example.org"
            }
            Self::Unreachable { .. } => {
                "is the server running, and is the address right, with its port?"
            }
            Self::Timeout { .. } | Self::TooLong { .. } | Self::Broken { .. } => {
                "try again; if it stays so, look at the server's own log"
            }
            Self::Tls { .. } => {
                "use the name that its certificate is for, or let this system trust the certificate; \
                 in your own house http:// is possible too"
            }
            Self::NotSubsonic { .. } => {
                "use the address of Navidrome, Gonic, Ampache or the like itself, with its folder if it has one; \
                 some need their Subsonic interface switched on"
            }
            Self::Elsewhere { .. } => "use that address, if it is yours",
            Self::WrongPassword { .. } => {
                "check the name and the password; some servers have one for apps of their own"
            }
            Self::NoTokens { .. } => {
                "Navidrome, Gonic and Ampache take tokens; others may give an API key, or an app password"
            }
            Self::OldServer { .. } => "update it; Subsonic 1.13.0 of 2015 is the oldest that works",
            Self::Forbidden { .. } => "let its administrator give the user the right to stream",
            Self::Gone { .. } => "synchronise the library with the server",
            Self::Said { .. } => "look at the server's own log",
        }
    }

    pub(super) fn of_transport(host: String, error: TransportError) -> Self {
        match error {
            TransportError::Unreachable(why) => Self::Unreachable { host, why },
            TransportError::Timeout => Self::Timeout { host },
            TransportError::Tls(why) => Self::Tls { host, why },
            TransportError::NotHttp => Self::NotSubsonic { host },
        }
    }

    /// What a code of the interface means.
    pub(super) fn of_code(host: String, code: i64, message: &str, old: bool) -> Self {
        match code {
            40 | 44 => Self::WrongPassword { host },
            41 | 42 => Self::NoTokens { host },
            // It misses the parameter that passwords have.
            10 if old => Self::NoTokens { host },
            30 => Self::OldServer { host },
            50 => Self::Forbidden { host },
            70 => Self::Gone { host },
            _ => Self::Said { host, code, message: cut(message) },
        }
    }
}

/// A foreign sentence: one line, without what a terminal would obey.
fn cut(message: &str) -> String {
    const LONGEST: usize = 200;
    let plain = message.chars().map(|c| if c.is_control() { ' ' } else { c });
    plain.take(LONGEST).collect::<String>().trim().to_owned()
}
