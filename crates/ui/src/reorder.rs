//! Rows that one moves: by dragging, or with Alt and an arrow where the focus is in the row.

use sycamore::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{DataTransfer, DragEvent, Event, KeyboardEvent};

use crate::dom::{El, focus_on, key};
use crate::messages::t3;
use crate::state::App;

/// What a row carries while it is dragged.
const PLACE: &str = "text/attune-place";

/// A row of a list that is put in order.
#[derive(Clone)]
pub struct Movable {
    pub place: usize,
    pub count: usize,
    /// What it is called.
    pub name: String,
    /// The list it is in, as a selector; its rows bear `data-place`.
    pub list: &'static str,
}

/// Lets a row be moved; `shift` takes an item from a place to another.
pub fn movable(
    app: App,
    row: El,
    class: impl Fn() -> &'static str + 'static,
    of: Movable,
    shift: impl Fn(usize, usize) + Copy + 'static,
) -> El {
    let Movable { place, .. } = of;
    let over = create_signal(false);
    row.attr("draggable", "true")
        .attr("data-place", place.to_string())
        .attr("class", move || {
            Some(if over.get() { format!("{} over", class()) } else { class().to_owned() })
        })
        .on("dragstart", move |event| {
            if let Some(data) = carried(&event) {
                data.set_data(PLACE, &place.to_string()).ok();
                data.set_effect_allowed("move");
            }
        })
        .on("dragover", move |event| {
            event.prevent_default();
            over.set(true);
        })
        .on("dragleave", move |_| over.set(false))
        .on("drop", move |event| {
            over.set(false);
            let from = carried(&event).and_then(|data| data.get_data(PLACE).ok());
            if let Some(from) = from.and_then(|from| from.parse().ok()) {
                event.prevent_default();
                shift(from, place);
            }
        })
        .on("keydown", move |event| {
            if let Some(to) = asked_for(&event).and_then(|step| place.checked_add_signed(step)) {
                event.prevent_default();
                shift_by_key(app, &of, to, ".title", shift);
            }
        })
}

/// Moves an item, keeps the focus on a control of its row and says where it is now.
pub fn shift_by_key(
    app: App,
    of: &Movable,
    to: usize,
    control: &str,
    shift: impl Fn(usize, usize),
) {
    if to < of.count {
        shift(of.place, to);
        focus_on(format!("{} [data-place=\"{to}\"] {control}", of.list));
        app.murmur(t3("list.moved", &of.name, &(to + 1).to_string(), &of.count.to_string()));
    }
}

/// The step that Alt and an arrow stand for.
fn asked_for(event: &Event) -> Option<isize> {
    let with_alt = event.dyn_ref::<KeyboardEvent>().is_some_and(KeyboardEvent::alt_key);
    match key(event).as_str() {
        "ArrowUp" if with_alt => Some(-1),
        "ArrowDown" if with_alt => Some(1),
        _ => None,
    }
}

fn carried(event: &Event) -> Option<DataTransfer> {
    event.dyn_ref::<DragEvent>()?.data_transfer()
}
