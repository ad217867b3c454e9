//! The queue that opens from the bar.

use sycamore::web::View;
use wasm_bindgen::JsCast;

use super::jump;
use crate::api::Item;
use crate::dom::{El, Live, button, div, each, h, icon_button, nothing};
use crate::item_view::cover;
use crate::messages::{t, t1};
use crate::queue::Queue;
use crate::state::App;

/// Places of a long queue that are drawn.
const DRAWN: usize = 60;
/// Of them so many before the one that plays.
const HEARD: usize = 5;

/// What was played and what is to come.
pub fn queue(app: App) -> View {
    let player = app.player;
    (move || {
        if !player.open.get() {
            return nothing();
        }
        crate::dom::focus_soon("#queue-title");
        let items = move || {
            let (rows, first, at, count) = player.queue.with(drawn);
            let rows = rows.into_iter().enumerate().map(move |(place, item)| (first + place, item));
            let more = count.saturating_sub(first + DRAWN);
            let rest = (more > 0).then(|| {
                View::from(h("li").class("aside").child(t1("player.and_more", &more.to_string())))
            });
            View::from(vec![
                each(rows, move |(place, item)| queued(app, place, at, count, item)),
                rest.into(),
            ])
        };
        h("aside")
            .class("queue")
            .attr("id", "queue")
            .attr("aria-labelledby", "queue-title")
            .child(
                div("queue-head")
                    .child(
                        h("h2")
                            .attr("id", "queue-title")
                            .attr("tabindex", "-1")
                            .child(t("player.queue")),
                    )
                    .child(icon_button("tool", "#icon-close", t("player.close"), move |_| {
                        player.open.set(false);
                    })),
            )
            .child(move || {
                if player.queue.with(|queue| queue.items().is_empty()) {
                    h("p").class("aside").child(t("player.queue.empty")).into()
                } else {
                    nothing()
                }
            })
            .child(move || match player.bent.get_clone() {
                Some(text) => h("p").class("bent").attr("id", "bent").child(text).into(),
                None => nothing(),
            })
            .child(h("ol").class("plain").child(items))
            .into()
    })
    .live()
}

/// The part of the queue around what plays, its first place, what plays, and how many there are.
fn drawn(queue: &Queue) -> (Vec<Item>, usize, usize, usize) {
    let first = queue.at().saturating_sub(HEARD);
    let rows = queue.items().iter().skip(first).take(DRAWN).cloned().collect();
    (rows, first, queue.at(), queue.items().len())
}

fn queued(app: App, place: usize, at: usize, count: usize, item: Item) -> El {
    let player = app.player;
    let class = match place {
        _ if place < at => "queued past",
        _ if place == at => "queued now",
        _ => "queued",
    };
    let shift = move |to: usize| player.queue.update(|queue| queue.shift(place, to));
    let data = |event: &web_sys::Event| {
        event.dyn_ref::<web_sys::DragEvent>().and_then(|drag| drag.data_transfer())
    };
    h("li")
        .class(class)
        .attr("draggable", "true")
        .on("dragstart", move |event| {
            if let Some(data) = data(&event) {
                data.set_data("text/attune-place", &place.to_string()).ok();
            }
        })
        .on("dragover", |event| event.prevent_default())
        .on("drop", move |event| {
            let from = data(&event).and_then(|d| d.get_data("text/attune-place").ok());
            if let Some(from) = from.and_then(|from| from.parse().ok()) {
                event.prevent_default();
                player.queue.update(|queue| queue.shift(from, place));
            }
        })
        .child(cover(&item))
        .child(
            button("title", move |_| jump(app, place))
                .state("aria-current", move || place == at)
                .child(h("bdi").child(item.title.clone()))
                .child(h("small").class("by").child(h("bdi").child(item.artist.clone()))),
        )
        .child(
            icon_button("tool", "#icon-up", t1("list.up_named", &item.title), move |_| {
                shift(place.saturating_sub(1));
            })
            .flag("disabled", move || place == 0),
        )
        .child(
            icon_button("tool", "#icon-down", t1("list.down_named", &item.title), move |_| {
                shift(place + 1);
            })
            .flag("disabled", move || place + 1 >= count),
        )
        .child(
            icon_button("tool", "#icon-close", t1("player.remove", &item.title), move |_| {
                player.queue.update(|queue| queue.remove(place));
            })
            .flag("disabled", move || place == at),
        )
}
