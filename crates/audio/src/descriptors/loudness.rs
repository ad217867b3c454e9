//! Loudness by EBU R128 (ITU-R BS.1770-4, EBU Tech 3341) and its range (EBU Tech 3342).
//!
//! The crate `ebur128` measures the same, to which the tests hold this; it looks at each sample eight
//! times where once is enough, and took 40 % of the time that a recording takes to be described.

use serde::{Deserialize, Serialize};

use super::gating::Blocks;
use super::k_weighting::{KWeighting, Memory, Pair};
use crate::lanes::{self, Wide, wide};

/// Parts of 100 ms in a momentary and in a short-term block, and from one short-term block to the next.
const MOMENTARY: usize = 4;
const SHORT_TERM: usize = 30;
const SHORT_TERM_STEP: usize = 10;
/// What the standard weighs surround channels by.
const SURROUND: f64 = 1.41;
const MOST_CHANNELS: usize = 64;

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
    channels: usize,
    filter: KWeighting,
    /// Of each pair of channels, the weights and the filter's memory.
    pairs: Vec<([f64; 2], Memory)>,
    /// Frames in a part of 100 ms, and those still missing in the current one.
    part: usize,
    missing: usize,
    sum: f64,
    /// Weighted sums of squares of the last parts; the oldest is overwritten.
    parts: [f64; SHORT_TERM],
    whole_parts: usize,
    momentary: Blocks,
    short_term: Blocks,
    peak: f32,
}

/// What the power of left, right, centre, low frequencies, surround left and right is weighed by, in
/// the order that files have them; what comes beyond does not count.
fn weights(channels: usize) -> Vec<[f64; 2]> {
    let known: &[f64] = match channels {
        4 => &[1.0, 1.0, SURROUND, SURROUND],
        5 => &[1.0, 1.0, 1.0, SURROUND, SURROUND],
        _ => &[1.0, 1.0, 1.0, 0.0, SURROUND, SURROUND],
    };
    let counting = &known[..channels.min(known.len())];
    counting.chunks(2).map(|pair| [pair[0], pair.get(1).copied().unwrap_or(0.0)]).collect()
}

struct Peak<'a>(&'a [f32]);

impl Wide for Peak<'_> {
    type Output = f32;

    #[inline(always)]
    fn run(self) -> f32 {
        lanes::peak(self.0)
    }
}

impl LoudnessMeter {
    /// `None` for no channels and for more than 64.
    pub(crate) fn new(rate_hz: u32, channels: usize) -> Option<Self> {
        let part = (rate_hz as usize + 5) / 10;
        (part > 0 && (1..=MOST_CHANNELS).contains(&channels)).then(|| Self {
            channels,
            filter: KWeighting::new(rate_hz),
            pairs: weights(channels).into_iter().map(|pair| (pair, Memory::default())).collect(),
            part,
            missing: part,
            sum: 0.0,
            parts: [0.0; SHORT_TERM],
            whole_parts: 0,
            momentary: Blocks::new(),
            short_term: Blocks::new(),
            peak: 0.0,
        })
    }

    /// Takes interleaved samples.
    pub(crate) fn push(&mut self, mut samples: &[f32]) {
        self.peak = self.peak.max(wide(Peak(samples)));
        while samples.len() >= self.channels {
            let frames = self.missing.min(samples.len() / self.channels);
            let (now, later) = samples.split_at(frames * self.channels);
            self.sum += self.squares(now);
            self.missing -= frames;
            if self.missing == 0 {
                self.close();
            }
            samples = later;
        }
    }

    /// The weighted sum of squares of whole frames.
    fn squares(&mut self, samples: &[f32]) -> f64 {
        let (filter, channels) = (self.filter, self.channels);
        let mut sum = 0.0;
        for (i, (weights, memory)) in self.pairs.iter_mut().enumerate() {
            let [a, b] = wide(Pair { filter, memory, samples, first: 2 * i, channels });
            sum += weights[0] * a + weights[1] * b;
        }
        sum
    }

    /// Ends a part, and the blocks that end with it.
    fn close(&mut self) {
        self.parts[self.whole_parts % SHORT_TERM] = self.sum;
        self.whole_parts += 1;
        (self.sum, self.missing) = (0.0, self.part);
        if self.whole_parts >= MOMENTARY {
            self.momentary.add(self.mean_of_last(MOMENTARY));
        }
        if self.whole_parts >= SHORT_TERM && self.whole_parts.is_multiple_of(SHORT_TERM_STEP) {
            self.short_term.add(self.mean_of_last(SHORT_TERM));
        }
    }

    fn mean_of_last(&self, parts: usize) -> f64 {
        let last = (self.whole_parts - parts..self.whole_parts).map(|i| self.parts[i % SHORT_TERM]);
        last.sum::<f64>() / (parts * self.part) as f64
    }

    pub(crate) fn finish(self) -> Loudness {
        let integrated = self.momentary.integrated();
        let range = integrated.map(|_| self.short_term.range().unwrap_or(0.0));
        Loudness {
            integrated_lufs: finite(integrated),
            range_lu: finite(range),
            peak_dbfs: finite(Some(20.0 * f64::from(self.peak).log10())),
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "descriptors are single precision")]
fn finite(value: Option<f64>) -> Option<f32> {
    value.filter(|value| value.is_finite()).map(|value| value as f32)
}

#[cfg(test)]
mod tests {
    use ebur128::{EbuR128, Mode};

    use super::*;

    /// Noise that swells, falls silent and comes back, each channel at its own loudness.
    fn noise(rate_hz: u32, channels: usize, seconds: usize) -> Vec<f32> {
        let mut random = fastrand::Rng::with_seed(u64::from(rate_hz) + channels as u64);
        let frames = rate_hz as usize * seconds;
        let mut low = 0.0;
        let mut sample = |i: usize| {
            let at = (i / channels) as f32 / frames as f32;
            let swell = if (0.4..0.5).contains(&at) { 0.0 } else { (3.0 * at).fract().powi(2) };
            low += 0.2 * (random.f32() - 0.5 - low);
            swell * low * (1.0 - 0.1 * (i % channels) as f32)
        };
        (0..frames * channels).map(&mut sample).collect()
    }

    /// Another implementation finds the same, whatever the rate, the channels and the blocks.
    #[test]
    fn loudness_is_that_of_ebur128() {
        for (rate_hz, channels, part) in [
            (44_100, 2, 1_152),
            (22_050, 1, 1_000),
            (48_000, 6, 4_096),
            (8_000, 5, 333),
            (96_000, 4, 100_000),
            (11_025, 8, 77),
        ] {
            let samples = noise(rate_hz, channels, 12);
            let mut ours = LoudnessMeter::new(rate_hz, channels).unwrap();
            let mode = Mode::I | Mode::LRA | Mode::SAMPLE_PEAK | Mode::HISTOGRAM;
            let mut theirs = EbuR128::new(channels as u32, rate_hz, mode).unwrap();
            for part in samples.chunks(part * channels) {
                ours.push(part);
                theirs.add_frames_f32(part).unwrap();
            }
            let ours = ours.finish();
            let near = |a: Option<f32>, b: f64| (f64::from(a.unwrap()) - b).abs() < 1e-4;
            let integrated = theirs.loudness_global().unwrap();
            assert!(near(ours.integrated_lufs, integrated), "{channels}: {ours:?} {integrated}");
            let range = theirs.loudness_range().unwrap();
            assert!(range > 3.0 && near(ours.range_lu, range), "{channels}: {ours:?} {range}");
            let peaks = (0..channels as u32).map(|c| theirs.sample_peak(c).unwrap());
            assert!(near(ours.peak_dbfs, 20.0 * peaks.fold(0.0, f64::max).log10()), "{channels}");
        }
    }

    #[test]
    fn silence_and_moments_have_no_loudness() {
        for seconds in [0.0, 0.3, 10.0] {
            let mut meter = LoudnessMeter::new(48_000, 1).unwrap();
            meter.push(&vec![0.0; (seconds * 48_000.0) as usize]);
            assert_eq!(meter.finish(), Loudness::default());
        }
        assert!(LoudnessMeter::new(48_000, 0).is_none());
        assert!(LoudnessMeter::new(48_000, 65).is_none());
    }
}
