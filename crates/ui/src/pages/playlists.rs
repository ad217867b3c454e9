//! Saved lists.

use serde_json::{Value, json};
use sycamore::prelude::*;
use sycamore::web::View;
use wasm_bindgen_futures::spawn_local;

use crate::api::{self, Item, Page, Refusal, Saved};
use crate::dom::{El, button, div, each, h, icon_button, nothing, window};
use crate::messages::{t, t1};
use crate::pages::library::{empty, empty_but, make_a_list};
use crate::pages::listen::export_menu;
use crate::player;
use crate::rows::{Loaded, rows};
use crate::state::App;

/// Numbers in one request: no body may be longer than 4 kB.
const PART: usize = 300;

/// Saves a list under its name and the date.
pub fn save(app: App, name: String, items: Vec<Item>) {
    let today = js_sys::Date::new_0().to_locale_date_string("default", &js_sys::Object::new());
    let name: String = format!("{name}, {}", String::from(today)).chars().take(120).collect();
    spawn_local(async move {
        match store(&name, &items).await {
            Ok(()) => app.toast(t1("playlists.saved", &name)),
            Err(refusal) => app.refuse(&refusal),
        }
    });
}

async fn store(name: &str, items: &[Item]) -> Result<(), Refusal> {
    let made: Value = api::post("/api/playlists", &json!({ "name": name })).await?;
    let id = made["id"].as_i64().unwrap_or_default();
    let ids: Vec<i64> = items.iter().map(|item| item.id).collect();
    for part in ids.chunks(PART) {
        api::post::<Value>(&format!("/api/playlists/{id}"), &json!({ "items": part })).await?;
    }
    Ok(())
}

pub fn page(app: App) -> View {
    let lists: Signal<Option<Result<Vec<Saved>, String>>> = create_signal(None);
    let open: Signal<Option<i64>> = create_signal(None);
    load(app, lists);
    div("playlists")
        .child(h("h1").child(t("nav.playlists")))
        .child(move || match lists.get_clone() {
            None => h("p").class("aside").child(t("library.looking")).into(),
            Some(Err(why)) => empty(&t("list.refused"), &why),
            Some(Ok(found)) if found.is_empty() => {
                empty_but(&t("playlists.none"), &t("playlists.none.why"), make_a_list(app))
            }
            Some(Ok(found)) => h("ul")
                .class("saved")
                .child(each(found, |saved| one(app, lists, open, saved)))
                .into(),
        })
        .into()
}

fn load(app: App, lists: Signal<Option<Result<Vec<Saved>, String>>>) {
    spawn_local(async move {
        let answer = api::get::<Value>("/api/playlists").await;
        if !lists.is_alive() {
            return;
        }
        if let Err(Refusal::SignedOut) = answer {
            app.refuse(&Refusal::SignedOut);
        }
        lists.set(Some(match answer {
            Ok(said) => Ok(serde_json::from_value(said["playlists"].clone()).unwrap_or_default()),
            Err(refusal) => Err(refusal.text()),
        }));
    });
}

fn one(
    app: App,
    lists: Signal<Option<Result<Vec<Saved>, String>>>,
    open: Signal<Option<i64>>,
    saved: Saved,
) -> El {
    let id = saved.id;
    let name = saved.name.clone();
    let delete = move |_| {
        let sure = window().confirm_with_message(&t1("playlists.delete.sure", &name));
        if sure.unwrap_or(false) {
            spawn_local(async move {
                match api::delete(&format!("/api/playlists/{id}")).await {
                    Ok(_) => load(app, lists),
                    Err(refusal) => app.refuse(&refusal),
                }
            });
        }
    };
    h("li")
        .class("card saved-list")
        .child(
            div("saved-head")
                .child(icon_button(
                    "round",
                    "#icon-play",
                    t1("item.play", &saved.name),
                    move |_| play(app, id, 0),
                ))
                .child(
                    button("title", move |_| {
                        open.set(if open.get_untracked() == Some(id) { None } else { Some(id) });
                    })
                    .state("aria-expanded", move || open.get() == Some(id))
                    .child(h("bdi").child(saved.name.clone())),
                )
                .child(
                    h("span").class("aside").child(t1("library.items", &saved.items.to_string())),
                )
                .child(export_menu(move || {
                    Box::new(move |format: &str| format!("/api/playlists/{id}/export/{format}"))
                }))
                .child(icon_button(
                    "tool",
                    "#icon-delete",
                    t1("playlists.delete", &saved.name),
                    delete,
                )),
        )
        .child(
            move || {
                if open.get() == Some(id) { inside(app, id, saved.name.clone()) } else { nothing() }
            },
        )
}

/// Plays the whole list from one of its places on.
fn play(app: App, id: i64, place: usize) {
    spawn_local(async move {
        match api::get::<Page>(&format!("/api/playlists/{id}")).await {
            Ok(list) => {
                let all = list.items.len();
                let here = list.items.iter().filter(|item| item.plays).count();
                if here == 0 {
                    app.toast(t("playlists.only_links"));
                } else if here < all {
                    app.toast(t1("playlists.some_links", &(all - here).to_string()));
                }
                if here > 0 {
                    player::play(app, list.items, place);
                }
            }
            Err(refusal) => app.refuse(&refusal),
        }
    });
}

/// A list's rows.
fn inside(app: App, id: i64, name: String) -> View {
    let loaded = Loaded::new();
    loaded.show(app, format!("/api/playlists/{id}?"));
    let nothing = || empty(&t("playlists.emptied"), &t("playlists.emptied.why"));
    rows(app, loaded, name, nothing, move |place| play(app, id, place)).into()
}
