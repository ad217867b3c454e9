//! What an account chose.

use std::sync::Arc;

use attune_app::{Account, PersonalBias};
use attune_core::{AccountSettings, LabelSet};
use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;

use crate::api::unreadable;
use crate::error::ApiError;
use crate::house::House;
use crate::session::Signed;

/// The most languages or artists.
const MOST: usize = 40;
/// The most characters of a word.
const LONGEST: usize = 80;

/// What is kept with the account; the defaults where that can't be read.
pub(crate) fn settings_of(account: &Account) -> AccountSettings {
    serde_json::from_str(&account.settings).unwrap_or_default()
}

fn checked(settings: AccountSettings) -> Result<AccountSettings, ApiError> {
    let words = |words: &[String]| {
        words.len() <= MOST && words.iter().all(|word| word.chars().count() <= LONGEST)
    };
    let baseline = settings
        .baseline
        .clone()
        .is_none_or(|values| PersonalBias::from_values(LabelSet::FerPlus, values).is_some());
    let sound = AccountSettings::THEMES.contains(&settings.theme.as_str())
        && settings.interface.len() <= 12
        && settings.crossfade_s <= AccountSettings::LONGEST_FADE_S
        && baseline;
    if sound && words(&settings.languages) && words(&settings.artists) {
        return Ok(settings);
    }
    Err(ApiError::bad_request("these settings make no sense")
        .hint("GET /api/session shows what they look like"))
}

/// `POST /api/settings`: replaces them all. A diary that is switched off is deleted.
pub(crate) async fn set_settings(
    State(house): State<Arc<House>>,
    Signed(account): Signed,
    body: Result<Json<AccountSettings>, JsonRejection>,
) -> Result<Json<AccountSettings>, ApiError> {
    let Json(settings) = body.map_err(unreadable)?;
    let settings = checked(settings)?;
    let json = serde_json::to_string(&settings)
        .map_err(|_| ApiError::broken("the settings cannot be written"))?;
    house.library.store().set_account_settings(account.id, &json).await?;
    if !settings.diary {
        house.library.store().delete_diary(&account.listener, i64::MIN, i64::MAX).await?;
    }
    Ok(Json(settings))
}
