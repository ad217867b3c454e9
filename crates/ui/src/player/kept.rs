//! What a reload would lose, kept in this browser; and which of its tabs plays.

use serde::{Deserialize, Serialize};

use super::engine::{self, Engine};
use super::{acts, media_session};
use crate::dom::{keep, listen, recall, window};
use crate::messages::t;
use crate::queue::Queue;
use crate::state::App;

const KEPT: &str = "attune.player";
/// Which tab plays: the others fall silent, and don't overwrite what it keeps.
const TAB: &str = "attune.playing-tab";
/// Of a long queue so many items around what plays are kept: a browser keeps 5 MB.
const BEFORE: usize = 50;
const AFTER: usize = 500;

/// What survives a reload.
#[derive(Serialize, Deserialize)]
struct Kept {
    queue: Queue,
    position: f64,
    volume: f64,
    name: String,
}

/// Takes up where the last visit of this account ended; nothing plays before somebody says so.
pub fn resume(app: App) {
    let player = app.player;
    let name = app.session.with_untracked(|session| session.name.clone());
    let kept: Option<Kept> = recall(KEPT).and_then(|kept| serde_json::from_str(&kept).ok());
    if let Some(kept) = kept.filter(|kept| kept.name == name) {
        let first = kept.queue.current().cloned();
        player.volume.set(kept.volume.clamp(0.0, 1.0));
        player.queue.set(kept.queue);
        player.position.set(kept.position);
        if let Some(item) = first {
            player.length.set(f64::from(item.duration_ms.unwrap_or(0)) / 1000.0);
            media_session::tell(&item);
            engine::with(|engine| engine.load(&item, kept.position, false));
        }
    }
    acts::apply_volume(app);
}

/// Keeps what a reload would lose, unless another tab plays.
pub fn write_down(app: App) {
    let player = app.player;
    if recall(TAB).is_some_and(|tab| tab != player.tab.get_clone_untracked()) {
        return;
    }
    let kept = Kept {
        queue: player.queue.with_untracked(|queue| queue.around(BEFORE, AFTER)),
        position: player.position.get_untracked(),
        volume: player.volume.get_untracked(),
        name: app.session.with_untracked(|session| session.name.clone()),
    };
    if let Ok(kept) = serde_json::to_string(&kept) {
        keep(KEPT, &kept);
    }
}

/// Says to the other tabs that this one plays.
pub fn take_the_floor(app: App) {
    keep(TAB, &app.player.tab.get_clone_untracked());
}

/// Falls silent when another tab says so, and writes down before the page goes.
pub fn listen_to_tabs(app: App) {
    listen(&window(), "storage", move |event| {
        let name = js_sys::Reflect::get(&event, &"key".into()).ok().and_then(|k| k.as_string());
        if name.as_deref() == Some(TAB) && app.player.wants_to_play() {
            engine::with(Engine::pause);
            app.toast(t("player.other_tab"));
        }
    });
    listen(&window(), "pagehide", move |_| write_down(app));
}
