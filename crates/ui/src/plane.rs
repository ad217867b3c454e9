//! The mood plane: pleasant to the right, awake upwards.

use attune_core::{Mood, Point};
use sycamore::prelude::*;
use sycamore::web::View;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, PointerEvent};

use crate::dom::{El, div, each, h, set_style, svg, value};
use crate::mark::mark;
use crate::messages::t;
use crate::mood::in_words;

const COLUMNS: usize = 27;
const ROWS: usize = 19;
/// The plane's edge lies this far from its frame, as a share of it.
const MARGIN: f32 = 0.07;
/// The least width of the swelling, in units of the plane.
const SMALLEST: f32 = 0.14;

/// From the left, as a share.
pub fn across(valence: f32) -> f32 {
    MARGIN + (valence + 1.0) / 2.0 * (1.0 - 2.0 * MARGIN)
}

/// From the top, as a share.
pub fn down(arousal: f32) -> f32 {
    MARGIN + (1.0 - arousal) / 2.0 * (1.0 - 2.0 * MARGIN)
}

/// Puts an element at a place of the plane.
pub fn placed(element: El, point: impl Fn() -> Option<Point> + Copy + 'static) -> El {
    element
        .style("left", move || point().map_or(String::new(), |p| percent(across(p.valence))))
        .style("top", move || point().map_or(String::new(), |p| percent(down(p.arousal))))
}

fn percent(share: f32) -> String {
    format!("{:.2}%", 100.0 * share)
}

/// An item in the plane.
#[derive(Clone, Debug, PartialEq)]
pub struct Spot {
    pub id: i64,
    pub point: Point,
}

/// What a plane shows and does.
pub struct Plane<M, S, N, L, P> {
    /// The mood with its uncertainty.
    pub mood: M,
    /// Items.
    pub spots: S,
    /// The item that plays.
    pub now: N,
    /// The item that is pointed at.
    pub lit: L,
    /// Called when a person chooses a place.
    pub pick: P,
    /// Whether the items are a journey.
    pub journey: Signal<bool>,
}

/// A plane that a person points at, with the list's items and their way.
pub fn plane<M, S, N, L, P>(of: Plane<M, S, N, L, P>) -> View
where
    M: Fn() -> Option<Mood> + Copy + 'static,
    S: Fn() -> Vec<Spot> + Copy + 'static,
    N: Fn() -> Option<i64> + Copy + 'static,
    L: Fn() -> Option<i64> + Copy + 'static,
    P: Fn(Point) + Copy + 'static,
{
    let Plane { mood, spots, now, lit, pick, journey } = of;
    let point = move || mood().map(Mood::point);
    let is_there = move || mood().is_some();
    let ring = div("ring toned")
        .attr("aria-hidden", "true")
        .attr("class", move || {
            Some(if mood().is_none_or(|m| m.uncertainty < 0.09) {
                "ring small"
            } else {
                "ring toned"
            })
        })
        .toned(move || point().map(|p| (p.valence, p.arousal)))
        .style("width", move || spread(mood()))
        .style("height", move || spread(mood()));
    let dot = div("point toned")
        .attr("aria-hidden", "true")
        .flag("hidden", move || !is_there())
        .child(move || point().map(mark).map(View::from));
    let frame = div("plane")
        .attr("data-keys", "")
        .child(field(mood))
        .child(move || way(spots(), point(), journey.get()))
        .child(placed(ring, point))
        .child(move || {
            each(spots(), |spot| {
                let (id, at) = (spot.id, spot.point);
                placed(div("item-point").attr("aria-hidden", "true"), move || Some(at))
                    .attr("class", move || {
                        Some(match () {
                            () if now() == Some(id) => "item-point now",
                            () if lit() == Some(id) => "item-point lit",
                            () => "item-point",
                        })
                    })
                    .child(mark(at))
            })
        })
        .child(placed(dot, point))
        .child(axes())
        .child(slider(
            t("plane.valence"),
            move || point().map_or(0.0, |p| p.valence),
            move |v| pick(Point { valence: v, arousal: point().map_or(0.0, |p| p.arousal) }),
            point,
        ))
        .child(slider(
            t("plane.arousal"),
            move || point().map_or(0.0, |p| p.arousal),
            move |a| pick(Point { valence: point().map_or(0.0, |p| p.valence), arousal: a }),
            point,
        ));
    pointed(frame, pick).into()
}

fn spread(mood: Option<Mood>) -> String {
    percent(mood.map_or(0.0, |m| m.uncertainty) * (1.0 - 2.0 * MARGIN))
}

/// The names of the plane's ends.
pub fn axes() -> View {
    let name = |class, key: &str| h("span").class(class).attr("aria-hidden", "true").child(t(key));
    [
        ("axis up", "mood.awake"),
        ("axis down", "mood.calm"),
        ("axis left", "mood.unpleasant"),
        ("axis right", "mood.pleasant"),
    ]
    .map(|(class, key)| View::from(name(class, key)))
    .to_vec_view()
}

trait ToVecView {
    fn to_vec_view(self) -> View;
}

impl<const N: usize> ToVecView for [View; N] {
    fn to_vec_view(self) -> View {
        Vec::from(self).into()
    }
}

/// One axis for the keyboard and for those who don't see the plane.
fn slider(
    name: String,
    at: impl Fn() -> f32 + Copy + 'static,
    set: impl Fn(f32) + 'static,
    point: impl Fn() -> Option<Point> + Copy + 'static,
) -> El {
    h("input")
        .class("unseen")
        .attr("type", "range")
        .attr("min", "-1")
        .attr("max", "1")
        .attr("step", "0.05")
        .attr("aria-label", name)
        .attr("aria-valuetext", move || point().map(in_words))
        .prop("value", move || f64::from(at()))
        .on("input", move |event| {
            if let Ok(x) = value(&event).parse() {
                set(x);
            }
        })
}

/// Calls back while a person points.
pub fn pointed(frame: El, pick: impl Fn(Point) + Copy + 'static) -> El {
    let dragging = create_signal(false);
    let at = move |event: &Event| {
        if let Some(point) = place_of(event) {
            pick(point);
        }
    };
    frame
        .on("pointerdown", move |event| {
            dragging.set(true);
            capture(&event);
            at(&event);
        })
        .on("pointermove", move |event| {
            if dragging.get_untracked() {
                at(&event);
            }
        })
        .on("pointerup", move |_| dragging.set(false))
        .on("pointercancel", move |_| dragging.set(false))
}

fn capture(event: &Event) {
    let pointer = event.dyn_ref::<PointerEvent>().map(PointerEvent::pointer_id);
    let element = event.current_target().and_then(|t| t.dyn_into::<Element>().ok());
    if let (Some(pointer), Some(element)) = (pointer, element) {
        element.set_pointer_capture(pointer).ok();
    }
}

/// Where in the plane an event is.
fn place_of(event: &Event) -> Option<Point> {
    let pointer = event.dyn_ref::<PointerEvent>()?;
    let element = event.current_target()?.dyn_into::<Element>().ok()?;
    let frame = element.get_bounding_client_rect();
    let x = (f64::from(pointer.client_x()) - frame.left()) / frame.width();
    let y = (f64::from(pointer.client_y()) - frame.top()) / frame.height();
    let unit = |share: f64| (share as f32 - MARGIN) / (1.0 - 2.0 * MARGIN) * 2.0 - 1.0;
    Some(Point::new(unit(x), -unit(y)))
}

/// The field of grains: it swells where the mood lies, as wide as the mood is uncertain.
pub fn field(mood: impl Fn() -> Option<Mood> + 'static) -> El {
    let mut grains: Vec<(Element, Point)> = Vec::with_capacity(COLUMNS * ROWS);
    let grid = (0..COLUMNS * ROWS).map(|i| {
        let point = Point {
            valence: -1.0 + 2.0 * (i % COLUMNS) as f32 / (COLUMNS - 1) as f32,
            arousal: 1.0 - 2.0 * (i / COLUMNS) as f32 / (ROWS - 1) as f32,
        };
        let grain = svg("circle")
            .class("grain toned")
            .attr("cx", format!("{:.1}", across(point.valence) * 400.0))
            .attr("cy", format!("{:.1}", down(point.arousal) * 300.0));
        let (a, b) = crate::mood::tone(point.valence, point.arousal);
        let element: Element = grain.element();
        set_style(&element, "--mood-a", &format!("{a:.3}"));
        set_style(&element, "--mood-b", &format!("{b:.3}"));
        grains.push((element, point));
        View::from(grain)
    });
    let grid: Vec<View> = grid.collect();
    create_effect(move || swell(&grains, mood()));
    svg("svg")
        .class("field")
        .attr("viewBox", "0 0 400 300")
        .attr("preserveAspectRatio", "none")
        .attr("aria-hidden", "true")
        .child(svg("path").class("cross").attr("d", "M200 0V300M0 150H400"))
        .child(grid)
}

/// Each grain grows with the likelihood of the mood being there.
fn swell(grains: &[(Element, Point)], mood: Option<Mood>) {
    let width = mood.map_or(0.0, |m| m.uncertainty).max(SMALLEST);
    for (grain, at) in grains {
        let distance = mood.map_or(f32::INFINITY, |m| at.distance(m.point()));
        let likelihood = (-(distance / width).powi(2) / 2.0).exp();
        set_style(grain, "r", &format!("{:.2}px", 1.7 + 4.1 * likelihood));
    }
}

/// The way from the mood through the items, where they are a journey.
fn way(spots: Vec<Spot>, from: Option<Point>, journey: bool) -> Option<View> {
    if !journey || spots.is_empty() {
        return None;
    }
    let points = from.into_iter().chain(spots.into_iter().map(|spot| spot.point));
    let place =
        |p: Point| format!("{:.1} {:.1}", across(p.valence) * 400.0, down(p.arousal) * 300.0);
    let places: Vec<String> = points.map(place).collect();
    let line = svg("svg")
        .class("way")
        .attr("viewBox", "0 0 400 300")
        .attr("preserveAspectRatio", "none")
        .attr("aria-hidden", "true")
        .child(svg("polyline").attr("points", places.join(" ")));
    Some(line.into())
}
