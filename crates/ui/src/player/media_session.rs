//! Hardware keys and lock screens, by the page's script: `web-sys` counts the interface as unstable.

use wasm_bindgen::prelude::*;

use crate::api::Item;
use crate::glue::{media_keys, media_position, media_state, media_tell};
use crate::state::App;

/// How far keys move that don't say how far.
const STEP_S: f64 = 10.0;

/// Listens to the keys.
pub fn start(app: App) {
    let here = move || app.player.position.get_untracked();
    let step = |asked: f64| if asked > 0.0 { asked } else { STEP_S };
    let act = move |action: String, at: f64| match action.as_str() {
        "play" if !app.player.wants_to_play() => super::toggle(app),
        "pause" if app.player.wants_to_play() => super::toggle(app),
        "nexttrack" => super::next(app),
        "previoustrack" => super::back(app),
        "seekto" => super::seek(app, at),
        "seekbackward" => super::seek(app, here() - step(at)),
        "seekforward" => super::seek(app, here() + step(at)),
        _ => {}
    };
    media_keys(&Closure::<dyn FnMut(String, f64)>::new(act).into_js_value());
}

/// Says what plays.
pub fn tell(item: &Item) {
    let album = item.album.as_deref().unwrap_or("");
    media_tell(&item.title, &item.artist, album, &format!("/api/items/{}/cover", item.id));
}

/// Says whether it plays.
pub fn state(playing: bool) {
    media_state(playing);
}

/// Says where it is, in seconds.
pub fn position(at: f64, length: f64) {
    media_position(at, length);
}
