//! The first page: a face or a point becomes a mood, a mood becomes a list.

use attune_core::{Expression, Mood};
use serde_json::Value;
use sycamore::prelude::*;
use sycamore::web::View;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;

use crate::api::{self, Item, Language, List, Refusal};
use crate::clock::clock;
use crate::dom::{El, button, checked, div, each, h, icon, nothing, value};
use crate::face;
use crate::item_view::{cover, elsewhere, mood_dot, title, tools};
use crate::listen::{GOALS, Shown};
use crate::mark::mark;
use crate::messages::{t, t1, t2};
use crate::mood::{in_words, place_of};
use crate::plane::{Plane, Spot, plane};
use crate::player;
use crate::state::App;

/// Every expression one can name, with the pleasant ones first.
const WORDS: [Expression; 7] = [
    Expression::Happy,
    Expression::Surprised,
    Expression::Neutral,
    Expression::Sad,
    Expression::Angry,
    Expression::Fearful,
    Expression::Disgusted,
];

pub fn page(app: App) -> View {
    div("listen")
        .child(h("h1").child(t("listen.title")))
        .child(crate::pages::welcome::progress(app))
        .child(face::look_card(app))
        .child(mood_card(app))
        .child(face::reading_card(app))
        .child(want_card(app))
        .child(after_card(app))
        .child(list(app))
        .child(sent(app))
        .into()
}

fn mood_card(app: App) -> El {
    let listen = app.listen;
    let felt = listen.felt;
    let items = listen.items;
    let spots = move || {
        let spot = |item: &Item| Some(Spot { id: item.id, point: item.point()? });
        items.with(|items| items.iter().filter_map(spot).collect())
    };
    let words = move || match felt.get() {
        Some(felt) => in_words(felt.mood.point()),
        None => t("plane.how"),
    };
    h("section")
        .class("card mood")
        .attr("aria-labelledby", "mood-title")
        .child(h("h2").attr("id", "mood-title").child(t("plane.title")))
        .child(plane(Plane {
            mood: move || felt.get().map(|felt| felt.mood),
            spots,
            now: move || app.player.queue.with(|queue| queue.current().map(|item| item.id)),
            lit: move || listen.lit.get(),
            pick: move |point| {
                app.eye().read.set(None);
                listen.feel_at(app, point);
            },
            journey: listen.journey,
        }))
        .child(
            h("p")
                .class("mood-words")
                .child(move || felt.get().map(|felt| View::from(mark(felt.mood.point()))))
                .child(h("span").text(words)),
        )
        .child(h("fieldset").class("words").child(h("legend").child(t("plane.words"))).child(
            div("chips").child(each(WORDS, |expression| {
                button("chip", move |_| {
                    app.eye().read.set(None);
                    listen.feel_word(app, expression);
                })
                .attr("data-word", expression.key())
                .state("aria-pressed", move || {
                    felt.get().is_some_and(|felt| felt.expression == Some(expression))
                })
                .child(mark(place_of(expression)))
                .child(crate::mood::expression_name(expression))
            })),
        ))
}

fn want_card(app: App) -> El {
    let listen = app.listen;
    let goal = listen.goal;
    let choice = move |word: &'static str| {
        let picture = match word {
            "match" => "#goal-match",
            "lift" => "#goal-lift",
            "calm" => "#goal-calm",
            "energise" => "#goal-energise",
            "focus" => "#goal-focus",
            _ => "#goal-point",
        };
        h("label")
            .child(
                h("input")
                    .attr("type", "radio")
                    .attr("name", "goal")
                    .attr("value", word)
                    .prop("checked", move || goal.with(|goal| goal == word))
                    .on("change", move |_| {
                        goal.set(word.to_owned());
                        listen.ask_soon(app);
                    }),
            )
            .child(icon(picture))
            .child(h("b").child(t(&format!("goal.{word}"))))
            .child(h("small").child(t(&format!("goal.{word}.small"))))
    };
    h("section")
        .class("card want")
        .attr("aria-labelledby", "want-title")
        .child(h("h2").attr("id", "want-title").child(t("want.title")))
        .child(
            h("fieldset")
                .class("goals")
                .child(h("legend").class("unseen").child(t("want.goal")))
                .child(each(GOALS.into_iter().chain(["point"]), choice)),
        )
        .child(move || if goal.with(|g| g == "point") { aim(app) } else { nothing() })
        .child(filters(app))
}

/// Where to, where the goal is a point.
fn aim(app: App) -> View {
    let listen = app.listen;
    let aim = listen.aim;
    let still = create_signal(false);
    div("aim")
        .child(h("p").class("aside").child(t("want.aim")))
        .child(plane(Plane {
            mood: move || Some(Mood::new(aim.get(), 0.05)),
            spots: Vec::new,
            now: || None,
            lit: || None,
            pick: move |point| {
                aim.set(point);
                listen.ask_soon(app);
            },
            journey: still,
        }))
        .into()
}

fn filters(app: App) -> El {
    let listen = app.listen;
    let kinds = ["all", "music", "video"].map(|kind| {
        h("label")
            .class("chip")
            .child(
                h("input")
                    .attr("type", "radio")
                    .attr("name", "kind")
                    .attr("value", kind)
                    .prop("checked", move || listen.kind.with(|k| k == kind))
                    .on("change", move |_| {
                        listen.kind.set(kind.to_owned());
                        listen.ask_soon(app);
                    }),
            )
            .child(h("span").child(t(&format!("kind.{kind}"))))
    });
    let switch = |id: &'static str, text: String, at: Signal<bool>, set: Box<dyn Fn(bool)>| {
        h("label")
            .class("switch")
            .child(
                h("input")
                    .attr("type", "checkbox")
                    .attr("role", "switch")
                    .attr("id", id)
                    .prop("checked", move || at.get())
                    .on("change", move |event| set(checked(&event))),
            )
            .child(h("span").child(text))
    };
    let set_journey = move |on| {
        listen.journey.set(on);
        listen.ask_soon(app);
    };
    h("details").class("more").attr("id", "more").child(h("summary").child(t("want.more"))).child(
        div("filters")
            .child(
                h("fieldset")
                    .child(h("legend").child(t("want.kind")))
                    .child(div("chips").child(each(kinds, |kind| kind))),
            )
            .child(length(app))
            .child(artists(app))
            .child(
                div("switches")
                    .child(switch(
                        "playable",
                        t("want.playable"),
                        listen.playable,
                        Box::new(move |on| listen.set_playable(app, on)),
                    ))
                    .child(switch(
                        "journey",
                        t("want.journey"),
                        listen.journey,
                        Box::new(set_journey),
                    ))
                    .child(switch(
                        "continuous",
                        t("want.continuous"),
                        crate::continuous::signal(app),
                        Box::new(move |on| crate::continuous::set(app, on)),
                    )),
            )
            .child(languages(app)),
    )
}

fn length(app: App) -> El {
    let length = app.listen.length;
    h("label")
        .class("field")
        .child(h("span").child(t("want.length")))
        .child(h("output").text(move || length.get().to_string()))
        .child(
            h("input")
                .attr("type", "range")
                .attr("id", "limit")
                .attr("min", "5")
                .attr("max", "50")
                .attr("step", "5")
                .prop("value", move || length.get() as f64)
                .on("input", move |event| {
                    length.set(value(&event).parse().unwrap_or(20));
                    app.listen.ask_soon(app);
                }),
        )
}

fn artists(app: App) -> El {
    let artists = app.listen.artists;
    h("label").class("field artists").child(h("span").child(t("want.artists"))).child(
        h("input")
            .attr("type", "text")
            .attr("id", "artists")
            .attr("maxlength", "200")
            .attr("autocomplete", "off")
            .attr("spellcheck", "false")
            .attr("placeholder", t("want.artists.any"))
            .prop("value", move || artists.get_clone())
            .on("input", move |event| {
                artists.set(value(&event));
                app.listen.ask_soon(app);
            }),
    )
}

/// The library's languages, the most frequent first.
fn languages(app: App) -> El {
    let known: Signal<Vec<Language>> = create_signal(Vec::new());
    spawn_local(async move {
        let Ok(said) = api::get::<Value>("/api/languages").await else { return };
        if known.is_alive() {
            known.set(serde_json::from_value(said["languages"].clone()).unwrap_or_default());
        }
    });
    let chosen = app.listen.languages;
    let chip = move |Language { language, items }: Language| {
        let (word, wanted) = (language.clone(), language.clone());
        h("label")
            .class("chip")
            .child(
                h("input")
                    .attr("type", "checkbox")
                    .attr("value", language.clone())
                    .prop("checked", move || chosen.with(|chosen| chosen.contains(&wanted)))
                    .on("change", move |event| {
                        chosen.update(|chosen| {
                            chosen.retain(|language| *language != word);
                            if checked(&event) {
                                chosen.push(word.clone());
                            }
                        });
                        app.listen.ask_soon(app);
                    }),
            )
            .child(h("span").child(capital(&language)).child(h("small").child(items.to_string())))
    };
    h("fieldset")
        .class("languages")
        .child(h("legend").child(t("want.languages")))
        .child(div("chips").child(move || each(known.get_clone(), chip)))
}

pub fn capital(word: &str) -> String {
    let mut chars = word.chars();
    let first = chars.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    first + chars.as_str()
}

/// "How do you feel now?", once a list has come to its end.
fn after_card(app: App) -> View {
    let listen = app.listen;
    (move || {
        if !listen.asks_after.get() {
            return nothing();
        }
        let still = create_signal(false);
        h("section")
            .class("card after")
            .attr("aria-labelledby", "after-title")
            .child(h("h2").attr("id", "after-title").child(t("after.title")))
            .child(h("p").class("aside").child(t("after.how")))
            .child(plane(Plane {
                mood: move || listen.felt.get().map(|felt| Mood::new(felt.mood.point(), 0.0)),
                spots: Vec::new,
                now: || None,
                lit: || None,
                pick: move |point| listen.feel_after(app, point),
                journey: still,
            }))
            .child(
                button("button", move |_| listen.asks_after.set(false)).child(t("after.not_now")),
            )
            .into()
    })
    .into()
}

fn list(app: App) -> El {
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
                notice(&t("list.empty"), &emptied(&list), None)
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
    h("details")
        .class("menu")
        .child(h("summary").class("button").child(icon("#icon-export")).child(t("list.export")))
        .child(div("entries").child(each(["m3u8", "xspf", "jspf"], link)))
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
    let shift = move |to: usize, key: &str, picture: &'static str| {
        button("entry", move |_| listen.shift(place, to)).child(icon(picture)).child(t(key))
    };
    let mut menu = Vec::new();
    if place > 0 {
        menu.push(shift(place - 1, "list.up", "#icon-up"));
    }
    if place + 1 < count {
        menu.push(shift(place + 1, "list.down", "#icon-down"));
    }
    let reasons = item.reasons.iter().take(3).cloned().collect::<Vec<_>>().join("; ");
    h("li")
        .attr("class", move || Some(if app.player.is_current(id) { "item now" } else { "item" }))
        .attr("draggable", "true")
        .attr("data-id", id.to_string())
        .on("pointerenter", move |_| light(true))
        .on("pointerleave", move |_| light(false))
        .on("dragstart", move |event| {
            let data = event.dyn_ref::<web_sys::DragEvent>().and_then(|d| d.data_transfer());
            if let Some(data) = data {
                data.set_data("text/attune-place", &place.to_string()).ok();
            }
        })
        .on("dragover", |event| event.prevent_default())
        .on("drop", move |event| {
            let data = event.dyn_ref::<web_sys::DragEvent>().and_then(|d| d.data_transfer());
            let from = data.and_then(|d| d.get_data("text/attune-place").ok());
            if let Some(from) = from.and_then(|from| from.parse().ok()) {
                event.prevent_default();
                listen.shift(from, place);
            }
        })
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
        .child(if item.plays { nothing() } else { elsewhere() })
        .child(tools(app, &item, menu))
}

/// What was sent, word for word.
fn sent(app: App) -> El {
    let sent = app.listen.sent;
    h("details")
        .class("card sent")
        .attr("id", "sent")
        .child(h("summary").child(t("sent.title")))
        .child(h("p").text(move || match sent.get_clone() {
            Some(body) => t1("sent.this", &body.len().to_string()),
            None => t("sent.nothing"),
        }))
        .child(move || match sent.get_clone() {
            Some(body) => h("pre")
                .attr("id", "sent-body")
                .attr("tabindex", "0")
                .attr("aria-label", t("sent.body"))
                .child(body)
                .into(),
            None => nothing(),
        })
}
