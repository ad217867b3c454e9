//! The whole app: its pages, what stands around them, and the beginning.

use sycamore::prelude::*;
use sycamore::web::View;
use wasm_bindgen::prelude::*;

use crate::dom::{Live, button, div, each, h, icon, icon_button, listen, nothing, window};
use crate::messages::t;
use crate::state::{App, Route};
use crate::{dom, face, pages, player};

/// Draws the app; `boot.js` calls it once.
#[wasm_bindgen]
pub fn start() {
    let Some(root) = dom::by_id::<web_sys::Node>("app") else { return };
    sycamore::render_to(
        || {
            let app = App::new();
            app.dress();
            player::start(app);
            player::listen_to_keys(app);
            face::listen_to_paste(app);
            listen(&window(), "hashchange", move |_| app.arrived());
            listen(&window(), "offline", move |_| app.online.set(false));
            listen(&window(), "online", move |_| app.online.set(true));
            app.ask_who();
            // Another language draws everything anew; what plays goes on.
            (move || {
                app.language.track();
                whole(app)
            })
            .live()
        },
        &root,
    );
}

fn whole(app: App) -> View {
    let state = create_selector(move || app.session.with(|session| session.state.clone()));
    let welcomed = create_selector(move || app.session.with(|s| s.settings.welcomed || !s.owner));
    vec![
        (move || match state.get_clone().as_str() {
            "signed_in" => house(app, welcomed),
            "" => starting(app),
            _ => pages::door::page(app),
        })
        .live(),
        pages::door::lock(app),
        help(app),
        said(app),
        murmured(app),
    ]
    .into()
}

/// Before the first answer.
fn starting(app: App) -> View {
    h("main")
        .class("door")
        .attr("id", "main")
        .attr("tabindex", "-1")
        .child(pages::door::wordmark())
        .child(h("h1").class("unseen").child("Attune"))
        .child(
            h("p").class("aside").attr("role", "status").text(move || {
                if app.online.get() { t("app.starting") } else { t("error.offline") }
            }),
        )
        .into()
}

fn house(app: App, welcomed: ReadSignal<bool>) -> View {
    let route = app.route;
    let offline = move || {
        if app.online.get() {
            return nothing();
        }
        h("p")
            .class("offline")
            .attr("role", "status")
            .child(icon("#icon-offline"))
            .child(t("app.offline"))
            .into()
    };
    vec![
        h("a")
            .class("skip")
            .attr("href", "#main")
            .on("click", |event| {
                event.prevent_default();
                dom::focus_soon("#main");
            })
            .child(t("app.skip"))
            .into(),
        nav(app),
        h("main")
            .attr("id", "main")
            .attr("tabindex", "-1")
            .child(offline)
            .child(move || {
                if !welcomed.get() {
                    return pages::welcome::page(app);
                }
                match route.get() {
                    Route::Listen => pages::listen::page(app),
                    Route::Library => pages::library::page(app),
                    Route::Playlists => pages::playlists::page(app),
                    Route::Diary => pages::diary::page(app),
                    Route::Settings => pages::settings::page(app),
                }
            })
            .child(h("p").class("disclaimer").child(t("app.disclaimer")))
            .into(),
        player::queue_view::queue(app),
        player::bar::bar(app),
    ]
    .into()
}

fn nav(app: App) -> View {
    let link = move |route: Route| {
        h("a")
            .class("nav-link")
            .attr("href", format!("#/{}", route.word()))
            .attr("aria-current", move || (app.route.get() == route).then_some("page"))
            .child(icon(route.icon()))
            .child(h("span").child(route.name()))
    };
    h("nav")
        .class("nav")
        .attr("aria-label", t("nav.name"))
        .child(div("brand").child(pages::door::wordmark()))
        .child(each(Route::ALL, link))
        .child(
            button("nav-link keys-link", move |_| app.help.set(true))
                .child(icon("#icon-keys"))
                .child(h("span").child(t("keys.title"))),
        )
        .into()
}

/// What every key does.
fn help(app: App) -> View {
    (move || {
        if !app.help.get() {
            return nothing();
        }
        dom::focus_soon("#help-close");
        let rows = each(player::KEYS, |(key, name)| {
            h("tr")
                .child(h("th").attr("scope", "row").child(h("kbd").child(key)))
                .child(h("td").child(t(name)))
        });
        div("veil")
            .on("keydown", move |event| {
                if dom::key(&event) == "Escape" {
                    app.help.set(false);
                }
            })
            .child(
                div("card help")
                    .attr("role", "dialog")
                    .attr("aria-modal", "true")
                    .attr("aria-labelledby", "help-title")
                    .child(
                        div("queue-head")
                            .child(h("h2").attr("id", "help-title").child(t("keys.title")))
                            .child(
                                icon_button("tool", "#icon-close", t("player.close"), move |_| {
                                    app.help.set(false);
                                })
                                .attr("id", "help-close"),
                            ),
                    )
                    .child(h("table").child(h("tbody").child(rows))),
            )
            .into()
    })
    .live()
}

/// The one sentence at the edge of the page.
fn said(app: App) -> View {
    div("toasts")
        .attr("role", "status")
        .attr("aria-live", "polite")
        .child(move || match app.said.get_clone() {
            Some(text) => div("toast")
                .child(h("span").child(text))
                .child(icon_button("tool", "#icon-close", t("player.close"), move |_| {
                    app.said.set(None);
                }))
                .into(),
            None => nothing(),
        })
        .into()
}

/// What changed on the page, for those who don't see it change.
fn murmured(app: App) -> View {
    div("unseen").attr("role", "status").text(move || app.murmured.get_clone()).into()
}
