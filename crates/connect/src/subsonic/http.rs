//! The network.

use std::fmt;
use std::io;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use ureq::tls::{Certificate, RootCerts, TlsConfig};
use ureq::{Agent, Body};

use super::transport::{Answer, Patience, Request, Transport, TransportError};

/// How long to wait for a connection,
const CONNECT: Duration = Duration::from_secs(10);
/// for the first word of an answer,
const FIRST_WORD: Duration = Duration::from_secs(60);
/// for all of one,
const WHOLE: Duration = Duration::from_secs(120);
/// and for the next bytes of a recording.
const NEXT: Duration = Duration::from_secs(30);

/// HTTP/1.1, by rustls where the address says so, against the certificates that the system trusts. Connections
/// are kept and used again. Clones share them.
#[derive(Clone, Default)]
pub struct Http {
    plain: Arc<OnceLock<Agents>>,
    private: Arc<OnceLock<Agents>>,
}

struct Agents {
    answers: Agent,
    streams: Agent,
}

impl Http {
    /// Opens nothing before the first request, and reads no certificate before the first private one.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn agents(&self, url: &str) -> &Agents {
        match url.starts_with("https:") {
            true => self.private.get_or_init(|| Agents::new(trusted())),
            false => self.plain.get_or_init(|| Agents::new(Vec::new())),
        }
    }
}

impl Agents {
    fn new(trusted: Vec<Certificate<'static>>) -> Self {
        let tls = TlsConfig::builder()
            .root_certs(RootCerts::Specific(Arc::new(trusted)))
            .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .build();
        let config = || {
            Agent::config_builder()
                .tls_config(tls.clone())
                .http_status_as_error(false)
                .max_redirects(0)
                .max_redirects_will_error(false)
                // Music comes from the house, or from where its owner says, and through nobody.
                .proxy(None)
                .user_agent(concat!("attune/", env!("CARGO_PKG_VERSION")))
                .timeout_connect(Some(CONNECT))
                .timeout_recv_response(Some(FIRST_WORD))
        };
        let answers = config().timeout_global(Some(WHOLE)).build().new_agent();
        let streams = config().timeout_per_read(Some(NEXT)).build().new_agent();
        Self { answers, streams }
    }
}

/// The certificates that the system trusts. Where it has none, no server is trusted.
fn trusted() -> Vec<Certificate<'static>> {
    let found = rustls_native_certs::load_native_certs().certs;
    found.iter().map(|certificate| Certificate::from_der(certificate).to_owned()).collect()
}

impl fmt::Debug for Http {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Http")
    }
}

impl Transport for Http {
    fn get(&self, request: &Request<'_>) -> Result<Answer, TransportError> {
        let agents = self.agents(request.url);
        let agent = match request.patience {
            Patience::Answer => &agents.answers,
            Patience::Stream => &agents.streams,
        };
        let call = agent.get(request.url);
        let call = match request.range {
            Some(range) => call.header("range", range),
            None => call,
        };
        Ok(answer(call.call().map_err(failure)?))
    }
}

fn answer(response: ureq::http::Response<Body>) -> Answer {
    let header = |name: &str| {
        response.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
    };
    Answer {
        status: response.status().as_u16(),
        media_type: header("content-type"),
        length: header("content-length").and_then(|length| length.parse().ok()),
        range: header("content-range"),
        accepts_ranges: header("accept-ranges"),
        location: header("location"),
        // Whoever reads says how much is too much.
        body: Box::new(response.into_body().into_with_config().limit(u64::MAX).reader()),
    }
}

fn failure(error: ureq::Error) -> TransportError {
    match error {
        ureq::Error::Timeout(_) => TransportError::Timeout,
        ureq::Error::HostNotFound => {
            TransportError::Unreachable("nobody knows that name".to_owned())
        }
        ureq::Error::Rustls(error) => TransportError::Tls(error.to_string()),
        ureq::Error::Tls(why) => TransportError::Tls(why.to_owned()),
        ureq::Error::Protocol(_) | ureq::Error::LargeResponseHeader(..) => TransportError::NotHttp,
        ureq::Error::Io(error) => io_failure(&error),
        other => TransportError::Unreachable(other.to_string()),
    }
}

fn io_failure(error: &io::Error) -> TransportError {
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
    match (inner, error.kind()) {
        (Some(tls), _) => TransportError::Tls(tls.to_string()),
        (None, io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock) => TransportError::Timeout,
        (None, io::ErrorKind::ConnectionRefused) => {
            TransportError::Unreachable("nothing listens there".to_owned())
        }
        (None, io::ErrorKind::UnexpectedEof) => {
            TransportError::Unreachable("it hangs up".to_owned())
        }
        _ => TransportError::Unreachable(error.to_string()),
    }
}
