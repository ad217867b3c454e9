//! What a detector's file says besides its weights.

use serde::{Deserialize, Serialize};

use crate::graph::Node;

/// The version of this description that is written today.
pub const FORMAT: u32 = 1;

/// Networks that look at fewer and fewer windows ever more closely (Li et al. 2015).
///
/// The file is one safetensors file: this as JSON under
/// [`METADATA_KEY`](crate::graph::METADATA_KEY), and the tensors that the nodes name, stored as
/// [`crate::graph`] says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DetectorSpec {
    /// [`FORMAT`] when it was written.
    pub format: u32,
    /// Looks at every window; convolutions without padding and nothing else, of which only the
    /// first may have a stride, so that it runs over a whole picture at once. Its one output is
    /// the last value.
    pub scan: StageSpec,
    /// Each looks at what those before it let through, and moves it.
    pub closer: Vec<StageSpec>,
}

/// One of the networks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StageSpec {
    /// Side of the window that it sees, in pixels.
    pub input_size: usize,
    /// The layers in order.
    pub nodes: Vec<Node>,
    /// The values that hold its answers: `[no face, face]` logits, then for a stage that moves
    /// windows logits over the [`STEPS`] of each of the [`AXES`].
    pub outputs: Vec<usize>,
    /// The least difference of the two logits at which a window goes on.
    pub least: f32,
    /// Of windows that go on and overlap by more than this (intersection over union), only the
    /// surest does.
    pub most_shared: f32,
    /// The most windows that go on, the surest first.
    pub most: usize,
}

/// A quantity cut into evenly spaced steps from `-reach` to `reach`. A network gives logits over
/// the steps; their expectation is the answer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Axis {
    /// The last step.
    pub reach: f32,
}

/// Steps of an [`Axis`].
pub const STEPS: usize = 7;

/// By how much the face lies right of the window, below it, is larger (as a natural logarithm; the
/// first two in sides of the window), and by how many degrees it is rolled clockwise.
pub const AXES: [Axis; 4] =
    [Axis { reach: 0.3 }, Axis { reach: 0.3 }, Axis { reach: 0.36 }, Axis { reach: 30.0 }];

impl Axis {
    fn spacing(self) -> f32 {
        2.0 * self.reach / (STEPS - 1) as f32
    }

    /// The distribution over steps whose expectation is `value`, on its two neighbours.
    #[must_use]
    pub fn shares(self, value: f32) -> [f32; STEPS] {
        let place = ((value.clamp(-self.reach, self.reach) + self.reach) / self.spacing())
            .clamp(0.0, (STEPS - 1) as f32);
        std::array::from_fn(|step| (1.0 - (place - step as f32).abs()).max(0.0))
    }

    /// The expectation under a softmax of the logits.
    #[must_use]
    pub fn expectation(self, logits: &[f32]) -> f32 {
        let largest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let (mut total, mut sum) = (0.0, 0.0);
        for (step, logit) in logits.iter().enumerate() {
            let weight = (logit - largest).exp();
            total += weight;
            sum += weight * (step as f32 * self.spacing() - self.reach);
        }
        if total > 0.0 { sum / total } else { 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_of_a_value_expect_that_value() {
        for axis in AXES {
            for part in [-1.0, -0.77, -0.1, 0.0, 0.4, 1.0] {
                let value = part * axis.reach;
                let shares = axis.shares(value);
                assert!((shares.iter().sum::<f32>() - 1.0).abs() < 1e-5);
                let logits = shares.map(|s| s.max(1e-12).ln());
                assert!((axis.expectation(&logits) - value).abs() < 1e-4 * axis.reach.max(1.0));
            }
            assert_eq!(axis.shares(9.0 * axis.reach), axis.shares(axis.reach));
        }
    }
}
