use std::fmt;

use attune_core::MoodTag;
use serde::{Serialize, Serializer};

/// Why an item is in the list, to be read by people. Serialises as its sentence.
#[derive(Clone, Debug, PartialEq)]
pub enum Reason {
    /// The listener likes the item itself.
    LikedItem,
    /// The listener likes this artist.
    LikedArtist(String),
    /// The goal leads to less arousal, and the item has less than the listener.
    Calmer,
    /// The goal leads to more arousal, and the item has more than the listener.
    Livelier,
    /// The goal leads to more valence, and the item has more than the listener.
    Brighter,
    /// The goal leads to less valence, and the item has less than the listener.
    Darker,
    /// The listener wants to stay where they are, and the item is near.
    MatchesMood,
    /// The item is near where the goal aims.
    CloseToAim,
    /// The item is near where this step of a journey aims.
    Step {
        /// Counted from 1.
        step: usize,
        /// How many steps there are.
        of: usize,
    },
    /// Tags of the item whose words lie near where the goal aims.
    Tagged(Vec<MoodTag>),
    /// Heard more widely than most.
    WidelyHeard,
    /// In a language that was asked for.
    Language(String),
    /// By an artist who was asked for.
    Artist(String),
    /// Of a genre that was asked for.
    Genre(String),
    /// From the years that were asked for.
    Year(i16),
    /// Nothing nearer was left; the item fits the filters.
    NothingNearer,
    /// Nobody knows its mood yet; the item fits the filters.
    MoodUnknown,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LikedItem => f.write_str("you like it"),
            Self::LikedArtist(name) => write!(f, "you like {name}"),
            Self::Calmer => f.write_str("calmer than what you feel now"),
            Self::Livelier => f.write_str("livelier than what you feel now"),
            Self::Brighter => f.write_str("brighter than what you feel now"),
            Self::Darker => f.write_str("darker than what you feel now"),
            Self::MatchesMood => f.write_str("close to the mood you are in"),
            Self::CloseToAim => f.write_str("close to the mood you aim for"),
            Self::Step { step, of } => write!(f, "step {step} of {of} on your way"),
            Self::Tagged(tags) => write!(f, "tagged {}", listed(tags)),
            Self::WidelyHeard => f.write_str("widely heard"),
            Self::Language(name) => write!(f, "in {}, as you asked", capitalised(name)),
            Self::Artist(name) => write!(f, "by {name}, as you asked"),
            Self::Genre(name) => write!(f, "{name}, as you asked"),
            Self::Year(year) => write!(f, "from {year}, as you asked"),
            Self::NothingNearer => f.write_str("nothing nearer to your mood was left"),
            Self::MoodUnknown => f.write_str("its mood is not known yet"),
        }
    }
}

impl Serialize for Reason {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// "a", "a and b", "a, b and c".
fn listed(tags: &[MoodTag]) -> String {
    let words: Vec<&str> = tags.iter().map(|tag| tag.key()).collect();
    match words.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, first)) => format!("{} and {last}", first.join(", ")),
        None => String::new(),
    }
}

fn capitalised(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or(String::new(), |first| first.to_uppercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_read_well() {
        use MoodTag::{Calm, Happy, Playful};
        for (reason, expected) in [
            (Reason::Tagged(vec![Happy]), "tagged happy"),
            (Reason::Tagged(vec![Happy, Playful]), "tagged happy and playful"),
            (Reason::Tagged(vec![Happy, Playful, Calm]), "tagged happy, playful and calm"),
            (Reason::Language("hindi".into()), "in Hindi, as you asked"),
        ] {
            assert_eq!(reason.to_string(), expected);
            assert_eq!(serde_json::to_value(&reason).unwrap(), expected);
        }
    }
}
