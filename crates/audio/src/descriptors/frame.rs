//! What the low-level descriptors see of 10 ms: ComParE 2016's framing.
//!
//! Frames of 60 ms each 10 ms; the first 20 ms of each carry a Hamming window into a Fourier
//! transform of the next power of two. The last frame is the last whole one of 60 ms.

use super::auditory::{Auditory, Logarithms};
use super::energy::{self, ZeroCrossings};
use super::mel::{BANDS, MelBank};
use super::mfcc::Mfcc;
use super::spectral::Spectral;
use crate::framer::Framer;
use crate::lanes::{Wide, wide};
use crate::spectrum::{Spectrum, Window};
use crate::spread::{Spread, Spreads};

const LONG_S: f64 = 0.060;
const SHORT_S: f64 = 0.020;
const STEP_S: f64 = 0.010;

/// Measures every low-level descriptor of a stream at one rate.
pub(crate) struct LowLevel {
    framer: Framer,
    analyser: Analyser,
}

struct Analyser {
    short: usize,
    spectrum: Spectrum,
    magnitude: Vec<f32>,
    zero_crossings: ZeroCrossings,
    mel: MelBank,
    spectral: Spectral,
    mfcc: Mfcc,
    auditory: Auditory,
    row: Vec<f32>,
    spreads: Spreads,
}

fn samples(seconds: f64, rate_hz: u32) -> usize {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a length")]
    let samples = (seconds * f64::from(rate_hz)).round() as usize;
    samples.max(1)
}

/// Samples from one frame to the next.
pub(crate) fn step(rate_hz: u32) -> usize {
    samples(STEP_S, rate_hz)
}

/// Samples of the shortest recording that has a frame.
pub(crate) fn shortest(rate_hz: u32) -> usize {
    samples(LONG_S, rate_hz)
}

impl LowLevel {
    pub(crate) fn new(rate_hz: u32) -> Self {
        let framer = Framer::new(shortest(rate_hz), step(rate_hz));
        Self { framer, analyser: Analyser::new(rate_hz) }
    }

    /// Takes samples of one channel; hands the natural logarithms of the mel bands of each whole frame,
    /// for power scaled to 16-bit samples and at least 0, to `on_mel`.
    pub(crate) fn push(&mut self, samples: &[f32], on_mel: &mut impl FnMut(&[f32; BANDS])) {
        let analyser = &mut self.analyser;
        self.framer.push(samples, &mut |frame| on_mel(&wide(Frame { analyser, long: frame })));
    }

    /// In the order of [`super::LLDS`]; empty where there was no frame.
    pub(crate) fn finish(self) -> Vec<Spread> {
        self.analyser.spreads.finish()
    }
}

impl Analyser {
    fn new(rate_hz: u32) -> Self {
        let short = samples(SHORT_S, rate_hz);
        let bins = short.next_power_of_two().max(64) / 2;
        let bin_hz = f64::from(rate_hz) / (2 * bins) as f64;
        let mel = MelBank::new(bins, bin_hz);
        Self {
            short,
            spectrum: Spectrum::new(Window::HAMMING, short, bins),
            magnitude: vec![0.0; bins],
            zero_crossings: ZeroCrossings::new(step(rate_hz)),
            spectral: Spectral::new(bins, bin_hz),
            mfcc: Mfcc::new(),
            auditory: Auditory::new(mel.centres_hz(), step(rate_hz) as f64 / f64::from(rate_hz)),
            mel,
            row: Vec::with_capacity(super::LLDS.len()),
            spreads: Spreads::default(),
        }
    }
}

/// Measures a frame; answers the logarithms of its mel bands.
struct Frame<'a> {
    analyser: &'a mut Analyser,
    long: &'a [f32],
}

impl Wide for Frame<'_> {
    type Output = [f32; BANDS];

    #[inline(always)]
    fn run(self) -> [f32; BANDS] {
        let Self { analyser, long } = self;
        let short = &long[..analyser.short];
        analyser.spectrum.transform(short);
        let Analyser { spectrum, magnitude, row, .. } = analyser;
        let power = spectrum.power();
        for (power, magnitude) in power.iter().zip(magnitude.iter_mut()) {
            *magnitude = power.sqrt();
        }
        let logs = Logarithms::of(&analyser.mel.bands(power));
        let htk = logs.htk();
        row.clear();
        row.push(energy::rms(short));
        row.push(analyser.zero_crossings.measure(long));
        analyser.spectral.measure(magnitude, power, row);
        analyser.mfcc.measure(&htk, row);
        analyser.auditory.measure(&logs, row);
        analyser.spreads.push(row);
        htk
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::descriptors::LLDS;

    #[test]
    fn every_name_has_a_number() {
        for rate in [8_000, 22_050, 44_100] {
            let mut low_level = LowLevel::new(rate);
            let mut frames = 0;
            low_level.push(&vec![0.1; rate as usize], &mut |_| frames += 1);
            let spreads = low_level.finish();
            assert_eq!(
                (spreads.len(), frames),
                (LLDS.len(), if rate == 22_050 { 94 } else { 95 }),
                "{rate}"
            );
            assert!(spreads.iter().all(|s| s.mean.is_finite() && s.deviation.is_finite()));
        }
    }
}
