//! Mel-frequency cepstral coefficients 1 to 14, as HTK and openSMILE compute them: natural
//! logarithms of power scaled to 16-bit samples, floor 1 ([`super::auditory::Logarithms`]), DCT-II, lifter 22.

use super::mel::BANDS;
use crate::lanes::LANES;

const COEFFICIENTS: usize = 14;
const LIFTER: f64 = 22.0;

/// The transform's table, a row a band.
pub(crate) struct Mfcc {
    basis: [[f32; LANES]; BANDS],
}

impl Mfcc {
    pub(crate) fn new() -> Self {
        let pi = std::f64::consts::PI;
        let scale = (2.0 / BANDS as f64).sqrt();
        let weight = |band: usize, order: f64| {
            let lift = 1.0 + LIFTER / 2.0 * (pi * order / LIFTER).sin();
            (pi * order / BANDS as f64 * (band as f64 + 0.5)).cos() * scale * lift
        };
        #[expect(clippy::cast_possible_truncation, reason = "weights")]
        let row = |band| std::array::from_fn(|i| weight(band, (i + 1) as f64) as f32);
        Self { basis: std::array::from_fn(row) }
    }

    /// Of the logarithms of the bands.
    #[inline(always)]
    pub(crate) fn measure(&self, logs: &[f32; BANDS], row: &mut Vec<f32>) {
        let mut sums = [0.0; LANES];
        for (basis, log) in self.basis.iter().zip(logs) {
            for (sum, weight) in sums.iter_mut().zip(basis) {
                *sum += weight * log;
            }
        }
        row.extend_from_slice(&sums[..COEFFICIENTS]);
    }
}
