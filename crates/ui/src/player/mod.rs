//! The player: what plays, and what follows from what people do to it.

pub mod bar;
pub mod engine;
mod keys;
mod media_session;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sycamore::prelude::*;
use wasm_bindgen_futures::spawn_local;

use self::engine::Report;
use crate::api::{self, Item, Refusal};
use crate::dom::{after, document, keep, listen, recall, window};
use crate::messages::{t, t1};
use crate::queue::Queue;
use crate::state::App;

pub use self::keys::{KEYS, listen_to_keys};

const KEPT: &str = "attune.player";
/// Which tab plays: the others fall silent.
const TAB: &str = "attune.playing-tab";
/// The next item is made ready so long before the end.
const READY_S: f64 = 25.0;
/// Back goes to the beginning after so long, before that to the item before.
const REWIND_S: f64 = 4.0;
/// An unreachable server is asked again after so long.
const RETRY_MS: i32 = 4_000;
/// Where it is, is written down so often.
const KEEP_EVERY_S: f64 = 5.0;

/// What the player does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Playing {
    #[default]
    Paused,
    Running,
    /// Data is on its way.
    Waiting,
    /// The server does not answer; it is asked again.
    Stranded,
}

/// The player's state, shared by all views.
#[derive(Clone, Copy)]
pub struct Player {
    pub queue: Signal<Queue>,
    pub playing: Signal<Playing>,
    /// Seconds.
    pub position: Signal<f64>,
    /// Seconds, 0 where unknown.
    pub length: Signal<f64>,
    /// 0 to 1.
    pub volume: Signal<f64>,
    /// Whether the queue is open.
    pub open: Signal<bool>,
    /// Items that were liked or disliked while the app was open.
    pub liked: Signal<Vec<(i64, bool)>>,
    /// The item whose begin was told.
    told: Signal<Option<i64>>,
    kept_at: Signal<f64>,
    failures: Signal<u32>,
}

/// What survives a reload.
#[derive(Serialize, Deserialize)]
struct Kept {
    queue: Queue,
    position: f64,
    volume: f64,
    name: String,
}

impl Player {
    pub fn new() -> Self {
        Self {
            queue: create_signal(Queue::default()),
            playing: create_signal(Playing::default()),
            position: create_signal(0.0),
            length: create_signal(0.0),
            volume: create_signal(0.9),
            open: create_signal(false),
            liked: create_signal(Vec::new()),
            told: create_signal(None),
            kept_at: create_signal(0.0),
            failures: create_signal(0),
        }
    }

    /// What plays.
    pub fn current(self) -> Option<Item> {
        self.queue.with(|queue| queue.current().cloned())
    }

    fn current_untracked(self) -> Option<Item> {
        self.queue.with_untracked(|queue| queue.current().cloned())
    }

    /// Whether this is what plays.
    pub fn is_current(self, id: i64) -> bool {
        self.queue.with(|queue| queue.current().is_some_and(|item| item.id == id))
    }

    /// Whether sound is meant to come.
    pub fn wants_to_play(self) -> bool {
        self.playing.get() != Playing::Paused
    }
}

/// Makes the elements, takes up where the last visit ended, and listens to other tabs.
pub fn start(app: App) {
    engine::start(move |report| {
        // Elements report from inside calls to them too.
        after(0, move || hear(app, report));
    });
    listen(&window(), "storage", move |event| {
        let name = js_sys::Reflect::get(&event, &"key".into()).ok().and_then(|k| k.as_string());
        if name.as_deref() == Some(TAB) && app.player.wants_to_play() {
            engine::with(engine::Engine::pause);
            app.toast(t("player.other_tab"));
        }
    });
    listen(&window(), "pagehide", move |_| write_down(app));
    media_session::start(app);
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
    apply_volume(app);
}

/// Keeps what a reload would lose. A queue of thousands does not fit: then none is kept.
fn write_down(app: App) {
    let player = app.player;
    let kept = Kept {
        queue: player.queue.get_clone_untracked(),
        position: player.position.get_untracked(),
        volume: player.volume.get_untracked(),
        name: app.session.with_untracked(|session| session.name.clone()),
    };
    if let Ok(kept) = serde_json::to_string(&kept) {
        keep(KEPT, &kept);
    }
}

fn hear(app: App, report: Report) {
    let player = app.player;
    match report {
        Report::Time(at, length) => on_time(app, at, length),
        Report::Playing => {
            player.failures.set(0);
            player.playing.set(Playing::Running);
            begun(app);
        }
        Report::Paused => {
            // The end pauses too, and so does a source that is replaced.
            if player.playing.get_untracked() != Playing::Stranded
                && !engine::with(|e| e.is_fading())
            {
                player.playing.set(Playing::Paused);
                write_down(app);
            }
        }
        Report::Waiting if player.playing.get_untracked() == Playing::Running => {
            player.playing.set(Playing::Waiting);
        }
        Report::Waiting => {}
        Report::Ended => ended(app),
        Report::Failed => failed(app),
    }
    media_session::state(player.playing.get_untracked() != Playing::Paused);
}

fn on_time(app: App, at: f64, length: f64) {
    let player = app.player;
    player.position.set(at);
    if length.is_finite() && length > 0.0 {
        player.length.set(length);
        media_session::position(at, length);
        near_the_end(app, length - at);
    }
    if (at - player.kept_at.get_untracked()).abs() > KEEP_EVERY_S {
        player.kept_at.set(at);
        write_down(app);
    }
}

/// Makes the next item ready, and begins it where items overlap.
fn near_the_end(app: App, left_s: f64) {
    let player = app.player;
    let Some(next) = player.queue.with_untracked(|queue| queue.following().cloned()) else {
        return;
    };
    if left_s > READY_S || player.playing.get_untracked() != Playing::Running {
        return;
    }
    let overlap = app.session.with_untracked(|s| f64::from(s.settings.crossfade_s));
    let same = player.current_untracked().is_some_and(|item| item.id == next.id);
    if same {
        return;
    }
    engine::with(|engine| engine.prepare(&next));
    let videos = next.is_video() || player.current_untracked().is_some_and(|item| item.is_video());
    let long = player.length.get_untracked() > 3.0 * overlap;
    if overlap > 0.0 && left_s <= overlap && long && !videos && !engine::with(|e| e.is_fading()) {
        tell(app, "finished", player.current_untracked(), None);
        player.queue.update(|queue| queue.advance());
        player.told.set(None);
        media_session::tell(&next);
        engine::with(|engine| engine.cross(&next, overlap));
        write_down(app);
    }
}

/// Tells the server once that an item has begun, and the other tabs that this one plays.
fn begun(app: App) {
    let Some(item) = app.player.current_untracked() else { return };
    if app.player.told.get_untracked() != Some(item.id) {
        app.player.told.set(Some(item.id));
        tell(app, "played", Some(item), None);
    }
    keep(TAB, &js_sys::Math::random().to_string());
}

fn ended(app: App) {
    let player = app.player;
    tell(app, "finished", player.current_untracked(), None);
    player.told.set(None);
    let goes_on = player.queue.update(|queue| queue.advance());
    if goes_on {
        load(app, 0.0, true);
    } else {
        player.playing.set(Playing::Paused);
        player.position.set(0.0);
        app.listen.after_list(app);
    }
}

/// Finds out why an item does not play, and what can be done.
fn failed(app: App) {
    let player = app.player;
    let Some(item) = player.current_untracked() else { return };
    let wanted =
        player.playing.get_untracked() != Playing::Paused || player.told.get_untracked().is_none();
    spawn_local(async move {
        let status = api::status_of(&format!("/api/items/{}/media", item.id)).await;
        if !player.is_current(item.id) {
            return;
        }
        match status {
            Err(_) | Ok(502..=504) => strand(app),
            Ok(401) => {
                player.playing.set(Playing::Stranded);
                app.sign_in_again(take_up);
            }
            Ok(404 | 410) => pass_over(app, t1("player.file_gone", &item.title), wanted),
            Ok(_) => pass_over(app, t1("player.cannot_play", &item.title), wanted),
        }
    });
}

/// Waits for the server, and goes on where it stopped.
fn strand(app: App) {
    if app.player.playing.get_untracked() != Playing::Stranded {
        app.player.playing.set(Playing::Stranded);
        app.toast(t("player.stranded"));
    }
    after(RETRY_MS, move || {
        if app.player.playing.get_untracked() == Playing::Stranded {
            take_up(app);
        }
    });
}

/// Tries once more, where it stopped.
fn take_up(app: App) {
    let at = app.player.position.get_untracked();
    engine::with(|engine| engine.retry(at));
}

/// Goes on to the next item, unless every one fails.
fn pass_over(app: App, why: String, wanted: bool) {
    let player = app.player;
    app.toast(why);
    player.failures.set(player.failures.get_untracked() + 1);
    let count = player.queue.with_untracked(|queue| queue.items().len());
    let all_fail = player.failures.get_untracked() as usize >= count.min(5);
    player.told.set(None);
    if wanted && !all_fail && player.queue.update(|queue| queue.skip()) {
        load(app, 0.0, true);
    } else {
        player.playing.set(Playing::Paused);
    }
}

/// Loads what the queue says.
fn load(app: App, at_s: f64, play: bool) {
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
