//! The door: the first account, signing in, and joining by invitation.

use serde_json::{Value, json};
use sycamore::prelude::*;
use sycamore::web::View;
use wasm_bindgen_futures::spawn_local;

use crate::api::{self, Session};
use crate::dom::{El, div, h, nothing, svg, value, window};
use crate::messages::t;
use crate::state::App;

/// Who comes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Comer {
    Owner,
    Guest,
    Member,
}

impl Comer {
    const fn path(self) -> &'static str {
        match self {
            Self::Owner => "/api/owner",
            Self::Guest => "/api/join",
            Self::Member => "/api/sign-in",
        }
    }

    const fn key(self) -> &'static str {
        match self {
            Self::Owner => "door.owner",
            Self::Guest => "door.join",
            Self::Member => "door.sign_in",
        }
    }

    const fn password(self) -> &'static str {
        match self {
            Self::Member => "current-password",
            _ => "new-password",
        }
    }
}

/// The invitation's code, where the address has one.
fn invitation() -> Option<String> {
    let hash = window().location().hash().ok()?;
    hash.strip_prefix("#/join/").map(str::to_owned)
}

/// The whole page for those who are not signed in.
pub fn page(app: App) -> View {
    let comer = match (app.session.with(|session| session.state == "first_run"), invitation()) {
        (true, _) => Comer::Owner,
        (false, Some(_)) => Comer::Guest,
        (false, None) => Comer::Member,
    };
    h("main")
        .class("door")
        .attr("id", "main")
        .attr("tabindex", "-1")
        .child(
            div("door-card card")
                .child(wordmark())
                .child(h("h1").child(t(&format!("{}.title", comer.key()))))
                .child(h("p").class("aside").child(t(&format!("{}.why", comer.key()))))
                .child(form(app, comer)),
        )
        .child(h("p").class("disclaimer").child(t("app.disclaimer")))
        .into()
}

/// Over the page as it is, once a session has ended.
pub fn lock(app: App) -> View {
    (move || {
        if !app.locked.get() {
            return nothing();
        }
        crate::dom::focus_soon("#password");
        div("veil")
            .child(
                div("door-card card")
                    .attr("role", "dialog")
                    .attr("aria-modal", "true")
                    .attr("aria-labelledby", "lock-title")
                    .child(h("h2").attr("id", "lock-title").child(t("door.again.title")))
                    .child(h("p").class("aside").child(t("door.again.why")))
                    .child(form(app, Comer::Member)),
            )
            .into()
    })
    .into()
}

pub fn wordmark() -> El {
    svg("svg")
        .class("wordmark")
        .attr("viewBox", "0 0 190 56")
        .attr("role", "img")
        .attr("aria-label", "Attune")
        .child(svg("path").attr(
            "d",
            "M4 32a12 12 0 1 0 24 0 12 12 0 1 0-24 0M28 20v24M44 9v28q0 7 7 7M64 9v28q0 7 7 7\
             M36 22c5-5 8-5 11.5 0s8 5 11.5 0 8-5 13 0M84 20v12a12 12 0 0 0 24 0V20M108 20v24\
             M122 44V20M122 32a12 12 0 0 1 24 0v12M160 32h24a12 12 0 1 0-3.5 8.5",
        ))
}

fn form(app: App, comer: Comer) -> El {
    let name = create_signal(app.session.with_untracked(|session| session.name.clone()));
    let password = create_signal(String::new());
    let setup_code = create_signal(String::new());
    let asks_code =
        comer == Comer::Owner && app.session.with_untracked(|session| session.setup_code);
    let code = move || match comer {
        Comer::Owner => setup_code.get_clone_untracked(),
        _ => invitation().unwrap_or_default(),
    };
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
            "name": name.get_clone_untracked(),
            "password": password.get_clone_untracked(),
            "code": code(),
        });
        spawn_local(async move {
            let answer = api::post::<Session>(comer.path(), &body).await;
            if busy.is_alive() {
                busy.set(false);
            }
            match answer {
                Ok(session) => {
                    if comer != Comer::Member {
                        window().location().set_hash("").ok();
                    }
                    app.welcome(session);
                }
                Err(refusal) if refused.is_alive() => {
                    refused.set(Some(refusal.text()));
                    crate::dom::focus_soon("#password");
                }
                Err(_) => {}
            }
        });
    };
    h("form")
        .class("form")
        .on("submit", submit)
        .child(
            h("label").class("field").child(h("span").child(t("door.name"))).child(
                h("input")
                    .attr("type", "text")
                    .attr("id", "name")
                    .attr("autocomplete", "username")
                    .attr("maxlength", "40")
                    .attr("required", "")
                    .attr("autocapitalize", "words")
                    .prop("value", move || name.get_clone())
                    .on("input", move |event| name.set(value(&event))),
            ),
        )
        .child(
            h("label").class("field").child(h("span").child(t("door.password"))).child(
                h("input")
                    .attr("type", "password")
                    .attr("id", "password")
                    .attr("autocomplete", comer.password())
                    .attr("minlength", if comer == Comer::Member { "1" } else { "8" })
                    .attr("maxlength", "256")
                    .attr("required", "")
                    .attr("aria-describedby", "password-hint")
                    .on("input", move |event| password.set(value(&event))),
            ),
        )
        .child(h("p").class("aside").attr("id", "password-hint").child(match comer {
            Comer::Member => String::new(),
            _ => t("door.password_hint"),
        }))
        .child(if asks_code { setup_field(setup_code) } else { nothing() })
        .child(
            h("p")
                .class("refused")
                .attr("role", "alert")
                .flag("hidden", move || refused.with(Option::is_none))
                .text(move || refused.get_clone().unwrap_or_default()),
        )
        .child(
            h("button")
                .class("button main wide")
                .attr("type", "submit")
                .attr("id", "enter")
                .flag("disabled", move || busy.get())
                .child(
                    move || {
                        if busy.get() { t("door.busy") } else { t(&format!("{}.do", comer.key())) }
                    },
                ),
        )
}

/// What shows that the first account is for whoever runs the server.
fn setup_field(code: Signal<String>) -> View {
    vec![
        h("label")
            .class("field")
            .child(h("span").child(t("door.setup_code")))
            .child(
                h("input")
                    .attr("type", "text")
                    .attr("id", "setup-code")
                    .attr("autocomplete", "off")
                    .attr("spellcheck", "false")
                    .attr("maxlength", "20")
                    .attr("required", "")
                    .attr("aria-describedby", "setup-hint")
                    .on("input", move |event| code.set(value(&event))),
            )
            .into(),
        h("p").class("aside").attr("id", "setup-hint").child(t("door.setup_code.hint")).into(),
    ]
    .into()
}

/// Signs out here, or everywhere.
pub fn sign_out(app: App, everywhere: bool) {
    spawn_local(async move {
        let path = if everywhere { "/api/sign-out-everywhere" } else { "/api/sign-out" };
        match api::post::<Value>(path, &json!({})).await {
            Ok(_) | Err(api::Refusal::SignedOut) => app.farewell(),
            Err(refusal) => app.refuse(&refusal),
        }
    });
}
