//! The stage: the camera's picture or a photo, with boxes on faces, or what is in the way.

use sycamore::prelude::*;
use sycamore::web::View;
use wasm_bindgen::JsCast;
use web_sys::{DragEvent, HtmlInputElement};

use super::reading::advice_text;
use super::{Stage, camera, photo, stop, take};
use crate::dom::{El, after, button, div, each, focus_soon, h, icon, nothing, svg};
use crate::faces::{Chosen, Faces};
use crate::messages::{t, t1, t2};
use crate::mood::expression_name;
use crate::state::App;

/// A hint that stays for so long is said to those who don't see it.
const SETTLED_MS: i32 = 1_500;

/// The card with the camera.
pub fn look_card(app: App) -> View {
    let eye = app.eye();
    on_cleanup(move || stop(app));
    let stage = eye.stage;
    let is_live = move || stage.with(Stage::is_live);
    h("section")
        .class("card look")
        .attr("aria-labelledby", "look-title")
        .child(h("h2").attr("id", "look-title").child(t("look.title")))
        .child(stage_view(app))
        .child(
            div("actions")
                .child(move || if is_live() { live_buttons(app) } else { idle_buttons(app) }),
        )
        .child(
            h("p")
                .class("promise")
                .child(icon("#icon-lock"))
                .child(h("span").child(t("look.promise"))),
        )
        .into()
}

fn idle_buttons(app: App) -> View {
    let choose_file = move |event: web_sys::Event| {
        let input = event.target().and_then(|t| t.dyn_into::<HtmlInputElement>().ok());
        let Some(input) = input else { return };
        if let Some(file) = input.files().and_then(|files| files.get(0)) {
            photo::show(app, file);
        }
        input.set_value("");
    };
    vec![
        button("button main", move |_| camera::start(app))
            .attr("id", "use-camera")
            .child(icon("#icon-camera"))
            .child(h("span").child(t("look.use_camera")))
            .into(),
        h("input")
            .class("unseen")
            .attr("type", "file")
            .attr("id", "file")
            .attr("accept", "image/*")
            .on("change", choose_file)
            .into(),
        h("label")
            .class("button")
            .attr("for", "file")
            .child(icon("#icon-photo"))
            .child(h("span").child(t("look.photo")))
            .into(),
        h("span").class("aside drop-hint").child(t("look.or_drop")).into(),
    ]
    .into()
}

fn live_buttons(app: App) -> View {
    vec![
        button("button main", move |_| {
            take(app);
            focus_soon("#reading-title");
        })
        .attr("id", "take")
        .flag("disabled", move || app.eye().read.with(Option::is_none))
        .child(t("look.take"))
        .into(),
        button("button", move |_| {
            stop(app);
            app.eye().read.set(None);
        })
        .attr("id", "stop-camera")
        .child(t("look.stop"))
        .into(),
    ]
    .into()
}

fn stage_view(app: App) -> El {
    let eye = app.eye();
    let (stage, faces, read) = (eye.stage, eye.faces, eye.read);
    let over = create_signal(false);
    let is = move |wanted: Stage| stage.with(|stage| *stage == wanted);
    let name = move || match stage.get_clone() {
        Stage::Camera => "camera",
        Stage::Starting => "starting",
        Stage::Photo => "photo",
        _ => "idle",
    };
    let hint = move || match (stage.get_clone(), read.get_clone(), faces.with(Option::is_some)) {
        (Stage::Starting, ..) => t("look.starting"),
        (Stage::Camera, None, true) => faces
            .with(|faces| faces.as_ref()?.advice.as_deref().map(advice_text))
            .unwrap_or_else(|| t("look.no_face_yet")),
        (Stage::Camera, None, false) => t("look.loading"),
        (Stage::Camera, Some(read), _) => {
            read.advice.first().map_or_else(|| t("look.hold_still"), |advice| advice_text(advice))
        }
        _ => String::new(),
    };
    let hint = create_selector(hint);
    say_once_settled(app, hint);
    div("stage")
        .attr("id", "stage")
        .attr("data-state", move || Some(name()))
        .attr("class", move || Some(if over.get() { "stage over" } else { "stage" }))
        .on("dragover", move |event| {
            event.prevent_default();
            over.set(true);
        })
        .on("dragleave", move |_| over.set(false))
        .on("drop", move |event| {
            event.prevent_default();
            over.set(false);
            let data = event.dyn_ref::<DragEvent>().and_then(DragEvent::data_transfer);
            if let Some(file) = data.and_then(|d| d.files()).and_then(|files| files.get(0)) {
                photo::show(app, file);
            }
        })
        .child(sketch())
        .child(
            h("video")
                .attr("id", "camera")
                .attr("playsinline", "")
                .attr("muted", "")
                .attr("aria-label", t("look.your_camera"))
                .flag("hidden", move || !is(Stage::Camera)),
        )
        .child(
            h("canvas")
                .attr("id", "picture")
                .attr("role", "img")
                .attr("aria-label", t("look.your_photo"))
                .flag("hidden", move || !is(Stage::Photo)),
        )
        .child(move || match (stage.get_clone(), faces.get_clone()) {
            (Stage::Camera | Stage::Photo, Some(faces)) => boxes(app, faces),
            _ => nothing(),
        })
        .child(move || match stage.get_clone() {
            Stage::Trouble(why) => trouble(app, why),
            _ => nothing(),
        })
        .child(
            h("p")
                .class("live-word")
                .flag("hidden", move || hint.with(String::is_empty))
                .text(move || hint.get_clone()),
        )
        .child(div("held").attr("aria-hidden", "true").style("width", move || {
            let held = read.with(|read| read.as_ref().map_or(0.0, |read| read.held));
            let shown = if stage.with(|s| *s == Stage::Camera) { held } else { 0.0 };
            format!("{:.0}%", 100.0 * shown)
        }))
        .child(h("p").class("dropping").attr("aria-hidden", "true").child(t("look.let_go")))
}

/// Says a hint that stays; what comes and goes with the frames would be chatter.
fn say_once_settled(app: App, hint: ReadSignal<String>) {
    let turn = create_signal(0_u32);
    create_effect(move || {
        let text = hint.get_clone();
        let mine = turn.get_untracked() + 1;
        turn.set(mine);
        after(SETTLED_MS, move || {
            if turn.is_alive() && turn.get_untracked() == mine && !text.is_empty() {
                app.murmur(text);
            }
        });
    });
}

fn sketch() -> El {
    let path = |class, d| svg("path").attr("class", class).attr("d", d);
    svg("svg")
        .class("sketch")
        .attr("viewBox", "0 0 320 240")
        .attr("aria-hidden", "true")
        .child(path("brackets", "M92 62V46h16M212 46h16v16M228 178v16h-16M108 194H92v-16"))
        .child(path(
            "face",
            "M160 66c30 0 46 22 46 54s-18 58-46 58-46-26-46-58 16-54 46-54ZM142 112v5M178 112v5\
             M135 141c6 10 15 13 25 9s18-1 25-12",
        ))
}

/// What is in the way, and what to do about it.
fn trouble(app: App, why: String) -> View {
    let key = match why.as_str() {
        "refused" | "none" | "busy" | "insecure" | "unreadable" | "no_face" | "reader" => why,
        _ => "broken".into(),
    };
    let again = matches!(key.as_str(), "refused" | "none" | "busy" | "broken");
    let retry: Option<View> =
        again.then(|| button("button", move |_| camera::start(app)).child(t("look.again")).into());
    div("trouble")
        .attr("role", "alert")
        .attr("data-trouble", key.clone())
        .child(icon(match key.as_str() {
            "refused" | "insecure" => "#icon-lock",
            "no_face" => "#icon-face",
            "unreadable" => "#icon-photo",
            _ => "#icon-camera",
        }))
        .child(h("strong").child(t(&format!("trouble.{key}"))))
        .child(h("p").child(t(&format!("trouble.{key}.hint"))))
        .child(retry)
        .into()
}

/// A box on every face, where the picture is drawn.
fn boxes(app: App, faces: Faces) -> View {
    let eye = app.eye();
    let live = eye.stage.with_untracked(|stage| *stage == Stage::Camera);
    let (width, height) = (faces.width, faces.height);
    let own_place = faces.place_of(eye.chosen.get_untracked());
    let many = faces.faces.len();
    let all = each(faces.faces.into_iter().enumerate(), move |(index, face)| {
        let own = own_place == Some(index);
        let person = face.person;
        let b = face.place;
        let x = if live { width - b.x - b.width } else { b.x };
        let share = |part: f32, whole: f32| format!("{:.2}%", 100.0 * part / whole);
        let (left, top) = (share(x, width), share(b.y, height));
        let (wide, high) = (share(b.width, width), share(b.height, height));
        let mood = face.mood;
        let label = match face.expression {
            Some(expression) if own => expression_name(expression),
            None if own && live => t("reading.not_yet"),
            None if own => t("reading.cant_tell"),
            _ => t1("look.face_n", &(index + 1).to_string()),
        };
        button("face-box toned", move |_| match person {
            Some(person) if live => eye.chosen.set(Chosen::Person(person)),
            _ => photo::choose(app, index),
        })
        .attr("aria-pressed", if own { "true" } else { "false" })
        .attr("aria-label", t2("look.face_says", &(index + 1).to_string(), &label))
        .toned(move || Some((mood.valence, mood.arousal)))
        .style("left", move || left.clone())
        .style("top", move || top.clone())
        .style("width", move || wide.clone())
        .style("height", move || high.clone())
        .child((many > 1 || own).then(|| View::from(h("span").class("label").child(label))))
    });
    // The picture keeps its shape within the stage; the boxes lie on the picture.
    div("boxes")
        .style("aspect-ratio", move || format!("{width} / {height}"))
        .style("--shape", move || format!("{}", width / height))
        .child(all)
        .into()
}
