//! Mel-frequency cepstral coefficients 1 to 14, as HTK and openSMILE compute them: power scaled
//! to 16-bit samples, floor 1, natural logarithm, DCT-II, lifter 22.

use super::mel::BANDS;

const COEFFICIENTS: usize = 14;
const LIFTER: f64 = 22.0;
/// From samples of full scale 1 to HTK's 16-bit power.
pub(crate) const HTK_POWER: f32 = 32_767.0 * 32_767.0;

/// The transform's table.
pub(crate) struct Mfcc {
    basis: [[f32; BANDS]; COEFFICIENTS],
}

impl Mfcc {
    pub(crate) fn new() -> Self {
        let pi = std::f64::consts::PI;
        let scale = (2.0 / BANDS as f64).sqrt();
        let basis = std::array::from_fn(|i| {
            let order = (i + 1) as f64;
            let lift = 1.0 + LIFTER / 2.0 * (pi * order / LIFTER).sin();
            std::array::from_fn(|band| {
                #[expect(clippy::cast_possible_truncation, reason = "a weight")]
                let weight =
                    ((pi * order / BANDS as f64 * (band as f64 + 0.5)).cos() * scale * lift) as f32;
                weight
            })
        });
        Self { basis }
    }

    pub(crate) fn measure(&self, bands: &[f32; BANDS], row: &mut Vec<f32>) {
        let logs = bands.map(|power| (power * HTK_POWER).max(1.0).ln());
        row.extend(
            self.basis.iter().map(|basis| basis.iter().zip(&logs).map(|(b, l)| b * l).sum::<f32>()),
        );
    }
}
