//! The diary: only for those who switched it on.

use std::sync::Arc;

use attune_app::{DiaryRow, NewEntry, ToldBy, diary_csv, moment, what_helped};
use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::api::unreadable;
use crate::error::ApiError;
use crate::house::House;
use crate::media::download;
use crate::session::{Signed, gone};
use crate::settings::settings_of;
use crate::wish::{MoodNumbers, expression, goal};

/// The body of `POST /api/diary`.
#[derive(Deserialize)]
pub(crate) struct Entry {
    mood: MoodNumbers,
    told_by: ToldBy,
    expression: Option<String>,
    goal: Option<String>,
    after: Option<i64>,
}

/// A stretch of time in Unix milliseconds: from (inclusive) to (exclusive).
#[derive(Deserialize)]
pub(crate) struct Stretch {
    from_ms: Option<i64>,
    to_ms: Option<i64>,
}

impl Stretch {
    fn bounds(&self) -> (i64, i64) {
        (self.from_ms.unwrap_or(i64::MIN), self.to_ms.unwrap_or(i64::MAX))
    }
}

/// `POST /api/diary`; `{"id":null}` where the diary is off, and then nothing was stored.
pub(crate) async fn write(
    State(house): State<Arc<House>>,
    Signed(account): Signed,
    body: Result<Json<Entry>, JsonRejection>,
) -> Result<Json<Value>, ApiError> {
    let Json(entry) = body.map_err(unreadable)?;
    if !settings_of(&account).diary {
        return Ok(Json(json!({ "id": null })));
    }
    let entry = NewEntry {
        at_ms: moment().now_ms,
        mood: entry.mood.mood()?,
        told_by: entry.told_by,
        expression: entry.expression.as_deref().map(expression).transpose()?,
        goal: entry.goal.as_deref().map(goal).transpose()?,
        after: entry.after,
    };
    let id = house.library.write_diary(&account.listener, &entry).await?;
    Ok(Json(json!({ "id": id })))
}

/// `GET /api/diary?from_ms&to_ms`
pub(crate) async fn read(
    State(house): State<Arc<House>>,
    Signed(account): Signed,
    Query(stretch): Query<Stretch>,
) -> Result<Json<Value>, ApiError> {
    let diary = entries(&house, &account.listener, &stretch).await?;
    let helped = what_helped(&diary);
    Ok(Json(json!({ "on": settings_of(&account).diary, "entries": diary, "helped": helped })))
}

async fn entries(
    house: &House,
    listener: &str,
    stretch: &Stretch,
) -> Result<Vec<DiaryRow>, ApiError> {
    let (from_ms, to_ms) = stretch.bounds();
    Ok(house.library.store().diary(listener, from_ms, to_ms).await?)
}

/// `GET /api/diary/export/{json|csv}`
pub(crate) async fn export(
    State(house): State<Arc<House>>,
    Signed(account): Signed,
    Path(format): Path<String>,
) -> Result<Response, ApiError> {
    let all = Stretch { from_ms: None, to_ms: None };
    let diary = entries(&house, &account.listener, &all).await?;
    match format.as_str() {
        "json" => {
            let json = serde_json::to_string_pretty(&diary)
                .map_err(|_| ApiError::broken("the diary cannot be written"))?;
            Ok(download("attune-diary.json", "application/json", json))
        }
        "csv" => Ok(download("attune-diary.csv", "text/csv; charset=utf-8", diary_csv(&diary))),
        _ => Err(ApiError::not_here().hint("there is json and csv")),
    }
}

/// `DELETE /api/diary/{id}`
pub(crate) async fn delete_entry(
    State(house): State<Arc<House>>,
    Signed(account): Signed,
    Path(id): Path<i64>,
) -> Result<Json<Value>, ApiError> {
    gone(house.library.store().delete_diary_entry(&account.listener, id).await?)
}

/// `DELETE /api/diary?from_ms&to_ms`
pub(crate) async fn delete_entries(
    State(house): State<Arc<House>>,
    Signed(account): Signed,
    Query(stretch): Query<Stretch>,
) -> Result<Json<Value>, ApiError> {
    let (from_ms, to_ms) = stretch.bounds();
    let deleted = house.library.store().delete_diary(&account.listener, from_ms, to_ms).await?;
    Ok(Json(json!({ "deleted": deleted })))
}
