//! The keyboard: what each key does, everywhere but where one types.

use wasm_bindgen::JsCast;
use web_sys::{Element, Event, KeyboardEvent};

use crate::dom::{document, listen};
use crate::state::{App, Route};

/// Keys and what they are called in the message files; the help lists them in this order.
pub const KEYS: [(&str, &str); 16] = [
    ("Space", "keys.play"),
    ("N", "keys.next"),
    ("P", "keys.back"),
    ("← →", "keys.seek"),
    ("↑ ↓", "keys.volume"),
    ("L", "keys.like"),
    ("D", "keys.dislike"),
    ("S", "keys.shuffle"),
    ("R", "keys.repeat"),
    ("Q", "keys.queue"),
    ("Alt ↑ ↓", "keys.move"),
    ("F", "keys.screen"),
    ("/", "keys.search"),
    ("1 – 5", "keys.pages"),
    ("Esc", "keys.close"),
    ("?", "keys.help"),
];

/// Seconds that an arrow moves.
const STEP_S: f64 = 10.0;
const LOUDER: f64 = 0.05;

pub fn listen_to_keys(app: App) {
    listen(&document(), "keydown", move |event| {
        let Some(pressed) = event.dyn_ref::<KeyboardEvent>() else { return };
        let combined = pressed.ctrl_key() || pressed.meta_key() || pressed.alt_key();
        if combined || pressed.default_prevented() || !app.is_signed_in() {
            return;
        }
        if is_taken(&event, &pressed.key()) && pressed.key() != "Escape" {
            return;
        }
        if act(app, &pressed.key()) {
            event.prevent_default();
        }
    });
}

/// Whether the key belongs to what has the focus: fields take all, other controls their own.
fn is_taken(event: &Event, key: &str) -> bool {
    let Some(target) = event.target().and_then(|t| t.dyn_into::<Element>().ok()) else {
        return false;
    };
    let kind = target.get_attribute("type").unwrap_or_default();
    match target.tag_name().as_str() {
        "INPUT" if ["checkbox", "radio"].contains(&kind.as_str()) => {
            key == " " || key.starts_with("Arrow")
        }
        "INPUT" if kind == "range" => key.starts_with("Arrow"),
        "INPUT" | "TEXTAREA" | "SELECT" => true,
        "BUTTON" | "A" | "SUMMARY" => key == " " || key == "Enter",
        _ => target.closest("[data-keys]").ok().flatten().is_some() && key.starts_with("Arrow"),
    }
}

/// Does what a key stands for; false where it stands for nothing.
fn act(app: App, key: &str) -> bool {
    let player = app.player;
    let at = player.position.get_untracked();
    let volume = player.volume.get_untracked();
    let item = player.queue.with_untracked(|queue| queue.current().cloned());
    match (key, item) {
        (" ", _) => super::toggle(app),
        ("n" | "N", _) => super::next(app),
        ("p" | "P", _) => super::back(app),
        ("ArrowLeft", Some(_)) => super::seek(app, at - STEP_S),
        ("ArrowRight", Some(_)) => super::seek(app, at + STEP_S),
        ("ArrowUp", Some(_)) => super::set_volume(app, volume + LOUDER),
        ("ArrowDown", Some(_)) => super::set_volume(app, volume - LOUDER),
        ("l" | "L", Some(item)) => super::judge(app, "liked", item),
        ("d" | "D", Some(item)) => super::judge(app, "disliked", item),
        ("s" | "S", _) => super::shuffle(app),
        ("r" | "R", _) => super::repeat(app),
        ("q" | "Q", _) => player.open.set(!player.open.get_untracked()),
        ("f" | "F", Some(item)) if item.is_video() => super::fill_screen(),
        ("/", _) => app.go_to(Route::Library, "#search"),
        ("?", _) => app.help.set(!app.help.get_untracked()),
        ("Escape", _) => {
            app.help.set(false);
            player.open.set(false);
        }
        (digit, _) => {
            match digit.parse().ok().and_then(|n: usize| Route::ALL.get(n.wrapping_sub(1))) {
                Some(route) => app.go(*route),
                None => return false,
            }
        }
    }
    true
}
