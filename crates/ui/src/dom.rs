//! Elements, made by hand: one builder for all of them keeps the module small.

use js_sys::Function;
use sycamore::prelude::*;
use sycamore::web::{AsHtmlNode, HtmlNode, StringAttribute, View, ViewHtmlNode, ViewNode};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::{Document, Element, Event, HtmlElement, HtmlInputElement, KeyboardEvent, Window};

/// An element that is being built.
pub struct El(HtmlNode);

/// An HTML element.
pub fn h(tag: &'static str) -> El {
    El(HtmlNode::create_element(tag.into()))
}

/// An SVG element.
pub fn svg(tag: &'static str) -> El {
    El(HtmlNode::create_element_ns("http://www.w3.org/2000/svg", tag.into()))
}

/// A `div` of a class.
pub fn div(class: &'static str) -> El {
    h("div").class(class)
}

/// A `button` that does nothing else.
pub fn button(class: &'static str, act: impl FnMut(Event) + 'static) -> El {
    h("button").attr("type", "button").class(class).on("click", act)
}

/// One of the sprite's icons; `index.html` has them.
pub fn icon(name: impl Into<StringAttribute>) -> El {
    svg("svg").class("icon").attr("aria-hidden", "true").child(svg("use").attr("href", name))
}

/// A button with an icon alone; its name is for those who don't see it, and for the mouse at rest.
pub fn icon_button(
    class: &'static str,
    picture: &'static str,
    name: String,
    act: impl FnMut(Event) + 'static,
) -> El {
    button(class, act).attr("aria-label", name.clone()).attr("title", name).child(icon(picture))
}

impl El {
    /// Sets the class, perhaps by a closure.
    pub fn class(self, value: impl Into<StringAttribute>) -> Self {
        self.attr("class", value)
    }

    /// Sets an attribute, perhaps by a closure; a closure's `None` removes it.
    pub fn attr(mut self, name: &'static str, value: impl Into<StringAttribute>) -> Self {
        self.0.set_attribute(name.into(), value.into());
        self
    }

    /// Sets an attribute that is there or not, by a closure.
    pub fn flag(mut self, name: &'static str, value: impl Into<MaybeDyn<bool>>) -> Self {
        self.0.set_bool_attribute(name.into(), value.into());
        self
    }

    /// Sets `true` and `false` in words, as ARIA wants it.
    pub fn state(self, name: &'static str, value: impl Fn() -> bool + 'static) -> Self {
        self.attr(name, move || Some(if value() { "true" } else { "false" }))
    }

    /// Keeps a property of the node at a closure's value.
    pub fn prop<V: Into<JsValue>>(
        self,
        name: &'static str,
        value: impl Fn() -> V + 'static,
    ) -> Self {
        let node = self.node();
        create_effect(move || {
            js_sys::Reflect::set(&node, &name.into(), &value().into()).ok();
        });
        self
    }

    /// Keeps a style at a closure's value, by the object model: the content policy allows no
    /// `style` attribute.
    pub fn style(self, name: &'static str, value: impl Fn() -> String + 'static) -> Self {
        let element: Element = self.element();
        create_effect(move || set_style(&element, name, &value()));
        self
    }

    /// Colours it by a mood, as `tokens.css` understands it.
    pub fn toned(self, mood: impl Fn() -> Option<(f32, f32)> + 'static) -> Self {
        let element: Element = self.element();
        create_effect(move || {
            if let Some((valence, arousal)) = mood() {
                let (a, b) = crate::mood::tone(valence, arousal);
                set_style(&element, "--mood-a", &format!("{a:.4}"));
                set_style(&element, "--mood-b", &format!("{b:.4}"));
            }
        });
        self
    }

    /// Acts on an event for as long as the element is there.
    pub fn on(mut self, name: &'static str, act: impl FnMut(Event) + 'static) -> Self {
        self.0.set_event_handler(name.into(), act);
        self
    }

    /// Puts something at its end: text, elements, or a closure of these.
    pub fn child(mut self, child: impl Into<View>) -> Self {
        self.0.append_view(child.into());
        self
    }

    /// Puts text in that may change.
    pub fn text(self, text: impl Fn() -> String + 'static) -> Self {
        self.child(text)
    }

    /// The node itself.
    pub fn node(&self) -> web_sys::Node {
        self.0.as_web_sys().clone()
    }

    /// The node as what it is known to be.
    pub fn element<T: JsCast>(&self) -> T {
        self.node().unchecked_into()
    }
}

impl From<El> for View {
    fn from(El(node): El) -> Self {
        View::from_node(node)
    }
}

impl AsHtmlNode for El {
    fn as_html_node(&mut self) -> &mut HtmlNode {
        &mut self.0
    }
}

/// Several views, one after the other.
pub fn each<T>(items: impl IntoIterator<Item = T>, view: impl FnMut(T) -> El) -> View {
    items.into_iter().map(view).map(View::from).collect::<Vec<_>>().into()
}

/// A view that is drawn anew whenever what it read has changed.
pub trait Live {
    fn live(self) -> View;
}

impl<F: FnMut() -> View + 'static> Live for F {
    fn live(self) -> View {
        self.into()
    }
}

/// Nothing to see.
pub fn nothing() -> View {
    View::new()
}

pub fn set_style(element: &Element, name: &str, value: &str) {
    if let Some(element) = element.dyn_ref::<HtmlElement>() {
        element.style().set_property(name, value).ok();
    } else if let Ok(style) = js_sys::Reflect::get(element, &"style".into()) {
        // An SVG element.
        let style: web_sys::CssStyleDeclaration = style.unchecked_into();
        style.set_property(name, value).ok();
    }
}

pub fn window() -> Window {
    sycamore::web::window()
}

pub fn document() -> Document {
    sycamore::web::document()
}

/// The element of an id.
pub fn by_id<T: JsCast>(id: &str) -> Option<T> {
    document().get_element_by_id(id)?.dyn_into().ok()
}

/// What is written in the field that an event is of.
pub fn value(event: &Event) -> String {
    let target = event.target();
    let value = target.and_then(|t| js_sys::Reflect::get(&t, &"value".into()).ok());
    value.and_then(|v| v.as_string()).unwrap_or_default()
}

/// Whether the box that an event is of is ticked.
pub fn checked(event: &Event) -> bool {
    let target = event.target().and_then(|t| t.dyn_into::<HtmlInputElement>().ok());
    target.is_some_and(|input| input.checked())
}

/// The key of a keyboard event.
pub fn key(event: &Event) -> String {
    event.dyn_ref::<KeyboardEvent>().map(KeyboardEvent::key).unwrap_or_default()
}

/// Moves the focus once the page is drawn.
pub fn focus_soon(selector: &'static str) {
    focus_on(selector.to_owned());
}

/// Moves the focus to what a selector finds once the page is drawn.
pub fn focus_on(selector: String) {
    after(0, move || {
        let found = document().query_selector(&selector).ok().flatten();
        if let Some(element) = found.and_then(|e| e.dyn_into::<HtmlElement>().ok()) {
            element.focus().ok();
        }
    });
}

/// Calls back once, after so many milliseconds.
pub fn after(ms: i32, act: impl FnOnce() + 'static) {
    let act: Function = Closure::once_into_js(act).unchecked_into();
    window().set_timeout_with_callback_and_timeout_and_arguments_0(&act, ms).ok();
}

/// Calls back every so many milliseconds, for ever.
pub fn every(ms: i32, act: impl FnMut() + 'static) {
    let act = Closure::<dyn FnMut()>::new(act).into_js_value();
    window().set_interval_with_callback_and_timeout_and_arguments_0(act.unchecked_ref(), ms).ok();
}

/// Listens on something that outlives every view, for ever.
pub fn listen(target: &web_sys::EventTarget, name: &str, act: impl FnMut(Event) + 'static) {
    let act = Closure::<dyn FnMut(Event)>::new(act).into_js_value();
    target.add_event_listener_with_callback(name, act.unchecked_ref()).ok();
}

/// Waits so many milliseconds.
pub async fn sleep(ms: i32) {
    let promise = js_sys::Promise::new(&mut |resolve, _| {
        window().set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, ms).ok();
    });
    wasm_bindgen_futures::JsFuture::from(promise).await.ok();
}

/// What this browser keeps under a name.
pub fn recall(name: &str) -> Option<String> {
    window().local_storage().ok()??.get_item(name).ok()?
}

/// Keeps something in this browser; nothing where it keeps nothing.
pub fn keep(name: &str, value: &str) {
    if let Ok(Some(storage)) = window().local_storage() {
        storage.set_item(name, value).ok();
    }
}

/// Milliseconds since the page was opened.
pub fn now_ms() -> f64 {
    js_sys::Date::now()
}
