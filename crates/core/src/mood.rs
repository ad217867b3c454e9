use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{Expression, Probabilities};

/// A place in the valence-arousal plane (Russell 1980), both axes in [-1, 1].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// Unpleasant (-1) to pleasant (1).
    pub valence: f32,
    /// Calm (-1) to excited (1).
    pub arousal: f32,
}

impl Point {
    /// Clamps both axes to [-1, 1]; what is not a number becomes 0.
    #[must_use]
    pub fn new(valence: f32, arousal: f32) -> Self {
        let clamp = |x: f32| if x.is_nan() { 0.0 } else { x.clamp(-1.0, 1.0) };
        Self { valence: clamp(valence), arousal: clamp(arousal) }
    }

    /// Euclidean distance, in [0, 2 sqrt 2].
    #[must_use]
    pub fn distance(self, other: Self) -> f32 {
        (self.valence - other.valence).hypot(self.arousal - other.arousal)
    }

    /// The point `share` of the way to `other`.
    #[must_use]
    pub fn towards(self, other: Self, share: f32) -> Self {
        let mix = |a: f32, b: f32| a + share * (b - a);
        Self::new(mix(self.valence, other.valence), mix(self.arousal, other.arousal))
    }
}

/// A mood we aim at or an item carries: a point and how unsure we are of it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mood {
    /// Unpleasant (-1) to pleasant (1).
    pub valence: f32,
    /// Calm (-1) to excited (1).
    pub arousal: f32,
    /// Standard deviation around the point, in units of the plane, pooled over both axes:
    /// `sqrt((var_valence + var_arousal) / 2)`.
    pub uncertainty: f32,
}

/// Valence and arousal of each expression on [-1, 1].
///
/// Warriner, Kuperman and Brysbaert (2013) and the NRC-VAD lexicon (Mohammad 2018) for the words;
/// surprise is drawn to (0.2, 0.6) and neutral to (0, -0.1), because a face is not a word.
/// Contempt, which neither list of anchors gives, stands between anger and disgust at half their
/// arousal.
const fn anchor(expression: Expression) -> (f32, f32) {
    match expression {
        Expression::Angry => (-0.65, 0.48),
        Expression::Disgusted => (-0.66, 0.28),
        Expression::Fearful => (-0.69, 0.48),
        Expression::Happy => (0.90, 0.42),
        Expression::Sad => (-0.78, -0.49),
        Expression::Surprised => (0.20, 0.60),
        Expression::Neutral => (0.0, -0.10),
        Expression::Contempt => (-0.65, 0.19),
    }
}

impl Mood {
    /// A mood at a point with an uncertainty (negative or not a number becomes 0).
    #[must_use]
    pub fn new(point: Point, uncertainty: f32) -> Self {
        let Point { valence, arousal } = Point::new(point.valence, point.arousal);
        Self { valence, arousal, uncertainty: uncertainty.max(0.0) }
    }

    /// Where the published anchors put one expression, known exactly.
    #[must_use]
    pub fn anchor(expression: Expression) -> Self {
        let (valence, arousal) = anchor(expression);
        Self { valence, arousal, uncertainty: 0.0 }
    }

    /// The expectation of the anchors under the probabilities; the uncertainty is the standard
    /// deviation of that mixture, so an undecided face gives a wide mood.
    #[must_use]
    pub fn from_probabilities(probabilities: &Probabilities) -> Self {
        let expect = |f: &dyn Fn(f32, f32) -> f32| -> f32 {
            probabilities.iter().map(|(e, p)| p * f(anchor(e).0, anchor(e).1)).sum()
        };
        let valence = expect(&|v, _| v);
        let arousal = expect(&|_, a| a);
        let variance = expect(&|v, a| (v - valence).powi(2) + (a - arousal).powi(2)) / 2.0;
        Self::new(Point { valence, arousal }, variance.max(0.0).sqrt())
    }

    /// A point that a person named. The uncertainty is this project's own choice: nobody names the
    /// same point twice.
    #[must_use]
    pub fn said_at(point: Point) -> Self {
        Self::new(point, 0.1)
    }

    /// The point without its uncertainty.
    #[must_use]
    pub fn point(self) -> Point {
        Point { valence: self.valence, arousal: self.arousal }
    }
}

/// `V,A` could not be read as a point.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not a mood: give valence and arousal from -1 to 1, like 0.6,-0.2")]
pub struct ParseMoodError(pub String);

impl FromStr for Point {
    type Err = ParseMoodError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refuse = || ParseMoodError(text.to_owned());
        let (valence, arousal) = text.split_once(',').ok_or_else(refuse)?;
        let axis = |s: &str| s.trim().parse::<f32>().ok().filter(|x| (-1.0..=1.0).contains(x));
        match (axis(valence), axis(arousal)) {
            (Some(valence), Some(arousal)) => Ok(Self { valence, arousal }),
            _ => Err(refuse()),
        }
    }
}

/// What the listener wants of the music.
#[derive(Clone, Copy, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Goal {
    /// Stay where I am.
    #[default]
    Match,
    /// Brighter than now.
    Lift,
    /// Calmer than now, and not darker.
    Calm,
    /// More awake than now.
    Energise,
    /// Steady and unobtrusive.
    Focus,
    /// This point of the plane.
    Point(Point),
}

impl Goal {
    /// Where the music aims, starting from `mood`.
    ///
    /// | goal | where it aims |
    /// |---|---|
    /// | match | the mood itself |
    /// | lift | 60 % of the way to (0.8, 0.4) |
    /// | calm | 60 % of the way to (0.4, -0.7) |
    /// | energise | 60 % of the way to (0.6, 0.8) |
    /// | focus | (0.2, -0.2), wherever one starts |
    /// | a point | that point |
    ///
    /// Part of the way, because a list too far from the present mood is rejected (the iso
    /// principle, Altshuler 1948); 60 % is this project's choice.
    #[must_use]
    pub fn target(self, mood: Point) -> Point {
        const SHARE: f32 = 0.6;
        let toward = |valence, arousal| mood.towards(Point { valence, arousal }, SHARE);
        match self {
            Self::Match => mood,
            Self::Lift => toward(0.8, 0.4),
            Self::Calm => toward(0.4, -0.7),
            Self::Energise => toward(0.6, 0.8),
            Self::Focus => Point { valence: 0.2, arousal: -0.2 },
            Self::Point(point) => point,
        }
    }
}

impl fmt::Display for Goal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Match => f.write_str("match"),
            Self::Lift => f.write_str("lift"),
            Self::Calm => f.write_str("calm"),
            Self::Energise => f.write_str("energise"),
            Self::Focus => f.write_str("focus"),
            Self::Point(p) => write!(f, "{},{}", p.valence, p.arousal),
        }
    }
}

/// The word is no goal.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not a goal: say match, lift, calm, energise, focus or a point like 0.6,-0.2")]
pub struct UnknownGoal(pub String);

impl FromStr for Goal {
    type Err = UnknownGoal;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Ok(match word.trim().to_lowercase().as_str() {
            "match" => Self::Match,
            "lift" => Self::Lift,
            "calm" => Self::Calm,
            "energise" | "energize" => Self::Energise,
            "focus" => Self::Focus,
            other => Self::Point(other.parse().map_err(|_| UnknownGoal(word.to_owned()))?),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::LabelSet;
    use proptest::prelude::*;

    #[test]
    fn a_certain_expression_sits_on_its_anchor() {
        for (expression, valence, arousal) in [
            (Expression::Angry, -0.65, 0.48),
            (Expression::Disgusted, -0.66, 0.28),
            (Expression::Fearful, -0.69, 0.48),
            (Expression::Happy, 0.90, 0.42),
            (Expression::Sad, -0.78, -0.49),
            (Expression::Surprised, 0.2, 0.6),
            (Expression::Neutral, 0.0, -0.1),
        ] {
            let certain = Probabilities::certain(LabelSet::FerPlus, expression).unwrap();
            let mood = Mood::from_probabilities(&certain);
            assert_eq!((mood.valence, mood.arousal), (valence, arousal), "{expression}");
            assert!(mood.uncertainty < 1e-3, "{expression}: {}", mood.uncertainty);
        }
    }

    #[test]
    fn an_even_split_between_opposites_is_uncertain() {
        let mut values = vec![0.0; 7];
        (values[3], values[4]) = (0.5, 0.5);
        let split = Probabilities::new(LabelSet::Fer2013, values).unwrap();
        let mood = Mood::from_probabilities(&split);
        assert!((mood.valence - 0.06).abs() < 1e-5);
        let expected = ((0.84f32.powi(2) + 0.455f32.powi(2)) / 2.0).sqrt();
        assert!((mood.uncertainty - expected).abs() < 1e-4);
    }

    #[test]
    fn goals_and_points_parse() {
        assert_eq!("LIFT".parse(), Ok(Goal::Lift));
        let point = Point { valence: 0.5, arousal: -0.5 };
        assert_eq!("0.5,-0.5".parse(), Ok(Goal::Point(point)));
        for bad in ["", "up", "2,0", "0.1", "nan,0", "0,inf"] {
            assert!(bad.parse::<Goal>().is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn moods_stay_in_the_plane(logits in prop::collection::vec(-30.0f32..30.0, 8)) {
            let p = Probabilities::from_logits(LabelSet::FerPlus, &logits, 1.0).unwrap();
            let mood = Mood::from_probabilities(&p);
            prop_assert!(mood.valence.abs() <= 1.0 && mood.arousal.abs() <= 1.0);
            prop_assert!((0.0..=1.5).contains(&mood.uncertainty));
        }

        #[test]
        fn lift_never_lowers_valence_and_calm_never_raises_arousal(
            valence in -1.0f32..0.8, arousal in -0.7f32..1.0,
        ) {
            let now = Point { valence, arousal };
            prop_assert!(Goal::Lift.target(now).valence >= valence - 1e-6);
            prop_assert!(Goal::Calm.target(now).arousal <= arousal + 1e-6);
        }
    }
}
