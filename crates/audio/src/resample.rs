//! To the rate at which descriptors are measured.

use audioadapter_buffers::direct::InterleavedSlice;
use rubato::{Fft, FixedSync, Resampler as _};

/// Input samples a call.
const CHUNK: usize = 4096;

/// Changes the rate of one channel, a stream at a time.
pub(crate) struct Resampler {
    inner: Fft<f32>,
    waiting: Vec<f32>,
    out: Vec<f32>,
    /// Samples at the front that come of the filter's delay.
    delay: usize,
    taken: usize,
    given: usize,
    ratio: f64,
}

impl Resampler {
    /// `None` where the two rates cannot be brought together.
    pub(crate) fn new(from_hz: u32, to_hz: u32) -> Option<Self> {
        let (from, to) = (from_hz as usize, to_hz as usize);
        let inner = Fft::new(from, to, CHUNK, 1, FixedSync::Input).ok()?;
        let (delay, longest) = (inner.output_delay(), inner.output_frames_max());
        let ratio = f64::from(to_hz) / f64::from(from_hz);
        let (waiting, out) = (Vec::new(), vec![0.0; longest]);
        Some(Self { inner, waiting, out, delay, taken: 0, given: 0, ratio })
    }

    /// Takes samples and hands those at the new rate to `sink`.
    pub(crate) fn push(&mut self, samples: &[f32], sink: &mut impl FnMut(&mut [f32])) {
        self.taken += samples.len();
        self.waiting.extend_from_slice(samples);
        let mut from = 0;
        loop {
            let needed = self.inner.input_frames_next();
            if self.waiting.len() - from < needed {
                break;
            }
            self.chunk(from..from + needed, usize::MAX, sink);
            from += needed;
        }
        self.waiting.drain(..from);
    }

    /// Hands out what is left, so that in all `taken * ratio` samples come.
    pub(crate) fn finish(&mut self, sink: &mut impl FnMut(&mut [f32])) {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a length")]
        let wanted = (self.taken as f64 * self.ratio).round() as usize;
        while self.given < wanted {
            let before = (self.given, self.delay);
            let needed = self.inner.input_frames_next();
            self.waiting.resize(needed, 0.0);
            self.chunk(0..needed, wanted - self.given, sink);
            self.waiting.clear();
            if (self.given, self.delay) == before {
                break;
            }
        }
    }

    fn chunk(
        &mut self,
        range: std::ops::Range<usize>,
        most: usize,
        sink: &mut impl FnMut(&mut [f32]),
    ) {
        let frames = range.len();
        let room = self.out.len();
        let made = {
            let input = InterleavedSlice::new(&self.waiting[range], 1, frames);
            let output = InterleavedSlice::new_mut(&mut self.out, 1, room);
            let (Ok(input), Ok(mut output)) = (input, output) else { return };
            match self.inner.process_into_buffer(&input, &mut output, None) {
                Ok((_, made)) => made,
                Err(_) => return,
            }
        };
        let skip = self.delay.min(made);
        self.delay -= skip;
        let end = made.min(skip.saturating_add(most));
        self.given += end - skip;
        sink(&mut self.out[skip..end]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tone_keeps_its_pitch_and_its_length() {
        for (from, to) in [(48_000, 44_100), (96_000, 44_100), (22_050, 44_100)] {
            let tone = |rate: u32, i: usize| {
                (std::f64::consts::TAU * 440.0 * i as f64 / f64::from(rate)).sin() as f32
            };
            let input: Vec<f32> = (0..from as usize).map(|i| tone(from, i)).collect();
            let mut output = Vec::new();
            let mut resampler = Resampler::new(from, to).unwrap();
            for part in input.chunks(1_000) {
                resampler.push(part, &mut |samples| output.extend_from_slice(samples));
            }
            resampler.finish(&mut |samples| output.extend_from_slice(samples));
            assert_eq!(output.len(), to as usize);
            for (i, sample) in output.iter().enumerate().skip(2_000).take(40_000) {
                let off = (sample - tone(to, i)).abs();
                // Half a sample of delay is left where the rates' parts are odd.
                assert!(off < 0.033, "{from} {i} {off}");
            }
        }
    }
}
