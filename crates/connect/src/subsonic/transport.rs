use std::io::Read;

/// What carries requests. Parsing and walking are tested over one that needs no network.
pub trait Transport: Send + Sync {
    /// Sends a `GET` and answers with whatever status came back; redirects are not followed.
    ///
    /// # Errors
    /// Where no answer came.
    fn get(&self, request: &Request<'_>) -> Result<Answer, TransportError>;
}

/// One `GET`.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// Whole, with its query, which holds the credentials.
    pub url: &'a str,
    /// A `Range` header to pass on.
    pub range: Option<&'a str>,
    /// How long to wait.
    pub patience: Patience,
}

/// How long an answer may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Patience {
    /// A list: all of it must come soon.
    Answer,
    /// A recording: it may last for hours, as long as something comes now and then.
    Stream,
}

/// What came back.
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// `Content-Type`.
    pub media_type: Option<String>,
    /// `Content-Length`.
    pub length: Option<u64>,
    /// `Content-Range`.
    pub range: Option<String>,
    /// `Accept-Ranges`.
    pub accepts_ranges: Option<String>,
    /// `Location`.
    pub location: Option<String>,
    /// As it arrives.
    pub body: Box<dyn Read + Send>,
}

/// Why no answer came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TransportError {
    /// Nobody is there; the system's reason.
    Unreachable(String),
    /// Nothing came in time.
    Timeout,
    /// The connection cannot be made private; the reason.
    Tls(String),
    /// What came is no HTTP.
    NotHttp,
}
