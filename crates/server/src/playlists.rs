//! Lists that listeners saved, and lists as files.

use std::sync::Arc;

use attune_app::{PlaylistFormat, moment, playlist_file};
use attune_core::{Item, ItemId};
use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::api::unreadable;
use crate::error::ApiError;
use crate::house::House;
use crate::item::ItemJson;
use crate::media::download;
use crate::session::{Signed, gone};

/// The most items on a saved list.
const LONGEST: usize = 20_000;
/// The most characters of its name.
const NAME: usize = 120;

/// `GET /api/playlists`
pub(crate) async fn all(
    State(house): State<Arc<House>>,
    Signed(account): Signed,
) -> Result<Json<Value>, ApiError> {
    let lists = house.library.store().saved_lists(&account.listener).await?;
    let lists: Vec<_> = lists
        .into_iter()
        .map(
            |l| json!({ "id": l.id, "name": l.name, "created_ms": l.created_ms, "items": l.items }),
        )
        .collect();
    Ok(Json(json!({ "playlists": lists })))
}

/// The body of `POST /api/playlists`.
#[derive(Deserialize)]
pub(crate) struct Named {
    name: String,
}

/// `POST /api/playlists`: an empty list.
pub(crate) async fn make(
    State(house): State<Arc<House>>,
    Signed(account): Signed,
    body: Result<Json<Named>, JsonRejection>,
) -> Result<Json<Value>, ApiError> {
    let Json(Named { name }) = body.map_err(unreadable)?;
    let name = name.trim();
    if name.is_empty() || name.chars().count() > NAME {
        return Err(ApiError::bad_request(format!("a list's name has 1 to {NAME} characters"))
            .hint("choose a short name"));
    }
    let id = house.library.store().add_saved_list(&account.listener, name, moment().now_ms).await?;
    Ok(Json(json!({ "id": id })))
}

/// The body of `POST /api/playlists/{id}`; longer lists come in parts, for no body may be long.
#[derive(Deserialize)]
pub(crate) struct More {
    items: Vec<i64>,
}

/// `POST /api/playlists/{id}`: items at its end.
pub(crate) async fn extend(
    State(house): State<Arc<House>>,
    Signed(account): Signed,
    Path(id): Path<i64>,
    body: Result<Json<More>, JsonRejection>,
) -> Result<Json<Value>, ApiError> {
    let Json(More { items }) = body.map_err(unreadable)?;
    let store = house.library.store();
    let list = store.saved_list(&account.listener, id).await?.ok_or_else(ApiError::not_here)?;
    let catalogue = house.library.catalogue().await?;
    let known: Vec<ItemId> =
        items.into_iter().map(ItemId).filter(|id| catalogue.item(*id).is_some()).collect();
    let length = usize::try_from(list.items).unwrap_or(usize::MAX).saturating_add(known.len());
    if length > LONGEST {
        return Err(ApiError::new(StatusCode::CONFLICT, "this list is full")
            .hint(format!("a saved list has at most {LONGEST} items")));
    }
    store.extend_saved_list(id, &known).await?;
    Ok(Json(json!({ "items": length })))
}

/// A part of a list.
#[derive(Deserialize)]
pub(crate) struct Part {
    #[serde(default)]
    offset: usize,
    limit: Option<usize>,
}

/// `GET /api/playlists/{id}?offset&limit`
pub(crate) async fn show(
    State(house): State<Arc<House>>,
    Signed(account): Signed,
    Path(id): Path<i64>,
    Query(part): Query<Part>,
) -> Result<Json<Value>, ApiError> {
    let (name, items) = saved(&house, &account.listener, id).await?;
    let page = items.iter().skip(part.offset).take(part.limit.unwrap_or(LONGEST));
    let page: Vec<_> = page.map(ItemJson::from).collect();
    Ok(Json(json!({ "name": name, "total": items.len(), "offset": part.offset, "items": page })))
}

async fn saved(house: &House, listener: &str, id: i64) -> Result<(String, Vec<Item>), ApiError> {
    let store = house.library.store();
    let list = store.saved_list(listener, id).await?.ok_or_else(ApiError::not_here)?;
    let catalogue = house.library.catalogue().await?;
    let items = store.saved_list_items(id).await?;
    let items = items.into_iter().filter_map(|id| catalogue.item(id).cloned()).collect();
    Ok((list.name, items))
}

/// `DELETE /api/playlists/{id}`
pub(crate) async fn delete(
    State(house): State<Arc<House>>,
    Signed(account): Signed,
    Path(id): Path<i64>,
) -> Result<Json<Value>, ApiError> {
    gone(house.library.store().delete_saved_list(&account.listener, id).await?)
}

/// `GET /api/playlists/{id}/export/{m3u8|xspf|jspf}`
pub(crate) async fn export_saved(
    State(house): State<Arc<House>>,
    Signed(account): Signed,
    Path((id, format)): Path<(i64, String)>,
) -> Result<Response, ApiError> {
    let (name, items) = saved(&house, &account.listener, id).await?;
    file(&name, &items, &format)
}

/// Items by their numbers.
#[derive(Deserialize)]
pub(crate) struct Listed {
    /// With commas between.
    items: String,
}

/// `GET /api/export/{m3u8|xspf|jspf}?items=3,1,2`
pub(crate) async fn export(
    State(house): State<Arc<House>>,
    _: Signed,
    Path(format): Path<String>,
    Query(Listed { items }): Query<Listed>,
) -> Result<Response, ApiError> {
    let catalogue = house.library.catalogue().await?;
    let ids = items.split(',').filter_map(|id| id.parse().ok().map(ItemId));
    let items: Vec<Item> = ids.filter_map(|id| catalogue.item(id).cloned()).collect();
    file("Attune", &items, &format)
}

fn file(name: &str, items: &[Item], format: &str) -> Result<Response, ApiError> {
    let (format, media_type, ending) = match format {
        "m3u8" => (PlaylistFormat::M3u8, "application/vnd.apple.mpegurl", "m3u8"),
        "xspf" => (PlaylistFormat::Xspf, "application/xspf+xml", "xspf"),
        "jspf" => (PlaylistFormat::Jspf, "application/json", "jspf"),
        _ => return Err(ApiError::not_here().hint("there is m3u8, xspf and jspf")),
    };
    let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
    let safe: String = name.chars().map(plain).take(60).collect();
    let safe = if safe.trim_matches('-').is_empty() { "attune" } else { safe.trim_matches('-') };
    Ok(download(&format!("{safe}.{ending}"), media_type, playlist_file(name, items, format)))
}
