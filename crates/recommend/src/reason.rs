use std::fmt;

use attune_core::MoodTag;
use serde::{Serialize, Serializer};

use crate::context::HourFrom;

/// Why an item is in the list, or what speaks against it, to be read by people. Serialises as its sentence.
#[derive(Clone, Debug, PartialEq)]
pub enum Reason {
    /// The listener likes the item itself.
    LikedItem,
    /// The listener likes this artist.
    LikedArtist(String),
    /// More speaks for a liking of the item than against it, but not much.
    SeemsLikedItem,
    /// The same of this artist.
    SeemsLikedArtist(String),
    /// The listener heard different items by this artist to their end in the last seven days.
    FinishedLately {
        /// As it is written.
        artist: String,
        /// How many.
        items: u32,
    },
    /// Listeners of these artists also play this one.
    OthersPlay {
        /// The item's artist.
        artist: String,
        /// The listener's own artists that it follows from.
        through: Vec<String>,
    },
    /// It sounds like what was asked for.
    SoundsLike(String),
    /// It lies where the steps asked for lead, and no longer sounds like what they led away from.
    Towards(String),
    /// It sounds like something that the listener likes.
    AlikeTo {
        /// Its title.
        title: String,
        /// Whether the listener said so, or much speaks for it.
        sure: bool,
    },
    /// Its tempo is that of the item before it in a journey.
    SameTempo,
    /// Its arousal is that of the hour.
    SuitsHour(HourFrom),
    /// It is near in mood to what was heard within the last hour.
    GoesOn,
    /// How often the listener played it.
    Played(u32),
    /// The listener's feedback on items of this sort speaks for it.
    LikelyFinished,
    /// Nothing by its artists was heard before.
    NewToYou,
    /// The item is away from the present mood in the directions in which the goal leads; at least one.
    Away(Vec<Direction>),
    /// The same, away from the item that stands for the mood; its title.
    AwayFrom(Vec<Direction>, String),
    /// The listener wants to stay where they are, and the item is near.
    MatchesMood,
    /// It is near in mood to an item that stands for it; its title.
    NearInMood(String),
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
    /// Against: the listener said no to the item.
    DislikedItem,
    /// Against: the listener likes this artist less.
    DislikedArtist(String),
    /// Against: the listener left different items by this artist before their middle in the last seven
    /// days.
    SkippedLately {
        /// As it is written.
        artist: String,
        /// How many.
        items: u32,
    },
    /// Against: it was played lately.
    JustPlayed,
    /// Against: its mood is far from where the list aims.
    FarFromAim,
    /// Against: its mood is known only roughly.
    MoodUnsure,
    /// Against: the listener's feedback on items of this sort speaks against it.
    LikelySkipped,
    /// Against: music of another arousal is heard at this hour.
    OtherHour,
    /// Against: it is away in mood from what was heard within the last hour.
    BreaksOff,
    /// Against: it is a video, which asks for the eyes, and a long one for time.
    AsksForEyes,
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
            Self::SeemsLikedItem => f.write_str("you seem to like it"),
            Self::SeemsLikedArtist(name) => write!(f, "you seem to like {name}"),
            Self::FinishedLately { artist, items } => {
                write!(f, "you finished {} by {artist} this week", counted(*items))
            }
            Self::OthersPlay { artist, through } => {
                let names: Vec<&str> = through.iter().map(String::as_str).collect();
                write!(f, "listeners of {} also play {artist}", listed(&names))
            }
            Self::SoundsLike(what) => write!(f, "sounds like {what}"),
            Self::Towards(what) => write!(f, "goes where you asked: {what}"),
            Self::AlikeTo { title, sure: true } => write!(f, "sounds like {title}, which you like"),
            Self::AlikeTo { title, sure: false } => {
                write!(f, "sounds like {title}, which you seem to like")
            }
            Self::SameTempo => f.write_str("same tempo as the one before"),
            Self::SuitsHour(HourFrom::Own) => f.write_str("as lively as you like it at this hour"),
            Self::SuitsHour(HourFrom::Most) => {
                f.write_str("as lively as most people like it at this hour")
            }
            Self::GoesOn => f.write_str("goes on from what you just heard"),
            Self::Played(1) => f.write_str("you played it once"),
            Self::Played(times) => write!(f, "you played it {times} times"),
            Self::LikelyFinished => f.write_str("you tend to finish items like it"),
            Self::NewToYou => f.write_str("an artist you have not heard yet"),
            Self::DislikedItem => f.write_str("you said no to it or left it early"),
            Self::DislikedArtist(name) => write!(f, "you like {name} less"),
            Self::SkippedLately { artist, items } => {
                write!(f, "you left {} by {artist} early this week", counted(*items))
            }
            Self::JustPlayed => f.write_str("you played it lately"),
            Self::FarFromAim => f.write_str("away from the mood you aim for"),
            Self::MoodUnsure => f.write_str("its mood is known only roughly"),
            Self::LikelySkipped => f.write_str("you tend to skip items like it"),
            Self::OtherHour => f.write_str("unlike what is heard at this hour"),
            Self::BreaksOff => f.write_str("unlike what you just heard"),
            Self::AsksForEyes => f.write_str("a video asks for your eyes"),
            Self::Away(directions) => {
                let words: Vec<&str> = directions.iter().map(|d| d.word()).collect();
                write!(f, "{} than what you feel now", listed(&words))
            }
            Self::AwayFrom(directions, title) => {
                let words: Vec<&str> = directions.iter().map(|d| d.word()).collect();
                write!(f, "{} than {title}", listed(&words))
            }
            Self::NearInMood(title) => write!(f, "close in mood to {title}"),
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
            Self::NothingNearer => f.write_str("nothing nearer in mood was left"),
            Self::MoodUnknown => f.write_str("its mood is not known yet"),
        }
    }
}

impl Serialize for Reason {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// "one item", "three items", "14 items".
fn counted(n: u32) -> String {
    const WORDS: [&str; 13] = [
        "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
        "eleven", "twelve",
    ];
    let number = WORDS.get(n as usize).map_or_else(|| n.to_string(), |word| (*word).to_owned());
    format!("{number} {}", if n == 1 { "item" } else { "items" })
}

/// "a", "a and b", "a, b and c".
pub(crate) fn listed(words: &[&str]) -> String {
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
            (
                Reason::FinishedLately { artist: "Adele".into(), items: 3 },
                "you finished three items by Adele this week",
            ),
            (Reason::Played(1), "you played it once"),
        ] {
            assert_eq!(reason.to_string(), expected);
            assert_eq!(serde_json::to_value(&reason).unwrap(), expected);
        }
    }
}
