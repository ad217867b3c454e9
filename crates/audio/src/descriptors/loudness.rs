//! Loudness by EBU R128 (ITU-R BS.1770-4, EBU Tech 3341) and its range (EBU Tech 3342).

use ebur128::{EbuR128, Mode};
use serde::{Deserialize, Serialize};

/// How loud a recording is.
#[derive(Clone, Copy, Debug, PartialEq, Default, Serialize, Deserialize)]
pub struct Loudness {
    /// Integrated, in LUFS; `None` for silence.
    pub integrated_lufs: Option<f32>,
    /// Loudness range, in LU; `None` where the recording is too short or silent.
    pub range_lu: Option<f32>,
    /// The loudest sample, in decibels of full scale; `None` for silence.
    pub peak_dbfs: Option<f32>,
}

/// Measures all channels of a stream.
pub(crate) struct LoudnessMeter {
    meter: EbuR128,
    channels: u32,
}

impl LoudnessMeter {
    /// `None` for a rate or a number of channels outside of the standard.
    pub(crate) fn new(rate_hz: u32, channels: usize) -> Option<Self> {
        let channels = u32::try_from(channels).ok()?;
        // The histogram keeps memory the same for an hour and for a day.
        let mode = Mode::I | Mode::LRA | Mode::SAMPLE_PEAK | Mode::HISTOGRAM;
        let meter = EbuR128::new(channels, rate_hz, mode).ok()?;
        Some(Self { meter, channels })
    }

    /// Takes interleaved samples.
    pub(crate) fn push(&mut self, samples: &[f32]) {
        // It fails only for a broken frame, and blocks hold whole ones.
        let _ = self.meter.add_frames_f32(samples);
    }

    pub(crate) fn finish(self) -> Loudness {
        let peak = (0..self.channels)
            .filter_map(|channel| self.meter.sample_peak(channel).ok())
            .fold(0.0, f64::max);
        let integrated = self.meter.loudness_global().ok();
        let heard = integrated.is_some_and(f64::is_finite);
        let range = self.meter.loudness_range().ok().filter(|_| heard);
        Loudness {
            integrated_lufs: finite(integrated),
            range_lu: finite(range),
            peak_dbfs: finite(Some(20.0 * peak.log10())),
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "descriptors are single precision")]
fn finite(value: Option<f64>) -> Option<f32> {
    value.filter(|value| value.is_finite()).map(|value| value as f32)
}
