//! The list: what it is, its items, and what one can do with them.

use sycamore::web::View;

use crate::api::{Item, List, Refusal};
use crate::clock::clock;
use crate::dom::{El, button, div, each, h, icon, nothing};
use crate::fields::capital;
use crate::item_view::{cover, elsewhere, mood_dot, title, tools};
use crate::listen::{GOALS, Shown};
use crate::menu::menu;
use crate::messages::{t, t1, t2};
use crate::player;
use crate::reorder::{Movable, movable, shift_by_key};
use crate::state::App;

pub fn list(app: App) -> El {
    let listen = app.listen;
    let shown = listen.shown;
    let is_here = move || shown.with(|shown| matches!(shown, Shown::Here(_)));
    h("section")
        .class("list")
        .attr("aria-labelledby", "list-title")
        .child(
            div("list-head")
                .child(
                    div("list-name")
                        .child(
                            h("h2")
                                .attr("id", "list-title")
                                .attr("tabindex", "-1")
                                .text(move || list_title(app)),
                        )
                        .child(
                            h("p").class("aside").attr("role", "status").text(move || said(app)),
                        ),
                )
                .child(move || if is_here() { list_actions(app) } else { nothing() }),
        )
        .child(move || match shown.get_clone() {
            Shown::Nothing => notice(&t("list.nothing"), "", None),
            Shown::Waiting if listen.items.with(Vec::is_empty) => waiting(),
            Shown::Waiting => nothing(),
            Shown::Refused(refusal) => {
                let offline = refusal == Refusal::Offline;
                let title = if offline { t("list.offline") } else { t("list.refused") };
                let again = button("button", move |_| listen.ask_soon(app)).child(t("look.again"));
                notice(&title, &refusal.text(), Some(again))
            }
            Shown::Here(list) if list.items.is_empty() => {
                let by_wishes = list.emptied_by.as_ref().is_some_and(|by| by.is_of_wishes());
                let let_go = by_wishes.then(|| {
                    button("button", move |_| listen.let_go(app))
                        .attr("id", "let-go")
                        .child(t("list.let_go"))
                });
                notice(&t("list.empty"), &emptied(&list), let_go)
            }
            Shown::Here(list) => {
                each(list.notes, |note| h("p").class("aside note").child(capital(&note)))
            }
        })
        .child(
            h("ol")
                .attr("id", "items")
                .attr("class", move || {
                    Some(if shown.with(|s| *s == Shown::Waiting) { "stale" } else { "" })
                })
                .child(move || {
                    let refused = shown.with(|s| matches!(s, Shown::Refused(_)));
                    if refused {
                        return nothing();
                    }
                    let count = listen.items.with(Vec::len);
                    each(listen.items.get_clone().into_iter().enumerate(), move |(place, item)| {
                        listed(app, place, count, item)
                    })
                }),
        )
}

fn list_title(app: App) -> String {
    if let Some(item) = app.listen.like.get_clone() {
        return t1("list.like", &item.title);
    }
    match app.listen.shown.get_clone() {
        Shown::Here(list) if GOALS.contains(&list.goal.as_str()) => {
            t(&format!("list.to_{}", list.goal))
        }
        Shown::Here(_) => t("list.to_point"),
        _ => t("list.title"),
    }
}

/// How many there are and how long they play.
fn said(app: App) -> String {
    if !app.listen.shown.with(|shown| matches!(shown, Shown::Here(_))) {
        return String::new();
    }
    app.listen.items.with(|items| {
        let ms: f64 = items.iter().filter_map(|item| item.duration_ms).map(f64::from).sum();
        let here = items.iter().filter(|item| item.plays).count();
        match (items.len(), here) {
            (0, _) => String::new(),
            (n, 0) => t1("list.count_links", &n.to_string()),
            (n, here) if here < n => t2("list.count_some", &n.to_string(), &here.to_string()),
            (n, _) => t2("list.count_all", &n.to_string(), &clock(ms / 1000.0)),
        }
    })
}

fn emptied(list: &List) -> String {
    let filters = list.emptied_by.as_ref().map(|e| e.filters.clone()).unwrap_or_default();
    let names: Vec<String> = filters.iter().map(|filter| t(&format!("filter.{filter}"))).collect();
    match &names[..] {
        [] => t("list.empty.why"),
        names => t1("list.empty.filters", &names.join(", ")),
    }
}

fn notice(title: &str, text: &str, action: Option<El>) -> View {
    div("notice card-empty")
        .attr("id", "list-notice")
        .child(h("strong").child(title.to_owned()))
        .child(h("p").child(text.to_owned()))
        .child(action.map(View::from))
        .into()
}

/// What stands in the place of a list that is on its way.
fn waiting() -> View {
    div("ghosts")
        .attr("aria-hidden", "true")
        .child(each(0..5, |_| div("ghost").child(div("")).child(h("span")).child(h("span"))))
        .into()
}

fn list_actions(app: App) -> View {
    let listen = app.listen;
    let playable = move || listen.items.with(|items| items.iter().any(|item| item.plays));
    let play_all = move |_| player::play(app, listen.items.get_clone_untracked(), 0);
    div("list-actions")
        .child(
            button("button main", play_all)
                .attr("id", "play-all")
                .flag("disabled", move || !playable())
                .child(icon("#icon-play"))
                .child(t("list.play")),
        )
        .child(
            button("button", move |_| listen.again(app))
                .attr("id", "again")
                .child(icon("#icon-again"))
                .child(t("list.again")),
        )
        .child(
            button("button", move |_| {
                let name = list_title(app);
                crate::pages::playlists::save(app, name, listen.items.get_clone_untracked());
            })
            .attr("id", "save")
            .child(icon("#icon-save"))
            .child(t("list.save")),
        )
        .child(export_menu(move || {
            let ids: Vec<String> =
                listen.items.with(|items| items.iter().map(|item| item.id.to_string()).collect());
            let items = ids.join(",");
            Box::new(move |format: &str| format!("/api/export/{format}?items={items}"))
        }))
        .into()
}

/// A menu of files to save; the closure makes addresses by format.
pub fn export_menu(address: impl Fn() -> Box<dyn Fn(&str) -> String> + Copy + 'static) -> El {
    let link = move |format: &'static str| {
        h("a")
            .class("entry")
            .attr("download", "")
            .attr("href", move || Some(address()(format)))
            .child(format.to_uppercase())
    };
    let summary = h("summary").class("button").child(icon("#icon-export")).child(t("list.export"));
    menu(summary, each(["m3u8", "xspf", "jspf"], link))
}

fn listed(app: App, place: usize, count: usize, item: Item) -> El {
    let listen = app.listen;
    let id = item.id;
    let light = move |lit: bool| listen.lit.set(lit.then_some(id));
    let play = move || {
        let items = listen.items.get_clone_untracked();
        let at = items.iter().position(|item| item.id == id).unwrap_or(0);
        player::play(app, items, at);
    };
    let of = Movable { place, count, name: item.title.clone(), list: "#items" };
    let shift = move |from, to| listen.shift(from, to);
    let entry = |to: usize, key: &str, picture: &'static str| {
        let of = of.clone();
        button("entry", move |_| shift_by_key(app, &of, to, ".title", shift))
            .child(icon(picture))
            .child(t(key))
    };
    let mut moves = Vec::new();
    if place > 0 {
        moves.push(entry(place - 1, "list.up", "#icon-up"));
    }
    if place + 1 < count {
        moves.push(entry(place + 1, "list.down", "#icon-down"));
    }
    let reasons = item.reasons.iter().take(3).cloned().collect::<Vec<_>>().join("; ");
    let class = move || if app.player.is_current(id) { "item now" } else { "item" };
    movable(app, h("li"), class, of, shift)
        .attr("data-id", id.to_string())
        .on("pointerenter", move |_| light(true))
        .on("pointerleave", move |_| light(false))
        .child(
            div("picture")
                .child(cover(&item))
                .child(h("span").class("playing-mark").attr("aria-hidden", "true")),
        )
        .child(
            div("what")
                .child(h("h3").child(title(app, &item, play)))
                .child(h("p").class("by").child(h("bdi").child(item.byline()))),
        )
        .child(h("p").class("why").child(reasons))
        .child(mood_dot(&item))
        .child(if item.plays { nothing() } else { elsewhere(&item) })
        .child(tools(app, &item, moves))
}
