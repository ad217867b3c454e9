//! What a client is told when something is refused: a status, one sentence and a hint.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

/// A refusal. Its body is `{"error": "...", "hint": "..." | null}`.
#[derive(Debug)]
pub(crate) struct ApiError {
    status: StatusCode,
    body: Refusal,
}

#[derive(Debug, Serialize)]
struct Refusal {
    error: String,
    hint: Option<String>,
}

impl ApiError {
    pub(crate) fn new(status: StatusCode, error: impl Into<String>) -> Self {
        Self { status, body: Refusal { error: error.into(), hint: None } }
    }

    /// The request says something that cannot be answered.
    pub(crate) fn bad_request(error: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, error)
    }

    pub(crate) fn no_such_page() -> Self {
        Self::new(StatusCode::NOT_FOUND, "there is nothing at this address")
            .hint("the page itself is at /")
    }

    pub(crate) fn not_here() -> Self {
        Self::new(StatusCode::NOT_FOUND, "this is not here any more").hint("it may be deleted")
    }

    /// Something failed that nobody could help.
    pub(crate) fn broken(error: impl Into<String>) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, error).hint("try again")
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.body.hint = Some(hint.into());
        self
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        (self.status, Json(self.body)).into_response()
    }
}
