//! What an account chose.

use std::sync::Arc;

use attune_app::{Account, PersonalBias};
use attune_core::LabelSet;
use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use serde::{Deserialize, Serialize};

use crate::api::unreadable;
use crate::error::ApiError;
use crate::house::House;
use crate::session::Signed;

/// The choices of one account. Unknown keys are ignored, missing ones have defaults.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Settings {
    /// `light`, `dark` or `system`.
    pub(crate) theme: String,
    /// The language of the app; empty is the browser's.
    pub(crate) interface: String,
    /// Languages that lists keep to; none is all.
    pub(crate) languages: Vec<String>,
    /// Artists that lists keep to; none is all.
    pub(crate) artists: Vec<String>,
    /// Whether moods are written into the diary.
    pub(crate) diary: bool,
    /// Whether tracks are brought to one loudness.
    pub(crate) normalise: bool,
    /// Seconds that tracks overlap.
    pub(crate) crossfade_s: u8,
    /// Whether the first run was gone through.
    pub(crate) welcomed: bool,
    /// A number an expression, as `attune baseline` has them.
    pub(crate) baseline: Option<Vec<f32>>,
}

/// The most languages or artists.
const MOST: usize = 40;
/// The most characters of a word.
const LONGEST: usize = 80;
/// The longest overlap in seconds.
const LONGEST_FADE: u8 = 12;

impl Default for Settings {
    fn default() -> Self {
        Self {
            theme: "system".into(),
            interface: String::new(),
            languages: Vec::new(),
            artists: Vec::new(),
            diary: false,
            normalise: true,
            crossfade_s: 0,
            welcomed: false,
            baseline: None,
        }
    }
}

impl Settings {
    /// What is kept with the account; the defaults where that can't be read.
    pub(crate) fn of(account: &Account) -> Self {
        serde_json::from_str(&account.settings).unwrap_or_default()
    }

    fn checked(self) -> Result<Self, ApiError> {
        let theme = ["light", "dark", "system"].contains(&self.theme.as_str());
        let words = |words: &[String]| {
            words.len() <= MOST && words.iter().all(|word| word.chars().count() <= LONGEST)
        };
        let interface = self.interface.len() <= 12;
        let baseline = self
            .baseline
            .clone()
            .is_none_or(|values| PersonalBias::from_values(LabelSet::FerPlus, values).is_some());
        let sound = theme && interface && baseline && self.crossfade_s <= LONGEST_FADE;
        if sound && words(&self.languages) && words(&self.artists) {
            return Ok(self);
        }
        Err(ApiError::bad_request("these settings make no sense")
            .hint("GET /api/session shows what they look like"))
    }
}

/// `POST /api/settings`: replaces them all. A diary that is switched off is deleted.
pub(crate) async fn set_settings(
    State(house): State<Arc<House>>,
    Signed(account): Signed,
    body: Result<Json<Settings>, JsonRejection>,
) -> Result<Json<Settings>, ApiError> {
    let Json(settings) = body.map_err(unreadable)?;
    let settings = settings.checked()?;
    let json = serde_json::to_string(&settings)
        .map_err(|_| ApiError::broken("the settings cannot be written"))?;
    house.library.store().set_account_settings(account.id, &json).await?;
    if !settings.diary {
        house.library.store().delete_diary(&account.listener, i64::MIN, i64::MAX).await?;
    }
    Ok(Json(settings))
}
