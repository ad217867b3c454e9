//! What the whole app shares. All of it lives as long as the page.

use serde_json::{Value, json};
use sycamore::prelude::*;
use wasm_bindgen_futures::spawn_local;

use crate::api::{self, Refusal, Session, Settings, Working};
use crate::dom::{after, document, keep, recall, window};
use crate::face::Eye;
use crate::listen::Listen;
use crate::messages::{self, t};
use crate::player::{self, Player};

/// The app's pages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Route {
    #[default]
    Listen,
    Library,
    Playlists,
    Diary,
    Settings,
}

impl Route {
    pub const ALL: [Self; 5] =
        [Self::Listen, Self::Library, Self::Playlists, Self::Diary, Self::Settings];

    /// As it stands in the address.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Listen => "listen",
            Self::Library => "library",
            Self::Playlists => "playlists",
            Self::Diary => "diary",
            Self::Settings => "settings",
        }
    }

    pub fn name(self) -> String {
        t(&format!("nav.{}", self.word()))
    }

    pub const fn icon(self) -> &'static str {
        match self {
            Self::Listen => "#icon-face",
            Self::Library => "#icon-library",
            Self::Playlists => "#icon-list",
            Self::Diary => "#icon-diary",
            Self::Settings => "#icon-settings",
        }
    }

    fn here() -> Self {
        let hash = window().location().hash().unwrap_or_default();
        let word = hash.trim_start_matches("#/").split('/').next().unwrap_or_default().to_owned();
        Self::ALL.into_iter().find(|route| route.word() == word).unwrap_or_default()
    }
}

/// Everything, handed to every view.
#[derive(Clone, Copy)]
pub struct App {
    pub session: Signal<Session>,
    pub route: Signal<Route>,
    pub player: Player,
    pub listen: Listen,
    eye: Eye,
    pub working: Signal<Working>,
    /// Said at the edge of the page, one at a time.
    pub said: Signal<Option<String>>,
    /// Whether the help is open.
    pub help: Signal<bool>,
    /// Whether somebody must sign in again, over the page as it is.
    pub locked: Signal<bool>,
    pub online: Signal<bool>,
    /// Whether the camera looks again every few minutes.
    pub continuous: Signal<bool>,
    /// Whether it looks right now.
    pub looking: Signal<bool>,
    /// The interface's language; everything is drawn anew when it changes.
    pub language: Signal<&'static str>,
    /// What corrections and the baseline add to each expression's logit.
    pub bias: Signal<Vec<f32>>,
    pub corrections: Signal<usize>,
    resuming: Signal<Vec<fn(App)>>,
    /// What gets the focus on the page that is gone to.
    landing: Signal<&'static str>,
    saying: Signal<u32>,
    /// Said to those who don't see the page.
    pub murmured: Signal<String>,
    looking_at_work: Signal<u32>,
    /// Whether settings are on their way to the server, and whether newer ones wait.
    saving: Signal<bool>,
    unsaved: Signal<bool>,
}

/// How long something is said, in milliseconds.
const SAID_MS: i32 = 6_000;
/// Work is looked at so often while it goes on,
const BUSY_MS: i32 = 1_000;
/// for so many looks after it was asked for, as it may not have begun,
const FIRST_LOOKS: u32 = 10;
/// and so often while nothing plays here yet: the house band begins by itself.
const IDLE_MS: i32 = 5_000;
/// The page's own content.
const MAIN: &str = "#main";
const THEME: &str = "attune.theme";
const LANGUAGE: &str = "attune.language";

impl App {
    pub fn new() -> Self {
        Self {
            session: create_signal(Session::default()),
            route: create_signal(Route::here()),
            player: Player::new(),
            listen: Listen::new(),
            eye: Eye::new(),
            working: create_signal(Working::default()),
            said: create_signal(None),
            help: create_signal(false),
            locked: create_signal(false),
            online: create_signal(true),
            continuous: create_signal(false),
            looking: create_signal(false),
            language: create_signal(messages::choose([])),
            bias: create_signal(Vec::new()),
            corrections: create_signal(0),
            resuming: create_signal(Vec::new()),
            landing: create_signal(MAIN),
            saying: create_signal(0),
            murmured: create_signal(String::new()),
            looking_at_work: create_signal(0),
            saving: create_signal(false),
            unsaved: create_signal(false),
        }
    }

    /// The camera's state.
    pub fn eye(self) -> Eye {
        self.eye
    }

    pub fn is_signed_in(self) -> bool {
        self.session.with(|session| session.state == "signed_in")
    }

    pub fn go(self, route: Route) {
        window().location().set_hash(&format!("/{}", route.word())).ok();
    }

    /// Goes to a page, and on to something in it.
    pub fn go_to(self, route: Route, selector: &'static str) {
        if route == self.route.get_untracked() {
            return crate::dom::focus_soon(selector);
        }
        self.landing.set(selector);
        self.go(route);
    }

    /// The address has changed.
    pub fn arrived(self) {
        let route = Route::here();
        if route != self.route.get_untracked() {
            self.route.set(route);
            window().scroll_to_with_x_and_y(0.0, 0.0);
            crate::dom::focus_soon(self.landing.replace(MAIN));
        }
    }

    /// Says something for a while.
    pub fn toast(self, text: String) {
        let turn = self.saying.get_untracked() + 1;
        self.saying.set(turn);
        self.said.set(Some(text));
        after(SAID_MS, move || {
            if self.saying.get_untracked() == turn {
                self.said.set(None);
            }
        });
    }

    /// Says why something did not work; who is signed out is asked to sign in.
    pub fn refuse(self, refusal: &Refusal) {
        match refusal {
            Refusal::SignedOut => self.sign_in_again(|_| {}),
            other => self.toast(other.text()),
        }
    }

    /// The session has ended: asks for the password over the page as it is, then goes on.
    pub fn sign_in_again(self, then: fn(Self)) {
        self.resuming.update(|resuming| resuming.push(then));
        self.locked.set(true);
    }

    /// Somebody has signed in.
    pub fn welcome(self, session: Session) {
        let same = self.session.with_untracked(|s| s.name == session.name && !s.name.is_empty());
        self.session.set(session);
        self.adopt_settings();
        self.locked.set(false);
        let resuming = self.resuming.take();
        if same {
            resuming.into_iter().for_each(|resume| resume(self));
        } else {
            player::resume(self);
            self.learn_bias();
        }
        self.look_at_work();
    }

    /// Somebody has signed out: nothing of theirs stays on the page.
    pub fn farewell(self) {
        player::engine::with(player::engine::Engine::stop);
        window().location().set_hash("").ok();
        window().location().reload().ok();
    }

    /// Asks who is there.
    pub fn ask_who(self) {
        spawn_local(async move {
            match api::get::<Session>("/api/session").await {
                Ok(session) => {
                    self.online.set(true);
                    if session.state == "signed_in" {
                        self.welcome(session);
                    } else {
                        self.session.set(session);
                    }
                }
                Err(_) => {
                    self.online.set(false);
                    after(3_000, move || self.ask_who());
                }
            }
        });
    }

    /// Changes settings, here at once and then on the server.
    pub fn change(self, change: impl FnOnce(&mut Settings)) {
        self.session.update(|session| change(&mut session.settings));
        self.adopt_settings();
        self.unsaved.set(true);
        if !self.saving.get_untracked() {
            self.save();
        }
    }

    /// Sends the settings, one after the other: two on their way might arrive in the wrong order.
    fn save(self) {
        self.saving.set(true);
        self.unsaved.set(false);
        let settings = self.session.with_untracked(|session| session.settings.clone());
        let body = serde_json::to_value(settings).unwrap_or(Value::Null);
        spawn_local(async move {
            if let Err(refusal) = api::post::<Settings>("/api/settings", &body).await {
                self.refuse(&refusal);
            }
            self.saving.set(false);
            if self.unsaved.get_untracked() {
                self.save();
            }
        });
    }

    /// Theme, language and sound follow the settings.
    fn adopt_settings(self) {
        let settings = self.session.with_untracked(|session| session.settings.clone());
        keep(THEME, &settings.theme);
        keep(LANGUAGE, &settings.interface);
        self.dress();
        player::apply_volume(self);
        self.listen.prefer(&settings);
    }

    /// Puts the theme and the language on, as this browser last knew them.
    pub fn dress(self) {
        let theme = recall(THEME).filter(|theme| theme != "system").unwrap_or_default();
        let kept = recall(LANGUAGE).filter(|code| !code.is_empty());
        let own: Vec<String> =
            window().navigator().languages().iter().filter_map(|l| l.as_string()).collect();
        let wanted = kept.iter().chain(&own).map(String::as_str);
        let code = messages::choose(wanted);
        if let Some(root) = document().document_element() {
            root.set_attribute("data-theme", &theme).ok();
            root.set_attribute("lang", code).ok();
        }
        if self.language.get_untracked() != code {
            self.language.set(code);
        }
    }

    /// Asks what corrections taught, and adds the baseline.
    pub fn learn_bias(self) {
        spawn_local(async move {
            if let Ok(said) = api::get::<Value>("/api/corrections").await {
                self.adopt_bias(&said);
            }
        });
    }

    /// Takes the server's answer about corrections.
    pub fn adopt_bias(self, said: &Value) {
        let numbers = said["bias"].as_array().into_iter().flatten();
        let mut bias: Vec<f32> = numbers.filter_map(|x| Some(x.as_f64()? as f32)).collect();
        let baseline = self.session.with_untracked(|s| s.settings.baseline.clone());
        if let Some(baseline) = baseline {
            bias.iter_mut().zip(baseline).for_each(|(b, more)| *b += more);
        }
        self.corrections.set(said["count"].as_u64().unwrap_or(0) as usize);
        self.bias.set(bias);
    }

    /// Looks how far scans and the band are, and again while anything goes on or nothing plays yet.
    pub fn look_at_work(self) {
        let turn = self.looking_at_work.get_untracked() + 1;
        self.looking_at_work.set(turn);
        self.look_on(turn, 0);
    }

    /// One look, and the next; `turn` is the last call that began to look.
    fn look_on(self, turn: u32, looks: u32) {
        spawn_local(async move {
            let answer = api::get::<Working>("/api/work").await;
            if self.looking_at_work.get_untracked() != turn {
                return;
            }
            let pause = match answer {
                Ok(working) => {
                    let pause = pause(&working, looks);
                    if self.working.with_untracked(|known| *known != working) {
                        self.working.set(working);
                        self.listen.renew(self);
                    }
                    pause
                }
                Err(Refusal::Offline) => Some(IDLE_MS),
                // Whoever signs in looks anew.
                Err(_) => None,
            };
            if let Some(ms) = pause {
                after(ms, move || {
                    if self.looking_at_work.get_untracked() == turn {
                        self.look_on(turn, looks + 1);
                    }
                });
            }
        });
    }

    /// Says something that those who see the page see for themselves.
    pub fn murmur(self, text: String) {
        self.murmured.set(text);
    }

    /// Has the house band begin its programme.
    pub fn start_band(self) {
        spawn_local(async move {
            match api::post::<Value>("/api/band", &json!({})).await {
                Ok(_) => self.look_at_work(),
                Err(refusal) => self.refuse(&refusal),
            }
        });
    }
}

/// When to look at work again, in milliseconds, after so many looks.
fn pause(working: &Working, looks: u32) -> Option<i32> {
    match () {
        () if working.is_busy() || looks < FIRST_LOOKS => Some(BUSY_MS),
        () if working.playable == 0 => Some(IDLE_MS),
        () => None,
    }
}
