//! Files of the library, their covers, and files to download.

use std::sync::Arc;

use attune_app::Cover;
use attune_core::{Item, ItemId, Source};
use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, RANGE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use tower_http::services::ServeFile;

use crate::cover::generated;
use crate::error::ApiError;
use crate::house::House;
use crate::remote;
use crate::session::Signed;

/// `GET /api/items/{id}/media`: the recording as it is, also in parts (RFC 9110, 14).
pub(crate) async fn media(
    State(house): State<Arc<House>>,
    _: Signed,
    Path(id): Path<i64>,
    request: Request,
) -> Result<Response, ApiError> {
    let item = item(&house, id).await?;
    let path = match &item.source {
        Source::File(path) => path,
        Source::Server(address) => {
            let range = request.headers().get(RANGE).cloned();
            return remote::media(&house, &item, address, range).await;
        }
        Source::Link(_) => {
            return Err(ApiError::not_here().hint("this item is a link: it opens elsewhere"));
        }
    };
    let served = ServeFile::new(path).try_call(request).await;
    let response = served.map_err(|_| missing(&item))?;
    if response.status() == StatusCode::NOT_FOUND {
        return Err(missing(&item));
    }
    let mut response = response.map(Body::new).into_response();
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    Ok(response)
}

fn missing(item: &Item) -> ApiError {
    ApiError::new(StatusCode::GONE, format!("the file of '{}' is not where it was", item.title))
        .hint("is its disk connected?")
}

/// `GET /api/items/{id}/cover`
pub(crate) async fn cover(
    State(house): State<Arc<House>>,
    _: Signed,
    Path(id): Path<i64>,
) -> Result<Response, ApiError> {
    let item = item(&house, id).await?;
    let (media_type, body) = match picture(&house, item.id).await {
        Some(cover) => (cover.media_type, Body::from(cover.bytes)),
        None => ("image/svg+xml", Body::from(generated(&item))),
    };
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, max-age=86400"));
    Ok(response)
}

/// The picture in the item's file or folder, read where blocking is allowed.
async fn picture(house: &House, item: ItemId) -> Option<Cover> {
    remote::waiting(house, async move |library| library.cover(item).await).await.ok()?
}

async fn item(house: &House, id: i64) -> Result<Item, ApiError> {
    let catalogue = house.library.catalogue().await?;
    catalogue.item(ItemId(id)).cloned().ok_or_else(ApiError::not_here)
}

/// An answer that browsers save as a file.
pub(crate) fn download(name: &str, media_type: &'static str, text: String) -> Response {
    let mut response = text.into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(value) = HeaderValue::try_from(format!("attachment; filename=\"{name}\"")) {
        headers.insert(CONTENT_DISPOSITION, value);
    }
    response
}
