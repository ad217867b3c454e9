//! Continuous mode: every few minutes the camera looks for some seconds, and what is still to come
//! follows. Only for those who switched it on, and never unsaid.

use std::cell::Cell;

use serde_json::json;
use wasm_bindgen_futures::spawn_local;

use crate::api::{self, List};
use crate::dom::every;
use crate::face;
use crate::listen::wear;
use crate::messages::{t, t1, t2};
use crate::mood::in_words;
use crate::state::App;

/// How often the camera looks.
const EVERY_MS: i32 = 4 * 60_000;
/// A mood this much elsewhere bends the queue, in units of the plane.
const ELSEWHERE: f32 = 0.2;

thread_local! {
    static RUNNING: Cell<bool> = const { Cell::new(false) };
}

/// Switches it; the camera is asked for only once it looks.
pub fn set(app: App, on: bool) {
    app.continuous.set(on);
    if on {
        app.toast(t("continuous.on"));
        if !RUNNING.replace(true) {
            every(EVERY_MS, move || {
                if app.continuous.get_untracked() && app.player.wants_to_play() {
                    spawn_local(look(app));
                }
            });
        }
    }
}

async fn look(app: App) {
    app.looking.set(true);
    let felt = face::glance_again(app).await;
    app.looking.set(false);
    let (Some(felt), Some(before)) = (felt, app.listen.felt.get_untracked()) else {
        return app.toast(t("continuous.nobody"));
    };
    if felt.mood.point().distance(before.mood.point()) < ELSEWHERE {
        return;
    }
    let mut body = app.listen.body(app, felt);
    body["not"] = json!(app.player.queue.with_untracked(|queue| {
        queue.items().iter().take(queue.at() + 1).map(|item| item.id).collect::<Vec<_>>()
    }));
    app.listen.sent.set(serde_json::to_string_pretty(&body).ok());
    match api::post::<List>("/api/recommend", &body).await {
        Ok(list) => {
            app.listen.felt.set(Some(felt));
            wear(felt.mood);
            app.player.queue.update(|queue| queue.bend(list.items));
            let now = js_sys::Date::new_0().to_locale_time_string("default");
            let text = t2("continuous.since", &String::from(now), &in_words(felt.mood.point()));
            app.player.bent.set(Some(text));
            app.toast(t1("continuous.bent", &in_words(felt.mood.point())));
        }
        Err(refusal) => app.refuse(&refusal),
    }
}
