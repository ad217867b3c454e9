//! Music servers: the owner's business alone. An address is asked only where the owner typed it.

use std::sync::Arc;

use attune_app::SignIn;
use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::api::unreadable;
use crate::error::ApiError;
use crate::house::House;
use crate::remote::waiting;
use crate::session::Owner;

/// A server, and how to sign in there: by name and password, or by a key.
#[derive(Deserialize)]
pub(crate) struct Wanted {
    address: String,
    #[serde(default)]
    user: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    api_key: String,
}

impl Wanted {
    fn sign_in(self) -> Result<(String, SignIn), ApiError> {
        let Self { address, user, password, api_key } = self;
        let user = user.trim().to_owned();
        if !api_key.is_empty() {
            return Ok((address, SignIn::ApiKey(api_key)));
        }
        if user.is_empty() || password.is_empty() {
            return Err(ApiError::bad_request("a user name and a password are needed")
                .hint("or an API key, where the server gives those"));
        }
        Ok((address, SignIn::Password { user, password }))
    }
}

/// `GET /api/connections`: `{"connections":[...]}`, without anything secret.
pub(crate) async fn all(
    State(house): State<Arc<House>>,
    _: Owner,
) -> Result<Json<Value>, ApiError> {
    Ok(Json(json!({ "connections": house.library.connections().await? })))
}

/// `POST /api/connections` with `{"address":"...","user":"...","password":"..."}`: asks the server, keeps a
/// token, and has whoever follows servers list what it has.
pub(crate) async fn connect(
    State(house): State<Arc<House>>,
    _: Owner,
    body: Result<Json<Wanted>, JsonRejection>,
) -> Result<Json<Value>, ApiError> {
    let Json(wanted) = body.map_err(unreadable)?;
    let (address, sign_in) = wanted.sign_in()?;
    let (connection, info) =
        waiting(&house, async move |library| library.connect_server(&address, &sign_in).await)
            .await?;
    Ok(Json(json!({ "connection": connection, "program": info.program, "version": info.version })))
}

/// `POST /api/connections/{id}/sync`: has it synchronised soon; `/api/work` tells how far that is.
pub(crate) async fn sync(
    State(house): State<Arc<House>>,
    _: Owner,
    Path(id): Path<i64>,
) -> Result<Json<Value>, ApiError> {
    house.library.want_sync(id).await?;
    Ok(Json(json!({ "id": id })))
}

/// `DELETE /api/connections/{id}`
pub(crate) async fn disconnect(
    State(house): State<Arc<House>>,
    _: Owner,
    Path(id): Path<i64>,
) -> Result<Json<Value>, ApiError> {
    house.library.disconnect(id).await?;
    Ok(Json(json!({ "id": id })))
}
