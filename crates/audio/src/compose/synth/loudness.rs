//! The last step: one loudness for all pieces, and no peak above it.

use crate::descriptors::loudness::LoudnessMeter;

use super::RATE_HZ;

const LUFS: f32 = -16.0;
/// -1 dBFS.
const CEILING: f32 = 0.891;
/// How far ahead peaks are seen, and how fast the gain comes back, in seconds.
const AHEAD_S: f32 = 0.004;
const BACK_S: f32 = 0.12;
/// The limiter takes some loudness away, so both steps are done until it holds.
const TURNS: usize = 4;

/// Brings interleaved stereo to -16 LUFS under -1 dBFS. Silence stays silence.
pub(super) fn settle(stereo: &mut [f32]) {
    for _ in 0..TURNS {
        let Some(heard) = measured(stereo) else { return };
        let gain = 10f32.powf((LUFS - heard) / 20.0);
        stereo.iter_mut().for_each(|sample| *sample *= gain);
        limit(stereo);
    }
}

fn measured(stereo: &[f32]) -> Option<f32> {
    let mut meter = LoudnessMeter::new(RATE_HZ, 2)?;
    meter.push(stereo);
    meter.finish().integrated_lufs
}

/// Turns down before a peak comes and comes back slowly after it.
fn limit(stereo: &mut [f32]) {
    let frames: Vec<f32> =
        stereo.as_chunks::<2>().0.iter().map(|[l, r]| l.abs().max(r.abs())).collect();
    let wanted = |peak: f32| if peak > CEILING { CEILING / peak } else { 1.0 };
    let ahead = super::frames(AHEAD_S);
    // From the end to the beginning, the gain falls in a line towards each peak.
    let mut gains: Vec<f32> = frames.iter().map(|peak| wanted(*peak)).collect();
    let mut next = 1.0f32;
    for gain in gains.iter_mut().rev() {
        next = (next + 1.0 / ahead as f32).min(*gain).min(1.0);
        *gain = next;
    }
    let back = (-1.0 / (BACK_S * RATE_HZ as f32)).exp();
    let mut now = 1.0f32;
    for (frame, gain) in stereo.as_chunks_mut::<2>().0.iter_mut().zip(gains) {
        now = gain.min(1.0 - (1.0 - now) * back);
        frame.iter_mut().for_each(|sample| *sample *= now);
    }
}
