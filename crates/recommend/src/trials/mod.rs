//! Trials that show what ranking, journeys, learning and prediction are worth: pure, so that the same
//! trial gives the same figures, and printed by `attune bench recommend`.

mod classes;
mod events;
mod feedback;
mod journeys;
mod perceptron;
mod ridge;
mod situnes;

pub use classes::{ClassTrial, Classified, Classifier, cross_validated};
pub use events::{EventTrial, Events, EventsError, ModelFigures, off_line};
pub use feedback::{FeedbackTrial, learning};
pub use journeys::{JourneyTrial, against_greedy};
pub use perceptron::{Perceptron, PerceptronConfig};
pub use situnes::{
    Figures, Heard as HeardBefore, Rated, SitunesTrial, Song, leave_one_listener_out,
};

use crate::index::mix32;

/// A reproducible stream of numbers in [0, 1).
#[derive(Clone, Debug)]
pub(crate) struct Draws(u32);

impl Draws {
    pub fn new(seed: u32) -> Self {
        Self(mix32(seed ^ 0x5bd1_e995))
    }

    pub fn share(&mut self) -> f32 {
        self.0 = self.0.wrapping_add(0x9e37_79b9);
        (mix32(self.0) >> 8) as f32 / (1u32 << 24) as f32
    }

    /// From -1 to 1.
    pub fn spread(&mut self) -> f32 {
        2.0 * self.share() - 1.0
    }

    pub fn below(&mut self, n: usize) -> usize {
        ((f64::from(self.share()) * n as f64) as usize).min(n.saturating_sub(1))
    }

    pub fn shuffle<T>(&mut self, values: &mut [T]) {
        for i in (1..values.len()).rev() {
            values.swap(i, self.below(i + 1));
        }
    }
}
