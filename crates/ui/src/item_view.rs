//! An item as lists show it, and what one can do with it.

use sycamore::web::View;

use crate::api::Item;
use crate::clock::clock;
use crate::dom::{El, button, div, each, h, icon, icon_button, nothing};
use crate::mark::mark_of;
use crate::menu::{close, menu};
use crate::messages::{t, t1};
use crate::mood::in_words;
use crate::player;
use crate::state::App;

/// An item's picture; what it shows is said beside it.
pub fn cover(item: &Item) -> El {
    h("img")
        .class("cover")
        .attr("src", format!("/api/items/{}/cover", item.id))
        .attr("alt", "")
        .attr("loading", "lazy")
        .attr("width", "240")
        .attr("height", "240")
}

/// The title: it plays, or opens elsewhere.
pub fn title(app: App, item: &Item, play: impl Fn() + 'static) -> El {
    let id = item.id;
    let text = h("bdi").child(item.title.clone());
    if item.plays {
        return button("title", move |_| play())
            .attr("aria-label", t1("item.play", &item.title))
            .state("aria-current", move || app.player.is_current(id))
            .child(text);
    }
    h("a")
        .class("title")
        .attr("href", item.link.clone())
        .attr("target", "_blank")
        .attr("rel", "noopener noreferrer")
        .attr("aria-label", t1("item.open", &item.title))
        .child(text)
}

/// The mood's shape, with its name for those who don't see it.
pub fn mood_dot(item: &Item) -> View {
    match item.point() {
        Some(point) => h("span")
            .class("mood-dot")
            .attr("title", in_words(point))
            .child(mark_of(item.mood))
            .child(h("span").class("unseen").child(in_words(point)))
            .into(),
        None => nothing(),
    }
}

/// Like, dislike, and the menu with everything else.
pub fn tools(app: App, item: &Item, extra: Vec<El>) -> El {
    let id = item.id;
    let verdict = move || {
        app.player.liked.with(|liked| liked.iter().find(|(i, _)| *i == id).map(|(_, good)| *good))
    };
    let (liked, disliked) = (item.clone(), item.clone());
    div("tools")
        .child(
            icon_button("tool", "#icon-like", t1("item.like", &item.title), move |_| {
                player::judge(app, "liked", liked.clone());
            })
            .state("aria-pressed", move || verdict() == Some(true)),
        )
        .child(
            icon_button("tool", "#icon-dislike", t1("item.dislike", &item.title), move |_| {
                player::judge(app, "disliked", disliked.clone());
            })
            .state("aria-pressed", move || verdict() == Some(false)),
        )
        .child(more(app, item, extra))
}

/// A menu that opens in place.
fn more(app: App, item: &Item, extra: Vec<El>) -> El {
    let entry = |key: &str, picture: &'static str, act: Box<dyn Fn()>| {
        button("entry", move |event| {
            act();
            close(&event);
        })
        .child(icon(picture))
        .child(t(key))
    };
    let (next, like, dislike, ban) = (item.clone(), item.clone(), item.clone(), item.clone());
    let mut entries: Vec<El> = Vec::new();
    if item.plays {
        entries.push(entry(
            "item.play_next",
            "#icon-next-up",
            Box::new(move || {
                let item = next.clone();
                let title = item.title.clone();
                app.player.queue.update(|queue| queue.play_next(item));
                app.toast(t1("item.comes_next", &title));
            }),
        ));
    }
    entries.push(entry(
        "item.more_like",
        "#icon-alike",
        Box::new(move || {
            app.listen.more_like(app, like.clone());
        }),
    ));
    // On a phone its button has no room of its own.
    let disliked = entry(
        "item.dislike_this",
        "#icon-dislike",
        Box::new(move || player::judge(app, "disliked", dislike.clone())),
    );
    entries.push(disliked.class("entry narrow-only"));
    entries.push(entry(
        "item.ban",
        "#icon-ban",
        Box::new(move || {
            player::judge(app, "banned", ban.clone());
        }),
    ));
    entries.extend(extra);
    let summary = h("summary")
        .class("tool")
        .attr("aria-label", t1("item.more", &item.title))
        .attr("title", t("item.more_short"))
        .child(icon("#icon-more"));
    menu(summary, each(entries, |entry| entry))
}

/// A plain row: what library and playlists are made of.
pub fn row(app: App, item: &Item, play: impl Fn() + 'static) -> El {
    let id = item.id;
    let duration = item.duration_ms.map(|ms| clock(f64::from(ms) / 1000.0)).unwrap_or_default();
    h("li")
        .attr("class", move || Some(if app.player.is_current(id) { "row now" } else { "row" }))
        .child(cover(item))
        .child(
            div("what")
                .child(title(app, item, play))
                .child(h("p").class("by").child(h("bdi").child(item.byline()))),
        )
        .child(mood_dot(item))
        .child(h("span").class("time").child(if item.plays { duration } else { String::new() }))
        .child(if item.plays { nothing() } else { elsewhere(item) })
        .child(tools(app, item, Vec::new()))
}

/// That it opens elsewhere, and where.
pub fn elsewhere(item: &Item) -> View {
    let host = item.host().map(str::to_owned).unwrap_or_else(|| t("item.elsewhere"));
    h("span")
        .class("elsewhere")
        .attr("title", t("item.elsewhere"))
        .child(icon("#icon-open"))
        .child(h("small").child(host))
        .into()
}
