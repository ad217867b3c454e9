//! The JSON interface: thin handlers over the use cases.

use std::collections::HashMap;
use std::sync::Arc;

use attune_app::{
    AppError, FaceReader, Library, Recommendation, Recorded, StoreError, SubsonicError, plays_here,
};
use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::StatusCode;
use serde::Serialize;
use serde_json::Value;

use crate::error::ApiError;
use crate::house::House;
use crate::item::ItemJson;
use crate::session::Signed;
use crate::wish::{EventWish, Wish};

/// `POST /api/recommend`
pub(crate) async fn recommend(
    State(house): State<Arc<House>>,
    Signed(account): Signed,
    wish: Result<Json<Wish>, JsonRejection>,
) -> Result<Json<Value>, ApiError> {
    let Json(mut wish) = wish.map_err(unreadable)?;
    let playable = wish.playable;
    if playable {
        let catalogue = house.library.catalogue().await?;
        let links = catalogue.items.iter().filter(|item| !plays_here(item));
        wish.not.extend(links.map(|item| item.id.0));
    }
    let ask = wish.ask(account.listener)?;
    let list = house.library.recommend_for(&ask, no_photo).await?;
    with_items(&list).map(Json)
}

/// The documented list, each item with what the app needs to show and play it.
fn with_items(list: &Recommendation) -> Result<Value, ApiError> {
    let unwritable = |_| ApiError::broken("the list cannot be written");
    let mut json = serde_json::to_value(list).map_err(unwritable)?;
    let entries = json.get_mut("items").and_then(Value::as_array_mut).into_iter().flatten();
    for (entry, listed) in entries.zip(&list.items) {
        let item = serde_json::to_value(ItemJson::from(&listed.item)).map_err(unwritable)?;
        if let (Value::Object(entry), Value::Object(item)) = (entry, item) {
            entry.extend(item);
        }
    }
    Ok(json)
}

/// Photos are read in the browser; a request names none, so no reader is ever asked for.
fn no_photo() -> Result<FaceReader, AppError> {
    FaceReader::with_model(&[])
}

/// `POST /api/events`
pub(crate) async fn event(
    State(house): State<Arc<House>>,
    Signed(account): Signed,
    body: Result<Json<EventWish>, JsonRejection>,
) -> Result<Json<Recorded>, ApiError> {
    let Json(wish) = body.map_err(unreadable)?;
    let recorded = house.library.record(&wish.deed(account.listener)?).await?;
    learn_in_background(&house.library);
    Ok(Json(recorded))
}

/// Learns what listeners play where that has changed, while requests are answered.
pub(crate) fn learn_in_background(library: &Arc<Library>) {
    let library = Arc::clone(library);
    // What can't be learned now is tried again after the next event; lists go on without it.
    tokio::spawn(async move { library.learn().await.ok() });
}

/// A language and how many items of the library are in it.
#[derive(Debug, Serialize)]
pub(crate) struct LanguageCount {
    language: String,
    items: usize,
}

/// The library's languages, the most frequent first.
#[derive(Debug, Serialize)]
pub(crate) struct Languages {
    languages: Vec<LanguageCount>,
}

/// `GET /api/languages`
pub(crate) async fn languages(
    State(house): State<Arc<House>>,
    _: Signed,
) -> Result<Json<Languages>, ApiError> {
    let catalogue = house.library.catalogue().await?;
    let mut counts = HashMap::<&str, usize>::new();
    for language in catalogue.items.iter().filter_map(|item| item.language.as_ref()) {
        *counts.entry(language.name()).or_default() += 1;
    }
    let count =
        |(language, items): (&str, usize)| LanguageCount { language: language.into(), items };
    let mut languages: Vec<_> = counts.into_iter().map(count).collect();
    languages.sort_by(|a, b| b.items.cmp(&a.items).then_with(|| a.language.cmp(&b.language)));
    Ok(Json(Languages { languages }))
}

/// That the server answers, and which one it is.
#[derive(Debug, Serialize)]
pub(crate) struct Health {
    status: &'static str,
    version: &'static str,
}

/// `GET /api/health`
pub(crate) async fn health() -> Json<Health> {
    Json(Health { status: "ok", version: env!("CARGO_PKG_VERSION") })
}

pub(crate) fn unreadable(rejection: JsonRejection) -> ApiError {
    match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => {
            ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, "a request may have at most 4096 bytes")
                .hint("send a mood or an expression, never a picture")
        }
        StatusCode::UNSUPPORTED_MEDIA_TYPE => {
            ApiError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "the request is not marked as JSON")
                .hint("send it with content-type: application/json")
        }
        _ => {
            ApiError::bad_request(format!("the request cannot be read: {}", rejection.body_text()))
                .hint(r#"send an object like {"expression":"happy","goal":"lift"}"#)
        }
    }
}

/// What was typed wrongly is the asker's, the rest the music server's.
fn of_server(error: &SubsonicError) -> StatusCode {
    match error {
        SubsonicError::Timeout { .. } => StatusCode::GATEWAY_TIMEOUT,
        SubsonicError::BadAddress { .. }
        | SubsonicError::NotSubsonic { .. }
        | SubsonicError::Elsewhere { .. }
        | SubsonicError::WrongPassword { .. }
        | SubsonicError::NoTokens { .. }
        | SubsonicError::Forbidden { .. } => StatusCode::BAD_REQUEST,
        _ => StatusCode::BAD_GATEWAY,
    }
}

impl From<AppError> for ApiError {
    fn from(error: AppError) -> Self {
        let status = match error {
            AppError::UnknownItem { .. }
            | AppError::Ambiguous { .. }
            | AppError::Contradiction(_)
            | AppError::TooManySteps { .. }
            | AppError::JourneyDone => StatusCode::BAD_REQUEST,
            AppError::UnknownConnection { .. } => StatusCode::NOT_FOUND,
            AppError::Server(ref error) => of_server(error),
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        };
        let refused = Self::new(status, error.to_string());
        match error.hint() {
            Some(hint) => refused.hint(hint),
            None => refused,
        }
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        Self::from(AppError::from(error))
    }
}
