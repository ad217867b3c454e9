//! Drums of a sine and of noise.

use std::f32::consts::TAU;

use fastrand::Rng;

use super::{RATE_HZ, frames};

/// A sine that falls from 130 to 48 Hz.
pub(super) fn kick(velocity: f32) -> Vec<f32> {
    let mut turn = 0.0;
    let hit = |at: f32| {
        let hz = 48.0 + 82.0 * (-at / 0.035).exp();
        turn += hz / RATE_HZ as f32;
        0.75 * velocity * (TAU * turn).sin() * (-at / 0.11).exp()
    };
    times(0.35).map(hit).collect()
}

/// Bright noise of a moment.
pub(super) fn hat(velocity: f32, seed: u64) -> Vec<f32> {
    noise(seed, 0.09, 0.9).map(|(at, x)| 0.11 * velocity * x * (-at / 0.022).exp()).collect()
}

/// Softer, longer noise over a low knock.
pub(super) fn brush(velocity: f32, seed: u64) -> Vec<f32> {
    let knock = |at: f32| 0.5 * (TAU * 185.0 * at).sin() * (-at / 0.05).exp();
    noise(seed, 0.3, 0.35)
        .map(|(at, x)| 0.3 * velocity * (knock(at) + x * (-at / 0.075).exp()))
        .collect()
}

fn times(seconds: f32) -> impl Iterator<Item = f32> {
    (0..frames(seconds)).map(|n| n as f32 / RATE_HZ as f32)
}

/// Noise without its lows: the more, the nearer `high` is to 1.
fn noise(seed: u64, seconds: f32, high: f32) -> impl Iterator<Item = (f32, f32)> {
    let mut rng = Rng::with_seed(seed);
    let mut last = 0.0;
    times(seconds).map(move |at| {
        let x = 2.0 * rng.f32() - 1.0;
        let out = x - high * last;
        last = x;
        (at, out)
    })
}
