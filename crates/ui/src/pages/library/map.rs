//! The mood map: every item where its mood is; one zooms, and plays from a place on.

use attune_core::Point;
use serde::Deserialize;
use serde_json::json;
use sycamore::prelude::*;
use sycamore::web::View;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, WheelEvent};

use super::Filter;
use crate::api::{self, Item, Page};
use crate::dom::{El, Live, after, button, div, each, h, icon, set_style};
use crate::item_view::row;
use crate::messages::{t, t2};
use crate::mood::in_words;
use crate::player;
use crate::state::App;

/// A part of the plane.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Part {
    center: Point,
    /// Half its width; 1.05 shows everything.
    half: f32,
}

const WHOLE: Part = Part { center: Point { valence: 0.0, arousal: 0.0 }, half: 1.05 };
const NEAREST: f32 = 0.06;

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
struct Dots {
    total: usize,
    dots: Vec<(i64, f32, f32, bool)>,
}

impl Dots {
    /// The item that lies nearest to a place.
    fn nearest(&self, place: Point) -> Option<i64> {
        let away =
            |dot: &&(i64, f32, f32, bool)| place.distance(Point { valence: dot.1, arousal: dot.2 });
        self.dots.iter().min_by(|a, b| away(a).total_cmp(&away(b))).map(|dot| dot.0)
    }
}

pub fn map(app: App, filter: Filter) -> View {
    let part = create_signal(WHOLE);
    let dots: Signal<Dots> = create_signal(Dots::default());
    let shown: Signal<Option<Item>> = create_signal(None);
    let turn = create_signal(0_u32);
    create_effect(move || {
        let (query, Part { center, half }) = (filter.query(), part.get());
        let mine = turn.get_untracked() + 1;
        turn.set(mine);
        after(120, move || {
            if !turn.is_alive() || turn.get_untracked() != mine {
                return;
            }
            let (left, right) = (center.valence - half, center.valence + half);
            let (bottom, top) = (center.arousal - half, center.arousal + half);
            let address =
                format!("/api/map?{query}&left={left}&right={right}&bottom={bottom}&top={top}");
            spawn_local(async move {
                match api::get::<Dots>(&address).await {
                    Ok(found) if dots.is_alive() && turn.get_untracked() == mine => dots.set(found),
                    Ok(_) => {}
                    Err(refusal) => app.refuse(&refusal),
                }
            });
        });
    });
    let zoom = move |factor: f32| {
        part.update(|part| part.half = (part.half * factor).clamp(NEAREST, WHOLE.half));
        keep_inside(part);
    };
    let play_here = move |_| {
        // From the middle of what one sees outwards.
        let center = part.get_untracked().center;
        let mut near = dots.with_untracked(|d| d.dots.clone());
        near.retain(|dot| dot.3);
        let away =
            |d: &(i64, f32, f32, bool)| center.distance(Point { valence: d.1, arousal: d.2 });
        near.sort_by(|a, b| away(a).total_cmp(&away(b)));
        let ids: Vec<i64> = near.iter().take(50).map(|dot| dot.0).collect();
        play_numbers(app, ids);
    };
    let frame = div("map plane")
        .attr("tabindex", "0")
        .attr("role", "application")
        .attr("data-keys", "")
        .attr("aria-label", t("map.name"))
        .on("keydown", move |event| {
            let step = part.get_untracked().half * 0.3;
            let moved = match crate::dom::key(&event).as_str() {
                "ArrowLeft" => (-step, 0.0),
                "ArrowRight" => (step, 0.0),
                "ArrowUp" => (0.0, step),
                "ArrowDown" => (0.0, -step),
                "+" | "=" => return zoom(0.7),
                "-" => return zoom(1.4),
                "Enter" => {
                    let nearest =
                        dots.with_untracked(|dots| dots.nearest(part.get_untracked().center));
                    return nearest.into_iter().for_each(|id| show(app, shown, id));
                }
                _ => return,
            };
            event.prevent_default();
            part.update(|part| {
                part.center.valence += moved.0;
                part.center.arousal += moved.1;
            });
            keep_inside(part);
        })
        .on("wheel", move |event| {
            event.prevent_default();
            let turned = event.dyn_ref::<WheelEvent>().map_or(0.0, WheelEvent::delta_y);
            zoom(if turned > 0.0 { 1.15 } else { 0.87 });
        })
        .child(crate::plane::axes())
        .child(move || {
            let Part { center, half } = part.get();
            let dots = dots.get_clone().dots;
            each(dots, move |(id, valence, arousal, plays)| {
                let x = 50.0 * (1.0 + (valence - center.valence) / half);
                let y = 50.0 * (1.0 - (arousal - center.arousal) / half);
                let dot = button(if plays { "dot toned" } else { "dot link toned" }, move |_| {
                    show(app, shown, id);
                })
                .attr("tabindex", "-1")
                .attr("aria-hidden", "true")
                .attr("data-id", id.to_string());
                let element: Element = dot.element();
                let (a, b) = crate::mood::tone(valence, arousal);
                set_style(&element, "--mood-a", &format!("{a:.3}"));
                set_style(&element, "--mood-b", &format!("{b:.3}"));
                set_style(&element, "left", &format!("{x:.2}%"));
                set_style(&element, "top", &format!("{y:.2}%"));
                dot
            })
        });
    let frame = panned(frame, part);
    vec![
        div("map-head")
            .child(
                button("button main", play_here)
                    .attr("id", "play-here")
                    .flag("disabled", move || dots.with(|d| !d.dots.iter().any(|dot| dot.3)))
                    .child(icon("#icon-play"))
                    .child(t("map.play")),
            )
            .child(
                button("button", move |_| zoom(0.6)).attr("aria-label", t("map.closer")).child("+"),
            )
            .child(
                button("button", move |_| zoom(1.6)).attr("aria-label", t("map.wider")).child("−"),
            )
            .child(button("button", move |_| part.set(WHOLE)).child(t("map.whole")))
            .child(h("p").class("aside").attr("role", "status").text(move || {
                let (total, drawn) = dots.with(|d| (d.total, d.dots.len()));
                let place = in_words(part.get().center);
                if drawn < total {
                    t2("map.some", &drawn.to_string(), &total.to_string())
                } else {
                    t2("map.all", &total.to_string(), &place)
                }
            }))
            .into(),
        frame.into(),
        (move || match shown.get_clone() {
            Some(item) => {
                let played = item.clone();
                let play = move || player::play(app, vec![played.clone()], 0);
                h("ul").class("plain").child(row(app, &item, play)).into()
            }
            None => h("p").class("aside").child(t("map.how")).into(),
        })
        .live(),
    ]
    .into()
}

/// The part one sees stays within the plane.
fn keep_inside(part: Signal<Part>) {
    part.update(|part| {
        let room = (WHOLE.half - part.half).max(0.0);
        part.center.valence = part.center.valence.clamp(-room, room);
        part.center.arousal = part.center.arousal.clamp(-room, room);
    });
}

/// Moves the part by dragging.
fn panned(frame: El, part: Signal<Part>) -> El {
    let from: Signal<Option<(f32, f32, Point)>> = create_signal(None);
    let at = |event: &web_sys::Event| -> Option<(f32, f32, f32, f32)> {
        let pointer = event.dyn_ref::<web_sys::PointerEvent>()?;
        let frame = event.current_target()?.dyn_into::<Element>().ok()?.get_bounding_client_rect();
        let (x, y) = (pointer.client_x() as f32, pointer.client_y() as f32);
        Some((x, y, frame.width() as f32, frame.height() as f32))
    };
    frame
        .on("pointerdown", move |event| {
            if let Some((x, y, ..)) = at(&event) {
                from.set(Some((x, y, part.get_untracked().center)));
            }
        })
        .on("pointermove", move |event| {
            let (Some((x0, y0, center)), Some((x, y, width, height))) =
                (from.get_untracked(), at(&event))
            else {
                return;
            };
            part.update(|part| {
                part.center.valence = center.valence - (x - x0) / width * 2.0 * part.half;
                part.center.arousal = center.arousal + (y - y0) / height * 2.0 * part.half;
            });
            keep_inside(part);
        })
        .on("pointerup", move |_| from.set(None))
        .on("pointerleave", move |_| from.set(None))
}

fn show(app: App, shown: Signal<Option<Item>>, id: i64) {
    spawn_local(async move {
        match api::post::<Page>("/api/items", &json!({ "ids": [id] })).await {
            Ok(found) if shown.is_alive() => shown.set(found.items.into_iter().next()),
            Ok(_) => {}
            Err(refusal) => app.refuse(&refusal),
        }
    });
}

/// Plays items by their numbers.
fn play_numbers(app: App, ids: Vec<i64>) {
    spawn_local(async move {
        match api::post::<Page>("/api/items", &json!({ "ids": ids })).await {
            Ok(found) => player::play(app, found.items, 0),
            Err(refusal) => app.refuse(&refusal),
        }
    });
}
