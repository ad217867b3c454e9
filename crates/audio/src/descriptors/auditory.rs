//! The auditory spectrum: mel bands under the curve of equal loudness and the power law of
//! hearing (Hermansky 1990), also after RASTA filtering (Hermansky and Morgan 1994).

use super::mel::BANDS;

const COMPRESSION: f32 = 0.33;
const FLOOR: f32 = 9.3e-10;
const RASTA_UPPER_HZ: f64 = 29.0;
const RASTA_LOWER_HZ: f64 = 1.0;
/// Frames until the filter's recursive half joins in and its output counts.
const RASTA_START: u32 = 5;

/// Keeps the filters' memory from frame to frame.
pub(crate) struct Auditory {
    loudness: [f32; BANDS],
    log_loudness: [f32; BANDS],
    rasta: Rasta,
}

struct Rasta {
    forward: [f32; 5],
    back: f32,
    memory: [[f32; 4]; BANDS],
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
        let loudness = centres_hz.map(equal_loudness);
        Self { loudness, log_loudness: loudness.map(f32::ln), rasta: Rasta::new(step_s) }
    }

    /// Appends the two norms, then the 26 filtered bands.
    pub(crate) fn measure(&mut self, bands: &[f32; BANDS], row: &mut Vec<f32>) {
        let plain: f32 = bands
            .iter()
            .zip(&self.loudness)
            .map(|(power, weight)| (power.max(FLOOR) * weight).powf(COMPRESSION))
            .sum();
        let mut filtered = bands.map(|power| power.max(FLOOR).ln());
        self.rasta.filter(&mut filtered);
        for (value, weight) in filtered.iter_mut().zip(&self.log_loudness) {
            *value = ((*value + weight) * COMPRESSION).exp();
        }
        row.push(plain / BANDS as f32);
        row.push(filtered.iter().sum::<f32>() / BANDS as f32);
        row.extend_from_slice(&filtered);
    }
}

impl Rasta {
    #[expect(clippy::cast_possible_truncation, reason = "weights of a filter")]
    fn new(step_s: f64) -> Self {
        let tau = std::f64::consts::TAU;
        let om = (tau * RASTA_UPPER_HZ * step_s).cos();
        let norm = (10.0 * (32.0 * om * om + 8.0)).sqrt();
        let (a, b) = ((2.0 / norm) as f32, (-4.0 * om / norm) as f32);
        let back = (1.0 - (tau * RASTA_LOWER_HZ * step_s).sin()) as f32;
        Self { forward: [a, b, 0.0, -b, -a], back, memory: [[0.0; 4]; BANDS], frames: 0 }
    }

    fn filter(&mut self, logs: &mut [f32; BANDS]) {
        let started = self.frames >= RASTA_START;
        let back = if started { self.back } else { 0.0 };
        for (x, memory) in logs.iter_mut().zip(&mut self.memory) {
            let [f0, f1, f2, f3, f4] = self.forward;
            let out = f0 * *x + memory[0];
            memory[0] = f1 * *x + memory[1] + back * out;
            memory[1] = f2 * *x + memory[2];
            memory[2] = f3 * *x + memory[3];
            memory[3] = f4 * *x;
            *x = if started { out } else { 0.0 };
        }
        self.frames = self.frames.saturating_add(1);
    }
}
