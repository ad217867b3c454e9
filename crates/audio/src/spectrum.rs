//! The power spectrum of a frame.

use std::f64::consts::{PI, TAU};
use std::sync::Arc;

use rustfft::num_complex::Complex32;
use rustfft::{Fft, FftPlanner};

/// A raised cosine.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Window {
    mean: f64,
    /// Whether the last sample of the window equals the first, or the one after it would.
    symmetric: bool,
}

impl Window {
    pub(crate) const HAMMING: Self = Self { mean: 0.54, symmetric: true };
    pub(crate) const HANN: Self = Self { mean: 0.5, symmetric: false };

    #[expect(clippy::cast_possible_truncation, reason = "weights")]
    fn weights(self, length: usize) -> Vec<f32> {
        let turn = length.max(2) - usize::from(self.symmetric);
        let weight = |i| self.mean - (1.0 - self.mean) * (TAU * i as f64 / turn as f64).cos();
        (0..length).map(|i| weight(i) as f32).collect()
    }
}

/// Transforms frames of one length, filled up with zeros.
///
/// Neighbouring samples are taken for one complex number, so that a transform of half the size is
/// enough (Sorensen et al. 1987); what follows to tell both halves apart gives power at once.
pub(crate) struct Spectrum {
    window: Vec<f32>,
    fft: Arc<dyn Fft<f32>>,
    pairs: Vec<Complex32>,
    scratch: Vec<Complex32>,
    real: Vec<f32>,
    imaginary: Vec<f32>,
    /// Of each bin below the middle of the spectrum, cosine and sine of its turn.
    turns: (Vec<f32>, Vec<f32>),
    power: Vec<f32>,
    zero_hz: f32,
}

impl Spectrum {
    /// For frames of `length` samples and `2 * bins` at least as many, at least 4.
    #[expect(clippy::cast_possible_truncation, reason = "cosines")]
    pub(crate) fn new(window: Window, length: usize, bins: usize) -> Self {
        let fft = FftPlanner::new().plan_fft_forward(bins);
        let angle = |bin: usize| PI * bin as f64 / bins as f64;
        let middle = bins / 2;
        let zero = Complex32::new(0.0, 0.0);
        Self {
            window: window.weights(length),
            pairs: vec![zero; bins],
            scratch: vec![zero; fft.get_inplace_scratch_len()],
            fft,
            real: vec![0.0; bins],
            imaginary: vec![0.0; bins],
            turns: (
                (1..middle).map(|bin| angle(bin).cos() as f32).collect(),
                (1..middle).map(|bin| angle(bin).sin() as f32).collect(),
            ),
            power: vec![0.0; bins],
            zero_hz: 0.0,
        }
    }

    /// How many bins there are above 0 Hz; the last is at half the rate.
    pub(crate) fn bins(&self) -> usize {
        self.power.len()
    }

    /// The power of the bins above 0 Hz.
    pub(crate) fn power(&self) -> &[f32] {
        &self.power
    }

    /// The power at 0 Hz.
    pub(crate) fn zero_hz(&self) -> f32 {
        self.zero_hz
    }

    /// Takes a frame.
    #[inline(always)]
    pub(crate) fn transform(&mut self, frame: &[f32]) {
        self.fill(frame);
        self.fft.process_with_scratch(&mut self.pairs, &mut self.scratch);
        for ((pair, real), imaginary) in
            self.pairs.iter().zip(&mut self.real).zip(&mut self.imaginary)
        {
            (*real, *imaginary) = (pair.re, pair.im);
        }
        self.tell_apart();
    }

    #[inline(always)]
    fn fill(&mut self, frame: &[f32]) {
        let (frames, odd) = frame.as_chunks::<2>();
        let (weights, odd_weight) = self.window.as_chunks::<2>();
        let (filled, silent) = self.pairs.split_at_mut(frames.len());
        for ((pair, [a, b]), [wa, wb]) in filled.iter_mut().zip(frames).zip(weights) {
            *pair = Complex32::new(a * wa, b * wb);
        }
        silent.fill(Complex32::new(0.0, 0.0));
        if let ([sample], [weight], [pair, ..]) = (odd, odd_weight, silent) {
            pair.re = sample * weight;
        }
    }

    /// Power at 0 Hz, in the middle and at half the rate stands alone; all else comes in pairs.
    #[inline(always)]
    fn tell_apart(&mut self) {
        let middle = self.power.len() / 2;
        let (real, imaginary) = (&self.real, &self.imaginary);
        let (below, above) = self.power.split_at_mut(middle);
        below[middle - 1] = real[middle].powi(2) + imaginary[middle].powi(2);
        above[middle - 1] = (real[0] - imaginary[0]).powi(2);
        self.zero_hz = (real[0] + imaginary[0]).powi(2);
        let (low, high) = (1..middle, middle + 1..2 * middle);
        mirrored(
            [&real[low.clone()], &imaginary[low], &real[high.clone()], &imaginary[high]],
            [&self.turns.0, &self.turns.1],
            &mut below[..middle - 1],
            &mut above[..middle - 1],
        );
    }
}

/// What bins (real and imaginary) and their mirror images (the same, from the last to the first) hold of
/// both halves gives the power of both.
#[inline(always)]
fn mirrored(
    [low_re, low_im, high_re, high_im]: [&[f32]; 4],
    [cos, sin]: [&[f32]; 2],
    low: &mut [f32],
    high: &mut [f32],
) {
    let len = low.len();
    let (low_re, low_im, high_re, high_im) =
        (&low_re[..len], &low_im[..len], &high_re[..len], &high_im[..len]);
    let (cos, sin, high) = (&cos[..len], &sin[..len], &mut high[..len]);
    for i in 0..len {
        let mirror = len - 1 - i;
        let (even_re, even_im) = (low_re[i] + high_re[mirror], low_im[i] - high_im[mirror]);
        let (odd_re, odd_im) = (low_im[i] + high_im[mirror], high_re[mirror] - low_re[i]);
        let (re, im) = (cos[i] * odd_re + sin[i] * odd_im, cos[i] * odd_im - sin[i] * odd_re);
        let square = |re: f32, im: f32| 0.25 * (re * re + im * im);
        low[i] = square(even_re + re, even_im + im);
        high[mirror] = square(even_re - re, even_im - im);
    }
}

#[cfg(test)]
mod tests {
    use realfft::RealFftPlanner;

    use super::*;

    #[test]
    fn power_is_that_of_a_plain_transform() {
        let mut random = fastrand::Rng::with_seed(1);
        for (length, bins) in [(160, 128), (441, 256), (882, 512), (4_096, 2_048), (20, 32)] {
            let mut spectrum = Spectrum::new(Window::HAMMING, length, bins);
            let frame: Vec<f32> = (0..length).map(|_| random.f32() - 0.3).collect();
            // What is left of another frame must not show.
            spectrum.transform(&vec![1.0; length]);
            spectrum.transform(&frame);
            let plain = RealFftPlanner::<f64>::new().plan_fft_forward(2 * bins);
            let (mut input, mut output) = (plain.make_input_vec(), plain.make_output_vec());
            let weights = Window::HAMMING.weights(length);
            for ((to, x), weight) in input.iter_mut().zip(&frame).zip(weights) {
                *to = f64::from(*x) * f64::from(weight);
            }
            plain.process(&mut input, &mut output).unwrap();
            let loudest = output.iter().map(|bin| bin.norm_sqr()).fold(0.0, f64::max);
            let found = std::iter::once(spectrum.zero_hz()).chain(spectrum.power().iter().copied());
            assert_eq!(output.len(), bins + 1);
            for (bin, (ours, theirs)) in found.zip(&output).enumerate() {
                let off = (f64::from(ours) - theirs.norm_sqr()).abs();
                assert!(off < 2e-6 * loudest, "{length} {bin}: {ours} {}", theirs.norm_sqr());
            }
        }
    }
}
