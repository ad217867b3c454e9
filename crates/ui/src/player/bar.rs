//! The bar at the edge of the page.

use sycamore::prelude::*;
use sycamore::web::View;

use super::{Playing, back, fill_screen, next, repeat, seek, set_volume, shuffle, toggle};
use crate::api::Item;
use crate::clock::clock;
use crate::dom::{El, button, div, h, icon, icon_button, nothing, value};
use crate::item_view::{cover, mood_dot};
use crate::messages::{t, t1};
use crate::queue::Repeat;
use crate::state::App;

pub fn bar(app: App) -> View {
    let player = app.player;
    let current = create_selector(move || player.current());
    h("section")
        .attr("class", move || {
            Some(if current.with(Option::is_some) { "player" } else { "player idle" })
        })
        .attr("aria-label", t("player.name"))
        .attr("id", "player")
        .child(move || match current.get_clone() {
            Some(item) => whole(app, item),
            None => nothing(),
        })
        .into()
}

fn whole(app: App, item: Item) -> View {
    let point = item.point();
    div("player-in toned")
        .toned(move || point.map(|p| (p.valence, p.arousal)))
        .child(progress(app))
        .child(now(app, &item))
        .child(controls(app, &item))
        .child(rest(app, &item))
        .into()
}

fn now(app: App, item: &Item) -> El {
    let player = app.player;
    let state = move || match player.playing.get() {
        Playing::Stranded => t("player.waiting_server"),
        Playing::Waiting => t("player.loading"),
        _ if app.looking.get() => t("continuous.looking"),
        _ => String::new(),
    };
    div("now-playing")
        .child(cover(item))
        .child(
            div("what")
                .child(
                    h("p")
                        .class("now-title")
                        .attr("id", "now-title")
                        .child(h("bdi").child(item.title.clone())),
                )
                .child(
                    h("p")
                        .class("by")
                        .child(h("bdi").child(item.byline()))
                        .child(h("span").class("state").attr("role", "status").text(state)),
                ),
        )
        .child(mood_dot(item))
}

fn controls(app: App, item: &Item) -> El {
    let player = app.player;
    let runs = move || player.wants_to_play();
    let play_name = move || if runs() { t("player.pause") } else { t("player.play") };
    div("controls")
        .child(shuffle_button(app).attr("id", "shuffle"))
        .child(back_button(app).attr("id", "back"))
        .child(
            button("round play", move |_| toggle(app))
                .attr("id", "play")
                .attr("aria-label", move || Some(play_name()))
                .attr("title", move || Some(play_name()))
                .child(icon(move || Some(if runs() { "#icon-pause" } else { "#icon-play" }))),
        )
        .child(
            icon_button("tool", "#icon-next", t("player.next"), move |_| next(app))
                .attr("id", "next"),
        )
        .child(repeat_button(app).attr("id", "repeat"))
        .child(like_button(app, item).attr("id", "like-now"))
}

/// What the bar has no room for on a phone; the queue shows it there.
pub fn spare_controls(app: App, item: &Item) -> El {
    div("controls spare")
        .child(shuffle_button(app))
        .child(back_button(app))
        .child(repeat_button(app))
        .child(like_button(app, item))
}

fn shuffle_button(app: App) -> El {
    let shuffled = move || app.player.queue.with(|queue| queue.shuffled);
    icon_button("tool", "#icon-shuffle", t("player.shuffle"), move |_| shuffle(app))
        .state("aria-pressed", shuffled)
}

fn back_button(app: App) -> El {
    icon_button("tool", "#icon-back", t("player.back"), move |_| back(app))
}

fn repeat_button(app: App) -> El {
    let repeats = move || app.player.queue.with(|queue| queue.repeat);
    let name = move || {
        t(match repeats() {
            Repeat::Off => "player.repeat_off",
            Repeat::All => "player.repeat_all",
            Repeat::One => "player.repeat_one",
        })
    };
    button("tool", move |_| repeat(app))
        .attr("aria-label", move || Some(name()))
        .attr("title", move || Some(name()))
        .state("aria-pressed", move || repeats() != Repeat::Off)
        .child(icon(move || {
            Some(if repeats() == Repeat::One { "#icon-repeat-one" } else { "#icon-repeat" })
        }))
}

fn like_button(app: App, item: &Item) -> El {
    let (id, liked) = (item.id, item.clone());
    icon_button("tool", "#icon-like", t1("item.like", &item.title), move |_| {
        super::judge(app, "liked", liked.clone());
    })
    .state("aria-pressed", move || {
        app.player.liked.with(|liked| liked.iter().any(|(i, good)| *i == id && *good))
    })
}

fn progress(app: App) -> El {
    let player = app.player;
    let length = move || player.length.get();
    let says = move || Some(format!("{} / {}", clock(player.position.get()), clock(length())));
    div("progress")
        .child(h("span").class("time").text(move || clock(player.position.get())))
        .child(
            h("input")
                .attr("type", "range")
                .attr("id", "seek")
                .attr("min", "0")
                .attr("step", "1")
                .attr("aria-label", t("player.position"))
                .attr("max", move || Some(length().max(1.0).ceil().to_string()))
                .attr("aria-valuetext", says)
                .prop("value", move || {
                    length();
                    player.position.get()
                })
                .style("--done", move || {
                    let whole = length().max(1.0);
                    format!("{:.2}%", 100.0 * (player.position.get() / whole).clamp(0.0, 1.0))
                })
                .on("input", move |event| {
                    if let Ok(at) = value(&event).parse() {
                        seek(app, at);
                    }
                }),
        )
        .child(h("span").class("time").text(move || clock(length())))
}

fn rest(app: App, item: &Item) -> El {
    let player = app.player;
    let screen = item.is_video().then(|| {
        View::from(icon_button("tool", "#icon-screen", t("player.screen"), |_| fill_screen()))
    });
    div("player-rest")
        .child(screen)
        .child(
            h("label").class("volume wide-only").child(icon("#icon-volume")).child(
                h("input")
                    .attr("type", "range")
                    .attr("id", "volume")
                    .attr("min", "0")
                    .attr("max", "1")
                    .attr("step", "0.01")
                    .attr("aria-label", t("player.volume"))
                    .prop("value", move || player.volume.get())
                    .style("--done", move || format!("{:.0}%", 100.0 * player.volume.get()))
                    .on("input", move |event| {
                        set_volume(app, value(&event).parse().unwrap_or(0.9));
                    }),
            ),
        )
        .child(
            icon_button("tool", "#icon-list", t("player.queue"), move |_| {
                player.open.set(!player.open.get_untracked());
            })
            .attr("id", "open-queue")
            .state("aria-expanded", move || player.open.get()),
        )
}
