//! Long lists: of thousands of rows those are asked for and drawn that one sees.

use sycamore::prelude::*;
use sycamore::web::View;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlElement;

use crate::api::{self, Item, Page, Refusal};
use crate::dom::{El, div, each, h};
use crate::item_view::row;
use crate::messages::t;
use crate::pages::library::empty;
use crate::state::App;

/// Items that are asked for at once.
const PAGE: usize = 100;
/// The height of a row in pixels; `pages.css` has the same.
const ROW: f64 = 64.0;
/// Rows that are drawn above and below what one sees.
const SPARE: usize = 8;

/// Rows that were loaded, by page; the others are on their way or not asked for yet.
#[derive(Clone, Copy)]
pub struct Loaded {
    /// How many there are.
    pub total: Signal<Option<usize>>,
    pages: Signal<Vec<Option<Vec<Item>>>>,
    refused: Signal<Option<String>>,
    /// Answers parts of the list by `offset` and `limit`.
    address: Signal<String>,
    scrolled: Signal<f64>,
}

impl Loaded {
    pub fn new() -> Self {
        Self {
            total: create_signal(None),
            pages: create_signal(Vec::new()),
            refused: create_signal(None),
            address: create_signal(String::new()),
            scrolled: create_signal(0.0),
        }
    }

    /// Shows another list, from its beginning; `address` ends where `offset=` may follow.
    pub fn show(self, app: App, address: String) {
        self.address.set_silent(address);
        self.pages.set_silent(Vec::new());
        self.scrolled.set(0.0);
        self.want(app, 0);
    }

    /// Asks again for what one sees, as there may be more by now.
    pub fn refresh(self, app: App) {
        if self.total.get_untracked().is_some() {
            self.pages.set_silent(Vec::new());
            self.want(app, (self.scrolled.get_untracked() / ROW) as usize);
        }
    }

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
        let asked = self.address.get_clone_untracked();
        spawn_local(async move {
            let address = format!("{asked}offset={}&limit={PAGE}", page * PAGE);
            let answer = api::get::<Page>(&address).await;
            if self.address.is_alive() && self.address.get_clone_untracked() == asked {
                self.take(app, page, answer);
            }
        });
    }

    fn take(self, app: App, page: usize, answer: Result<Page, Refusal>) {
        let (items, refusal) = match answer {
            Ok(found) => {
                self.total.set(Some(found.total));
                (Some(found.items), None)
            }
            Err(refusal) => (None, Some(refusal)),
        };
        self.refused.set(refusal.as_ref().map(Refusal::text));
        self.pages.update(|pages| {
            if let Some(slot) = pages.get_mut(page) {
                *slot = items;
            }
        });
        if let Some(refusal @ Refusal::SignedOut) = refusal {
            app.refuse(&refusal);
        }
    }

    fn item(self, place: usize) -> Option<Item> {
        self.pages.with(|pages| pages.get(place / PAGE)?.as_ref()?.get(place % PAGE).cloned())
    }

    /// What is loaded around a place, to be played: what comes after, and where the place is in it.
    pub fn around(self, place: usize) -> (Vec<Item>, usize) {
        let first = (place / PAGE) * PAGE;
        let loaded = (first..first + 4 * PAGE).map_while(|at| self.item(at));
        (loaded.collect(), place - first)
    }
}

/// The rows in a region that scrolls. `nothing` is shown where there are none, `play` does what a press
/// on the row of a place does.
pub fn rows(
    app: App,
    loaded: Loaded,
    name: String,
    nothing: impl Fn() -> View + 'static,
    play: impl Fn(usize) + Copy + 'static,
) -> El {
    let high = create_signal(800.0_f64);
    let window = move || {
        let first = ((loaded.scrolled.get() / ROW) as usize).saturating_sub(SPARE);
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
    // Drawn anew as one scrolls on by a row, not by a pixel.
    let seen = create_selector(window);
    let view = move || match (loaded.total.get(), loaded.refused.get_clone()) {
        (_, Some(why)) => empty(&t("list.refused"), &why),
        (None, None) => on_its_way(),
        (Some(0), None) => nothing(),
        (Some(total), None) => h("ul")
            .class("rows")
            .style("height", move || format!("{}px", total as f64 * ROW))
            .child(move || {
                let (first, last) = seen.get();
                each(first..last, move |place| one(app, loaded, place, play))
            })
            .into(),
    };
    let scroll = move |event: web_sys::Event| {
        let element = event.current_target().and_then(|t| t.dyn_into::<HtmlElement>().ok());
        if let Some(element) = element {
            loaded.scrolled.set(f64::from(element.scroll_top()));
            high.set(f64::from(element.client_height()));
        }
    };
    div("scroll")
        .attr("tabindex", "0")
        .attr("role", "region")
        .attr("aria-label", name)
        .on("scroll", scroll)
        .child(view)
}

/// What stands in the place of rows that nothing is known of yet.
fn on_its_way() -> View {
    vec![
        h("p").class("unseen").child(t("library.looking")).into(),
        h("ul")
            .class("rows waiting")
            .attr("aria-hidden", "true")
            .child(each(0..6, |_| h("li").class("row ghost")))
            .into(),
    ]
    .into()
}

fn one(app: App, loaded: Loaded, place: usize, play: impl Fn(usize) + 'static) -> El {
    let top = format!("translateY({}px)", place as f64 * ROW);
    let Some(item) = loaded.item(place) else {
        return h("li")
            .class("row ghost")
            .attr("aria-hidden", "true")
            .style("transform", move || top.clone());
    };
    row(app, &item, move || play(place)).style("transform", move || top.clone())
}
