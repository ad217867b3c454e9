//! The library: tracks, albums, artists, languages, and the map.

mod groups;
mod map;
mod tracks;

use sycamore::prelude::*;
use sycamore::web::View;

use web_sys::HtmlElement;

use crate::api::encoded;
use crate::dom::{El, button, by_id, div, each, h, icon, nothing, value};
use crate::fields::switch;
use crate::messages::{t, t1};
use crate::state::{App, Route};

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
    /// Shows everything again.
    fn leave(self) {
        self.search.set(String::new());
        self.group.set(None);
        self.playable.set(false);
    }

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
                    Tab::Tracks => tracks::tracks(app, filter),
                    Tab::Albums => groups::groups(app, filter, tab, "albums", "album"),
                    Tab::Artists => groups::groups(app, filter, tab, "artists", "artist"),
                    Tab::Languages => groups::groups(app, filter, tab, "languages", "language"),
                    Tab::Map => map::map(app, filter),
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
                let next = Tab::ALL[to % Tab::ALL.len()];
                tab.set(next);
                if let Some(button) = by_id::<HtmlElement>(next.word()) {
                    button.focus().ok();
                }
            })
            .child(t(&format!("library.{}", one.word())))
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
                        .prop("value", move || filter.search.get_clone())
                        .on("input", move |event| filter.search.set(value(&event))),
                ),
        )
        .child(
            div("tabs").attr("role", "tablist").attr("aria-label", t("library.views")).child(tabs),
        )
        .child(
            div("library-more")
                .child(switch(
                    "only-playable",
                    t("want.playable"),
                    None,
                    move || filter.playable.get(),
                    move |on| filter.playable.set(on),
                ))
                .child(move || if tab.get() == Tab::Tracks { order(filter) } else { nothing() }),
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

/// The order of tracks.
fn order(filter: Filter) -> View {
    let sorts = each(["title", "artist", "newest", "valence", "arousal"], move |sort| {
        h("option")
            .attr("value", sort)
            .flag("selected", move || filter.sort.with_untracked(|now| now == sort))
            .child(t(&format!("sort.{sort}")))
    });
    h("label")
        .class("select")
        .child(h("span").child(t("library.sort")))
        .child(
            h("select")
                .attr("id", "sort")
                .on("change", move |event| filter.sort.set(value(&event)))
                .child(sorts),
        )
        .into()
}

/// What stands where nothing is.
pub fn empty(title: &str, text: &str) -> View {
    blank(title, text).into()
}

/// The same, with what one can do about it.
pub fn empty_but(title: &str, text: &str, way_out: El) -> View {
    blank(title, text).child(way_out).into()
}

fn blank(title: &str, text: &str) -> El {
    div("notice card-empty")
        .child(h("strong").child(title.to_owned()))
        .child(h("p").child(text.to_owned()))
}

/// To where lists are made.
pub fn make_a_list(app: App) -> El {
    button("button", move |_| app.go(Route::Listen)).child(t("empty.listen"))
}
