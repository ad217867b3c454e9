//! The classifier's weights, handed to the page's worker.

use std::borrow::Cow;
use std::hash::{DefaultHasher, Hasher};

use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_TYPE, HeaderValue};
use axum::response::Response;

use crate::assets::{Caching, answer_bytes};

/// The model file that the page reads faces with.
#[derive(Clone, Debug)]
pub struct ModelFile {
    bytes: Bytes,
    tag: String,
}

impl ModelFile {
    /// Takes a model file's bytes as they are.
    #[must_use]
    pub fn new(bytes: Cow<'static, [u8]>) -> Self {
        let mut hasher = DefaultHasher::new();
        hasher.write(&bytes);
        let tag = format!("\"{:016x}\"", hasher.finish());
        let bytes = match bytes {
            Cow::Borrowed(bytes) => Bytes::from_static(bytes),
            Cow::Owned(bytes) => Bytes::from(bytes),
        };
        Self { bytes, tag }
    }
}

/// `GET /model.safetensors`
pub(crate) async fn model(State(model): State<ModelFile>, headers: HeaderMap) -> Response {
    let mut response = answer_bytes(&headers, &model.tag, Caching::Revalidate, model.bytes);
    let media_type = HeaderValue::from_static("application/octet-stream");
    response.headers_mut().insert(CONTENT_TYPE, media_type);
    response
}
