use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// What happened to an item or a mood. Events are appended, never edited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    /// It stood on a list.
    Recommended,
    /// It was opened or began to play.
    Played,
    /// It was left before its end.
    Skipped,
    /// It was heard or seen to its end.
    Finished,
    /// The listener said yes to it.
    Liked,
    /// The listener said no to it.
    Disliked,
    /// The listener never wants it again.
    Banned,
    /// The reading or the mood was said to be wrong.
    NotHowIFeel,
    /// The listener said which expression it was that a reading missed.
    Corrected,
}

impl EventKind {
    /// Every kind, in declaration order.
    pub const ALL: [Self; 9] = [
        Self::Recommended,
        Self::Played,
        Self::Skipped,
        Self::Finished,
        Self::Liked,
        Self::Disliked,
        Self::Banned,
        Self::NotHowIFeel,
        Self::Corrected,
    ];

    /// The word used in files and JSON.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Recommended => "recommended",
            Self::Played => "played",
            Self::Skipped => "skipped",
            Self::Finished => "finished",
            Self::Liked => "liked",
            Self::Disliked => "disliked",
            Self::Banned => "banned",
            Self::NotHowIFeel => "not_how_i_feel",
            Self::Corrected => "corrected",
        }
    }
}

impl fmt::Display for EventKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.key())
    }
}

/// The word is no kind of event.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not a kind of event")]
pub struct UnknownEventKind(pub String);

impl FromStr for EventKind {
    type Err = UnknownEventKind;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|kind| kind.key() == word);
        found.ok_or_else(|| UnknownEventKind(word.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_parse_back_and_match_serde() {
        for kind in EventKind::ALL {
            assert_eq!(kind.key().parse(), Ok(kind));
            assert_eq!(serde_json::to_string(&kind).unwrap(), format!("\"{kind}\""));
        }
    }
}
