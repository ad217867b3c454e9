//! What the media elements report, and what follows from it.

use wasm_bindgen_futures::spawn_local;

use super::acts::{load, tell};
use super::engine::{self, Report};
use super::kept::{take_the_floor, write_down};
use super::{Playing, media_session};
use crate::api;
use crate::dom::after;
use crate::messages::{t, t1};
use crate::state::App;

/// The next item is made ready so long before the end.
const READY_S: f64 = 25.0;
/// An unreachable server is asked again after so long.
const RETRY_MS: i32 = 4_000;
/// Where it is, is written down so often.
const KEEP_EVERY_S: f64 = 5.0;

pub fn hear(app: App, report: Report) {
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
    take_the_floor(app);
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
