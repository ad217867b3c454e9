//! The queue that opens from the bar.

use sycamore::prelude::*;
use sycamore::web::View;

use super::bar::spare_controls;
use super::jump;
use crate::api::Item;
use crate::dom::{El, Live, button, div, each, h, icon_button, nothing};
use crate::item_view::cover;
use crate::messages::{t, t1};
use crate::queue::Queue;
use crate::reorder::{Movable, movable, shift_by_key};
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
        let current = create_selector(move || player.current());
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
            .child(move || match current.get_clone() {
                Some(item) => spare_controls(app, &item).into(),
                None => nothing(),
            })
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
    let shift = move |from, to| player.queue.update(|queue| queue.shift(from, to));
    let of = Movable { place, count, name: item.title.clone(), list: "#queue" };
    let step = |class, picture, name, to: usize, control: &'static str| {
        let of = of.clone();
        icon_button(class, picture, name, move |_| shift_by_key(app, &of, to, control, shift))
    };
    let up = t1("list.up_named", &item.title);
    let down = t1("list.down_named", &item.title);
    let up = step("tool up", "#icon-up", up, place.saturating_sub(1), ".up");
    let down = step("tool down", "#icon-down", down, place + 1, ".down");
    movable(app, h("li"), move || class, of, shift)
        .child(cover(&item))
        .child(
            button("title", move |_| jump(app, place))
                .state("aria-current", move || place == at)
                .child(h("bdi").child(item.title.clone()))
                .child(h("small").class("by").child(h("bdi").child(item.artist.clone()))),
        )
        .child(up.flag("disabled", move || place == 0))
        .child(down.flag("disabled", move || place + 1 >= count))
        .child(
            icon_button("tool", "#icon-close", t1("player.remove", &item.title), move |_| {
                player.queue.update(|queue| queue.remove(place));
            })
            .flag("disabled", move || place == at),
        )
}
