use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{Mood, MoodRegion, Point};

macro_rules! mood_tags {
    ($($variant:ident $key:literal $valence:literal $arousal:literal;)*) => {
        /// A mood word from the fixed vocabulary, as people tag music with.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum MoodTag {
            $(#[doc = concat!("`", $key, "`, at (", stringify!($valence), ", ", stringify!($arousal), ").")] $variant,)*
        }

        impl MoodTag {
            /// The whole vocabulary.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The word in files and JSON.
            #[must_use]
            pub const fn key(self) -> &'static str {
                match self { $(Self::$variant => $key,)* }
            }

            /// Where the word stands in the plane. The placing is this project's own, made beside
            /// the NRC-VAD positions of the words and drawn to what the word means of music (a
            /// sad song is not a misfortune).
            #[must_use]
            pub const fn point(self) -> Point {
                match self { $(Self::$variant => Point { valence: $valence, arousal: $arousal },)* }
            }
        }
    };
}

mood_tags! {
    Happy "happy" 0.75 0.35;
    Joyful "joyful" 0.85 0.50;
    Exuberant "exuberant" 0.80 0.75;
    Energetic "energetic" 0.50 0.80;
    Party "party" 0.65 0.85;
    Confident "confident" 0.55 0.45;
    Triumphant "triumphant" 0.65 0.65;
    Playful "playful" 0.65 0.40;
    Romantic "romantic" 0.60 -0.05;
    Tender "tender" 0.50 -0.40;
    Hopeful "hopeful" 0.55 0.10;
    Dreamy "dreamy" 0.35 -0.35;
    Calm "calm" 0.40 -0.60;
    Peaceful "peaceful" 0.55 -0.70;
    Content "content" 0.60 -0.25;
    Focus "focus" 0.20 -0.20;
    Devotional "devotional" 0.45 -0.20;
    Nostalgic "nostalgic" 0.10 -0.25;
    Bittersweet "bittersweet" -0.05 -0.20;
    Sad "sad" -0.60 -0.40;
    Melancholic "melancholic" -0.45 -0.50;
    Lonely "lonely" -0.60 -0.50;
    Anxious "anxious" -0.50 0.45;
    Tense "tense" -0.45 0.60;
    Angry "angry" -0.60 0.70;
    Aggressive "aggressive" -0.45 0.85;
    Dark "dark" -0.55 0.15;
}

/// How far people who agree on a word still differ about where a track stands, in plane units.
const TAG_UNCERTAINTY: f32 = 0.25;

impl MoodTag {
    /// The mean point of several tags; `None` for no tags. Tags far apart widen the uncertainty.
    #[must_use]
    pub fn mood_of(tags: &[Self]) -> Option<Mood> {
        let n = f32::from(u16::try_from(tags.len()).ok().filter(|n| *n > 0)?);
        let mean = |axis: fn(Point) -> f32| tags.iter().map(|t| axis(t.point())).sum::<f32>() / n;
        let centre = Point { valence: mean(|p| p.valence), arousal: mean(|p| p.arousal) };
        let spread = tags.iter().map(|t| t.point().distance(centre).powi(2)).sum::<f32>() / n / 2.0;
        Some(Mood::new(centre, TAG_UNCERTAINTY.hypot(spread.sqrt())))
    }
}

/// So many words at most say what a point is like.
const MOST_WORDS: usize = 3;

impl MoodTag {
    /// The words that say what a mood is like, the nearest first: those that lie as near to its
    /// point as people who agree on a word lie to each other. Where the uncertainty reaches around
    /// the middle of the plane nothing can be said.
    #[must_use]
    pub fn near(mood: Mood) -> Vec<Self> {
        if MoodRegion::of(mood).is_none() {
            return Vec::new();
        }
        let distance = |tag: &Self| tag.point().distance(mood.point());
        let near = |tag: &Self| distance(tag) <= TAG_UNCERTAINTY;
        let mut words: Vec<Self> = Self::ALL.iter().copied().filter(near).collect();
        words.sort_by(|a, b| distance(a).total_cmp(&distance(b)));
        words.truncate(MOST_WORDS);
        words
    }
}

impl fmt::Display for MoodTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.key())
    }
}

/// The word is not in the vocabulary.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not a mood tag of the vocabulary")]
pub struct UnknownMoodTag(pub String);

impl FromStr for MoodTag {
    type Err = UnknownMoodTag;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        let wanted = word.trim().to_lowercase();
        Self::ALL
            .iter()
            .copied()
            .find(|tag| tag.key() == wanted)
            .ok_or_else(|| UnknownMoodTag(word.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_parse_back_and_stand_in_the_plane() {
        for tag in MoodTag::ALL {
            assert_eq!(tag.key().parse(), Ok(*tag));
            assert_eq!(serde_json::to_string(tag).unwrap(), format!("\"{tag}\""));
            let p = tag.point();
            assert_eq!(p, Point::new(p.valence, p.arousal));
        }
    }

    #[test]
    fn a_mood_is_told_by_the_words_around_it() {
        for tag in MoodTag::ALL {
            let words = MoodTag::near(Mood::new(tag.point(), 0.05));
            assert_eq!(words.first(), Some(tag));
            assert!(words.len() <= MOST_WORDS);
        }
        let vague = Mood::new(MoodTag::Happy.point(), 1.0);
        assert!(MoodTag::near(vague).is_empty());
    }

    #[test]
    fn tags_far_apart_are_less_certain_than_one() {
        let one = MoodTag::mood_of(&[MoodTag::Happy]).unwrap();
        let mixed = MoodTag::mood_of(&[MoodTag::Happy, MoodTag::Sad]).unwrap();
        assert!(mixed.uncertainty > one.uncertainty);
        assert!((mixed.valence - 0.075).abs() < 1e-6);
        assert!(MoodTag::mood_of(&[]).is_none());
    }
}
