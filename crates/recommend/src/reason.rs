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
    /// The item is away from the present mood in the directions in which the goal leads; at least one.
    Away(Vec<Direction>),
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

/// A way through the mood plane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// More valence.
    Brighter,
    /// Less valence.
    Darker,
    /// More arousal.
    Livelier,
    /// Less arousal.
    Calmer,
}

impl Direction {
    const fn word(self) -> &'static str {
        match self {
            Self::Brighter => "brighter",
            Self::Darker => "darker",
            Self::Livelier => "livelier",
            Self::Calmer => "calmer",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LikedItem => f.write_str("you like it"),
            Self::LikedArtist(name) => write!(f, "you like {name}"),
            Self::Away(directions) => {
                let words: Vec<&str> = directions.iter().map(|d| d.word()).collect();
                write!(f, "{} than what you feel now", listed(&words))
            }
            Self::MatchesMood => f.write_str("close to the mood you are in"),
            Self::CloseToAim => f.write_str("close to the mood you aim for"),
            Self::Step { step, of } => write!(f, "step {step} of {of} on your way"),
            Self::Tagged(tags) => {
                let words: Vec<&str> = tags.iter().map(|tag| tag.key()).collect();
                write!(f, "tagged {}", listed(&words))
            }
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
fn listed(words: &[&str]) -> String {
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
            (
                Reason::Away(vec![Direction::Brighter, Direction::Calmer]),
                "brighter and calmer than what you feel now",
            ),
            (Reason::Language("hindi".into()), "in Hindi, as you asked"),
        ] {
            assert_eq!(reason.to_string(), expected);
            assert_eq!(serde_json::to_value(&reason).unwrap(), expected);
        }
    }
}
