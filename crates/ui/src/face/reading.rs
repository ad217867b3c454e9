//! What the face shows, in words and bars, and whether that is right.

use attune_core::Expression;
use sycamore::prelude::*;
use sycamore::web::View;

use super::{Read, correct};
use crate::dom::{button, div, each, h, nothing};
use crate::mark::mark;
use crate::messages::{t, t2};
use crate::mood::{expression_name, percent, place_of};
use crate::state::App;

/// Advice comes from the reader in English; its sentences have a place in the messages.
pub fn advice_text(advice: &str) -> String {
    let known = [
        ("Too dark", "advice.dark"),
        ("Too bright", "advice.bright"),
        ("Hardly any contrast", "advice.contrast"),
        ("The face is small", "advice.small"),
        ("Blurred", "advice.blurred"),
        ("Turned away", "advice.turned"),
        ("No face in view", "look.no_face_yet"),
    ];
    let key = known.into_iter().find(|(begin, _)| advice.starts_with(begin));
    key.map_or_else(|| advice.to_owned(), |(_, key)| t(key))
}

/// What the face shows, with bars, and whether that is right.
pub fn reading_card(app: App) -> View {
    let read = app.eye().read;
    (move || match read.get_clone() {
        Some(read) => reading(app, read),
        None => nothing(),
    })
    .into()
}

fn reading(app: App, read: Read) -> View {
    let [first, second] = [read.ranked[0], read.ranked[1]];
    let (said, shape, more) = match read.expression {
        Some(expression) if read.corrected => {
            (expression_name(expression), place_of(expression), t("reading.as_you_say"))
        }
        Some(expression) if second.1 < 0.005 => {
            (expression_name(expression), place_of(expression), t("reading.clearly"))
        }
        Some(expression) => (
            expression_name(expression),
            place_of(expression),
            t2("reading.then", &expression_name(second.0), &percent(second.1)),
        ),
        None if !read.taken => (t("reading.not_yet"), read.mood.point(), t("look.hold_still")),
        None => (
            t("reading.cant_tell"),
            read.mood.point(),
            t2("reading.likeliest", &expression_name(first.0), &expression_name(second.0)),
        ),
    };
    let advice = each(read.advice.clone(), |advice| h("li").child(advice_text(&advice)));
    h("section")
        .class("card reading")
        .attr("aria-labelledby", "reading-title")
        .child(
            div("verdict")
                .child(
                    h("h2")
                        .attr("id", "reading-title")
                        .attr("tabindex", "-1")
                        .child(t("reading.title")),
                )
                .child(
                    h("p")
                        .class("said")
                        .attr("id", "said")
                        .child(mark(shape))
                        .child(h("span").child(said)),
                )
                .child(h("p").class("aside").child(more))
                .child(h("ul").class("advice").child(advice))
                .child(if read.taken { question(app, &read) } else { nothing() }),
        )
        .child(bars(&read))
        .into()
}

fn question(app: App, read: &Read) -> View {
    if read.corrected {
        return h("p").class("aside").attr("role", "status").child(t("reading.learned")).into();
    }
    let open = create_signal(false);
    let undecided = read.expression.is_none();
    let likeliest = [read.ranked[0].0, read.ranked[1].0];
    let rest: Vec<Expression> = read.ranked.iter().map(|(e, _)| *e).collect();
    let chip = move |expression: Expression| {
        button("chip", move |_| correct(app, expression))
            .child(mark(place_of(expression)))
            .child(expression_name(expression))
    };
    let ask = if undecided { t("reading.which") } else { t("reading.right") };
    div("question")
        .child(h("p").child(ask))
        .child(move || {
            let choices: View = match (undecided, open.get()) {
                (_, true) => each(rest.clone(), chip),
                (true, false) => vec![
                    each(likeliest, chip),
                    button("chip", move |_| open.set(true)).child(t("reading.another")).into(),
                ]
                .into(),
                (false, false) => vec![
                    button("chip", move |_| app.toast(t("reading.thanks"))).child(t("reading.yes")),
                    button("chip", move |_| open.set(true))
                        .attr("id", "not-right")
                        .child(t("reading.no")),
                ]
                .into_iter()
                .map(View::from)
                .collect::<Vec<_>>()
                .into(),
            };
            div("chips").child(choices)
        })
        .into()
}

fn bars(read: &Read) -> View {
    let rows = each(read.ranked.clone(), |(expression, p)| {
        let place = place_of(expression);
        h("li")
            .child(mark(place))
            .child(h("span").child(expression_name(expression)))
            .child(
                h("span")
                    .class("track toned")
                    .toned(move || Some((place.valence, place.arousal)))
                    .child(
                        h("span")
                            .class("fill")
                            .style("width", move || format!("{:.0}%", p * 100.0)),
                    ),
            )
            .child(h("output").child(percent(p)))
    });
    h("ul")
        .class("bars")
        .attr("id", "bars")
        .attr("aria-label", t("reading.bars"))
        .child(rows)
        .into()
}
