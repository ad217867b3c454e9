//! What the page's scripts do for the app: the camera, pictures, and the reader's worker. Pixels stay
//! on their side; what comes over are numbers.

use wasm_bindgen::prelude::*;
use web_sys::{File, HtmlCanvasElement, HtmlVideoElement};

use crate::faces::Faces;

#[wasm_bindgen]
extern "C" {
    /// Asks for the camera; refused with the key of a message.
    #[wasm_bindgen(js_namespace = attuneGlue, js_name = startCamera, catch)]
    async fn start_camera(video: &HtmlVideoElement) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_namespace = attuneGlue, js_name = stopCamera)]
    pub fn stop_camera(video: &HtmlVideoElement);

    /// Begins anew with a person, of whom a JSON array tells the bias.
    #[wasm_bindgen(js_namespace = attuneGlue, js_name = beginReading, catch)]
    async fn begin_reading(bias: &str) -> Result<JsValue, JsValue>;

    /// Takes the present frame, of a time in seconds, and follows the people in it; JSON.
    #[wasm_bindgen(js_namespace = attuneGlue, js_name = watch, catch)]
    async fn watch_json(video: &HtmlVideoElement, at_s: f64) -> Result<JsValue, JsValue>;

    /// Reads the present frame; JSON.
    #[wasm_bindgen(js_namespace = attuneGlue, catch)]
    async fn glance(video: &HtmlVideoElement) -> Result<JsValue, JsValue>;

    /// Draws a photo and reads it; JSON.
    #[wasm_bindgen(js_namespace = attuneGlue, js_name = readPhoto, catch)]
    async fn read_photo_json(file: &File, canvas: &HtmlCanvasElement) -> Result<JsValue, JsValue>;

    /// Calls back with an action of the Media Session and, where it seeks, a time or a step in seconds.
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

fn faces(json: &JsValue) -> Option<Faces> {
    serde_json::from_str(&json.as_string()?).ok()
}

/// Begins anew with a person: whoever was followed is forgotten, and what corrections and baseline add
/// to each logit counts from now on. The error is `reader`.
pub async fn begin(bias: &[f32]) -> Result<(), String> {
    let bias = serde_json::to_string(bias).unwrap_or_else(|_| "[]".to_owned());
    begin_reading(&bias).await.map(|_| ()).map_err(|_| "reader".to_owned())
}

/// Takes the camera's present frame, of a time in seconds; `None` where there is none yet.
pub async fn watch(video: &HtmlVideoElement, at_s: f64) -> Result<Option<Faces>, String> {
    let json = watch_json(video, at_s).await.map_err(|_| "reader".to_owned())?;
    Ok(faces(&json))
}

/// Reads the camera's present frame by itself, as the network alone sees it; `None` where there is none yet.
pub async fn read_frame(video: &HtmlVideoElement) -> Result<Option<Faces>, String> {
    let json = glance(video).await.map_err(|_| "reader".to_owned())?;
    Ok(faces(&json))
}

/// Reads a photo, with what corrections and baseline add; the error is `unreadable` or `reader`.
pub async fn read_photo(
    file: &File,
    canvas: &HtmlCanvasElement,
    bias: &[f32],
) -> Result<Faces, String> {
    begin(bias).await?;
    let json = read_photo_json(file, canvas).await.map_err(|error| reason(&error))?;
    faces(&json).ok_or_else(|| "reader".to_owned())
}
