//! From a mood to a list: what is asked for, what came of it, and what happened since.

use attune_core::{Expression, Mood, Point};
use serde_json::{Value, json};
use sycamore::prelude::*;
use wasm_bindgen_futures::spawn_local;

use crate::api::{self, Item, List, Refusal, Settings};
use crate::dom::{after, keep, recall};
use crate::fields::names;
use crate::messages::t;
use crate::noted::Noted;
pub use crate::noted::ToldBy;
use crate::state::{App, Route};

/// Goals with words of their own.
pub const GOALS: [&str; 5] = ["match", "lift", "calm", "energise", "focus"];
/// Answers are asked for once nothing has changed for so long.
const QUIET_MS: i32 = 180;
/// A server that did not answer is asked again after so long.
const RETRY_MS: i32 = 4_000;
/// How unsure a person is who points at the plane.
pub const POINTING: f32 = 0.12;
const PLAYABLE: &str = "attune.playable";

/// A mood and what told it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Felt {
    pub mood: Mood,
    pub told_by: ToldBy,
    pub expression: Option<Expression>,
}

/// How far the list is.
#[derive(Clone, Debug, PartialEq)]
pub enum Shown {
    Nothing,
    Waiting,
    Here(List),
    Refused(Refusal),
}

/// The state of asking and answering.
#[derive(Clone, Copy)]
pub struct Listen {
    pub felt: Signal<Option<Felt>>,
    pub goal: Signal<String>,
    /// The place of the plane that is the goal, where it is a point.
    pub aim: Signal<Point>,
    pub kind: Signal<String>,
    pub length: Signal<u32>,
    pub languages: Signal<Vec<String>>,
    pub artists: Signal<String>,
    /// Only what plays in the app.
    pub playable: Signal<bool>,
    /// Step by step.
    pub journey: Signal<bool>,
    pub like: Signal<Option<Item>>,
    pub shown: Signal<Shown>,
    /// The items in the order that the listener gave them.
    pub items: Signal<Vec<Item>>,
    /// The last request, word for word.
    pub sent: Signal<Option<String>>,
    /// The item that is pointed at.
    pub lit: Signal<Option<i64>>,
    /// What the diary says of this list.
    pub noted: Signal<Option<Noted>>,
    /// Whether to ask how one feels after the list.
    pub asks_after: Signal<bool>,
    /// The list was asked for while nothing played here yet.
    of_links: Signal<bool>,
    renewing: Signal<bool>,
    /// Counts the moods that were told.
    moods: Signal<u32>,
    seed: Signal<u32>,
    turn: Signal<u32>,
}

impl Listen {
    pub fn new() -> Self {
        Self {
            felt: create_signal(None),
            goal: create_signal("match".into()),
            aim: create_signal(Point { valence: 0.5, arousal: 0.0 }),
            kind: create_signal("all".into()),
            length: create_signal(20),
            languages: create_signal(Vec::new()),
            artists: create_signal(String::new()),
            playable: create_signal(recall(PLAYABLE).as_deref() != Some("no")),
            journey: create_signal(false),
            like: create_signal(None),
            shown: create_signal(Shown::Nothing),
            items: create_signal(Vec::new()),
            sent: create_signal(None),
            lit: create_signal(None),
            noted: create_signal(None),
            asks_after: create_signal(false),
            of_links: create_signal(false),
            renewing: create_signal(false),
            moods: create_signal(0),
            seed: create_signal(new_seed()),
            turn: create_signal(0),
        }
    }

    /// Takes the languages and artists of the settings over.
    pub fn prefer(self, settings: &Settings) {
        self.languages.set(settings.languages.clone());
        self.artists.set(settings.artists.join(", "));
    }

    /// Takes a mood and asks for a list.
    pub fn feel(self, app: App, felt: Felt) {
        self.felt.set(Some(felt));
        self.moods.set(self.moods.get_untracked() + 1);
        self.like.set(None);
        self.asks_after.set(false);
        self.ask_soon(app);
        wear(felt.mood);
    }

    pub fn feel_at(self, app: App, point: Point) {
        let mood = Mood::new(point, POINTING);
        self.feel(app, Felt { mood, told_by: ToldBy::Hand, expression: None });
    }

    pub fn feel_word(self, app: App, expression: Expression) {
        let mood = Mood::anchor(expression);
        self.feel(app, Felt { mood, told_by: ToldBy::Word, expression: Some(expression) });
    }

    /// Asks once nothing has changed for a moment.
    pub fn ask_soon(self, app: App) {
        if self.felt.get_untracked().is_none() {
            return;
        }
        let turn = self.turn.get_untracked() + 1;
        self.turn.set(turn);
        after(QUIET_MS, move || {
            if self.turn.get_untracked() == turn {
                self.ask(app, turn);
            }
        });
    }

    /// Asks for another list like this one.
    pub fn again(self, app: App) {
        self.seed.set(new_seed());
        self.ask_soon(app);
    }

    /// Asks for what sounds like an item.
    pub fn more_like(self, app: App, item: Item) {
        let at = item.point().unwrap_or(Point { valence: 0.0, arousal: 0.0 });
        if self.felt.get_untracked().is_none() {
            let mood = Mood::new(at, POINTING);
            self.felt.set(Some(Felt { mood, told_by: ToldBy::Hand, expression: None }));
        }
        self.like.set(Some(item));
        self.ask_soon(app);
        app.go_to(Route::Listen, "#list-title");
    }

    pub fn set_playable(self, app: App, only: bool) {
        self.playable.set(only);
        keep(PLAYABLE, if only { "yes" } else { "no" });
        self.ask_soon(app);
    }

    /// The first music is here: a list that was asked for before, and holds links alone, is asked for anew.
    pub fn renew(self, app: App) {
        let due = self.of_links.get_untracked() && self.wants_what_plays(app);
        let links = self.items.with_untracked(|items| !items.iter().any(|item| item.plays));
        if due && links && !app.player.wants_to_play() {
            self.of_links.set(false);
            self.renewing.set(true);
            self.ask_soon(app);
        }
    }

    /// Whether the list is to hold only what plays here, and something does.
    fn wants_what_plays(self, app: App) -> bool {
        self.playable.get_untracked() && app.working.with_untracked(|w| w.playable > 0)
    }

    fn ask(self, app: App, turn: u32) {
        let Some(felt) = self.felt.get_untracked() else { return };
        let body = self.body(app, felt);
        self.sent.set(serde_json::to_string_pretty(&body).ok());
        self.of_links.set(self.playable.get_untracked() && body["playable"].is_null());
        // What is asked for again by itself leaves what one reads where it is.
        let by_itself = self.renewing.get_untracked()
            || self.shown.with_untracked(|shown| *shown == Shown::Refused(Refusal::Offline));
        if !by_itself {
            self.shown.set(Shown::Waiting);
        }
        spawn_local(async move {
            let answer = api::post::<List>("/api/recommend", &body).await;
            if self.turn.get_untracked() == turn {
                self.take(app, felt, answer);
            }
        });
    }

    fn take(self, app: App, felt: Felt, answer: Result<List, Refusal>) {
        let renewed = self.renewing.replace(false);
        match answer {
            Ok(list) => {
                let plays = list.items.iter().any(|item| item.plays);
                self.items.set(list.items.clone());
                self.shown.set(Shown::Here(list));
                if renewed && plays {
                    app.toast(t("list.renewed"));
                }
                self.note(app, felt, self.moods.get_untracked());
                // Music may have come while the answer was on its way.
                self.renew(app);
            }
            Err(Refusal::SignedOut) => {
                self.shown.set(Shown::Nothing);
                app.sign_in_again(|app| app.listen.ask_soon(app));
            }
            Err(refusal) => {
                let offline = refusal == Refusal::Offline;
                self.shown.set(Shown::Refused(refusal));
                if offline {
                    self.ask_when_back(app);
                }
            }
        }
    }

    /// Asks again after a while, unless somebody does.
    fn ask_when_back(self, app: App) {
        let turn = self.turn.get_untracked();
        after(RETRY_MS, move || {
            if self.turn.get_untracked() == turn {
                self.ask(app, turn);
            }
        });
    }

    /// Lets go of languages, artists and kind, where nothing fits all of them.
    pub fn let_go(self, app: App) {
        self.languages.set(Vec::new());
        self.artists.set(String::new());
        self.kind.set("all".into());
        self.ask_soon(app);
    }

    /// The request: a mood, three numbers, and what was chosen.
    pub fn body(self, app: App, felt: Felt) -> Value {
        let round = |x: f32| (f64::from(x) * 1000.0).round() / 1000.0;
        let Mood { valence, arousal, uncertainty } = felt.mood;
        let artists = self.artists.with_untracked(|written| names(written));
        let mut body = json!({
            "mood": {
                "valence": round(valence),
                "arousal": round(arousal),
                "uncertainty": round(uncertainty),
            },
            "goal": self.goal_word(),
            "kind": self.kind.get_clone_untracked(),
            "languages": self.languages.get_clone_untracked(),
            "artists": artists,
            "limit": self.length.get_untracked(),
            "seed": self.seed.get_untracked(),
        });
        if self.wants_what_plays(app) {
            body["playable"] = true.into();
        }
        if self.journey.get_untracked() {
            body["journey"] = true.into();
        }
        if let Some(item) = self.like.get_clone_untracked() {
            body["like"] = json!([item.id]);
        }
        body
    }

    /// The goal as the server reads it.
    pub fn goal_word(self) -> String {
        let goal = self.goal.get_clone_untracked();
        if goal != "point" {
            return goal;
        }
        let Point { valence, arousal } = self.aim.get_untracked();
        format!("{valence:.2},{arousal:.2}")
    }

    /// An item is not to be seen again.
    pub fn forget_item(self, id: i64) {
        self.items.update(|items| items.retain(|item| item.id != id));
    }

    /// Moves an item of the list.
    pub fn shift(self, from: usize, to: usize) {
        self.items.update(|items| {
            if from < items.len() && to < items.len() {
                let item = items.remove(from);
                items.insert(to, item);
            }
        });
    }
}

/// Colours the page by a mood.
pub fn wear(mood: Mood) {
    if let Some(body) = crate::dom::document().body() {
        let (a, b) = crate::mood::tone(mood.valence, mood.arousal);
        crate::dom::set_style(&body, "--mood-a", &format!("{a:.4}"));
        crate::dom::set_style(&body, "--mood-b", &format!("{b:.4}"));
    }
}

fn new_seed() -> u32 {
    (js_sys::Math::random() * 4_294_967_295.0) as u32
}
