//! The first run: where music comes from. The settings show the same.

use serde::Deserialize;
use serde_json::{Value, json};
use sycamore::prelude::*;
use sycamore::web::View;
use wasm_bindgen_futures::spawn_local;

use crate::api::{self, encoded};
use crate::dom::{El, button, div, each, h, icon, nothing};
use crate::messages::{t, t1, t2};
use crate::pages::connect::{connect_card, serving};
use crate::state::{App, Route};

/// A folder of the server.
#[derive(Clone, Debug, PartialEq, Deserialize)]
struct Folder {
    name: String,
    path: String,
}

/// What is in one.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
struct Inside {
    path: Option<String>,
    parent: Option<String>,
    folders: Vec<Folder>,
    recordings: usize,
}

/// Three doors.
pub fn page(app: App) -> View {
    let open = create_signal("");
    let name = app.session.with_untracked(|session| session.name.clone());
    div("welcome")
        .child(h("h1").child(t1("welcome.title", &name)))
        .child(h("p").class("lead").child(t("welcome.why")))
        .child(
            div("doors")
                .child(choice("starter", "#icon-play", move |_| begin(app)))
                .child(choice("folder", "#icon-folder", move |_| open.set("folder")))
                .child(choice("server", "#icon-server", move |_| open.set("server"))),
        )
        .child(move || match open.get() {
            "folder" => folder_card(app, move || enter(app)),
            "server" => connect_card(app, move || enter(app)),
            _ => nothing(),
        })
        .into()
}

fn choice(
    key: &'static str,
    picture: &'static str,
    act: impl FnMut(web_sys::Event) + 'static,
) -> El {
    button("door-choice card", act)
        .attr("id", key)
        .child(icon(picture))
        .child(h("strong").child(t(&format!("welcome.{key}"))))
        .child(h("span").child(t(&format!("welcome.{key}.why"))))
}

/// The starter catalogue is there already; the band begins to compose.
fn begin(app: App) {
    app.start_band();
    enter(app);
}

fn enter(app: App) {
    app.change(|settings| settings.welcomed = true);
    app.go(Route::Listen);
}

/// Looks for a folder of the server.
pub fn folder_card(app: App, then: impl Fn() + Copy + 'static) -> View {
    let inside: Signal<Option<Inside>> = create_signal(None);
    let refused = create_signal(None::<String>);
    look(app, inside, refused, None);
    h("section")
        .class("card folders")
        .attr("aria-labelledby", "folders-title")
        .child(h("h2").attr("id", "folders-title").child(t("folders.title")))
        .child(h("p").class("aside").child(t("folders.why")))
        .child(move || match (inside.get_clone(), refused.get_clone()) {
            (_, Some(why)) => h("p").class("refused").attr("role", "alert").child(why).into(),
            (None, None) => h("p").class("aside").child(t("folders.looking")).into(),
            (Some(found), None) => browser(app, inside, refused, found, then),
        })
        .into()
}

fn look(
    app: App,
    inside: Signal<Option<Inside>>,
    refused: Signal<Option<String>>,
    path: Option<String>,
) {
    let address = match path {
        Some(path) => format!("/api/folders?path={}", encoded(&path)),
        None => "/api/folders".to_owned(),
    };
    spawn_local(async move {
        let answer = api::get::<Inside>(&address).await;
        if !inside.is_alive() {
            return;
        }
        match answer {
            Ok(found) => inside.set(Some(found)),
            Err(api::Refusal::SignedOut) => app.refuse(&api::Refusal::SignedOut),
            Err(refusal) => refused.set(Some(refusal.text())),
        }
    });
}

fn browser(
    app: App,
    inside: Signal<Option<Inside>>,
    refused: Signal<Option<String>>,
    found: Inside,
    then: impl Fn() + Copy + 'static,
) -> View {
    let go = move |path: Option<String>| look(app, inside, refused, path);
    let here = found.path.clone().unwrap_or_default();
    let up = found.parent.clone();
    let path = found.path.clone();
    let entry = move |folder: Folder| {
        let path = folder.path;
        h("li").child(
            button("folder-entry", move |_| go(Some(path.clone())))
                .child(icon("#icon-folder"))
                .child(h("bdi").child(folder.name)),
        )
    };
    let nothing_inside = found
        .folders
        .is_empty()
        .then(|| View::from(h("li").class("aside").child(t("folders.none"))));
    vec![
        div("path")
            .child(up.map(|up| {
                View::from(
                    button("button", move |_| go(Some(up.clone())))
                        .child(icon("#icon-up"))
                        .child(t("folders.up")),
                )
            }))
            .child(h("code").child(h("bdi").child(here)))
            .into(),
        h("ul").class("folder-list").child(each(found.folders, entry)).child(nothing_inside).into(),
        div("actions")
            .child(
                button("button main", move |_| {
                    if let Some(path) = path.clone() {
                        add(app, path, then);
                    }
                })
                .attr("id", "use-folder")
                .flag("disabled", move || {
                    inside.with(|i| i.as_ref().is_none_or(|i| i.path.is_none()))
                })
                .child(t("folders.use")),
            )
            .child(
                h("span")
                    .class("aside")
                    .child(t1("folders.recordings", &found.recordings.to_string())),
            )
            .into(),
    ]
    .into()
}

fn add(app: App, path: String, then: impl Fn() + 'static) {
    spawn_local(async move {
        match api::post::<Value>("/api/folders", &json!({ "path": path })).await {
            Ok(_) => {
                app.toast(t("folders.added"));
                crate::dom::after(700, move || app.look_at_work());
                then();
            }
            Err(refusal) => app.refuse(&refusal),
        }
    });
}

/// How far scans and the band are; nothing where nothing goes on.
pub fn progress(app: App) -> View {
    (move || {
        let work = app.working.get_clone().work;
        if !work.is_busy() {
            return nothing();
        }
        let band = work.band.running.then(|| {
            let (done, of) = (work.band.done, work.band.of);
            line(t2("work.band", &done.to_string(), &of.to_string()), done as f64, of as f64)
        });
        let scans =
            work.scans.into_iter().filter(|(_, scan)| scan.running).map(|(folder, scan)| {
                let name = folder.rsplit('/').next().unwrap_or(&folder).to_owned();
                let left = scan.seconds_left.map(crate::clock::clock).unwrap_or_default();
                let mut text = t2("work.scan", &name, &format!("{} / {}", scan.done, scan.of));
                if !left.is_empty() {
                    text.push_str(&t1("work.left", &left));
                }
                line(text, scan.done as f64, scan.of as f64)
            });
        div("work")
            .attr("id", "work")
            .child(each(band.into_iter().chain(scans).chain(serving(work.servers)), |line| line))
            .into()
    })
    .into()
}

/// What goes on, and how far it is.
pub fn line(text: String, done: f64, of: f64) -> El {
    div("work-line").child(h("span").child(text.clone())).child(
        h("progress")
            .attr("max", of.max(1.0).to_string())
            .attr("value", done.to_string())
            .attr("aria-label", text),
    )
}
