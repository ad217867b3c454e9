//! A photo that somebody chose, dropped or pasted.

use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{File, HtmlCanvasElement};

use super::{Read, Stage, stop, take};
use crate::dom::{by_id, listen, window};
use crate::faces::Chosen;
use crate::glue;
use crate::listen::ToldBy;
use crate::state::{App, Route};

/// Reads it.
pub fn show(app: App, file: File) {
    let eye = app.eye();
    stop(app);
    eye.read.set(None);
    eye.faces.set(None);
    eye.stage.set(Stage::Photo);
    spawn_local(async move {
        let Some(canvas) = by_id::<HtmlCanvasElement>("picture") else { return };
        let bias = app.bias.get_clone_untracked();
        match glue::read_photo(&file, &canvas, &bias).await {
            Ok(faces) if faces.faces.is_empty() => {
                eye.stage.set(Stage::Trouble("no_face".into()));
            }
            Ok(faces) => {
                eye.faces.set(Some(faces));
                choose(app, 0);
            }
            Err(why) => eye.stage.set(Stage::Trouble(why)),
        }
    });
}

/// Takes one of a photo's faces.
pub fn choose(app: App, index: usize) {
    let eye = app.eye();
    let place = Chosen::Place(index);
    eye.chosen.set(place);
    let face = eye.faces.with_untracked(|faces| faces.as_ref()?.chosen(place).cloned());
    let Some(read) = face.and_then(|face| Read::of(&face, ToldBy::Photo, 1.0)) else { return };
    eye.read.set(Some(read));
    take(app);
}

/// Listens to photos that are pasted anywhere.
pub fn listen_to_paste(app: App) {
    listen(&window(), "paste", move |event| {
        let data = js_sys::Reflect::get(&event, &"clipboardData".into()).ok();
        let files = data.and_then(|d| js_sys::Reflect::get(&d, &"files".into()).ok());
        let file = files.and_then(|f| js_sys::Reflect::get(&f, &0.into()).ok());
        let file = file.and_then(|f| f.dyn_into::<File>().ok());
        let listening = app.route.get_untracked() == Route::Listen;
        if let (Some(file), true, true) = (file, listening, app.is_signed_in()) {
            show(app, file);
        }
    });
}
