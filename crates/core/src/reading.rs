use std::fmt;
use std::num::ParseIntError;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{Expression, FaceBox, Mood, Point, Probabilities};

/// Someone who is followed from frame to frame. Numbers begin at 1 and are not used twice within
/// one watch; they say nothing of who it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PersonId(pub u32);

impl fmt::Display for PersonId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "person {}", self.0)
    }
}

impl FromStr for PersonId {
    type Err = ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.trim().parse().map(Self)
    }
}

/// What one person shows over time: smoothed, calibrated, and perhaps "can't tell".
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Reading {
    /// Who, by the number of this watch.
    pub person: PersonId,
    /// Where the face was seen last.
    #[serde(rename = "box")]
    pub face: FaceBox,
    /// What has held for long enough to be declared, or `None` where it can't tell.
    pub expression: Option<Expression>,
    /// The two likeliest, the likelier first.
    pub likeliest: [Expression; 2],
    /// Averages over the time that is remembered.
    pub probabilities: Probabilities,
    /// Their expectation over the anchors; the uncertainty shrinks as evidence grows.
    pub mood: Mood,
    /// How much watching the averages rest on, in seconds; at most the time constant.
    pub evidence_s: f32,
    /// Short sentences that would make the reading better.
    pub advice: Vec<String>,
    /// The name under which this person enrolled, where that was asked for and it is told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub who: Option<String>,
}

/// How several people's moods become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GroupRule {
    /// The middle of all moods, everybody counting the same.
    #[default]
    Mean,
    /// The mood of whoever has the lowest valence: nobody is played over.
    LeastHappy,
}

impl GroupRule {
    /// The name used in JSON and on the command line.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Mean => "mean",
            Self::LeastHappy => "least_happy",
        }
    }

    /// One mood for all of them, `None` for nobody.
    ///
    /// The uncertainty of the mean is the deviation of the mixture, so a group that is of two minds
    /// gives a wide mood.
    #[must_use]
    pub fn mood(self, moods: &[Mood]) -> Option<Mood> {
        match self {
            Self::Mean => mean(moods),
            Self::LeastHappy => {
                moods.iter().copied().min_by(|a, b| a.valence.total_cmp(&b.valence))
            }
        }
    }
}

fn mean(moods: &[Mood]) -> Option<Mood> {
    if moods.is_empty() {
        return None;
    }
    let over = |f: &dyn Fn(&Mood) -> f32| moods.iter().map(f).sum::<f32>() / moods.len() as f32;
    let (valence, arousal) = (over(&|m| m.valence), over(&|m| m.arousal));
    let spread = over(&|m| (m.valence - valence).powi(2) + (m.arousal - arousal).powi(2)) / 2.0;
    let variance = over(&|m| m.uncertainty.powi(2)) + spread;
    Some(Mood::new(Point::new(valence, arousal), variance.sqrt()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_has_one_mood_under_each_rule() {
        let happy = Mood { uncertainty: 0.1, ..Mood::anchor(Expression::Happy) };
        let sad = Mood { uncertainty: 0.1, ..Mood::anchor(Expression::Sad) };
        let both = GroupRule::Mean.mood(&[happy, sad]).unwrap();
        assert!((both.valence - 0.06).abs() < 1e-5 && both.uncertainty > 0.6, "{both:?}");
        assert_eq!(GroupRule::LeastHappy.mood(&[happy, sad]), Some(sad));
        let alone = GroupRule::Mean.mood(&[happy]).unwrap();
        assert!(alone.point().distance(happy.point()) < 1e-6);
        assert!((alone.uncertainty - happy.uncertainty).abs() < 1e-6);
        assert_eq!(GroupRule::Mean.mood(&[]), None);
        assert_eq!(GroupRule::LeastHappy.mood(&[]), None);
    }
}
