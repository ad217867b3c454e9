//! Reading the face: what was read and what follows from it. The camera, photos, the stage they are
//! shown on and the card with the reading have a file each.

mod camera;
mod photo;
mod reading;
mod stage;

use attune_core::{Expression, Mood};
use attune_vision::PersonalBias;
use serde_json::{Value, json};
use sycamore::prelude::*;
use wasm_bindgen_futures::spawn_local;

use crate::api;
use crate::faces::{Chosen, Face, Faces, READ_OVER, probabilities};
use crate::listen::{Felt, ToldBy};
use crate::state::App;

pub use self::camera::{glance_again, stop};
pub use self::photo::listen_to_paste;
pub use self::reading::reading_card;
pub use self::stage::look_card;

/// What the stage shows.
#[derive(Clone, Debug, PartialEq)]
pub enum Stage {
    Idle,
    Starting,
    Camera,
    Photo,
    /// Something is in the way; the name of a notice.
    Trouble(String),
}

impl Stage {
    /// Whether the camera is on, or asked for.
    pub fn is_live(&self) -> bool {
        matches!(self, Self::Camera | Self::Starting)
    }
}

/// One face's reading, as it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Read {
    pub expression: Option<Expression>,
    /// The likeliest first.
    pub ranked: Vec<(Expression, f32)>,
    pub mood: Mood,
    pub advice: Vec<String>,
    pub told_by: ToldBy,
    /// How much of the time it must hold has passed, 0 to 1.
    pub held: f32,
    /// It was taken: a list was asked for.
    pub taken: bool,
    pub corrected: bool,
}

impl Read {
    fn of(face: &Face, told_by: ToldBy, held: f32) -> Option<Self> {
        Some(Self {
            expression: face.expression,
            ranked: face.read()?.ranked(),
            mood: face.mood,
            advice: face.advice.clone(),
            told_by,
            held,
            taken: false,
            corrected: false,
        })
    }

    fn felt(&self) -> Felt {
        Felt { mood: self.mood, told_by: self.told_by, expression: self.expression }
    }
}

/// The camera's state, kept while one looks at other pages.
#[derive(Clone, Copy)]
pub struct Eye {
    pub stage: Signal<Stage>,
    pub faces: Signal<Option<Faces>>,
    pub chosen: Signal<Chosen>,
    pub read: Signal<Option<Read>>,
}

impl Eye {
    pub fn new() -> Self {
        Self {
            stage: create_signal(Stage::Idle),
            faces: create_signal(None),
            chosen: create_signal(Chosen::Largest),
            read: create_signal(None),
        }
    }

    /// The mood of a reading that is not taken yet.
    pub fn live_mood(self) -> Option<Mood> {
        let live = self.stage.with(|stage| *stage == Stage::Camera);
        if live { self.read.with(|read| read.as_ref().map(|read| read.mood)) } else { None }
    }
}

/// Takes the reading as it stands and asks for a list.
fn take(app: App) {
    let eye = app.eye();
    let Some(mut read) = eye.read.get_clone_untracked() else { return };
    stop(app);
    read.taken = true;
    let felt = read.felt();
    eye.read.set(Some(read));
    app.listen.feel(app, felt);
}

/// Says what it really was: later readings lean that way, and the list starts anew from there.
fn correct(app: App, expression: Expression) {
    let eye = app.eye();
    let Some(mut read) = eye.read.get_clone_untracked() else { return };
    let read_as = without_bias(app, &read);
    let probabilities: serde_json::Map<String, Value> =
        read_as.into_iter().map(|(e, p)| (e.key().to_owned(), json!(p))).collect();
    let body = json!({ "probabilities": probabilities, "expression": expression.key() });
    spawn_local(async move {
        match api::post::<Value>("/api/corrections", &body).await {
            Ok(said) => app.adopt_bias(&said),
            Err(refusal) => app.refuse(&refusal),
        }
    });
    read.corrected = true;
    read.expression = Some(expression);
    read.mood = Mood::anchor(expression);
    let felt = read.felt();
    eye.read.set(Some(read));
    app.listen.feel(app, felt);
}

/// What the network alone said: a correction counts against that, not against what earlier ones made
/// of it.
fn without_bias(app: App, read: &Read) -> Vec<(Expression, f32)> {
    let negated = app.bias.with_untracked(|bias| bias.iter().map(|b| -b).collect());
    let bias = PersonalBias::from_values(READ_OVER, negated);
    let shown = probabilities(|e| read.ranked.iter().find(|(of, _)| *of == e).map(|(_, p)| *p));
    let plain = bias.zip(shown).and_then(|(bias, shown)| bias.apply(&shown).ok());
    plain.map_or_else(|| read.ranked.clone(), |plain| plain.ranked())
}
