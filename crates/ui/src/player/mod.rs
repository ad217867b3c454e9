//! The player: what plays, and what follows from what people do to it.

mod acts;
pub mod bar;
pub mod engine;
mod hear;
mod kept;
mod keys;
mod media_session;
pub mod queue_view;

use sycamore::prelude::*;

use crate::api::Item;
use crate::dom::after;
use crate::queue::Queue;
use crate::state::App;

pub use self::acts::{
    apply_volume, back, fill_screen, judge, jump, next, play, repeat, seek, set_volume, shuffle,
    toggle,
};
pub use self::kept::resume;
pub use self::keys::{KEYS, listen_to_keys};

/// What the player does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Playing {
    #[default]
    Paused,
    Running,
    /// Data is on its way.
    Waiting,
    /// The server does not answer; it is asked again.
    Stranded,
}

/// The player's state, shared by all views.
#[derive(Clone, Copy)]
pub struct Player {
    pub queue: Signal<Queue>,
    pub playing: Signal<Playing>,
    /// Seconds.
    pub position: Signal<f64>,
    /// Seconds, 0 where unknown.
    pub length: Signal<f64>,
    /// 0 to 1.
    pub volume: Signal<f64>,
    /// Whether the queue is open.
    pub open: Signal<bool>,
    /// Items that were liked or disliked while the app was open.
    pub liked: Signal<Vec<(i64, bool)>>,
    /// That continuous mode bent the queue: when, and whereto.
    pub bent: Signal<Option<String>>,
    /// The item whose begin was told.
    told: Signal<Option<i64>>,
    kept_at: Signal<f64>,
    failures: Signal<u32>,
    /// This tab's own name.
    tab: Signal<String>,
}

impl Player {
    pub fn new() -> Self {
        Self {
            queue: create_signal(Queue::default()),
            playing: create_signal(Playing::default()),
            position: create_signal(0.0),
            length: create_signal(0.0),
            volume: create_signal(0.9),
            open: create_signal(false),
            liked: create_signal(Vec::new()),
            bent: create_signal(None),
            told: create_signal(None),
            kept_at: create_signal(0.0),
            failures: create_signal(0),
            tab: create_signal(js_sys::Math::random().to_string()),
        }
    }

    /// What plays.
    pub fn current(self) -> Option<Item> {
        self.queue.with(|queue| queue.current().cloned())
    }

    fn current_untracked(self) -> Option<Item> {
        self.queue.with_untracked(|queue| queue.current().cloned())
    }

    /// Whether this is what plays.
    pub fn is_current(self, id: i64) -> bool {
        self.queue.with(|queue| queue.current().is_some_and(|item| item.id == id))
    }

    /// Whether sound is meant to come.
    pub fn wants_to_play(self) -> bool {
        self.playing.get() != Playing::Paused
    }
}

/// Makes the elements, and listens to keys and other tabs.
pub fn start(app: App) {
    engine::start(move |report| {
        // Elements report from inside calls to them too.
        after(0, move || hear::hear(app, report));
    });
    kept::listen_to_tabs(app);
    media_session::start(app);
}
