//! Who may talk to this server, and what a browser may do with its answers.

use std::net::IpAddr;

use axum::extract::{Request, State};
use axum::http::header::{HOST, HeaderName, HeaderValue, ORIGIN};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::error::ApiError;

/// Set on every answer. Nothing but this server is ever asked for anything; wasm may be compiled;
/// the camera may be used by this page alone.
const STRICT: [(&str, &str); 8] = [
    (
        "content-security-policy",
        "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; \
         object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
    ("permissions-policy", "camera=(self), microphone=(), geolocation=(), browsing-topics=()"),
    ("referrer-policy", "no-referrer"),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-embedder-policy", "require-corp"),
    ("cross-origin-resource-policy", "same-origin"),
];

/// Adds the strict headers.
pub(crate) async fn strict_headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in STRICT {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    response
}

/// Whether the server listens for this machine alone.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LoopbackOnly(pub(crate) bool);

/// Refuses foreign names and foreign pages.
///
/// A page elsewhere can point its own name at our address and then read our answers as its own (DNS
/// rebinding). That takes a name, so a server on loopback answers only to loopback's names, and any
/// other one only to numeric addresses and `localhost`.
pub(crate) async fn same_house(
    State(LoopbackOnly(loopback)): State<LoopbackOnly>,
    request: Request,
    next: Next,
) -> Response {
    let headers = request.headers();
    let host = text(headers, HOST);
    let ours = if loopback { names_loopback } else { is_numeric };
    if !host.is_some_and(ours) {
        return foreign_host().into_response();
    }
    if text(headers, ORIGIN).is_some_and(|origin| !same_origin(origin, host)) {
        return foreign_origin().into_response();
    }
    if !request.method().is_safe() && is_cross_site(headers) {
        return foreign_origin().into_response();
    }
    next.run(request).await
}

/// Whether a browser says that another site's page sends this (Fetch Metadata); other clients say
/// nothing.
fn is_cross_site(headers: &HeaderMap) -> bool {
    let site = text(headers, HeaderName::from_static("sec-fetch-site"));
    site.is_some_and(|site| site != "same-origin" && site != "none")
}

fn foreign_host() -> ApiError {
    ApiError::new(StatusCode::MISDIRECTED_REQUEST, "this server answers only to its own address")
        .hint("open it as http://localhost, or by its numeric address, with its port")
}

fn foreign_origin() -> ApiError {
    ApiError::new(StatusCode::FORBIDDEN, "a page of another site may not use this server")
        .hint("open Attune's own page instead")
}

/// The header's text; `None` where it is absent, repeated or not ASCII.
fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?;
    if values.next().is_some() { Some("") } else { Some(value.to_str().unwrap_or("")) }
}

/// Whether an `Origin` is the page served under this `Host`.
fn same_origin(origin: &str, host: Option<&str>) -> bool {
    let authority = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
    authority.is_some_and(|authority| {
        host.is_some_and(|host| authority.eq_ignore_ascii_case(host) && !host.is_empty())
    })
}

/// Whether a `Host` header names this machine's loopback, with any port.
fn names_loopback(host: &str) -> bool {
    is_localhost(host) || address(host).is_some_and(|a| a.to_canonical().is_loopback())
}

/// Whether a `Host` header needs no name service, with any port.
fn is_numeric(host: &str) -> bool {
    is_localhost(host) || address(host).is_some()
}

fn is_localhost(host: &str) -> bool {
    without_port(host).eq_ignore_ascii_case("localhost")
}

fn address(host: &str) -> Option<IpAddr> {
    let name = without_port(host);
    name.strip_prefix('[').and_then(|n| n.strip_suffix(']')).unwrap_or(name).parse().ok()
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_names_are_ours() {
        for (host, expected) in [
            ("localhost", true),
            ("LOCALHOST:8787", true),
            ("127.0.0.1:8787", true),
            ("127.9.9.9", true),
            ("[::1]:8787", true),
            ("[::1]", true),
            ("evil.example", false),
            ("localhost.evil.example:8787", false),
            ("127.0.0.1.evil.example", false),
            ("10.0.0.1", false),
            ("", false),
            ("localhost:x", false),
        ] {
            assert_eq!(names_loopback(host), expected, "{host}");
        }
    }

    #[test]
    fn elsewhere_numbers_are_ours_and_names_are_not() {
        for (host, expected) in [
            ("192.168.1.7:8787", true),
            ("[fe80::1]:8787", true),
            ("localhost:8787", true),
            ("evil.example:8787", false),
            ("192.168.1.7.evil.example", false),
            ("", false),
        ] {
            assert_eq!(is_numeric(host), expected, "{host}");
        }
    }

    #[test]
    fn an_origin_is_ours_only_with_our_host() {
        for (origin, host, expected) in [
            ("http://localhost:8787", Some("localhost:8787"), true),
            ("https://music.home", Some("music.home"), true),
            ("http://localhost:8788", Some("localhost:8787"), false),
            ("http://evil.example", Some("localhost:8787"), false),
            ("null", Some("localhost:8787"), false),
            ("http://", Some(""), false),
            ("http://localhost", None, false),
        ] {
            assert_eq!(same_origin(origin, host), expected, "{origin}");
        }
    }
}
