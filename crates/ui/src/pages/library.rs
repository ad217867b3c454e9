//! The library: tracks, albums, artists, languages, and the map.

use attune_core::Point;
use serde::Deserialize;
use serde_json::json;
use sycamore::prelude::*;
use sycamore::web::View;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, HtmlElement, WheelEvent};

use crate::api::{self, Group, Groups, Item, Page, encoded};
use crate::dom::{El, Live, after, button, checked, div, each, h, icon, nothing, set_style, value};
use crate::item_view::row;
use crate::mark::mark;
use crate::messages::{t, t1, t2};
use crate::mood::in_words;
use crate::pages::listen::capital;
use crate::player;
use crate::state::App;

/// Items that are asked for at once.
const PAGE: usize = 100;
/// The height of a row in pixels; `app.css` has the same.
const ROW: f64 = 64.0;
/// Rows that are drawn above and below what one sees.
const SPARE: usize = 8;
/// Groups that are asked for.
const GROUPS: usize = 200;

/// What one looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tab {
    Tracks,
    Albums,
    Artists,
    Languages,
    Map,
}

impl Tab {
    const ALL: [Self; 5] = [Self::Tracks, Self::Albums, Self::Artists, Self::Languages, Self::Map];

    const fn word(self) -> &'static str {
        match self {
            Self::Tracks => "tracks",
            Self::Albums => "albums",
            Self::Artists => "artists",
            Self::Languages => "languages",
            Self::Map => "map",
        }
    }
}

/// What the library is narrowed to.
#[derive(Clone, Copy)]
struct Filter {
    search: Signal<String>,
    /// `artist`, `album` or `language`, and which.
    group: Signal<Option<(&'static str, String)>>,
    playable: Signal<bool>,
    sort: Signal<String>,
}

impl Filter {
    fn query(self) -> String {
        let mut query = format!(
            "search={}&playable={}&sort={}",
            encoded(self.search.get_clone().trim()),
            self.playable.get(),
            self.sort.get_clone()
        );
        if let Some((by, name)) = self.group.get_clone() {
            query.push_str(&format!("&{by}={}", encoded(&name)));
        }
        query
    }
}

pub fn page(app: App) -> View {
    let tab = create_signal(Tab::Tracks);
    let filter = Filter {
        search: create_signal(String::new()),
        group: create_signal(None),
        playable: create_signal(false),
        sort: create_signal("title".to_owned()),
    };
    div("library")
        .child(h("h1").child(t("nav.library")))
        .child(crate::pages::welcome::progress(app))
        .child(controls(tab, filter))
        .child(
            div("panel")
                .attr("role", "tabpanel")
                .attr("id", "panel")
                .attr("aria-label", move || Some(t(&format!("library.{}", tab.get().word()))))
                .child(move || match tab.get() {
                    Tab::Tracks => tracks(app, filter),
                    Tab::Albums => groups(app, filter, tab, "albums", "album"),
                    Tab::Artists => groups(app, filter, tab, "artists", "artist"),
                    Tab::Languages => groups(app, filter, tab, "languages", "language"),
                    Tab::Map => map(app, filter),
                }),
        )
        .into()
}

fn controls(tab: Signal<Tab>, filter: Filter) -> El {
    let tabs = each(Tab::ALL, |one| {
        button("tab", move |_| tab.set(one))
            .attr("role", "tab")
            .attr("id", one.word())
            .attr("aria-controls", "panel")
            .state("aria-selected", move || tab.get() == one)
            .attr("tabindex", move || Some(if tab.get() == one { "0" } else { "-1" }))
            .on("keydown", move |event| {
                let at = Tab::ALL.iter().position(|t| *t == one).unwrap_or(0);
                let to = match crate::dom::key(&event).as_str() {
                    "ArrowRight" => at + 1,
                    "ArrowLeft" => at + Tab::ALL.len() - 1,
                    _ => return,
                };
                event.prevent_default();
                tab.set(Tab::ALL[to % Tab::ALL.len()]);
                crate::dom::focus_soon("[role=tab][aria-selected=true]");
            })
            .child(t(&format!("library.{}", one.word())))
    });
    let sorts = each(["title", "artist", "newest", "valence", "arousal"], |sort| {
        h("option").attr("value", sort).child(t(&format!("sort.{sort}")))
    });
    div("library-head")
        .child(
            h("label")
                .class("search")
                .child(icon("#icon-search"))
                .child(h("span").class("unseen").child(t("library.search")))
                .child(
                    h("input")
                        .attr("type", "search")
                        .attr("id", "search")
                        .attr("autocomplete", "off")
                        .attr("spellcheck", "false")
                        .attr("placeholder", t("library.search"))
                        .on("input", move |event| filter.search.set(value(&event))),
                ),
        )
        .child(
            div("tabs").attr("role", "tablist").attr("aria-label", t("library.views")).child(tabs),
        )
        .child(
            div("library-more")
                .child(
                    h("label")
                        .class("switch")
                        .child(
                            h("input")
                                .attr("type", "checkbox")
                                .attr("role", "switch")
                                .prop("checked", move || filter.playable.get())
                                .on("change", move |event| filter.playable.set(checked(&event))),
                        )
                        .child(h("span").child(t("want.playable"))),
                )
                .child(
                    h("label").class("select").child(h("span").child(t("library.sort"))).child(
                        h("select")
                            .attr("id", "sort")
                            .on("change", move |event| filter.sort.set(value(&event)))
                            .child(sorts),
                    ),
                ),
        )
        .child(move || match filter.group.get_clone() {
            Some((_, name)) => View::from(
                button("chip chosen", move |_| filter.group.set(None))
                    .attr("aria-label", t1("library.leave", &name))
                    .child(h("bdi").child(name))
                    .child(icon("#icon-close")),
            ),
            None => nothing(),
        })
}

/// Rows that were loaded, by place; the others are on their way or not asked for yet.
#[derive(Clone, Copy)]
struct Loaded {
    total: Signal<Option<usize>>,
    pages: Signal<Vec<Option<Vec<Item>>>>,
    refused: Signal<Option<String>>,
    query: Signal<String>,
}

impl Loaded {
    /// Asks for the page that holds a place, unless that was done.
    fn want(self, app: App, place: usize) {
        let page = place / PAGE;
        let asked = self.pages.with_untracked(|pages| pages.get(page).is_some_and(Option::is_some));
        if asked {
            return;
        }
        self.pages.update_silent(|pages| {
            if pages.len() <= page {
                pages.resize(page + 1, None);
            }
            pages[page] = Some(Vec::new());
        });
        let query = self.query.get_clone_untracked();
        spawn_local(async move {
            let address = format!("/api/items?{query}&offset={}&limit={PAGE}", page * PAGE);
            let answer = api::get::<Page>(&address).await;
            if !self.query.is_alive() || self.query.get_clone_untracked() != query {
                return;
            }
            match answer {
                Ok(found) => {
                    self.refused.set(None);
                    self.pages.update(|pages| {
                        if let Some(slot) = pages.get_mut(page) {
                            *slot = Some(found.items);
                        }
                    });
                    self.total.set(Some(found.total));
                }
                Err(refusal) => {
                    self.pages.update_silent(|pages| {
                        if let Some(slot) = pages.get_mut(page) {
                            *slot = None;
                        }
                    });
                    self.refused.set(Some(refusal.text()));
                    if refusal == api::Refusal::SignedOut {
                        app.refuse(&refusal);
                    }
                }
            }
        });
    }

    fn item(self, place: usize) -> Option<Item> {
        self.pages.with(|pages| pages.get(place / PAGE)?.as_ref()?.get(place % PAGE).cloned())
    }

    /// What is loaded around a place, to be played: what comes after, and where the place is in it.
    fn around(self, place: usize) -> (Vec<Item>, usize) {
        let first = (place / PAGE) * PAGE;
        let mut items = Vec::new();
        for at in first..first + 4 * PAGE {
            match self.item(at) {
                Some(item) => items.push(item),
                None => break,
            }
        }
        (items, place - first)
    }
}

/// All tracks, of which only those are drawn that one sees.
fn tracks(app: App, filter: Filter) -> View {
    let loaded = Loaded {
        total: create_signal(None),
        pages: create_signal(Vec::new()),
        refused: create_signal(None),
        query: create_signal(String::new()),
    };
    let scrolled = create_signal(0.0_f64);
    let high = create_signal(800.0_f64);
    let turn = create_signal(0_u32);
    create_effect(move || {
        let query = filter.query();
        let mine = turn.get_untracked() + 1;
        turn.set(mine);
        // While somebody types, the last letters count.
        after(120, move || {
            if turn.is_alive() && turn.get_untracked() == mine {
                loaded.query.set_silent(query);
                loaded.pages.set_silent(Vec::new());
                scrolled.set(0.0);
                loaded.want(app, 0);
            }
        });
    });
    // New items of a scan are to be seen without a reload.
    let items = create_selector(move || app.working.with(|working| working.items));
    create_effect(move || {
        items.track();
        if loaded.total.get_untracked().is_some() {
            loaded.pages.set_silent(Vec::new());
            loaded.want(app, (scrolled.get_untracked() / ROW) as usize);
        }
    });
    let window = move || {
        let first = ((scrolled.get() / ROW) as usize).saturating_sub(SPARE);
        let count = (high.get() / ROW) as usize + 2 * SPARE;
        (first, (first + count).min(loaded.total.get().unwrap_or(0)))
    };
    create_effect(move || {
        let (first, last) = window();
        if last > 0 {
            loaded.want(app, first);
            loaded.want(app, last - 1);
        }
    });
    let view = move || match (loaded.total.get(), loaded.refused.get_clone()) {
        (_, Some(why)) => empty(&t("list.refused"), &why),
        (None, None) => h("p").class("aside").child(t("library.looking")).into(),
        (Some(0), None) => nothing_found(filter),
        (Some(total), None) => {
            let rows = move || {
                let (first, last) = window();
                each(first..last, move |place| virtual_row(app, loaded, place))
            };
            h("ul")
                .class("rows")
                .style("height", move || format!("{}px", total as f64 * ROW))
                .child(rows)
                .into()
        }
    };
    let scroll = move |event: web_sys::Event| {
        let element = event.current_target().and_then(|t| t.dyn_into::<HtmlElement>().ok());
        if let Some(element) = element {
            scrolled.set(f64::from(element.scroll_top()));
            high.set(f64::from(element.client_height()));
        }
    };
    let count = move || match loaded.total.get() {
        Some(total) => t1("library.count", &total.to_string()),
        None => String::new(),
    };
    vec![
        h("p").class("aside").attr("role", "status").attr("id", "found").text(count).into(),
        div("scroll")
            .attr("tabindex", "0")
            .attr("role", "region")
            .attr("aria-label", t("library.tracks"))
            .on("scroll", scroll)
            .child(view)
            .into(),
    ]
    .into()
}

fn virtual_row(app: App, loaded: Loaded, place: usize) -> El {
    let top = format!("translateY({}px)", place as f64 * ROW);
    let Some(item) = loaded.item(place) else {
        return h("li")
            .class("row ghost")
            .attr("aria-hidden", "true")
            .style("transform", move || top.clone());
    };
    row(app, &item, move || {
        let (items, at) = loaded.around(place);
        player::play(app, items, at);
    })
    .style("transform", move || top.clone())
}

fn nothing_found(filter: Filter) -> View {
    let narrowed = filter.group.with_untracked(Option::is_some)
        || filter.playable.get_untracked()
        || !filter.search.with_untracked(String::is_empty);
    if narrowed {
        return empty(&t("library.nothing"), &t("library.nothing.why"));
    }
    empty(&t("library.empty"), &t("library.empty.why"))
}

pub fn empty(title: &str, text: &str) -> View {
    div("notice card-empty")
        .child(h("strong").child(title.to_owned()))
        .child(h("p").child(text.to_owned()))
        .into()
}

fn groups(
    app: App,
    filter: Filter,
    tab: Signal<Tab>,
    path: &'static str,
    by: &'static str,
) -> View {
    let found: Signal<Option<Result<Groups, String>>> = create_signal(None);
    let turn = create_signal(0_u32);
    create_effect(move || {
        let query = filter.query();
        let mine = turn.get_untracked() + 1;
        turn.set(mine);
        spawn_local(async move {
            let address = format!("/api/groups/{path}?{query}&limit={GROUPS}");
            let answer = api::get::<Groups>(&address).await;
            if !found.is_alive() || turn.get_untracked() != mine {
                return;
            }
            if let Err(api::Refusal::SignedOut) = answer {
                app.refuse(&api::Refusal::SignedOut);
            }
            found.set(Some(answer.map_err(|refusal| refusal.text())));
        });
    });
    let card = move |group: Group| {
        let name = group.name.clone();
        let shown = if by == "language" { capital(&group.name) } else { group.name.clone() };
        button("group", move |_| {
            filter.group.set(Some((by, name.clone())));
            tab.set(Tab::Tracks);
        })
        .child(
            h("img")
                .class("cover")
                .attr("src", format!("/api/items/{}/cover", group.item))
                .attr("alt", "")
                .attr("loading", "lazy")
                .attr("width", "240")
                .attr("height", "240"),
        )
        .child(h("strong").child(h("bdi").child(shown)))
        .child(h("span").class("by").child(h("bdi").child(group.artist.unwrap_or_default())))
        .child(
            h("span")
                .class("by")
                .child(group.mood.map(|mood| View::from(mark(mood))))
                .child(t1("library.items", &group.items.to_string())),
        )
    };
    (move || match found.get_clone() {
        None => h("p").class("aside").child(t("library.looking")).into(),
        Some(Err(why)) => empty(&t("list.refused"), &why),
        Some(Ok(found)) if found.groups.is_empty() => {
            empty(&t("library.nothing"), &t("library.no_groups"))
        }
        Some(Ok(found)) => div("groups").child(each(found.groups, card)).into(),
    })
    .into()
}

/// A part of the plane.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Part {
    center: Point,
    /// Half its width; 1.05 shows everything.
    half: f32,
}

const WHOLE: Part = Part { center: Point { valence: 0.0, arousal: 0.0 }, half: 1.05 };
const NEAREST: f32 = 0.06;

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
struct Dots {
    total: usize,
    dots: Vec<(i64, f32, f32, bool)>,
}

/// Every item where its mood is; one zooms, and plays from a place on.
fn map(app: App, filter: Filter) -> View {
    let part = create_signal(WHOLE);
    let dots: Signal<Dots> = create_signal(Dots::default());
    let shown: Signal<Option<Item>> = create_signal(None);
    let turn = create_signal(0_u32);
    create_effect(move || {
        let (query, Part { center, half }) = (filter.query(), part.get());
        let mine = turn.get_untracked() + 1;
        turn.set(mine);
        after(120, move || {
            if !turn.is_alive() || turn.get_untracked() != mine {
                return;
            }
            let (left, right) = (center.valence - half, center.valence + half);
            let (bottom, top) = (center.arousal - half, center.arousal + half);
            let address =
                format!("/api/map?{query}&left={left}&right={right}&bottom={bottom}&top={top}");
            spawn_local(async move {
                match api::get::<Dots>(&address).await {
                    Ok(found) if dots.is_alive() && turn.get_untracked() == mine => dots.set(found),
                    Ok(_) => {}
                    Err(refusal) => app.refuse(&refusal),
                }
            });
        });
    });
    let zoom = move |factor: f32| {
        part.update(|part| part.half = (part.half * factor).clamp(NEAREST, WHOLE.half));
        keep_inside(part);
    };
    let play_here = move |_| {
        // From the middle of what one sees outwards.
        let center = part.get_untracked().center;
        let mut near = dots.with_untracked(|d| d.dots.clone());
        near.retain(|dot| dot.3);
        let away =
            |d: &(i64, f32, f32, bool)| center.distance(Point { valence: d.1, arousal: d.2 });
        near.sort_by(|a, b| away(a).total_cmp(&away(b)));
        let ids: Vec<i64> = near.iter().take(50).map(|dot| dot.0).collect();
        play_numbers(app, ids);
    };
    let frame = div("map plane")
        .attr("tabindex", "0")
        .attr("role", "application")
        .attr("data-keys", "")
        .attr("aria-label", t("map.name"))
        .on("keydown", move |event| {
            let step = part.get_untracked().half * 0.3;
            let moved = match crate::dom::key(&event).as_str() {
                "ArrowLeft" => (-step, 0.0),
                "ArrowRight" => (step, 0.0),
                "ArrowUp" => (0.0, step),
                "ArrowDown" => (0.0, -step),
                "+" | "=" => return zoom(0.7),
                "-" => return zoom(1.4),
                _ => return,
            };
            event.prevent_default();
            part.update(|part| {
                part.center.valence += moved.0;
                part.center.arousal += moved.1;
            });
            keep_inside(part);
        })
        .on("wheel", move |event| {
            event.prevent_default();
            let turned = event.dyn_ref::<WheelEvent>().map_or(0.0, WheelEvent::delta_y);
            zoom(if turned > 0.0 { 1.15 } else { 0.87 });
        })
        .child(crate::plane::axes())
        .child(move || {
            let Part { center, half } = part.get();
            let dots = dots.get_clone().dots;
            each(dots, move |(id, valence, arousal, plays)| {
                let x = 50.0 * (1.0 + (valence - center.valence) / half);
                let y = 50.0 * (1.0 - (arousal - center.arousal) / half);
                let dot = button(if plays { "dot toned" } else { "dot link toned" }, move |_| {
                    show(app, shown, id);
                })
                .attr("tabindex", "-1")
                .attr("aria-hidden", "true")
                .attr("data-id", id.to_string());
                let element: Element = dot.element();
                let (a, b) = crate::mood::tone(valence, arousal);
                set_style(&element, "--mood-a", &format!("{a:.3}"));
                set_style(&element, "--mood-b", &format!("{b:.3}"));
                set_style(&element, "left", &format!("{x:.2}%"));
                set_style(&element, "top", &format!("{y:.2}%"));
                dot
            })
        });
    let frame = panned(frame, part);
    vec![
        div("map-head")
            .child(
                button("button main", play_here)
                    .attr("id", "play-here")
                    .flag("disabled", move || dots.with(|d| !d.dots.iter().any(|dot| dot.3)))
                    .child(icon("#icon-play"))
                    .child(t("map.play")),
            )
            .child(
                button("button", move |_| zoom(0.6)).attr("aria-label", t("map.closer")).child("+"),
            )
            .child(
                button("button", move |_| zoom(1.6)).attr("aria-label", t("map.wider")).child("−"),
            )
            .child(button("button", move |_| part.set(WHOLE)).child(t("map.whole")))
            .child(h("p").class("aside").attr("role", "status").text(move || {
                let (total, drawn) = dots.with(|d| (d.total, d.dots.len()));
                let place = in_words(part.get().center);
                if drawn < total {
                    t2("map.some", &drawn.to_string(), &total.to_string())
                } else {
                    t2("map.all", &total.to_string(), &place)
                }
            }))
            .into(),
        frame.into(),
        (move || match shown.get_clone() {
            Some(item) => {
                let played = item.clone();
                let play = move || player::play(app, vec![played.clone()], 0);
                h("ul").class("plain").child(row(app, &item, play)).into()
            }
            None => h("p").class("aside").child(t("map.how")).into(),
        })
        .live(),
    ]
    .into()
}

/// The part one sees stays within the plane.
fn keep_inside(part: Signal<Part>) {
    part.update(|part| {
        let room = (WHOLE.half - part.half).max(0.0);
        part.center.valence = part.center.valence.clamp(-room, room);
        part.center.arousal = part.center.arousal.clamp(-room, room);
    });
}

/// Moves the part by dragging.
fn panned(frame: El, part: Signal<Part>) -> El {
    let from: Signal<Option<(f32, f32, Point)>> = create_signal(None);
    let at = |event: &web_sys::Event| -> Option<(f32, f32, f32, f32)> {
        let pointer = event.dyn_ref::<web_sys::PointerEvent>()?;
        let frame = event.current_target()?.dyn_into::<Element>().ok()?.get_bounding_client_rect();
        let (x, y) = (pointer.client_x() as f32, pointer.client_y() as f32);
        Some((x, y, frame.width() as f32, frame.height() as f32))
    };
    frame
        .on("pointerdown", move |event| {
            if let Some((x, y, ..)) = at(&event) {
                from.set(Some((x, y, part.get_untracked().center)));
            }
        })
        .on("pointermove", move |event| {
            let (Some((x0, y0, center)), Some((x, y, width, height))) =
                (from.get_untracked(), at(&event))
            else {
                return;
            };
            part.update(|part| {
                part.center.valence = center.valence - (x - x0) / width * 2.0 * part.half;
                part.center.arousal = center.arousal + (y - y0) / height * 2.0 * part.half;
            });
            keep_inside(part);
        })
        .on("pointerup", move |_| from.set(None))
        .on("pointerleave", move |_| from.set(None))
}

fn show(app: App, shown: Signal<Option<Item>>, id: i64) {
    spawn_local(async move {
        match api::post::<Page>("/api/items", &json!({ "ids": [id] })).await {
            Ok(found) if shown.is_alive() => shown.set(found.items.into_iter().next()),
            Ok(_) => {}
            Err(refusal) => app.refuse(&refusal),
        }
    });
}

/// Plays items by their numbers.
fn play_numbers(app: App, ids: Vec<i64>) {
    spawn_local(async move {
        match api::post::<Page>("/api/items", &json!({ "ids": ids })).await {
            Ok(found) => player::play(app, found.items, 0),
            Err(refusal) => app.refuse(&refusal),
        }
    });
}
