use std::fmt;

use md5::{Digest, Md5};
use serde::{Deserialize, Serialize};
use url::Url;

/// What signs each request. The password itself is not among it: Subsonic takes a token made of it and a salt,
/// which serves for as long as the password stands, at this one server.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Credentials {
    /// Subsonic 1.13.0 and later.
    Token {
        /// Who.
        user: String,
        /// Made at random once.
        salt: String,
        /// MD5 of password and salt, in hexadecimal, as the interface has it.
        token: String,
    },
    /// OpenSubsonic's extension `apiKeyAuthentication`; the key says who it is.
    ApiKey {
        /// As the server gave it.
        key: String,
    },
}

impl Credentials {
    /// A token for a password that is forgotten after this.
    #[must_use]
    pub fn of_password(user: &str, password: &str, salt: &str) -> Self {
        use std::fmt::Write;
        let digest = Md5::digest(format!("{password}{salt}").as_bytes());
        let token = digest.iter().fold(String::with_capacity(32), |mut token, byte| {
            // Writing to a string does not fail.
            let _ = write!(token, "{byte:02x}");
            token
        });
        Self::Token { user: user.to_owned(), salt: salt.to_owned(), token }
    }

    /// Puts them into a request.
    pub(super) fn sign(&self, url: &mut Url) {
        let mut query = url.query_pairs_mut();
        match self {
            Self::Token { user, salt, token } => {
                query.append_pair("u", user).append_pair("t", token).append_pair("s", salt)
            }
            Self::ApiKey { key } => query.append_pair("apiKey", key),
        };
    }
}

/// Neither token nor key.
impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Token { user, .. } => write!(f, "Token of {user}"),
            Self::ApiKey { .. } => write!(f, "ApiKey"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the interface's own page.
    #[test]
    fn the_token_is_the_published_one() {
        let credentials = Credentials::of_password("joe", "sesame", "c19b2d");
        let Credentials::Token { token, .. } = &credentials else { panic!("{credentials:?}") };
        assert_eq!(token, "26719a1196d2a940705a59634eb18eab");
        assert!(!format!("{credentials:?}").contains("267"));
        let kept = serde_json::to_string(&credentials).unwrap();
        assert!(!kept.contains("sesame"));
        assert_eq!(serde_json::from_str::<Credentials>(&kept).unwrap(), credentials);
    }
}
