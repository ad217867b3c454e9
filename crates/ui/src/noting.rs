//! What the diary is told of a list: how one felt before it, and after.

use attune_core::{Expression, Mood, Point};
use serde_json::{Value, json};
use wasm_bindgen_futures::spawn_local;

use crate::api;
use crate::dom::now_ms;
use crate::listen::{Felt, Listen, POINTING, ToldBy};
use crate::messages::t;
use crate::noted::Noted;
use crate::state::App;

impl Listen {
    /// Writes a list's mood down, where the diary is kept; `mood` numbers the moods that were told.
    pub fn note(self, app: App, felt: Felt, mood: u32) {
        if !app.session.with_untracked(|session| session.settings.diary) {
            return;
        }
        let goal = self.goal_word();
        let at_ms = now_ms();
        let gives_way = |noted: &Noted| noted.gives_way(felt.told_by, mood, at_ms);
        let outdated = self.noted.get_untracked().filter(gives_way);
        spawn_local(async move {
            if let Some(outdated) = outdated {
                api::delete(&format!("/api/diary/{}", outdated.id)).await.ok();
            }
            let id = write(felt, Some(goal), None).await;
            self.noted.set(id.map(|id| Noted { id, told_by: felt.told_by, mood, at_ms }));
        });
    }

    /// A list has come to its end: asks how one feels now, where the diary wants to know.
    pub fn after_list(self, app: App) {
        let on = app.session.with_untracked(|session| session.settings.diary);
        if on && self.noted.get_untracked().is_some() {
            self.asks_after.set(true);
            app.toast(t("after.ask"));
        }
    }

    /// Writes down how one feels after a list.
    pub fn feel_after(self, app: App, point: Point) {
        let felt =
            Felt { mood: Mood::new(point, POINTING), told_by: ToldBy::Hand, expression: None };
        let before = self.noted.take().map(|noted| noted.id);
        self.asks_after.set(false);
        spawn_local(async move {
            if write(felt, None, before).await.is_some() {
                app.toast(t("after.thanks"));
            }
        });
    }
}

async fn write(felt: Felt, goal: Option<String>, after: Option<i64>) -> Option<i64> {
    let Mood { valence, arousal, uncertainty } = felt.mood;
    let body = json!({
        "mood": { "valence": valence, "arousal": arousal, "uncertainty": uncertainty },
        "told_by": felt.told_by.word(),
        "expression": felt.expression.map(Expression::key),
        "goal": goal,
        "after": after,
    });
    let answer = api::post::<Value>("/api/diary", &body).await.ok()?;
    answer["id"].as_i64()
}
