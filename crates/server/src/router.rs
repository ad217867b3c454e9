//! Which address is answered by what.

use std::sync::Arc;

use attune_app::SetupCode;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{delete, get, post};

use crate::api::{event, health, languages, recommend};
use crate::assets::{asset, manifest, page, service_worker};
use crate::error::ApiError;
use crate::guard::{LoopbackOnly, same_house, strict_headers};
use crate::house::House;
use crate::model::model;
use crate::server::Served;
use crate::session::require_session;
use crate::{connections, corrections, diary, folders, look, media, playlists, session, settings};

/// The most bytes a request's body may have.
const BODY_LIMIT: usize = 4096;

pub(crate) fn router(
    served: Served,
    loopback: LoopbackOnly,
    setup_code: Option<SetupCode>,
) -> Router {
    let Served { library, model: weights, work, places } = served;
    let house = House::new(library, work, places.browse, places.data_dir, setup_code);
    let house = Arc::new(house);
    Router::new()
        .route("/", get(page))
        .route("/sw.js", get(service_worker))
        .route("/manifest.webmanifest", get(manifest))
        .route("/assets/{version}/{name}", get(asset))
        .route("/model.safetensors", get(model).with_state(weights))
        .merge(door())
        .merge(rooms().route_layer(from_fn_with_state(Arc::clone(&house), require_session)))
        .with_state(house)
        .fallback(async || ApiError::no_such_page())
        .method_not_allowed_fallback(async || {
            ApiError::new(StatusCode::METHOD_NOT_ALLOWED, "this address takes no such request")
        })
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(from_fn_with_state(loopback, same_house))
        .layer(from_fn(strict_headers))
}

/// What answers anyone.
fn door() -> Router<Arc<House>> {
    Router::new()
        .route("/api/health", get(health))
        .route("/api/session", get(session::session))
        .route("/api/owner", post(session::own))
        .route("/api/join", post(session::join))
        .route("/api/sign-in", post(session::sign_in))
}

/// What answers those who are signed in.
fn rooms() -> Router<Arc<House>> {
    accounts().merge(library()).merge(listening())
}

fn accounts() -> Router<Arc<House>> {
    Router::new()
        .route("/api/sign-out", post(session::sign_out))
        .route("/api/sign-out-everywhere", post(session::sign_out_everywhere))
        .route("/api/password", post(session::password))
        .route("/api/settings", post(settings::set_settings))
        .route("/api/devices", get(session::devices))
        .route("/api/devices/{id}", delete(session::forget_device))
        .route("/api/members", get(session::members))
        .route("/api/members/{id}", delete(session::remove_member))
        .route("/api/invitations", post(session::invite))
        .route("/api/invitations/{id}", delete(session::withdraw))
}

fn library() -> Router<Arc<House>> {
    Router::new()
        .route("/api/folders", get(folders::browse).post(folders::add))
        .route("/api/work", get(folders::work))
        .route("/api/band", post(folders::play_band))
        .route("/api/connections", get(connections::all).post(connections::connect))
        .route("/api/connections/{id}", delete(connections::disconnect))
        .route("/api/connections/{id}/sync", post(connections::sync))
        .route("/api/languages", get(languages))
        .route("/api/items", get(look::items).post(look::items_by_number))
        .route("/api/items/{id}/media", get(media::media))
        .route("/api/items/{id}/cover", get(media::cover))
        .route("/api/groups/{by}", get(look::groups))
        .route("/api/map", get(look::map))
}

fn listening() -> Router<Arc<House>> {
    Router::new()
        .route("/api/recommend", post(recommend))
        .route("/api/events", post(event))
        .route(
            "/api/corrections",
            get(corrections::corrections).post(corrections::correct).delete(corrections::forget),
        )
        .route("/api/diary", get(diary::read).post(diary::write).delete(diary::delete_entries))
        .route("/api/diary/{id}", delete(diary::delete_entry))
        .route("/api/diary/export/{format}", get(diary::export))
        .route("/api/playlists", get(playlists::all).post(playlists::make))
        .route(
            "/api/playlists/{id}",
            get(playlists::show).post(playlists::extend).delete(playlists::delete),
        )
        .route("/api/playlists/{id}/export/{format}", get(playlists::export_saved))
        .route("/api/export/{format}", get(playlists::export))
}
