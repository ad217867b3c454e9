use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// What a face shows. Not what a person feels: a face proves no feeling.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Expression {
    /// Brows lowered, lips pressed or teeth shown.
    Angry,
    /// Nose wrinkled, upper lip raised.
    Disgusted,
    /// Brows raised and drawn together, eyes wide.
    Fearful,
    /// Lip corners raised.
    Happy,
    /// Inner brows raised, lip corners lowered.
    Sad,
    /// Brows raised, jaw dropped.
    Surprised,
    /// None of the others.
    Neutral,
    /// One lip corner tightened; only FER+ labels it.
    Contempt,
}

impl Expression {
    /// Every expression, in declaration order.
    pub const ALL: [Self; 8] = [
        Self::Angry,
        Self::Disgusted,
        Self::Fearful,
        Self::Happy,
        Self::Sad,
        Self::Surprised,
        Self::Neutral,
        Self::Contempt,
    ];

    /// The key used in JSON and on the command line.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Angry => "angry",
            Self::Disgusted => "disgusted",
            Self::Fearful => "fearful",
            Self::Happy => "happy",
            Self::Sad => "sad",
            Self::Surprised => "surprised",
            Self::Neutral => "neutral",
            Self::Contempt => "contempt",
        }
    }
}

impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.key())
    }
}

/// The word is no expression of any label set.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not an expression")]
pub struct UnknownExpression(pub String);

impl FromStr for Expression {
    type Err = UnknownExpression;

    /// Accepts the key and the nouns of the data sets (`anger`, `happiness`, ...), in any case.
    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Ok(match word.trim().to_lowercase().as_str() {
            "angry" | "anger" => Self::Angry,
            "disgusted" | "disgust" => Self::Disgusted,
            "fearful" | "fear" | "afraid" => Self::Fearful,
            "happy" | "happiness" => Self::Happy,
            "sad" | "sadness" => Self::Sad,
            "surprised" | "surprise" => Self::Surprised,
            "neutral" => Self::Neutral,
            "contempt" | "contemptuous" => Self::Contempt,
            _ => return Err(UnknownExpression(word.to_owned())),
        })
    }
}

/// A task of facial expression recognition: which expressions, in which order of outputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LabelSet {
    /// FER2013's seven labels (Goodfellow et al. 2013), in the order of its CSV.
    #[serde(rename = "fer2013")]
    Fer2013,
    /// FER+'s eight expressions (Barsoum et al. 2016), in the order of its vote columns.
    #[serde(rename = "ferplus")]
    FerPlus,
}

impl LabelSet {
    /// Every label set, in declaration order.
    pub const ALL: [Self; 2] = [Self::Fer2013, Self::FerPlus];

    /// The expressions in output order.
    #[must_use]
    pub const fn expressions(self) -> &'static [Expression] {
        use Expression::{Angry, Contempt, Disgusted, Fearful, Happy, Neutral, Sad, Surprised};
        match self {
            Self::Fer2013 => &[Angry, Disgusted, Fearful, Happy, Sad, Surprised, Neutral],
            Self::FerPlus => &[Neutral, Happy, Surprised, Sad, Angry, Disgusted, Fearful, Contempt],
        }
    }

    /// The name used in files and JSON.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Fer2013 => "fer2013",
            Self::FerPlus => "ferplus",
        }
    }
}

impl fmt::Display for LabelSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.key())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_parse_back_and_match_serde() {
        for expression in Expression::ALL {
            assert_eq!(expression.key().parse(), Ok(expression));
            let json = serde_json::to_string(&expression).unwrap();
            assert_eq!(json, format!("\"{expression}\""));
        }
    }

    #[test]
    fn label_sets_hold_distinct_expressions() {
        for set in [LabelSet::Fer2013, LabelSet::FerPlus] {
            let mut seen = set.expressions().to_vec();
            seen.sort();
            seen.dedup();
            assert_eq!(seen.len(), set.expressions().len());
        }
    }
}
