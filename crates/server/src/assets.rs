//! The page, its scripts and the wasm module, packed into this binary at build time.

use std::borrow::Cow;
use std::io::Read;

use axum::body::{Body, Bytes};
use axum::extract::Path;
use axum::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::error::ApiError;

include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// One file as it is stored.
struct Asset {
    name: &'static str,
    /// Changes with the content.
    tag: &'static str,
    /// Whether `bytes` are compressed.
    gzip: bool,
    bytes: &'static [u8],
}

/// How long a browser may keep an answer without asking again.
#[derive(Clone, Copy)]
pub(crate) enum Caching {
    /// The address changes with the content.
    Forever,
    /// Kept, but asked about each time.
    Revalidate,
}

impl Caching {
    fn header(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::Forever => "public, max-age=31536000, immutable",
            Self::Revalidate => "no-cache",
        })
    }
}

/// One of the page's files, as it is; `None` for a name that is none of them.
#[must_use]
pub fn page_file(name: &str) -> Option<Cow<'static, [u8]>> {
    let asset = find(name)?;
    Some(if asset.gzip { unpack(asset.bytes).into() } else { asset.bytes.into() })
}

/// `GET /`
pub(crate) async fn page(headers: HeaderMap) -> Response {
    find("index.html").map_or_else(not_found, |asset| asset.answer(&headers, Caching::Revalidate))
}

/// `GET /sw.js`: at the root, for a service worker sees only what lies below it.
pub(crate) async fn service_worker(headers: HeaderMap) -> Response {
    find("sw.js").map_or_else(not_found, |asset| asset.answer(&headers, Caching::Revalidate))
}

/// `GET /manifest.webmanifest`
pub(crate) async fn manifest(headers: HeaderMap) -> Response {
    let asset = find("manifest.webmanifest");
    asset.map_or_else(not_found, |asset| asset.answer(&headers, Caching::Revalidate))
}

/// `GET /assets/{version}/{name}`; another version's address still answers, for a page that was
/// open when the server was replaced, but must not be kept.
pub(crate) async fn asset(
    Path((version, name)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    let caching = if version == VERSION { Caching::Forever } else { Caching::Revalidate };
    find(&name).map_or_else(not_found, |asset| asset.answer(&headers, caching))
}

fn find(name: &str) -> Option<&'static Asset> {
    FILES.iter().find(|asset| asset.name == name)
}

fn not_found() -> Response {
    ApiError::no_such_page().into_response()
}

impl Asset {
    fn answer(&self, request: &HeaderMap, caching: Caching) -> Response {
        let packed = self.gzip && accepts_gzip(request);
        let tag = format!("\"{}{}\"", self.tag, if packed { "-gzip" } else { "" });
        let mut response = if packed || !self.gzip {
            answer_bytes(request, &tag, caching, Bytes::from_static(self.bytes))
        } else {
            answer_bytes(request, &tag, caching, unpack(self.bytes).into())
        };
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type(self.name)));
        headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
        if packed {
            headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        response
    }
}

/// The bytes with their tag, or `304 Not Modified` where the client holds them already.
pub(crate) fn answer_bytes(
    request: &HeaderMap,
    tag: &str,
    caching: Caching,
    bytes: Bytes,
) -> Response {
    let mut response = if holds(request, tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        Body::from(bytes).into_response()
    };
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, caching.header());
    if let Ok(tag) = HeaderValue::from_str(tag) {
        headers.insert(ETAG, tag);
    }
    response
}

/// Whether `If-None-Match` names the tag (RFC 9110, 13.1.2: weak comparison).
fn holds(request: &HeaderMap, tag: &str) -> bool {
    let known = list(request, IF_NONE_MATCH.as_str());
    known.split(',').map(|t| t.trim().trim_start_matches("W/")).any(|t| t == tag || t == "*")
}

/// Whether `Accept-Encoding` allows gzip: named, or matched by `*`, with a weight above 0.
fn accepts_gzip(request: &HeaderMap) -> bool {
    let accepted = list(request, ACCEPT_ENCODING.as_str()).to_ascii_lowercase();
    let weight_of = |coding: &str| {
        accepted.split(',').find_map(|offer| {
            let mut parts = offer.split(';').map(str::trim);
            (parts.next() == Some(coding)).then(|| weight(parts.next()))
        })
    };
    weight_of("gzip").or_else(|| weight_of("*")).is_some_and(|w| w > 0.0)
}

fn weight(parameter: Option<&str>) -> f32 {
    parameter.and_then(|p| p.strip_prefix("q=")?.trim().parse().ok()).unwrap_or(1.0)
}

fn list<'a>(headers: &'a HeaderMap, name: &str) -> Cow<'a, str> {
    headers.get(name).map_or(Cow::Borrowed(""), |v| String::from_utf8_lossy(v.as_bytes()))
}

/// Inflates for the rare client that takes no gzip.
fn unpack(packed: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    // What this crate's build packed unpacks.
    let _ = flate2::read::GzDecoder::new(packed).read_to_end(&mut bytes);
    bytes
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("webmanifest") => "application/manifest+json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("wasm") => "application/wasm",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gzip_is_sent_only_where_it_is_accepted() {
        for (offer, expected) in [
            ("gzip", true),
            ("gzip, deflate, br", true),
            ("br;q=1.0, GZIP;q=0.5", true),
            ("*", true),
            ("gzip;q=0", false),
            ("gzip;q=0, *", false),
            ("identity", false),
            ("", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT_ENCODING, HeaderValue::from_static(offer));
            assert_eq!(accepts_gzip(&headers), expected, "{offer}");
        }
    }

    #[test]
    fn tags_compare_weakly() {
        for (sent, expected) in [
            ("\"a\"", true),
            ("W/\"a\"", true),
            ("\"b\", \"a\"", true),
            ("*", true),
            ("\"ab\"", false),
            ("a", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(IF_NONE_MATCH, HeaderValue::from_static(sent));
            assert_eq!(holds(&headers, "\"a\""), expected, "{sent}");
        }
    }
}
