use faer::linalg::solvers::Solve;
use faer::{Col, Mat, Side};
use serde::{Deserialize, Serialize};

use super::Features;
use super::features::DIMENSIONS;
use crate::index::mix32;

/// Learning moves a score by at most this much.
pub const BOUND: f32 = 0.5;
/// What is expected of an item of which nothing speaks; weights add to it.
const MIDDLE: f64 = 0.5;
/// Deviation of a reward around what the features say.
const NOISE: f64 = 0.3;
/// How far a listener's weights are believed to lie from the population's. On SiTunes anything from
/// 0.05 to 0.25 predicts ratings better than not learning, 0.5 worse; wider learns faster.
const SPREAD: f64 = 0.15;

type Vector = [f64; DIMENSIONS];

/// Sums over observations, from which the best linear weights follow.
#[derive(Clone, Copy, Debug, PartialEq, Default, Serialize, Deserialize)]
struct Evidence {
    /// Sum of `x x'`.
    squares: [Vector; DIMENSIONS],
    /// Sum of `(reward - MIDDLE) x`.
    rewards: Vector,
}

impl Evidence {
    fn add(&mut self, x: &Vector, reward: f64) {
        for (row, a) in self.squares.iter_mut().zip(x) {
            row.iter_mut().zip(x).for_each(|(s, b)| *s += a * b);
        }
        self.rewards.iter_mut().zip(x).for_each(|(r, b)| *r += reward * b);
    }

    /// The posterior of weights whose prior is normal around `prior`, each with deviation `SPREAD`:
    /// mean, and the lower factor of its precision.
    fn posterior(&self, prior: &Vector) -> Option<(Vector, Mat<f64>)> {
        let ridge = SPREAD.powi(-2);
        let precision = Mat::from_fn(DIMENSIONS, DIMENSIONS, |i, j| {
            self.squares[i][j] / NOISE.powi(2) + if i == j { ridge } else { 0.0 }
        });
        let right =
            Col::from_fn(DIMENSIONS, |i| self.rewards[i] / NOISE.powi(2) + ridge * prior[i]);
        let factor = precision.llt(Side::Lower).ok()?;
        let mean = factor.solve(&right);
        Some((std::array::from_fn(|i| mean[i]), factor.L().to_owned()))
    }
}

/// What most listeners reward: where everyone's learning begins.
#[derive(Clone, Copy, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Population {
    evidence: Evidence,
}

impl Population {
    /// Takes in one listener's reward (0 to 1; what is not a number is left out).
    pub fn observe(&mut self, features: &Features, reward: f32) {
        if !reward.is_nan() {
            self.evidence.add(&features.vector(), f64::from(reward.clamp(0.0, 1.0)) - MIDDLE);
        }
    }

    fn weights(&self) -> Vector {
        self.evidence.posterior(&[0.0; DIMENSIONS]).map_or([0.0; DIMENSIONS], |(mean, _)| mean)
    }
}

/// One listener's model of reward.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Learner {
    prior: Vector,
    evidence: Evidence,
}

impl Learner {
    /// Knows what the population rewards, and nothing of this listener.
    #[must_use]
    pub fn new(population: &Population) -> Self {
        Self { prior: population.weights(), evidence: Evidence::default() }
    }

    /// Takes in a reward (0 to 1; what is not a number is left out).
    pub fn observe(&mut self, features: &Features, reward: f32) {
        if !reward.is_nan() {
            self.evidence.add(&features.vector(), f64::from(reward.clamp(0.0, 1.0)) - MIDDLE);
        }
    }

    /// The reward it expects.
    #[must_use]
    pub fn expected(&self, features: &Features) -> f32 {
        let weights = self.evidence.posterior(&self.prior).map_or(self.prior, |(mean, _)| mean);
        (MIDDLE + dot(&weights, &features.vector())) as f32
    }

    /// What it has learned, without trying anything out.
    #[must_use]
    pub fn mean(&self) -> Learned {
        let weights = self.evidence.posterior(&self.prior).map_or(self.prior, |(mean, _)| mean);
        Learned { weights, others: [weights; WITNESSES], common: None }
    }

    /// Weights drawn from the posterior: where little is known they differ much from draw to draw,
    /// and so try out. The same seed gives the same draw.
    #[must_use]
    pub fn draw(&self, seed: u64) -> Learned {
        let Some((mean, lower)) = self.evidence.posterior(&self.prior) else {
            return Learned { weights: self.prior, others: [self.prior; WITNESSES], common: None };
        };
        let draw = |seed: u64| -> Vector {
            let mut deviation: Col<f64> = Col::from_fn(DIMENSIONS, |i| normal(seed, i as u32));
            lower.transpose().solve_upper_triangular_in_place(deviation.as_mut());
            std::array::from_fn(|i| mean[i] + deviation[i])
        };
        // The same ones whatever the seed, so that what is claimed does not hang on it.
        let others = std::array::from_fn(|i| draw(!(i as u64)));
        Learned { weights: draw(seed), others, common: None }
    }
}

/// Draws that must agree before anything is claimed.
const WITNESSES: usize = 16;
/// Weights that move scores by the reward they expect.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Learned {
    weights: Vector,
    others: [Vector; WITNESSES],
    /// The mean of the items that are to be told apart.
    #[serde(default)]
    common: Option<Vector>,
}

impl Learned {
    /// The same for telling these items apart: what they have in common is taken off before
    /// [`BOUND`], which it would else use up for all of them alike.
    #[must_use]
    pub fn among(self, items: impl IntoIterator<Item = Features>) -> Self {
        let (mut sum, mut n) = ([0.0; DIMENSIONS], 0u32);
        for item in items {
            sum.iter_mut().zip(item.vector()).for_each(|(sum, x)| *sum += x);
            n += 1;
        }
        let mean = sum.map(|x| x / f64::from(n));
        Self { common: (n > 0).then_some(mean), ..self }
    }

    /// By how much some weights expect more of an item than of those it is told apart from.
    fn more_of(&self, weights: &Vector, x: &Vector) -> f64 {
        dot(weights, x) - self.common.map_or(0.0, |common| dot(weights, &common))
    }

    /// What is added to an item's score, within [`BOUND`] either way: the reward it is expected to earn
    /// beyond that of the items it is told apart from, or beyond the middle where there are none.
    #[must_use]
    pub fn term(&self, features: &Features) -> f32 {
        let more = self.more_of(&self.weights, &features.vector()) as f32;
        if more.is_nan() { 0.0 } else { more.clamp(-BOUND, BOUND) }
    }

    /// What may be claimed of an item, whatever was drawn: the least, in size, of what all of many
    /// draws expect of it above or below the middle, and 0 where they differ or where they do not expect
    /// it beyond what they expect of the items it is told apart from.
    #[must_use]
    pub fn surely(&self, features: &Features) -> f32 {
        let x = features.vector();
        let parts = self.others.iter().flat_map(|w| [dot(w, &x), self.more_of(w, &x)]);
        let (least, most) = parts
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(least, most), part| {
                (least.min(part), most.max(part))
            });
        let sure = if least > 0.0 {
            least
        } else if most < 0.0 {
            most
        } else {
            0.0
        };
        sure as f32
    }
}

fn dot(a: &Vector, b: &Vector) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

/// The `i`-th standard normal number of a seed (Box and Muller 1958).
fn normal(seed: u64, i: u32) -> f64 {
    let uniform = |salt: u32| {
        let mixed = mix32(mix32(seed as u32 ^ salt) ^ mix32((seed >> 32) as u32 ^ (2 * i + 1)));
        (f64::from(mixed) + 0.5) / 2f64.powi(32)
    };
    (-2.0 * uniform(0x1234_5671).ln()).sqrt() * (std::f64::consts::TAU * uniform(0x7654_3217)).cos()
}
