//! What the low-level descriptors see of 10 ms: ComParE 2016's framing.
//!
//! Frames of 60 ms each 10 ms; the first 20 ms of each carry a Hamming window into a Fourier
//! transform of the next power of two. The last frame is the last whole one of 60 ms.

use std::sync::Arc;

use realfft::num_complex::Complex32;
use realfft::{RealFftPlanner, RealToComplex};

use super::auditory::Auditory;
use super::energy;
use super::mel::{BANDS, MelBank};
use super::mfcc::Mfcc;
use super::spectral::Spectral;
use crate::framer::Framer;
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
    window: Vec<f32>,
    fft: Arc<dyn RealToComplex<f32>>,
    input: Vec<f32>,
    bins: Vec<Complex32>,
    scratch: Vec<Complex32>,
    magnitude: Vec<f32>,
    power: Vec<f32>,
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

    /// Takes samples of one channel; hands the mel bands of each whole frame to `on_mel`.
    pub(crate) fn push(&mut self, samples: &[f32], on_mel: &mut impl FnMut(&[f32; BANDS])) {
        let analyser = &mut self.analyser;
        self.framer.push(samples, &mut |frame| on_mel(analyser.frame(frame)));
    }

    /// In the order of [`super::LLDS`]; empty where there was no frame.
    pub(crate) fn finish(self) -> Vec<Spread> {
        self.analyser.spreads.finish()
    }
}

impl Analyser {
    fn new(rate_hz: u32) -> Self {
        let short = samples(SHORT_S, rate_hz);
        let size = short.next_power_of_two().max(64);
        let fft = RealFftPlanner::new().plan_fft_forward(size);
        let bins = fft.make_output_vec();
        let bin_hz = f64::from(rate_hz) / size as f64;
        let mel = MelBank::new(bins.len(), bin_hz);
        Self {
            short,
            window: hamming(short),
            input: fft.make_input_vec(),
            scratch: fft.make_scratch_vec(),
            magnitude: vec![0.0; bins.len()],
            power: vec![0.0; bins.len()],
            spectral: Spectral::new(bins.len(), bin_hz),
            mfcc: Mfcc::new(),
            auditory: Auditory::new(mel.centres_hz(), step(rate_hz) as f64 / f64::from(rate_hz)),
            mel,
            bins,
            fft,
            row: Vec::with_capacity(super::LLDS.len()),
            spreads: Spreads::default(),
        }
    }

    fn frame(&mut self, long: &[f32]) -> &[f32; BANDS] {
        let short = &long[..self.short];
        self.transform(short);
        let bands = self.mel.bands(&self.power);
        let row = &mut self.row;
        row.clear();
        row.push(energy::rms(short));
        row.push(energy::zero_crossings(long));
        self.spectral.measure(&self.magnitude, &self.power, row);
        self.mfcc.measure(bands, row);
        self.auditory.measure(bands, row);
        self.spreads.push(row);
        bands
    }

    fn transform(&mut self, short: &[f32]) {
        self.input.fill(0.0);
        for ((to, sample), weight) in self.input.iter_mut().zip(short).zip(&self.window) {
            *to = sample * weight;
        }
        // Lengths are those the plan made itself.
        let _ = self.fft.process_with_scratch(&mut self.input, &mut self.bins, &mut self.scratch);
        for ((bin, magnitude), power) in
            self.bins.iter().zip(&mut self.magnitude).zip(&mut self.power)
        {
            *power = bin.norm_sqr();
            *magnitude = power.sqrt();
        }
    }
}

fn hamming(size: usize) -> Vec<f32> {
    let last = (size.max(2) - 1) as f64;
    (0..size)
        .map(|i| {
            #[expect(clippy::cast_possible_truncation, reason = "a weight")]
            let weight = (0.54 - 0.46 * (std::f64::consts::TAU * i as f64 / last).cos()) as f32;
            weight
        })
        .collect()
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
