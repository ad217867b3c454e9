//! What the app asks of its server.

use serde::de::DeserializeOwned;
use serde_json::Value;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{RequestInit, Response};

pub use crate::answers::*;
use crate::dom::window;

/// Why an answer did not come.
#[derive(Clone, Debug, PartialEq)]
pub enum Refusal {
    /// The server does not answer.
    Offline,
    /// The session has ended.
    SignedOut,
    /// The server says no: status, sentence, hint.
    Said(u16, String, String),
}

impl Refusal {
    /// What to tell a person, in one or two sentences.
    pub fn text(&self) -> String {
        match self {
            Self::Offline => crate::messages::t("error.no_answer"),
            Self::SignedOut => crate::messages::t("error.signed_out"),
            Self::Said(_, error, hint) if hint.is_empty() => sentence(error),
            Self::Said(_, error, hint) => format!("{} {}", sentence(error), sentence(hint)),
        }
    }
}

/// With a capital and a full stop.
fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    let end = if text.ends_with(['.', '?', '!', ':']) { "" } else { "." };
    format!("{first}{}{end}", chars.as_str())
}

/// Asks with `GET`.
pub async fn get<T: DeserializeOwned>(path: &str) -> Result<T, Refusal> {
    ask("GET", path, None).await
}

/// Asks with `DELETE`.
pub async fn delete(path: &str) -> Result<Value, Refusal> {
    ask("DELETE", path, None).await
}

/// Sends JSON with `POST`.
pub async fn post<T: DeserializeOwned>(path: &str, body: &Value) -> Result<T, Refusal> {
    ask("POST", path, Some(body.to_string())).await
}

async fn ask<T: DeserializeOwned>(
    method: &str,
    path: &str,
    body: Option<String>,
) -> Result<T, Refusal> {
    let init = RequestInit::new();
    init.set_method(method);
    if let Some(body) = &body {
        init.set_body(&JsValue::from_str(body));
        let headers = web_sys::Headers::new().map_err(|_| Refusal::Offline)?;
        headers.set("content-type", "application/json").ok();
        init.set_headers(&headers);
    }
    let response = JsFuture::from(window().fetch_with_str_and_init(path, &init)).await;
    let response: Response = response.map_err(|_| Refusal::Offline)?.unchecked_into();
    read(response).await
}

async fn read<T: DeserializeOwned>(response: Response) -> Result<T, Refusal> {
    let text = response.text().map_err(|_| Refusal::Offline)?;
    let text = JsFuture::from(text).await.map_err(|_| Refusal::Offline)?;
    let text = text.as_string().unwrap_or_default();
    let status = response.status();
    match status {
        200 => {}
        401 => return Err(Refusal::SignedOut),
        _ => return Err(refused(status, &text)),
    }
    serde_json::from_str(&text).map_err(|error| {
        Refusal::Said(status, crate::messages::t("error.foreign_answer"), error.to_string())
    })
}

fn refused(status: u16, text: &str) -> Refusal {
    let said: Value = serde_json::from_str(text).unwrap_or_default();
    let word = |key: &str| said.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    match word("error") {
        // The service worker's own answer, or a proxy's.
        error if error.is_empty() => Refusal::Offline,
        error => Refusal::Said(status, error, word("hint")),
    }
}

/// The status that a file answers with, of which only the first byte is asked for.
pub async fn status_of(path: &str) -> Result<u16, Refusal> {
    let init = RequestInit::new();
    let headers = web_sys::Headers::new().map_err(|_| Refusal::Offline)?;
    headers.set("range", "bytes=0-0").ok();
    init.set_headers(&headers);
    let response = JsFuture::from(window().fetch_with_str_and_init(path, &init)).await;
    let response: Response = response.map_err(|_| Refusal::Offline)?.unchecked_into();
    Ok(response.status())
}

/// Percent-encodes a part of an address.
pub fn encoded(text: &str) -> String {
    js_sys::encode_uri_component(text).into()
}
