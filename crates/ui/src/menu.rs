//! A menu that opens in place, and closes when one leaves it.

use sycamore::web::View;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement, Node};

use crate::dom::{El, div, h, key};

/// A menu below what opens it.
pub fn menu(summary: El, entries: impl Into<View>) -> El {
    h("details")
        .class("menu")
        .on("focusout", |event| {
            let to = js_sys::Reflect::get(&event, &"relatedTarget".into()).ok();
            let to = to.and_then(|to| to.dyn_into::<Node>().ok());
            if let (Some(menu), Some(to)) = (current(&event), to)
                && !menu.contains(Some(&to))
            {
                shut(&menu);
            }
        })
        .on("keydown", |event| {
            if let (Some(menu), "Escape") = (current(&event), key(&event).as_str()) {
                shut(&menu);
                event.stop_propagation();
                let summary = menu.query_selector("summary").ok().flatten();
                if let Some(summary) = summary.and_then(|s| s.dyn_into::<HtmlElement>().ok()) {
                    summary.focus().ok();
                }
            }
        })
        .child(summary)
        .child(div("entries").child(entries))
}

/// Closes the menu that holds what an event is of.
pub fn close(event: &Event) {
    let menu = current(event).and_then(|target| target.closest("details").ok().flatten());
    menu.iter().for_each(shut);
}

fn current(event: &Event) -> Option<Element> {
    event.current_target()?.dyn_into().ok()
}

fn shut(menu: &Element) {
    menu.remove_attribute("open").ok();
}
