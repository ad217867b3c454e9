//! The auditory spectrum: mel bands under the curve of equal loudness and the power law of
//! hearing (Hermansky 1990), also after RASTA filtering (Hermansky and Morgan 1994).

use std::f32::consts::LN_2;

use super::mel::{BANDS, Bands};
use crate::lanes;

const COMPRESSION: f32 = 0.33;
/// The power of a 16-bit recording's last bit, about.
const FLOOR: f32 = 9.3e-10;
/// The logarithm of HTK's 16-bit power of a full scale of 1.
const LN_HTK_POWER: f32 = 20.794_35;
const RASTA_UPPER_HZ: f64 = 29.0;
const RASTA_LOWER_HZ: f64 = 1.0;
/// Frames until the filter's recursive half joins in and its output counts.
const RASTA_START: u32 = 5;

/// The logarithms of the powers of the bands, to base 2.
pub(crate) struct Logarithms(Bands);

impl Logarithms {
    #[inline(always)]
    pub(crate) fn of(bands: &Bands) -> Self {
        let mut logs = [0.0; _];
        for (log, power) in logs.iter_mut().zip(bands) {
            *log = lanes::log2(lanes::larger(*power, FLOOR));
        }
        Self(logs)
    }

    /// Natural ones of power scaled to 16-bit samples, at least 0.
    #[inline(always)]
    pub(crate) fn htk(&self) -> [f32; BANDS] {
        std::array::from_fn(|band| (self.0[band] * LN_2 + LN_HTK_POWER).max(0.0))
    }
}

/// Keeps the filters' memory from frame to frame.
pub(crate) struct Auditory {
    log_loudness: Bands,
    rasta: Rasta,
}

struct Rasta {
    forward: [f32; 5],
    back: f32,
    memory: [Bands; 4],
    frames: u32,
}

/// Weight of a frequency in hearing (Hermansky 1990, with the term above 5 kHz), at most about 1.
#[expect(clippy::cast_possible_truncation, reason = "a weight")]
fn equal_loudness(hz: f64) -> f32 {
    let w = std::f64::consts::TAU * hz;
    let w2 = w * w;
    let low = (w2 + 56.8e6) * w2 * w2 / ((w2 + 6.3e6).powi(2) * (w2 + 0.38e9));
    (1e32 * low / (w2.powi(3) * w + 1.7e31)) as f32
}

impl Auditory {
    /// For filters at these frequencies and frames `step_s` seconds apart.
    pub(crate) fn new(centres_hz: &[f64; BANDS], step_s: f64) -> Self {
        let log_loudness =
            std::array::from_fn(|i| centres_hz.get(i).map_or(0.0, |hz| equal_loudness(*hz).log2()));
        Self { log_loudness, rasta: Rasta::new(step_s) }
    }

    /// Appends the two norms, then the 26 filtered bands.
    #[inline(always)]
    pub(crate) fn measure(&mut self, logs: &Logarithms, row: &mut Vec<f32>) {
        let plain = compressed(&logs.0, &self.log_loudness);
        let filtered = compressed(&self.rasta.filter(&logs.0), &self.log_loudness);
        let norm = |bands: &Bands| bands[..BANDS].iter().sum::<f32>() / BANDS as f32;
        row.push(norm(&plain));
        row.push(norm(&filtered));
        row.extend_from_slice(&filtered[..BANDS]);
    }
}

/// The weighted powers after the power law.
#[inline(always)]
fn compressed(logs: &Bands, weights: &Bands) -> Bands {
    let mut powers = [0.0; _];
    for ((power, log), weight) in powers.iter_mut().zip(logs).zip(weights) {
        *power = lanes::exp2((log + weight) * COMPRESSION);
    }
    powers
}

impl Rasta {
    #[expect(clippy::cast_possible_truncation, reason = "weights of a filter")]
    fn new(step_s: f64) -> Self {
        let tau = std::f64::consts::TAU;
        let om = (tau * RASTA_UPPER_HZ * step_s).cos();
        let norm = (10.0 * (32.0 * om * om + 8.0)).sqrt();
        let (a, b) = ((2.0 / norm) as f32, (-4.0 * om / norm) as f32);
        let back = (1.0 - (tau * RASTA_LOWER_HZ * step_s).sin()) as f32;
        let memory = [[0.0; _]; 4];
        Self { forward: [a, b, 0.0, -b, -a], back, memory, frames: 0 }
    }

    #[inline(always)]
    fn filter(&mut self, logs: &Bands) -> Bands {
        let started = self.frames >= RASTA_START;
        let (back, counts) = if started { (self.back, 1.0) } else { (0.0, 0.0) };
        let [f0, f1, f2, f3, f4] = self.forward;
        let [m0, m1, m2, m3] = &mut self.memory;
        let mut filtered = [0.0; _];
        for (i, x) in logs.iter().enumerate() {
            let out = f0 * x + m0[i];
            m0[i] = f1 * x + m1[i] + back * out;
            m1[i] = f2 * x + m2[i];
            m2[i] = f3 * x + m3[i];
            m3[i] = f4 * x;
            filtered[i] = counts * out;
        }
        self.frames = self.frames.saturating_add(1);
        filtered
    }
}
