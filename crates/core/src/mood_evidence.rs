use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Mood, MoodTag};

/// What says where an item stands in the plane. The order is the rule: what comes first outranks
/// what comes after.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MoodOrigin {
    /// The listener said so.
    Correction,
    /// Mood words that people gave it.
    Tags,
    /// What was heard in the recording, or known when it was composed.
    Recording,
    /// What a catalogue's descriptors suggest.
    Catalogue,
}

impl MoodOrigin {
    /// The word used in files and JSON.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Correction => "correction",
            Self::Tags => "tags",
            Self::Recording => "recording",
            Self::Catalogue => "catalogue",
        }
    }
}

impl fmt::Display for MoodOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.key())
    }
}

/// All that is said of an item's mood but for its mood words, which stand with the item. Kept side
/// by side, so that what outranks another can be taken back.
#[derive(Clone, Copy, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct MoodEvidence {
    /// By the listener.
    pub correction: Option<Mood>,
    /// By the recording itself.
    pub recording: Option<Mood>,
    /// By a catalogue.
    pub catalogue: Option<Mood>,
}

impl MoodEvidence {
    /// What is said, the strongest first.
    #[must_use]
    pub fn ranked(self, tags: &[MoodTag]) -> Vec<(MoodOrigin, Mood)> {
        let said = [
            (MoodOrigin::Correction, self.correction),
            (MoodOrigin::Tags, MoodTag::mood_of(tags)),
            (MoodOrigin::Recording, self.recording),
            (MoodOrigin::Catalogue, self.catalogue),
        ];
        said.into_iter().filter_map(|(origin, mood)| Some((origin, mood?))).collect()
    }

    /// What counts: the strongest of what is said.
    #[must_use]
    pub fn strongest(self, tags: &[MoodTag]) -> Option<(MoodOrigin, Mood)> {
        self.ranked(tags).into_iter().next()
    }

    /// With what another says where this says nothing.
    #[must_use]
    pub fn completed_by(self, other: Self) -> Self {
        Self {
            correction: self.correction.or(other.correction),
            recording: self.recording.or(other.recording),
            catalogue: self.catalogue.or(other.catalogue),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_correction_outranks_tags_they_the_recording_and_it_a_catalogue() {
        let at = |valence| Some(Mood { valence, arousal: 0.0, uncertainty: 0.1 });
        let mut evidence =
            MoodEvidence { correction: at(0.1), recording: at(0.3), catalogue: at(0.4) };
        let calm = [MoodTag::Calm];
        let origins =
            |e: MoodEvidence| e.ranked(&calm).into_iter().map(|(o, _)| o).collect::<Vec<_>>();
        use MoodOrigin::{Catalogue, Correction, Recording, Tags};
        assert_eq!(origins(evidence), [Correction, Tags, Recording, Catalogue]);
        assert!(origins(evidence).is_sorted(), "the order of the words is the rule");
        evidence.correction = None;
        assert_eq!(evidence.strongest(&calm), Some((Tags, MoodTag::mood_of(&calm).unwrap())));
        assert_eq!(evidence.strongest(&[]), Some((Recording, at(0.3).unwrap())));
        evidence.recording = None;
        assert_eq!(evidence.strongest(&[]), Some((Catalogue, at(0.4).unwrap())));
        assert_eq!(MoodEvidence::default().strongest(&[]), None);
    }
}
