//! What the music should do: a goal, and what the list keeps to.

use attune_core::Mood;
use sycamore::prelude::*;
use sycamore::web::View;

use crate::dom::{El, div, each, h, icon, nothing};
use crate::fields::{artists, languages, radios, range, switch};
use crate::listen::GOALS;
use crate::messages::t;
use crate::plane::{Plane, plane};
use crate::state::App;

pub fn want_card(app: App) -> El {
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
    let kinds = ["all", "music", "video"].map(|kind| (kind.to_owned(), t(&format!("kind.{kind}"))));
    let kind = radios(
        "kind",
        t("want.kind"),
        kinds.to_vec(),
        move || listen.kind.get_clone(),
        move |kind| {
            listen.kind.set(kind);
            listen.ask_soon(app);
        },
    );
    let length = range(
        "limit",
        t("want.length"),
        [5, 50, 5],
        move || listen.length.get(),
        |items| items.to_string(),
        move |items| {
            listen.length.set(items);
            listen.ask_soon(app);
        },
    );
    let only = artists(
        "input",
        move || listen.artists.get_clone(),
        move |names| {
            listen.artists.set(names);
            listen.ask_soon(app);
        },
    );
    let spoken = languages(
        move || listen.languages.get_clone(),
        move |chosen| {
            listen.languages.set(chosen);
            listen.ask_soon(app);
        },
    );
    h("details").class("more").attr("id", "more").child(h("summary").child(t("want.more"))).child(
        div("filters").child(kind).child(length).child(only).child(switches(app)).child(spoken),
    )
}

fn switches(app: App) -> El {
    let listen = app.listen;
    let set_journey = move |on| {
        listen.journey.set(on);
        listen.ask_soon(app);
    };
    div("switches")
        .child(switch(
            "playable",
            t("want.playable"),
            None,
            move || listen.playable.get(),
            move |on| listen.set_playable(app, on),
        ))
        .child(switch(
            "journey",
            t("want.journey"),
            None,
            move || listen.journey.get(),
            set_journey,
        ))
        .child(switch(
            "continuous",
            t("want.continuous"),
            None,
            move || app.continuous.get(),
            move |on| crate::continuous::set(app, on),
        ))
}
