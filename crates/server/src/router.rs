//! Which address is answered by what.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::get;

use crate::assets::{asset, page};
use crate::error::ApiError;
use crate::guard::{LoopbackOnly, same_house, strict_headers};
use crate::model::{ModelFile, model};

/// The most bytes a request's body may have.
const BODY_LIMIT: usize = 4096;

pub(crate) fn router(model_file: ModelFile, loopback: LoopbackOnly) -> Router {
    Router::new()
        .route("/", get(page))
        .route("/assets/{version}/{name}", get(asset))
        .route("/model.safetensors", get(model).with_state(model_file))
        .fallback(async || ApiError::no_such_page())
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(from_fn_with_state(loopback, same_house))
        .layer(from_fn(strict_headers))
}
