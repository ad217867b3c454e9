//! The account's name and password.

use serde_json::{Value, json};
use sycamore::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::section;
use crate::api::{self, Refusal};
use crate::dom::{El, h, value};
use crate::messages::{t, t1};
use crate::state::App;

pub fn profile(app: App) -> El {
    let old = create_signal(String::new());
    let new = create_signal(String::new());
    let submit = move |event: web_sys::Event| {
        event.prevent_default();
        let body = json!({ "old": old.get_clone_untracked(), "new": new.get_clone_untracked() });
        spawn_local(async move {
            match api::post::<Value>("/api/password", &body).await {
                Ok(_) => {
                    app.toast(t("settings.password.changed"));
                    if old.is_alive() {
                        old.set(String::new());
                        new.set(String::new());
                    }
                }
                Err(refusal @ Refusal::SignedOut) => app.refuse(&refusal),
                Err(refusal) => app.toast(refusal.text()),
            }
        });
    };
    let field = |text: String, word: &'static str, at: Signal<String>| {
        h("label").class("field").child(h("span").child(text)).child(
            h("input")
                .attr("type", "password")
                .attr("autocomplete", word)
                .attr("required", "")
                .attr("maxlength", "256")
                .prop("value", move || at.get_clone())
                .on("input", move |event| at.set(value(&event))),
        )
    };
    let name = app.session.with_untracked(|session| session.name.clone());
    section("profile").child(h("p").child(t1("settings.signed_in_as", &name))).child(
        h("form")
            .class("form")
            .on("submit", submit)
            .child(
                h("input")
                    .attr("type", "text")
                    .attr("autocomplete", "username")
                    .attr("value", name)
                    .attr("hidden", "")
                    .attr("aria-hidden", "true"),
            )
            .child(field(t("settings.password.old"), "current-password", old))
            .child(field(t("settings.password.new"), "new-password", new))
            .child(
                h("button")
                    .class("button")
                    .attr("type", "submit")
                    .child(t("settings.password.change")),
            ),
    )
}
