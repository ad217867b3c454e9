use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{Mood, Point};

/// One of the eight regions of the plane that Thayer's model (1989) is drawn with: sectors of 45
/// degrees around the middle, the first around plain pleasantness.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MoodRegion {
    /// Pleasant.
    Happy,
    /// Pleasant and excited.
    Exuberant,
    /// Excited.
    Energetic,
    /// Unpleasant and excited.
    Frantic,
    /// Unpleasant.
    AnxiousSad,
    /// Unpleasant and still.
    Depressed,
    /// Still.
    Calm,
    /// Pleasant and still.
    Content,
}

/// Nearer to the middle than its own uncertainty, or than this, a mood has no region.
const MIDDLE: f32 = 0.1;

impl MoodRegion {
    /// All of them, counter-clockwise from pleasant.
    pub const ALL: [Self; 8] = [
        Self::Happy,
        Self::Exuberant,
        Self::Energetic,
        Self::Frantic,
        Self::AnxiousSad,
        Self::Depressed,
        Self::Calm,
        Self::Content,
    ];

    /// The region a point lies in.
    #[must_use]
    pub fn at(point: Point) -> Self {
        let turn = point.arousal.atan2(point.valence) / std::f32::consts::TAU;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 8")]
        let sector = (8.0 * turn.rem_euclid(1.0) + 0.5) as usize;
        Self::ALL[sector % 8]
    }

    /// The region of a mood, or `None` where its uncertainty reaches around the middle.
    #[must_use]
    pub fn of(mood: Mood) -> Option<Self> {
        let middle = Point { valence: 0.0, arousal: 0.0 };
        let far = mood.point().distance(middle) >= mood.uncertainty.max(MIDDLE);
        far.then(|| Self::at(mood.point()))
    }

    /// The word for people and files.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Happy => "happy",
            Self::Exuberant => "exuberant",
            Self::Energetic => "energetic",
            Self::Frantic => "frantic",
            Self::AnxiousSad => "anxious-sad",
            Self::Depressed => "depressed",
            Self::Calm => "calm",
            Self::Content => "content",
        }
    }
}

impl fmt::Display for MoodRegion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.key())
    }
}

/// The word is no region.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "'{0}' is not a mood region: say happy, exuberant, energetic, frantic, anxious-sad, depressed, \
     calm or content"
)]
pub struct UnknownMoodRegion(pub String);

impl FromStr for MoodRegion {
    type Err = UnknownMoodRegion;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        let wanted = word.trim().to_lowercase();
        let found = Self::ALL.into_iter().find(|region| region.key() == wanted);
        found.ok_or_else(|| UnknownMoodRegion(word.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_lie_in_the_region_their_words_mean() {
        for (valence, arousal, region) in [
            (0.8, 0.1, MoodRegion::Happy),
            (0.8, -0.1, MoodRegion::Happy),
            (0.7, 0.6, MoodRegion::Exuberant),
            (0.1, 0.8, MoodRegion::Energetic),
            (-0.6, 0.6, MoodRegion::Frantic),
            (-0.8, 0.0, MoodRegion::AnxiousSad),
            (-0.6, -0.6, MoodRegion::Depressed),
            (0.1, -0.8, MoodRegion::Calm),
            (0.6, -0.5, MoodRegion::Content),
        ] {
            assert_eq!(MoodRegion::at(Point { valence, arousal }), region, "{valence} {arousal}");
        }
    }

    #[test]
    fn words_parse_back() {
        for region in MoodRegion::ALL {
            assert_eq!(region.key().parse(), Ok(region));
            assert_eq!(serde_json::to_string(&region).unwrap(), format!("\"{region}\""));
        }
        assert!("sad".parse::<MoodRegion>().is_err());
    }

    #[test]
    fn an_uncertain_mood_has_no_word() {
        let mood = |valence, uncertainty| Mood { valence, arousal: 0.0, uncertainty };
        assert_eq!(MoodRegion::of(mood(0.3, 0.2)), Some(MoodRegion::Happy));
        assert_eq!(MoodRegion::of(mood(0.3, 0.4)), None);
        assert_eq!(MoodRegion::of(mood(0.05, 0.0)), None);
    }
}
