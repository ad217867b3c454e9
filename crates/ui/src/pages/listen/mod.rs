//! The first page: a face or a point becomes a mood, a mood becomes a list.

mod list;
mod want;

use attune_core::{Expression, Mood, Point};
use sycamore::prelude::*;
use sycamore::web::View;

use crate::api::Item;
use crate::dom::{El, button, div, each, h, nothing};
use crate::face;
use crate::mark::mark;
use crate::messages::{t, t1};
use crate::mood::{in_words, place_of};
use crate::plane::{Plane, Spot, plane};
use crate::state::App;

pub use self::list::export_menu;

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
        .child(want::want_card(app))
        .child(after_card(app))
        .child(list::list(app))
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
    // What the camera reads is seen at once; what was taken before it comes back where it is stopped.
    let mood = create_selector(move || {
        app.eye().live_mood().map(rounded).or_else(|| felt.get().map(|felt| felt.mood))
    });
    let words = move || match mood.get() {
        Some(mood) => in_words(mood.point()),
        None => t("plane.how"),
    };
    h("section")
        .class("card mood")
        .attr("aria-labelledby", "mood-title")
        .child(h("h2").attr("id", "mood-title").child(t("plane.title")))
        .child(plane(Plane {
            mood: move || mood.get(),
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
                .child(move || mood.get().map(|mood| View::from(mark(mood.point()))))
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

/// As fine as one sees it, so that the plane is not drawn anew with every frame.
fn rounded(mood: Mood) -> Mood {
    let round = |x: f32| (x * 50.0).round() / 50.0;
    let point = Point { valence: round(mood.valence), arousal: round(mood.arousal) };
    Mood::new(point, round(mood.uncertainty))
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
