//! What is kept of a person, and how to take it back.

use wasm_bindgen_futures::spawn_local;

use super::{section, settings};
use crate::api;
use crate::dom::{El, button, h, window};
use crate::fields::switch;
use crate::messages::{t, t1};
use crate::state::App;

pub fn privacy(app: App) -> El {
    let forget = move |_| {
        spawn_local(async move {
            match api::delete("/api/corrections").await {
                Ok(said) => {
                    app.adopt_bias(&said);
                    app.toast(t("settings.corrections.forgotten"));
                }
                Err(refusal) => app.refuse(&refusal),
            }
        });
    };
    section("privacy")
        .child(h("p").child(t("settings.privacy.why")))
        .child(switch(
            "diary-switch",
            t("settings.diary"),
            Some(t("settings.diary.why")),
            move || settings(app).diary,
            move |on| {
                let sure =
                    on || window().confirm_with_message(&t("diary.stop.sure")).unwrap_or(false);
                if sure {
                    app.change(|settings| settings.diary = on);
                } else {
                    // Draws the switch as it was.
                    app.session.update(|_| {});
                }
            },
        ))
        .child(h("h3").child(t("settings.baseline")))
        .child(h("p").class("aside").text(move || {
            let count = app.corrections.get();
            if count == 0 {
                t("settings.baseline.none")
            } else {
                t1("settings.baseline.some", &count.to_string())
            }
        }))
        .child(crate::baseline::recorder(app))
        .child(
            button("button", forget)
                .flag("disabled", move || app.corrections.get() == 0)
                .child(t("settings.corrections.forget")),
        )
}
