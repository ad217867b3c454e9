//! What the page's scripts do for the app: the camera, pictures, and the reader's worker. Pixels stay
//! on their side; what comes over are numbers.

use wasm_bindgen::prelude::*;
use web_sys::{File, HtmlCanvasElement, HtmlVideoElement};

use crate::api::Faces;

#[wasm_bindgen]
extern "C" {
    /// Asks for the camera; refused with the key of a message.
    #[wasm_bindgen(js_namespace = attuneGlue, js_name = startCamera, catch)]
    async fn start_camera(video: &HtmlVideoElement) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_namespace = attuneGlue, js_name = stopCamera)]
    pub fn stop_camera(video: &HtmlVideoElement);

    /// Reads the present frame; JSON.
    #[wasm_bindgen(js_namespace = attuneGlue, catch)]
    async fn glance(video: &HtmlVideoElement) -> Result<JsValue, JsValue>;

    /// Draws a photo and reads it; JSON.
    #[wasm_bindgen(js_namespace = attuneGlue, js_name = readPhoto, catch)]
    async fn read_photo_json(file: &File, canvas: &HtmlCanvasElement) -> Result<JsValue, JsValue>;

    /// Calls back with an action of the Media Session and, for `seekto`, a time in seconds.
    #[wasm_bindgen(js_namespace = attuneGlue, js_name = mediaKeys)]
    pub fn media_keys(act: &JsValue);

    #[wasm_bindgen(js_namespace = attuneGlue, js_name = mediaTell)]
    pub fn media_tell(title: &str, artist: &str, album: &str, cover: &str);

    #[wasm_bindgen(js_namespace = attuneGlue, js_name = mediaState)]
    pub fn media_state(playing: bool);

    #[wasm_bindgen(js_namespace = attuneGlue, js_name = mediaPosition)]
    pub fn media_position(at_s: f64, length_s: f64);
}

fn reason(error: &JsValue) -> String {
    let notice = js_sys::Reflect::get(error, &"notice".into()).ok();
    notice.and_then(|n| n.as_string()).unwrap_or_else(|| "broken".to_owned())
}

/// Starts the camera; the error is the name of a reason: `refused`, `none`, `busy`, `insecure`,
/// `broken`.
pub async fn camera(video: &HtmlVideoElement) -> Result<(), String> {
    start_camera(video).await.map(|_| ()).map_err(|error| reason(&error))
}

/// Reads the camera's present frame; `None` where there is none yet.
pub async fn read_frame(video: &HtmlVideoElement) -> Result<Option<Faces>, String> {
    let json = glance(video).await.map_err(|_| "reader".to_owned())?;
    Ok(json.as_string().and_then(|json| serde_json::from_str(&json).ok()))
}

/// Reads a photo; the error is `unreadable` or `reader`.
pub async fn read_photo(file: &File, canvas: &HtmlCanvasElement) -> Result<Faces, String> {
    let json = read_photo_json(file, canvas).await.map_err(|error| reason(&error))?;
    let faces = json.as_string().and_then(|json| serde_json::from_str(&json).ok());
    faces.ok_or_else(|| "reader".to_owned())
}
