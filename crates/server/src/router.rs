//! Which address is answered by what.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{get, post};

use crate::api::{event, health, languages, recommend};
use crate::assets::{asset, page};
use crate::error::ApiError;
use crate::guard::{LoopbackOnly, same_house, strict_headers};
use crate::model::model;
use crate::server::Served;

/// The most bytes a request's body may have.
const BODY_LIMIT: usize = 4096;

pub(crate) fn router(served: Served, loopback: LoopbackOnly) -> Router {
    Router::new()
        .route("/", get(page))
        .route("/assets/{version}/{name}", get(asset))
        .route("/model.safetensors", get(model).with_state(served.model))
        .route("/api/health", get(health))
        .route("/api/languages", get(languages))
        .route("/api/recommend", post(recommend))
        .route("/api/events", post(event))
        .with_state(served.library)
        .fallback(async || ApiError::no_such_page())
        .method_not_allowed_fallback(async || {
            ApiError::new(StatusCode::METHOD_NOT_ALLOWED, "this address takes no such request")
        })
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(from_fn_with_state(loopback, same_house))
        .layer(from_fn(strict_headers))
}
