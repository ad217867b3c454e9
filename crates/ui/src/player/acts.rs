//! What people do to the player.

use serde_json::{Value, json};
use wasm_bindgen_futures::spawn_local;

use super::kept::write_down;
use super::{Playing, engine, media_session};
use crate::api::{self, Item, Refusal};
use crate::dom::document;
use crate::messages::t1;
use crate::state::App;

/// Back goes to the beginning after so long, before that to the item before.
const REWIND_S: f64 = 4.0;

/// Loads what the queue says.
pub fn load(app: App, at_s: f64, play: bool) {
    let player = app.player;
    let Some(item) = player.current_untracked() else {
        engine::with(engine::Engine::stop);
        player.playing.set(Playing::Paused);
        return;
    };
    player.position.set(at_s);
    player.length.set(f64::from(item.duration_ms.unwrap_or(0)) / 1000.0);
    if play {
        player.playing.set(Playing::Waiting);
    }
    media_session::tell(&item);
    engine::with(|engine| {
        engine.load(&item, at_s, play);
    });
    write_down(app);
}

/// Plays a list from one of its items on.
pub fn play(app: App, items: Vec<Item>, at: usize) {
    skipped(app);
    app.player.queue.update(|queue| queue.play(items, at));
    app.player.failures.set(0);
    app.player.bent.set(None);
    app.player.told.set(None);
    load(app, 0.0, true);
}

/// Plays what is at a place of the queue.
pub fn jump(app: App, place: usize) {
    skipped(app);
    app.player.queue.update(|queue| queue.jump(place));
    app.player.told.set(None);
    load(app, 0.0, true);
}

pub fn toggle(app: App) {
    if app.player.playing.get_untracked() == Playing::Paused {
        let Some(item) = app.player.current_untracked() else { return };
        if engine::with(|engine| engine.holds(item.id)) {
            engine::with(|engine| engine.play());
        } else {
            load(app, app.player.position.get_untracked(), true);
        }
    } else {
        app.player.playing.set(Playing::Paused);
        engine::with(engine::Engine::pause);
    }
}

/// On to the next, as somebody wants it.
pub fn next(app: App) {
    skipped(app);
    app.player.told.set(None);
    if app.player.queue.update(|queue| queue.skip()) {
        load(app, 0.0, true);
    } else {
        engine::with(engine::Engine::pause);
        app.listen.after_list(app);
    }
}

/// To the beginning, or to the item before.
pub fn back(app: App) {
    if app.player.position.get_untracked() > REWIND_S {
        return seek(app, 0.0);
    }
    app.player.told.set(None);
    app.player.queue.update(|queue| queue.back());
    load(app, 0.0, app.player.wants_to_play());
}

pub fn seek(app: App, at_s: f64) {
    let length = app.player.length.get_untracked();
    let at = if length > 0.0 { at_s.clamp(0.0, (length - 0.3).max(0.0)) } else { at_s };
    app.player.position.set(at);
    engine::with(|engine| engine.seek(at));
}

pub fn set_volume(app: App, volume: f64) {
    app.player.volume.set(volume.clamp(0.0, 1.0));
    apply_volume(app);
    write_down(app);
}

/// Brings volume and loudness to the elements.
pub fn apply_volume(app: App) {
    let normalise = app.session.with_untracked(|session| session.settings.normalise);
    let volume = app.player.volume.get_untracked();
    engine::with(|engine| engine.set_volume(volume, normalise));
}

pub fn shuffle(app: App) {
    let draw = |n: usize| (js_sys::Math::random() * n as f64) as usize;
    app.player.queue.update(|queue| queue.shuffle(draw));
    write_down(app);
}

pub fn repeat(app: App) {
    app.player.queue.update(|queue| queue.repeat = queue.repeat.turned());
    write_down(app);
}

/// Says that the present item was left before its end, where it was.
fn skipped(app: App) {
    let player = app.player;
    let Some(item) = player.current_untracked() else { return };
    if player.told.get_untracked() == Some(item.id) {
        let at_ms = (player.position.get_untracked() * 1000.0) as u32;
        tell(app, "skipped", Some(item), Some(at_ms));
    }
}

/// Tells the server what happened; lists learn from it. What can't be told now is lost: it is not
/// worth a person's attention.
pub fn tell(app: App, kind: &'static str, item: Option<Item>, position_ms: Option<u32>) {
    let Some(item) = item else { return };
    let mut body = json!({ "kind": kind, "item": item.id });
    if let Some(at) = position_ms {
        body["position_ms"] = at.into();
    }
    spawn_local(async move {
        if api::post::<Value>("/api/events", &body).await == Err(Refusal::SignedOut) {
            app.sign_in_again(|_| {});
        }
    });
}

/// Likes, dislikes or bans an item.
pub fn judge(app: App, kind: &'static str, item: Item) {
    let id = item.id;
    if kind == "banned" {
        app.listen.forget_item(id);
        app.toast(t1("item.banned", &item.title));
    } else {
        app.player.liked.update(|liked| {
            liked.retain(|(known, _)| *known != id);
            liked.push((id, kind == "liked"));
        });
    }
    tell(app, kind, Some(item), None);
    if kind != "liked" && app.player.is_current(id) {
        next(app);
    }
}

/// Hides the page's own video when it is asked for, or fills the screen with it.
pub fn fill_screen() {
    if document().fullscreen_element().is_some() {
        document().exit_fullscreen();
    } else if let Some(screen) = crate::dom::by_id::<web_sys::Element>("screen") {
        screen.request_fullscreen().ok();
    }
}
