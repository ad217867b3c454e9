//! "Is this right?": what a listener says of readings, and what follows from it.

use std::collections::BTreeMap;
use std::sync::Arc;

use attune_app::{PersonalBias, moment};
use attune_core::{Expression, FaceBox, FaceReading, LabelSet, Probabilities};
use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::api::unreadable;
use crate::error::ApiError;
use crate::house::House;
use crate::session::Signed;
use crate::wish::expression;

/// The body of `POST /api/corrections`: what was read, and what it was.
#[derive(Deserialize)]
pub(crate) struct Corrected {
    /// Over the expressions of FER+.
    probabilities: BTreeMap<Expression, f32>,
    expression: String,
}

/// `POST /api/corrections`
pub(crate) async fn correct(
    State(house): State<Arc<House>>,
    Signed(account): Signed,
    body: Result<Json<Corrected>, JsonRejection>,
) -> Result<Json<Value>, ApiError> {
    let Json(corrected) = body.map_err(unreadable)?;
    let set = LabelSet::FerPlus;
    let values = set.expressions().iter();
    let values = values.map(|e| corrected.probabilities.get(e).copied().unwrap_or(0.0)).collect();
    let read = Probabilities::new(set, values).map_err(|error| {
        ApiError::bad_request(error.to_string()).hint("send the probabilities as they were read")
    })?;
    let was = expression(&corrected.expression)?;
    let nowhere = FaceBox { x: 0.0, y: 0.0, width: 0.0, height: 0.0 };
    let reading = FaceReading::new(nowhere, read, 1.0);
    house.library.correct(&account.listener, &reading, was, moment().now_ms).await?;
    said(&house, &account.listener).await
}

/// `GET /api/corrections`: how many there are, and the bias that follows from them.
pub(crate) async fn corrections(
    State(house): State<Arc<House>>,
    Signed(account): Signed,
) -> Result<Json<Value>, ApiError> {
    said(&house, &account.listener).await
}

/// `DELETE /api/corrections`
pub(crate) async fn forget(
    State(house): State<Arc<House>>,
    Signed(account): Signed,
) -> Result<Json<Value>, ApiError> {
    house.library.forget_corrections(&account.listener).await?;
    said(&house, &account.listener).await
}

async fn said(house: &House, listener: &str) -> Result<Json<Value>, ApiError> {
    let corrections = house.library.corrections(listener).await?;
    let bias = PersonalBias::fit(LabelSet::FerPlus, &corrections);
    let bias: Vec<f32> = bias.iter().map(|(_, value)| value).collect();
    Ok(Json(json!({ "count": corrections.len(), "bias": bias })))
}
