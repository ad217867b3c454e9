//! Two media elements that take turns: one plays, the other has the next item ready.

use std::cell::RefCell;

use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlElement, HtmlVideoElement};

use crate::api::Item;
use crate::dom::{by_id, document, every, listen, now_ms};
use crate::messages::t;
use crate::queue::loudness_gain;

/// How often volumes are moved while two items overlap.
const TICK_MS: i32 = 50;

/// What the elements report.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Report {
    /// Seconds: where it is, how long it lasts.
    Time(f64, f64),
    Playing,
    Paused,
    /// It waits for data.
    Waiting,
    Ended,
    Failed,
}

/// Both elements and what they hold.
pub struct Engine {
    decks: [Deck; 2],
    active: usize,
    /// 0 to 1.
    volume: f64,
    normalise: bool,
    fade: Option<Fade>,
}

struct Deck {
    media: HtmlVideoElement,
    item: Option<i64>,
    gain: f64,
}

/// The other deck dies away.
struct Fade {
    began_ms: f64,
    lasts_ms: f64,
}

thread_local! {
    static ENGINE: RefCell<Option<Engine>> = const { RefCell::new(None) };
}

/// Makes the elements once; reports of the one that plays go to `report`.
pub fn start(report: impl Fn(Report) + Clone + 'static) {
    let Some(screen) = by_id::<HtmlElement>("screen") else { return };
    let decks = [0, 1].map(|place| {
        let media: HtmlVideoElement = match document().create_element("video") {
            Ok(element) => element.unchecked_into(),
            Err(_) => return None,
        };
        media.set_preload("auto");
        media.set_attribute("playsinline", "").ok();
        media.set_attribute("tabindex", "-1").ok();
        media.set_class_name(if place == 0 { "deck on" } else { "deck" });
        screen.append_child(&media).ok();
        attach(&media, place, report.clone());
        Some(Deck { media, item: None, gain: 1.0 })
    });
    let [Some(first), Some(second)] = decks else { return };
    let engine =
        Engine { decks: [first, second], active: 0, volume: 1.0, normalise: true, fade: None };
    ENGINE.set(Some(engine));
    every(TICK_MS, || with(Engine::tick));
}

fn attach(media: &HtmlVideoElement, place: usize, report: impl Fn(Report) + Clone + 'static) {
    let names = ["timeupdate", "durationchange", "playing", "pause", "waiting", "ended", "error"];
    for name in names {
        let (media_of, report) = (media.clone(), report.clone());
        listen(media, name, move |event: Event| {
            if is_active(place) && media_of.has_attribute("src") {
                report(told(&event.type_(), &media_of));
            }
        });
    }
}

fn told(event: &str, media: &HtmlVideoElement) -> Report {
    match event {
        "playing" => Report::Playing,
        "pause" => Report::Paused,
        "waiting" => Report::Waiting,
        "ended" => Report::Ended,
        "error" => Report::Failed,
        _ => Report::Time(media.current_time(), media.duration()),
    }
}

fn is_active(place: usize) -> bool {
    // Elements report while they are told something: then the engine is borrowed, and knows already.
    ENGINE.with(|engine| {
        engine.try_borrow().is_ok_and(|e| e.as_ref().is_some_and(|e| e.active == place))
    })
}

/// Does something with the engine; nothing before it has started.
pub fn with<T: Default>(act: impl FnOnce(&mut Engine) -> T) -> T {
    ENGINE.with(|engine| match engine.try_borrow_mut() {
        Ok(mut engine) => engine.as_mut().map(act).unwrap_or_default(),
        Err(_) => T::default(),
    })
}

fn address(id: i64) -> String {
    format!("/api/items/{id}/media")
}

impl Engine {
    fn deck(&self) -> &Deck {
        &self.decks[self.active]
    }

    fn other(&self) -> usize {
        1 - self.active
    }

    /// Puts an item on the deck that plays, at a time in seconds.
    pub fn load(&mut self, item: &Item, at_s: f64, play: bool) {
        self.end_fade();
        if self.decks[self.other()].item == Some(item.id) && at_s == 0.0 {
            self.silence(self.active);
            self.active = self.other();
        } else {
            self.put(self.active, item, at_s);
        }
        self.show(item);
        self.apply_volume();
        if play {
            self.play();
        }
    }

    /// Has the next item ready.
    pub fn prepare(&mut self, item: &Item) {
        let other = self.other();
        if self.fade.is_none() && self.decks[other].item != Some(item.id) {
            self.put(other, item, 0.0);
        }
    }

    /// Begins the prepared item while this one dies away.
    pub fn cross(&mut self, item: &Item, lasts_s: f64) {
        self.prepare(item);
        self.active = self.other();
        self.fade = Some(Fade { began_ms: now_ms(), lasts_ms: lasts_s * 1000.0 });
        self.show(item);
        self.apply_volume();
        self.play();
    }

    fn put(&mut self, place: usize, item: &Item, at_s: f64) {
        let deck = &mut self.decks[place];
        deck.item = Some(item.id);
        deck.gain = loudness_gain(item.loudness_lufs);
        deck.media.set_src(&address(item.id));
        if at_s > 0.0 {
            deck.media.set_current_time(at_s);
        }
    }

    fn silence(&mut self, place: usize) {
        let deck = &mut self.decks[place];
        deck.item = None;
        deck.media.pause().ok();
        deck.media.remove_attribute("src").ok();
        deck.media.load();
    }

    /// Shows the deck that plays where it is a video.
    fn show(&self, item: &Item) {
        for (place, deck) in self.decks.iter().enumerate() {
            deck.media.set_class_name(if place == self.active { "deck on" } else { "deck" });
        }
        if let Some(screen) = by_id::<HtmlElement>("screen") {
            screen.class_list().toggle_with_force("showing", item.is_video()).ok();
            screen.set_attribute("aria-label", &t("player.video")).ok();
        }
    }

    pub fn play(&self) {
        if let Ok(promise) = self.deck().media.play() {
            // A refusal (no gesture yet, another source meanwhile) shows as a pause.
            let quiet = wasm_bindgen::closure::Closure::once_into_js(|_: wasm_bindgen::JsValue| {});
            _ = js_sys::Reflect::get(&promise, &"catch".into())
                .map(|catch| catch.unchecked_into::<js_sys::Function>().call1(&promise, &quiet));
        }
    }

    pub fn pause(&mut self) {
        self.end_fade();
        self.deck().media.pause().ok();
    }

    /// Empties both decks.
    pub fn stop(&mut self) {
        self.fade = None;
        self.silence(0);
        self.silence(1);
        if let Some(screen) = by_id::<HtmlElement>("screen") {
            screen.class_list().remove_1("showing").ok();
        }
    }

    /// Tries the same address again, where it failed.
    pub fn retry(&mut self, at_s: f64) {
        if let Some(id) = self.deck().item {
            self.deck().media.set_src(&address(id));
            self.deck().media.set_current_time(at_s);
            self.play();
        }
    }

    pub fn seek(&mut self, at_s: f64) {
        self.end_fade();
        self.deck().media.set_current_time(at_s.max(0.0));
    }

    /// Whether anything is loaded.
    pub fn holds(&self, id: i64) -> bool {
        self.deck().item == Some(id)
    }

    pub fn is_fading(&self) -> bool {
        self.fade.is_some()
    }

    pub fn set_volume(&mut self, volume: f64, normalise: bool) {
        (self.volume, self.normalise) = (volume, normalise);
        self.apply_volume();
    }

    fn end_fade(&mut self) {
        if self.fade.take().is_some() {
            self.silence(self.other());
            self.apply_volume();
        }
    }

    fn tick(&mut self) {
        if self.fade.is_none() {
            return;
        }
        if self.share() >= 1.0 {
            self.end_fade();
        } else {
            self.apply_volume();
        }
    }

    /// How far the overlap is, 0 to 1.
    fn share(&self) -> f64 {
        let share = |fade: &Fade| ((now_ms() - fade.began_ms) / fade.lasts_ms.max(1.0)).min(1.0);
        self.fade.as_ref().map_or(1.0, share)
    }

    /// Equal power: together both are as loud as one.
    fn apply_volume(&self) {
        let angle = self.share() * std::f64::consts::FRAC_PI_2;
        for (place, deck) in self.decks.iter().enumerate() {
            let share = if place == self.active { angle.sin() } else { angle.cos() };
            let gain = if self.normalise { deck.gain } else { 1.0 };
            deck.media.set_volume((self.volume * gain * share).clamp(0.0, 1.0));
        }
    }
}
