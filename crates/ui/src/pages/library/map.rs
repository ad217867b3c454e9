//! The mood map: every item where its mood is; one zooms, and plays from a place on.

use attune_core::Point;
use serde::Deserialize;
use serde_json::json;
use sycamore::prelude::*;
use sycamore::web::View;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, Event, PointerEvent, WheelEvent};

use super::Filter;
use crate::api::{self, Item, Page};
use crate::dom::{El, Live, after, button, div, each, h, icon, set_style};
use crate::item_view::row;
use crate::messages::{t, t2};
use crate::mood::in_words;
use crate::part::Part;
use crate::player;
use crate::state::App;

/// The frame's middle.
const MIDDLE: (f32, f32) = (0.0, 0.0);
/// A part is asked for once it has rested for so long.
const QUIET_MS: i32 = 120;
/// What moves less than this, in pixels, is a press.
const STILL: f32 = 4.0;

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
    let part = create_signal(Part::WHOLE);
    let dots: Signal<Dots> = create_signal(Dots::default());
    let shown: Signal<Option<Item>> = create_signal(None);
    fetched(app, filter, part, dots);
    let zoom = move |factor: f32| part.update(|part| *part = part.zoomed(factor, MIDDLE));
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
    // Shows what lies in the middle; once it is shown, plays it.
    let enter = move || {
        let center = part.get_untracked().center;
        let Some(nearest) = dots.with_untracked(|dots| dots.nearest(center)) else { return };
        match shown.get_clone_untracked() {
            Some(item) if item.id == nearest && item.plays => player::play(app, vec![item], 0),
            _ => show(app, shown, nearest),
        }
    };
    let frame = div("map plane")
        .attr("tabindex", "0")
        .attr("role", "application")
        .attr("data-keys", "")
        .attr("aria-label", t("map.name"))
        .on("keydown", move |event| {
            let step = match crate::dom::key(&event).as_str() {
                "ArrowLeft" => (-0.3, 0.0),
                "ArrowRight" => (0.3, 0.0),
                "ArrowUp" => (0.0, 0.3),
                "ArrowDown" => (0.0, -0.3),
                "+" | "=" => return zoom(0.7),
                "-" => return zoom(1.4),
                "Enter" => return enter(),
                _ => return,
            };
            event.prevent_default();
            part.update(|part| *part = part.moved(step));
        })
        .child(crate::plane::axes())
        .child(sheet(app, part, dots, shown));
    let frame = wheeled(panned(frame, part), part);
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
            .child(button("button", move |_| part.set(Part::WHOLE)).child(t("map.whole")))
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

/// Asks for the dots of what one sees.
fn fetched(app: App, filter: Filter, part: Signal<Part>, dots: Signal<Dots>) {
    let turn = create_signal(0_u32);
    create_effect(move || {
        let (query, [left, right, bottom, top]) = (filter.query(), part.get().edges());
        let mine = turn.get_untracked() + 1;
        turn.set(mine);
        after(QUIET_MS, move || {
            if !turn.is_alive() || turn.get_untracked() != mine {
                return;
            }
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
}

/// The dots, on a sheet as large as the whole plane: who moves or zooms moves the sheet alone.
fn sheet(app: App, part: Signal<Part>, dots: Signal<Dots>, shown: Signal<Option<Item>>) -> El {
    let side =
        move |of: fn([f32; 3]) -> f32| move || format!("{:.3}%", 100.0 * of(part.get().sheet()));
    div("sheet")
        .style("left", side(|[left, ..]| left))
        .style("top", side(|[_, top, _]| top))
        .style("width", side(|[.., size]| size))
        .style("height", side(|[.., size]| size))
        .child(move || {
            each(dots.get_clone().dots, move |(id, valence, arousal, plays)| {
                let (x, y) = Part::on_sheet(Point { valence, arousal });
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
                set_style(&element, "left", &format!("{:.3}%", 100.0 * x));
                set_style(&element, "top", &format!("{:.3}%", 100.0 * y));
                dot
            })
        })
}

/// A place of the frame that handles an event, from its middle; 1 is its right or upper edge.
fn place(event: &Event, (x, y): (f32, f32)) -> Option<(f32, f32)> {
    let frame = event.current_target()?.dyn_into::<Element>().ok()?.get_bounding_client_rect();
    let share = |at: f32, first: f64, size: f64| (at - first as f32) / size as f32 * 2.0 - 1.0;
    Some((share(x, frame.left(), frame.width()), -share(y, frame.top(), frame.height())))
}

/// Zooms where a wheel is turned, or two fingers are spread on a pad.
fn wheeled(frame: El, part: Signal<Part>) -> El {
    frame.on("wheel", move |event| {
        event.prevent_default();
        let Some(wheel) = event.dyn_ref::<WheelEvent>() else { return };
        // Browsers report spread fingers as small turns with Ctrl.
        let pace = if wheel.ctrl_key() { 0.01 } else { 0.0015 };
        let line = if wheel.delta_mode() == WheelEvent::DOM_DELTA_LINE { 33.0 } else { 1.0 };
        let factor = (wheel.delta_y() as f32 * line * pace).exp().clamp(0.6, 1.6);
        let at = place(&event, (wheel.client_x() as f32, wheel.client_y() as f32));
        part.update(|part| *part = part.zoomed(factor, at.unwrap_or(MIDDLE)));
    })
}

/// A finger or a mouse on the map, in pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Touch {
    pointer: i32,
    began: (f32, f32),
    at: (f32, f32),
}

/// Moves the part with one finger, zooms with two.
fn panned(frame: El, part: Signal<Part>) -> El {
    let touches: Signal<Vec<Touch>> = create_signal(Vec::new());
    let at = |pointer: &PointerEvent| (pointer.client_x() as f32, pointer.client_y() as f32);
    let lift = move |event: Event| {
        let pointer = event.dyn_ref::<PointerEvent>().map(PointerEvent::pointer_id);
        touches.update(|touches| touches.retain(|touch| Some(touch.pointer) != pointer));
    };
    frame
        .on("pointerdown", move |event| {
            if let Some(pointer) = event.dyn_ref::<PointerEvent>() {
                let (pointer, began) = (pointer.pointer_id(), at(pointer));
                touches.update(|touches| touches.push(Touch { pointer, began, at: began }));
            }
        })
        .on("pointermove", move |event| {
            let Some(pointer) = event.dyn_ref::<PointerEvent>() else { return };
            let before = touches.get_clone_untracked();
            let id = pointer.pointer_id();
            touches.update(|touches| {
                touches.iter_mut().filter(|t| t.pointer == id).for_each(|t| t.at = at(pointer));
            });
            let now = touches.get_clone_untracked();
            if before != now {
                follow(&event, part, &before, &now);
                hold(&event, &now, id);
            }
        })
        .on("pointerup", lift)
        .on("pointercancel", lift)
        .on("pointerleave", lift)
}

/// Moves the part as fingers have moved.
fn follow(event: &Event, part: Signal<Part>, before: &[Touch], now: &[Touch]) {
    let middle = |touches: &[Touch]| {
        let n = touches.len() as f32;
        let sum = touches.iter().fold(MIDDLE, |(x, y), t| (x + t.at.0 / n, y + t.at.1 / n));
        place(event, sum)
    };
    let apart = |touches: &[Touch]| match touches {
        [one, two, ..] => (one.at.0 - two.at.0).hypot(one.at.1 - two.at.1).max(1.0),
        _ => 1.0,
    };
    let (Some(from), Some(to)) = (middle(before), middle(now)) else { return };
    part.update(|part| {
        let moved = part.moved((from.0 - to.0, from.1 - to.1));
        *part = moved.zoomed(apart(before) / apart(now), to);
    });
}

/// Who drags goes on beyond the edge, and presses no dot at the end.
fn hold(event: &Event, touches: &[Touch], pointer: i32) {
    let far = |t: &Touch| (t.at.0 - t.began.0).hypot(t.at.1 - t.began.1) > STILL;
    let dragged = touches.iter().any(|touch| touch.pointer == pointer && far(touch));
    let frame = event.current_target().and_then(|t| t.dyn_into::<Element>().ok());
    if let Some(frame) = frame.filter(|frame| dragged && !frame.has_pointer_capture(pointer)) {
        frame.set_pointer_capture(pointer).ok();
    }
}

fn show(app: App, shown: Signal<Option<Item>>, id: i64) {
    spawn_local(async move {
        match api::post::<Page>("/api/items", &json!({ "ids": [id] })).await {
            Ok(found) if shown.is_alive() => {
                let item = found.items.into_iter().next();
                if let Some(item) = &item {
                    app.murmur(format!("{}, {}", item.title, item.byline()));
                }
                shown.set(item);
            }
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
