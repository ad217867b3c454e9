//! Recordings that come from a music server, handed through: the page talks to its own origin alone, and what
//! signs requests to the server stays here.

use std::io::Read;
use std::sync::Arc;

use attune_app::{AppError, Library, Media, SubsonicError};
use attune_core::{Item, ServerAddress};
use axum::body::{Body, Bytes};
use axum::http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE,
};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use tokio::runtime::Handle;
use tokio::sync::mpsc;

use crate::error::ApiError;
use crate::house::House;

/// Bytes that are handed on at once,
const CHUNK: usize = 64 * 1024;
/// and how many of these may wait for a slow browser.
const AHEAD: usize = 4;
/// The longest `Range` that is passed on.
const LONGEST_RANGE: usize = 100;

/// Work on the library that waits for disks or networks, where waiting is allowed.
pub(crate) async fn waiting<T: Send + 'static>(
    house: &House,
    work: impl AsyncFnOnce(&Library) -> Result<T, AppError> + Send + 'static,
) -> Result<T, ApiError> {
    Ok(worked(house, work).await??)
}

async fn worked<T: Send + 'static>(
    house: &House,
    work: impl AsyncFnOnce(&Library) -> T + Send + 'static,
) -> Result<T, ApiError> {
    let (library, runtime) = (Arc::clone(&house.library), Handle::current());
    let worked = tokio::task::spawn_blocking(move || runtime.block_on(work(&library))).await;
    worked.map_err(|_| ApiError::broken("the work ended early"))
}

/// The recording of an item that a server has, in the parts that are asked for.
pub(crate) async fn media(
    house: &House,
    item: &Item,
    address: &ServerAddress,
    range: Option<HeaderValue>,
) -> Result<Response, ApiError> {
    let permit = Arc::clone(&house.streams).try_acquire_owned();
    let permit = permit.map_err(|_| {
        ApiError::new(StatusCode::SERVICE_UNAVAILABLE, "too many recordings play at once")
            .hint("try again in a moment")
    })?;
    let range = range.and_then(|range| range.to_str().ok().map(str::to_owned));
    let range = range.filter(|range| range.starts_with("bytes=") && range.len() <= LONGEST_RANGE);
    let address = address.clone();
    let work = async move |library: &Library| library.stream(&address, range.as_deref()).await;
    let asked = worked(house, work).await?;
    let Media { status, media_type, length, range, accepts_ranges, body } =
        asked.map_err(|error| failure(error, item))?;
    let mut response = through(body, permit).into_response();
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
    let ranges = accepts_ranges.then(|| "bytes".to_owned());
    let cache = Some("private, no-cache".to_owned());
    let headers: [(HeaderName, Option<String>); 5] = [
        (CONTENT_TYPE, Some(media_type)),
        (CONTENT_LENGTH, length.map(|length| length.to_string())),
        (CONTENT_RANGE, range),
        (ACCEPT_RANGES, ranges),
        (CACHE_CONTROL, cache),
    ];
    for (name, value) in headers {
        if let Some(value) = value.and_then(|value| HeaderValue::try_from(value).ok()) {
            response.headers_mut().insert(name, value);
        }
    }
    Ok(response)
}

/// What a browser is told where a server does not play.
fn failure(error: AppError, item: &Item) -> ApiError {
    match error {
        AppError::Server(SubsonicError::Gone { .. }) | AppError::UnknownConnection { .. } => {
            let gone = format!("the server does not have '{}' any more", item.title);
            ApiError::new(StatusCode::GONE, gone)
        }
        other => ApiError::from(other),
    }
}

/// Hands a body on as it arrives, on a thread of its own that ends when nobody listens any more.
fn through(mut body: Box<dyn Read + Send>, permit: tokio::sync::OwnedSemaphorePermit) -> Body {
    let (send, receive) = mpsc::channel::<std::io::Result<Bytes>>(AHEAD);
    std::thread::spawn(move || {
        let _permit = permit;
        let mut chunk = vec![0; CHUNK];
        loop {
            let part = match body.read(&mut chunk) {
                Ok(0) => return,
                Ok(n) => Ok(Bytes::copy_from_slice(chunk.get(..n).unwrap_or_default())),
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                // A body that breaks off must not look whole.
                Err(error) => Err(error),
            };
            let broken = part.is_err();
            if send.blocking_send(part).is_err() || broken {
                return;
            }
        }
    });
    let parts = stream::unfold(receive, async |mut receive| {
        let part = receive.recv().await?;
        Some((part, receive))
    });
    Body::from_stream(parts)
}
