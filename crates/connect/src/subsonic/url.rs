use std::fmt;

use url::{Host, Url};

use super::error::SubsonicError;

/// Where a server is, as a person typed it and made whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerUrl(Url);

impl ServerUrl {
    /// Reads an address. Where it has no scheme, names in the world get `https` and this machine, numeric
    /// addresses and names of the house (`music.local`, `nas`) get `http`.
    ///
    /// # Errors
    /// [`SubsonicError::BadAddress`] for what is no address of a web server, or holds a name and password.
    pub fn parse(typed: &str) -> Result<Self, SubsonicError> {
        let typed = typed.trim();
        let bad =
            |why: &str| SubsonicError::BadAddress { typed: typed.to_owned(), why: why.to_owned() };
        let whole =
            if typed.contains("://") { typed.to_owned() } else { format!("http://{typed}") };
        let mut url = Url::parse(&whole).map_err(|error| bad(&error.to_string()))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(bad("it begins with neither http:// nor https://"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(SubsonicError::BadAddress {
                typed: url.host_str().unwrap_or_default().to_owned(),
                why: "name and password have fields of their own".to_owned(),
            });
        }
        if !typed.contains("://") && is_in_the_world(&url) && url.set_scheme("https").is_err() {
            return Err(bad("it has no host"));
        }
        url.set_query(None);
        url.set_fragment(None);
        let path = url.path().trim_end_matches('/');
        let path = path.strip_suffix("/rest").unwrap_or(path).to_owned();
        url.set_path(&path);
        Ok(Self(url))
    }

    /// Its name and port, for people.
    #[must_use]
    pub fn host(&self) -> String {
        let host = self.0.host_str().unwrap_or_default();
        self.0.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
    }

    /// Where a method is asked.
    pub(super) fn method(&self, name: &str) -> Url {
        let mut url = self.0.clone();
        url.set_path(&format!("{}/rest/{name}.view", url.path().trim_end_matches('/')));
        url
    }

    /// Whether an answer may send us on there: to the same host, and to nothing less private.
    pub(super) fn may_lead_to(&self, to: &Url) -> bool {
        let as_private =
            to.scheme() == "https" || (to.scheme(), self.0.scheme()) == ("http", "http");
        to.host_str() == self.0.host_str() && as_private
    }
}

fn is_in_the_world(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => {
            name.contains('.')
                && ![".local", ".lan", ".home", ".internal", ".home.arpa"]
                    .iter()
                    .any(|ending| name.ends_with(ending))
        }
        _ => false,
    }
}

impl fmt::Display for ServerUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.0.as_str().trim_end_matches('/'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_as_they_are_meant() {
        for (typed, expected) in [
            (" music.example.org ", "https://music.example.org"),
            ("http://music.example.org/", "http://music.example.org"),
            ("https://example.org/music/rest/", "https://example.org/music"),
            ("nas:4533", "http://nas:4533"),
            ("music.local", "http://music.local"),
            ("192.168.1.7:4040", "http://192.168.1.7:4040"),
            ("[::1]:4533/a?b=c#d", "http://[::1]:4533/a"),
            ("localhost", "http://localhost"),
        ] {
            assert_eq!(ServerUrl::parse(typed).unwrap().to_string(), expected, "{typed}");
        }
    }

    #[test]
    fn what_is_no_address_is_refused_without_repeating_a_password() {
        for typed in ["", "file:///etc/passwd", "ftp://a.b", "http://", "http://a b/", "a:b:c"] {
            assert!(ServerUrl::parse(typed).is_err(), "{typed}");
        }
        let told = ServerUrl::parse("https://me:hush@music.example.org").unwrap_err();
        assert!(!told.to_string().contains("hush"), "{told}");
    }

    #[test]
    fn nobody_is_led_elsewhere() {
        let url = |text: &str| Url::parse(text).unwrap();
        let server = ServerUrl::parse("https://music.example.org").unwrap();
        assert!(server.may_lead_to(&url("https://music.example.org/else")));
        assert!(!server.may_lead_to(&url("http://music.example.org/")));
        assert!(!server.may_lead_to(&url("https://evil.example.org/")));
        let plain = ServerUrl::parse("http://nas").unwrap();
        assert!(
            plain.may_lead_to(&url("https://nas/")) && plain.may_lead_to(&url("http://nas:80/"))
        );
        assert!(!plain.may_lead_to(&url("http://169.254.169.254/")));
    }
}
