//! Music servers: connecting one, and how far it is with them.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use sycamore::prelude::*;
use sycamore::web::View;
use wasm_bindgen_futures::spawn_local;

use super::welcome::line;
use crate::api::{self, Refusal, Serving};
use crate::dom::{El, h, value};
use crate::messages::{t, t1};
use crate::state::App;

/// Asks where the server is and how to sign in there.
pub fn connect_card(app: App, then: impl Fn() + Copy + 'static) -> View {
    let [address, user, password] = [(); 3].map(|()| create_signal(String::new()));
    let refused = create_signal(None::<String>);
    let busy = create_signal(false);
    let submit = move |event: web_sys::Event| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        refused.set(None);
        let body = json!({
            "address": address.get_clone_untracked(),
            "user": user.get_clone_untracked(),
            "password": password.get_clone_untracked(),
        });
        spawn_local(async move {
            let answer = api::post::<Value>("/api/connections", &body).await;
            if busy.is_alive() {
                busy.set(false);
            }
            match answer {
                Ok(_) => {
                    app.toast(t("server.connected"));
                    crate::dom::after(700, move || app.look_at_work());
                    then();
                }
                Err(Refusal::SignedOut) => app.refuse(&Refusal::SignedOut),
                Err(refusal) if refused.is_alive() => refused.set(Some(refusal.text())),
                Err(_) => {}
            }
        });
    };
    h("section")
        .class("card connect")
        .attr("aria-labelledby", "server-title")
        .child(h("h2").attr("id", "server-title").child(t("server.title")))
        .child(h("p").class("aside").child(t("server.why")))
        .child(
            h("form")
                .class("form")
                .on("submit", submit)
                .child(field("server-address", "server.address", "url", address))
                .child(field("server-user", "server.user", "text", user))
                .child(field("server-password", "server.password", "password", password))
                .child(
                    h("p")
                        .class("refused")
                        .attr("id", "server-refused")
                        .attr("role", "alert")
                        .flag("hidden", move || refused.with(Option::is_none))
                        .text(move || refused.get_clone().unwrap_or_default()),
                )
                .child(
                    h("button")
                        .class("button main")
                        .attr("type", "submit")
                        .attr("id", "connect-server")
                        .flag("disabled", move || busy.get())
                        .child(move || t(if busy.get() { "server.busy" } else { "server.do" })),
                ),
        )
        .into()
}

fn field(id: &'static str, name: &'static str, kind: &'static str, written: Signal<String>) -> El {
    // Browsers refuse an address without a scheme in a field for addresses; here it is completed.
    let (kind, keyboard) = if kind == "url" { ("text", "url") } else { (kind, "text") };
    h("label").class("field").child(h("span").child(t(name))).child(
        h("input")
            .attr("type", kind)
            .attr("id", id)
            .attr("inputmode", keyboard)
            .attr("autocomplete", "off")
            .attr("autocapitalize", "none")
            .attr("spellcheck", "false")
            .attr("maxlength", "500")
            .attr("required", "")
            .on("input", move |event| written.set(value(&event))),
    )
}

/// A line for each server that is being listed or listened to.
pub fn serving(servers: BTreeMap<i64, Serving>) -> impl Iterator<Item = El> {
    servers.into_values().filter(|server| server.running).map(|server| {
        if server.listing {
            return line(t1("work.listing", &server.done.to_string()), 0.0, 1.0);
        }
        let mut text = t1("work.hearing", &format!("{} / {}", server.done, server.of));
        if let Some(left) = server.seconds_left.map(crate::clock::clock) {
            text.push_str(&t1("work.left", &left));
        }
        line(text, server.done as f64, server.of as f64)
    })
}
