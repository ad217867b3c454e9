use serde::{Deserialize, Serialize};

/// What an account chose, as the server keeps it and the app shows it. Unknown keys are ignored, missing
/// ones have defaults.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct AccountSettings {
    /// `light`, `dark` or `system`.
    pub theme: String,
    /// The language of the app by its code; empty is the browser's.
    pub interface: String,
    /// Languages that lists keep to; none is all.
    pub languages: Vec<String>,
    /// Artists that lists keep to; none is all.
    pub artists: Vec<String>,
    /// Whether moods are written into the diary.
    pub diary: bool,
    /// Whether tracks are brought to one loudness.
    pub normalise: bool,
    /// Seconds that tracks overlap.
    pub crossfade_s: u8,
    /// Whether the first run was gone through.
    pub welcomed: bool,
    /// A number an expression, added to its logit, as `attune baseline` has them.
    pub baseline: Option<Vec<f32>>,
}

impl AccountSettings {
    /// Every theme there is; the first is what nobody chose.
    pub const THEMES: [&str; 3] = ["system", "light", "dark"];
    /// The longest overlap of tracks in seconds.
    pub const LONGEST_FADE_S: u8 = 12;
}

impl Default for AccountSettings {
    fn default() -> Self {
        Self {
            theme: Self::THEMES[0].to_owned(),
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
