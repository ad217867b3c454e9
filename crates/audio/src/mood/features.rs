//! What the regressor sees: the descriptors of DEAM's table that Attune measures as openSMILE does
//! (`tests/opensmile.rs`), each by its mean and by its deviation within half a second.

use serde::{Deserialize, Serialize};

use crate::descriptors::LLDS;
use crate::spread::Spread;

/// Names of [`LLDS`] that DEAM's table has too.
const SHARED: [&str; 30] = [
    "pcm_RMSenergy_sma",
    "pcm_zcr_sma",
    "pcm_fftMag_mfcc_sma[1]",
    "pcm_fftMag_mfcc_sma[2]",
    "pcm_fftMag_mfcc_sma[3]",
    "pcm_fftMag_mfcc_sma[4]",
    "pcm_fftMag_mfcc_sma[5]",
    "pcm_fftMag_mfcc_sma[6]",
    "pcm_fftMag_mfcc_sma[7]",
    "pcm_fftMag_mfcc_sma[8]",
    "pcm_fftMag_mfcc_sma[9]",
    "pcm_fftMag_mfcc_sma[10]",
    "pcm_fftMag_mfcc_sma[11]",
    "pcm_fftMag_mfcc_sma[12]",
    "pcm_fftMag_mfcc_sma[13]",
    "pcm_fftMag_mfcc_sma[14]",
    "pcm_fftMag_spectralCentroid_sma",
    "pcm_fftMag_spectralFlux_sma",
    "pcm_fftMag_spectralSlope_sma",
    "pcm_fftMag_spectralEntropy_sma",
    "pcm_fftMag_spectralVariance_sma",
    "pcm_fftMag_spectralSkewness_sma",
    "pcm_fftMag_spectralKurtosis_sma",
    "pcm_fftMag_psySharpness_sma",
    "pcm_fftMag_fband250-650_sma",
    "pcm_fftMag_fband1000-4000_sma",
    "audSpec_Rfilt_sma[0]",
    "audSpec_Rfilt_sma[1]",
    "audspec_lengthL1norm_sma",
    "audspecRasta_lengthL1norm_sma",
];

/// How many numbers a recording is seen as.
pub(crate) const FEATURES: usize = 2 * SHARED.len();

/// Features further out than this many deviations are pulled in: no song was there.
const FURTHEST: f64 = 4.0;

/// The columns of DEAM's table, in the order of [`of_recording`].
pub(crate) fn columns() -> Vec<String> {
    SHARED.iter().flat_map(|name| [format!("{name}_amean"), format!("{name}_stddev")]).collect()
}

/// The features of a recording that was measured at 44,100 Hz; `None` where descriptors are
/// missing.
pub(crate) fn of_recording(llds: &[Spread]) -> Option<Vec<f64>> {
    let spread = |name| llds.get(LLDS.iter().position(|known| *known == name)?);
    let pairs: Option<Vec<_>> = SHARED.iter().map(|name| spread(*name)).collect();
    let features = pairs?.into_iter().flat_map(|s| [s.mean, s.window_deviation]);
    Some(features.map(f64::from).collect())
}

/// Brings one feature to mean 0 and deviation 1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Scale {
    /// The median of a feature that is never negative: its logarithm is taken.
    log_of: Option<f64>,
    mean: f64,
    deviation: f64,
}

impl Scale {
    /// Fits to the values of a training set; not empty.
    pub(crate) fn fit(values: &[f64]) -> Self {
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        let median = sorted[sorted.len() / 2];
        let log_of = (sorted[0] >= 0.0 && median > 0.0).then_some(median);
        let unscaled = Self { log_of, mean: 0.0, deviation: 1.0 };
        let n = values.len() as f64;
        let mean = values.iter().map(|x| unscaled.straightened(*x)).sum::<f64>() / n;
        let squares = values.iter().map(|x| (unscaled.straightened(*x) - mean).powi(2));
        let deviation = (squares.sum::<f64>() / n).sqrt().max(1e-9);
        Self { log_of, mean, deviation }
    }

    fn straightened(&self, x: f64) -> f64 {
        self.log_of.map_or(x, |median| (x.max(0.0) / median + 0.1).ln())
    }

    pub(crate) fn apply(&self, x: f64) -> f64 {
        ((self.straightened(x) - self.mean) / self.deviation).clamp(-FURTHEST, FURTHEST)
    }
}
