use serde::{Deserialize, Serialize};

/// How many numbers describe an item to the learner.
pub(super) const DIMENSIONS: usize = 12;

/// What the learner sees of an item in a list: the parts of its score before weighting, and where it
/// stands from the aim.
#[derive(Clone, Copy, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Features {
    /// Known liking, -1 to 1.
    pub affinity: f32,
    /// The mood window, 0 to 1.
    pub mood: f32,
    /// What listeners with like histories play, 0 to 1.
    pub others: f32,
    /// How well it suits the hour and what was just heard, 0 to 1.
    pub context: f32,
    /// How widely it is heard, 0 to 1.
    pub popularity: f32,
    /// How lately it was played, 0 to 1.
    pub repetition: f32,
    /// Its valence less the aim's; 0 where unknown.
    pub brighter: f32,
    /// Its arousal less the aim's; 0 where unknown.
    pub livelier: f32,
    /// Likeness to the sound asked for, 0 to 1.
    pub sound: f32,
    /// Likeness in sound to what the listener likes, 0 to 1.
    pub alike: f32,
    /// What a video asks of the eyes and of time, 0 to 1; 0 for music.
    pub video: f32,
}

impl Features {
    /// With a constant in front; what is not finite counts as 0.
    pub(super) fn vector(&self) -> [f64; DIMENSIONS] {
        let Self { affinity, mood, others, context, popularity, repetition, .. } = *self;
        let Self { brighter, livelier, sound, alike, video, .. } = *self;
        let known =
            [1.0, affinity, mood, others, context, popularity, repetition, brighter, livelier];
        let mut vector = [0.0; DIMENSIONS];
        vector.iter_mut().zip(known.into_iter().chain([sound, alike, video])).for_each(|(v, x)| {
            *v = if x.is_finite() { f64::from(x.clamp(-4.0, 4.0)) } else { 0.0 };
        });
        vector
    }
}

/// What the listener did with an item.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Said that they like it.
    Liked,
    /// Heard it to its end.
    Finished,
    /// Went on to the next after this share of it, 0 to 1.
    Skipped(f32),
    /// Said that they do not like it.
    Disliked,
    /// Never wants it again.
    Banned,
}

impl Outcome {
    /// What it is worth, 0 to 1: liked 1, finished 0.7, skipped up to 0.5 by how late, else 0. This
    /// project's own choice.
    #[must_use]
    pub fn reward(self) -> f32 {
        match self {
            Self::Liked => 1.0,
            Self::Finished => 0.7,
            Self::Skipped(share) if share.is_nan() => 0.0,
            Self::Skipped(share) => 0.5 * share.clamp(0.0, 1.0),
            Self::Disliked | Self::Banned => 0.0,
        }
    }
}
