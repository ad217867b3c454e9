//! Music servers that the library is connected to; for the owner.

use serde_json::{Value, json};
use sycamore::prelude::*;
use sycamore::web::View;
use wasm_bindgen_futures::spawn_local;

use super::section;
use crate::api::{self, Connection};
use crate::dom::{El, Live, after, button, div, each, h, icon_button, nothing, window};
use crate::messages::{t, t1};
use crate::pages::connect::connect_card;
use crate::state::App;

pub fn connections(app: App) -> El {
    let found: Signal<Vec<Connection>> = create_signal(Vec::new());
    let adding = create_signal(false);
    let load = move || load(app, found);
    load();
    // What is listed and listened to changes the figures.
    create_effect(move || {
        app.working.track();
        if app.working.with_untracked(|working| !working.work.servers.is_empty()) {
            load();
        }
    });
    section("connections")
        .child(h("p").class("aside").child(t("server.why")))
        .child(h("ul").class("plain lines").attr("id", "connections").child(move || {
            each(found.get_clone(), move |connection| entry(app, found, connection))
        }))
        .child(
            div("actions").child(
                button("button", move |_| adding.set(!adding.get_untracked()))
                    .attr("id", "add-server")
                    .state("aria-expanded", move || adding.get())
                    .child(t("settings.connect")),
            ),
        )
        .child(
            (move || {
                if !adding.get() {
                    return nothing();
                }
                connect_card(app, move || {
                    adding.set(false);
                    load();
                })
            })
            .live(),
        )
}

fn load(app: App, found: Signal<Vec<Connection>>) {
    spawn_local(async move {
        match api::get::<Value>("/api/connections").await {
            Ok(said) if found.is_alive() => {
                let now = serde_json::from_value(said["connections"].clone()).unwrap_or_default();
                if found.with_untracked(|known: &Vec<Connection>| *known != now) {
                    found.set(now);
                }
            }
            Ok(_) => {}
            Err(refusal) => app.refuse(&refusal),
        }
    });
}

fn entry(app: App, found: Signal<Vec<Connection>>, connection: Connection) -> El {
    let Connection { id, address, .. } = &connection;
    let (id, asked) = (*id, address.clone());
    let sync = move |_| {
        spawn_local(async move {
            match api::post::<Value>(&format!("/api/connections/{id}/sync"), &json!({})).await {
                Ok(_) => {
                    app.toast(t("settings.syncing"));
                    after(700, move || app.look_at_work());
                }
                Err(refusal) => app.refuse(&refusal),
            }
        });
    };
    let disconnect = move |_| {
        let question = t1("settings.disconnect.sure", &asked);
        if !window().confirm_with_message(&question).unwrap_or(false) {
            return;
        }
        spawn_local(async move {
            match api::delete(&format!("/api/connections/{id}")).await {
                Ok(_) => {
                    load(app, found);
                    app.look_at_work();
                }
                Err(refusal) => app.refuse(&refusal),
            }
        });
    };
    let name = connection.address.clone();
    h("li")
        .child(said(&connection))
        .child(
            button("button", sync)
                .attr("aria-label", t1("settings.sync.of", &name))
                .child(t("settings.sync")),
        )
        .child(icon_button("tool", "#icon-delete", t1("settings.disconnect", &name), disconnect))
}

/// Where it is, what it has, when it was last listed, and what went wrong.
fn said(connection: &Connection) -> El {
    let Connection { address, user, synced_ms, error, tracks, missing, waiting, .. } = connection;
    let when = match synced_ms {
        None => t("settings.never_synced"),
        Some(ms) => {
            let at = js_sys::Date::new(&(*ms).into());
            let at = String::from(at.to_locale_string("default", &js_sys::Object::new()));
            t1("settings.synced", &at)
        }
    };
    let counted = |key: &str, n: &u64| (*n > 0).then(|| t1(key, &n.to_string()));
    let figures = [
        Some(t1("settings.tracks", &tracks.to_string())),
        counted("settings.tracks.missing", missing),
        counted("settings.tracks.waiting", waiting),
    ];
    let figures = figures.into_iter().flatten().collect::<Vec<_>>().join(", ");
    let user = (!user.is_empty()).then(|| View::from(h("span").child(format!(" · {user}"))));
    let error = error.clone();
    h("span")
        .child(h("bdi").child(address.clone()))
        .child(user)
        .child(h("small").class("aside").child(figures))
        .child(h("small").class("aside").child(when))
        .child(error.map(|error| View::from(h("small").class("refused").child(error))))
}
