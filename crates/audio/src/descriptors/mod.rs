//! What is measured of a recording; each family has its file.

pub(crate) mod auditory;
pub(crate) mod energy;
pub(crate) mod frame;
pub(crate) mod gating;
pub(crate) mod k_weighting;
pub mod key;
pub mod loudness;
pub(crate) mod mel;
pub(crate) mod mfcc;
pub mod rhythm;
pub(crate) mod spectral;

use serde::{Deserialize, Serialize};

use crate::spread::Spread;
use key::Key;
use loudness::Loudness;
use rhythm::Tempo;

/// Which code measured: descriptors of different versions must not be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DescriptorsVersion(pub u32);

impl DescriptorsVersion {
    /// What this program measures. To be raised with every change that moves a number.
    pub const CURRENT: Self = Self(1);
}

/// The low-level descriptors, in the order of [`Descriptors::llds`], by the names that openSMILE
/// and DEAM's table give them; flatness, which ComParE lacks, is this project's own.
pub const LLDS: [&str; 60] = [
    "pcm_RMSenergy_sma",
    "pcm_zcr_sma",
    "pcm_fftMag_fband250-650_sma",
    "pcm_fftMag_fband1000-4000_sma",
    "pcm_fftMag_spectralRollOff25.0_sma",
    "pcm_fftMag_spectralRollOff50.0_sma",
    "pcm_fftMag_spectralRollOff75.0_sma",
    "pcm_fftMag_spectralRollOff90.0_sma",
    "pcm_fftMag_spectralFlux_sma",
    "pcm_fftMag_spectralCentroid_sma",
    "pcm_fftMag_spectralEntropy_sma",
    "pcm_fftMag_spectralVariance_sma",
    "pcm_fftMag_spectralSkewness_sma",
    "pcm_fftMag_spectralKurtosis_sma",
    "pcm_fftMag_spectralSlope_sma",
    "pcm_fftMag_psySharpness_sma",
    "pcm_fftMag_spectralHarmonicity_sma",
    "pcm_fftMag_spectralFlatness_sma",
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
    "audspec_lengthL1norm_sma",
    "audspecRasta_lengthL1norm_sma",
    "audSpec_Rfilt_sma[0]",
    "audSpec_Rfilt_sma[1]",
    "audSpec_Rfilt_sma[2]",
    "audSpec_Rfilt_sma[3]",
    "audSpec_Rfilt_sma[4]",
    "audSpec_Rfilt_sma[5]",
    "audSpec_Rfilt_sma[6]",
    "audSpec_Rfilt_sma[7]",
    "audSpec_Rfilt_sma[8]",
    "audSpec_Rfilt_sma[9]",
    "audSpec_Rfilt_sma[10]",
    "audSpec_Rfilt_sma[11]",
    "audSpec_Rfilt_sma[12]",
    "audSpec_Rfilt_sma[13]",
    "audSpec_Rfilt_sma[14]",
    "audSpec_Rfilt_sma[15]",
    "audSpec_Rfilt_sma[16]",
    "audSpec_Rfilt_sma[17]",
    "audSpec_Rfilt_sma[18]",
    "audSpec_Rfilt_sma[19]",
    "audSpec_Rfilt_sma[20]",
    "audSpec_Rfilt_sma[21]",
    "audSpec_Rfilt_sma[22]",
    "audSpec_Rfilt_sma[23]",
    "audSpec_Rfilt_sma[24]",
    "audSpec_Rfilt_sma[25]",
];

/// All that was measured of one recording.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Descriptors {
    /// Which code measured.
    pub version: DescriptorsVersion,
    /// How much was heard, in milliseconds.
    pub heard_ms: u32,
    /// The rate the low-level descriptors were measured at: the file's own, or 44,100 where that
    /// is higher.
    pub rate_hz: u32,
    /// EBU R128.
    pub loudness: Loudness,
    /// Loudest sample over the root of the mean square, in decibels; `None` for silence.
    pub crest_db: Option<f32>,
    /// Beats, where there are any.
    pub tempo: Option<Tempo>,
    /// How many notes or beats begin each second.
    pub onset_rate_hz: f32,
    /// Tonic and mode, where pitches were heard.
    pub key: Option<Key>,
    /// The share of each pitch class from C to B; they add up to 1, or all are 0.
    pub chroma: [f32; 12],
    /// In the order of [`LLDS`].
    pub llds: Vec<Spread>,
    /// The same at 44,100 Hz, the rate of DEAM's recordings, where `rate_hz` is another.
    pub llds_44100: Option<Vec<Spread>>,
}

impl Descriptors {
    /// A low-level descriptor by its name.
    #[must_use]
    pub fn lld(&self, name: &str) -> Option<Spread> {
        let at = LLDS.iter().position(|known| *known == name)?;
        self.llds.get(at).copied()
    }

    /// The low-level descriptors that a model of DEAM may be given.
    #[must_use]
    pub fn for_mood(&self) -> &[Spread] {
        self.llds_44100.as_deref().unwrap_or(&self.llds)
    }
}

impl From<&Descriptors> for attune_core::Descriptors {
    fn from(measured: &Descriptors) -> Self {
        Self {
            tempo_bpm: measured.tempo.map(|tempo| tempo.bpm),
            loudness_lufs: measured.loudness.integrated_lufs,
            energy: None,
            danceability: None,
        }
    }
}
