//! Pitch classes, key and mode.
//!
//! Peaks of the spectrum between 55 and 2,000 Hz are gathered in tenths of a semitone, turned to
//! the recording's own tuning and folded to twelve pitch classes; the key is the one whose profile
//! of Krumhansl and Kessler (1982) correlates best with them.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::framer::Framer;
use crate::lanes::{self, Wide, wide};
use crate::spectrum::{Spectrum, Window};

const LOW_HZ: f32 = 55.0;
const HIGH_HZ: f32 = 2_000.0;
/// Parts of a semitone.
const PARTS: usize = 10;
const C4_HZ: f32 = 261.625_56;
/// Length of a frame, which tells neighbouring semitones apart from about 110 Hz on.
const FRAME_S: f32 = 0.18;

const MAJOR: [f32; 12] = [6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88];
const MINOR: [f32; 12] = [6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17];
const NAMES: [&str; 12] = ["C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"];

/// Major or minor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// With the major third.
    Major,
    /// With the minor third.
    Minor,
}

/// The key a recording is in.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Key {
    /// Semitones above C, 0 to 11.
    pub tonic: u8,
    /// Major or minor.
    pub mode: Mode,
    /// Correlation of the pitch classes with the key's profile, 0 to 1.
    pub confidence: f32,
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mode = match self.mode {
            Mode::Major => "major",
            Mode::Minor => "minor",
        };
        write!(f, "{} {mode}", NAMES[usize::from(self.tonic) % 12])
    }
}

/// Collects the pitches of a stream.
pub(crate) struct Pitches {
    framer: Framer,
    listener: Listener,
}

struct Listener {
    spectrum: Spectrum,
    /// Of the bins above 0 Hz.
    magnitude: Vec<f32>,
    bin_hz: f32,
    parts: [f64; 12 * PARTS],
}

impl Pitches {
    pub(crate) fn new(rate_hz: u32) -> Self {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a length")]
        let size = ((FRAME_S * rate_hz as f32) as usize).max(256).next_power_of_two();
        let spectrum = Spectrum::new(Window::HANN, size, size / 2);
        let listener = Listener {
            magnitude: vec![0.0; spectrum.bins()],
            spectrum,
            bin_hz: rate_hz as f32 / size as f32,
            parts: [0.0; 12 * PARTS],
        };
        Self { framer: Framer::new(size, size / 2), listener }
    }

    /// Takes samples of one channel.
    pub(crate) fn push(&mut self, samples: &[f32]) {
        let listener = &mut self.listener;
        self.framer.push(samples, &mut |samples| wide(Frame { listener, samples }));
    }

    /// The share of each pitch class, and the key where there is one.
    pub(crate) fn finish(self) -> ([f32; 12], Option<Key>) {
        let chroma = fold(&self.listener.parts);
        (chroma, key_of(&chroma))
    }
}

/// Hears a frame.
struct Frame<'a> {
    listener: &'a mut Listener,
    samples: &'a [f32],
}

impl Wide for Frame<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Self { listener, samples } = self;
        let Listener { spectrum, magnitude, .. } = &mut *listener;
        spectrum.transform(samples);
        for (power, magnitude) in spectrum.power().iter().zip(magnitude.iter_mut()) {
            *magnitude = power.sqrt();
        }
        let loudest = lanes::peak(magnitude).max(spectrum.zero_hz().sqrt());
        if loudest > 1e-4 {
            listener.gather(0.01 * loudest);
        }
    }
}

impl Listener {
    /// Adds each peak above `floor` to its part of a semitone, by the root of its magnitude.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "bins")]
    fn gather(&mut self, floor: f32) {
        let first = ((LOW_HZ / self.bin_hz) as usize).max(2);
        let last = ((HIGH_HZ / self.bin_hz) as usize).min(self.magnitude.len() - 1);
        for bin in first..=last {
            // The first magnitude is that of bin 1.
            let (a, b, c) = (self.magnitude[bin - 2], self.magnitude[bin - 1], self.magnitude[bin]);
            if b < floor || b <= a || b < c {
                continue;
            }
            let shift = 0.5 * (a - c) / (a - 2.0 * b + c);
            let hz = (bin as f32 + shift) * self.bin_hz;
            let semitones = 12.0 * (hz / C4_HZ).log2();
            let part = (semitones * PARTS as f32).round().rem_euclid((12 * PARTS) as f32) as usize;
            self.parts[part % (12 * PARTS)] += f64::from(b.sqrt());
        }
    }
}

/// Turns the parts by the tuning and folds them to twelve shares.
#[expect(clippy::cast_possible_truncation, reason = "shares and parts")]
fn fold(parts: &[f64; 12 * PARTS]) -> [f32; 12] {
    let total: f64 = parts.iter().sum();
    if total <= 0.0 {
        return [0.0; 12];
    }
    let (mut sin, mut cos) = (0.0, 0.0);
    for (part, weight) in parts.iter().enumerate() {
        let angle = std::f64::consts::TAU * (part % PARTS) as f64 / PARTS as f64;
        sin += weight * angle.sin();
        cos += weight * angle.cos();
    }
    let tuning = sin.atan2(cos) / std::f64::consts::TAU * PARTS as f64;
    let mut chroma = [0.0; 12];
    for (part, weight) in parts.iter().enumerate() {
        let class = ((part as f64 - tuning) / PARTS as f64).round() as i64;
        chroma[class.rem_euclid(12) as usize] += (weight / total) as f32;
    }
    chroma
}

fn key_of(chroma: &[f32; 12]) -> Option<Key> {
    let candidates = (0..12u8).flat_map(|tonic| {
        [(Mode::Major, &MAJOR), (Mode::Minor, &MINOR)].map(|(mode, profile)| {
            let turned: [f32; 12] = std::array::from_fn(|i| chroma[(i + usize::from(tonic)) % 12]);
            Key { tonic, mode, confidence: correlation(&turned, profile) }
        })
    });
    candidates
        .filter(|key| key.confidence > 0.0)
        .max_by(|a, b| a.confidence.total_cmp(&b.confidence))
}

/// Pearson's, 0 where one side is constant.
fn correlation(a: &[f32; 12], b: &[f32; 12]) -> f32 {
    let mean = |x: &[f32; 12]| x.iter().sum::<f32>() / 12.0;
    let (ma, mb) = (mean(a), mean(b));
    let sum = |f: &dyn Fn(f32, f32) -> f32| -> f32 {
        a.iter().zip(b).map(|(x, y)| f(x - ma, y - mb)).sum()
    };
    let below = (sum(&|x, _| x * x) * sum(&|_, y| y * y)).sqrt();
    if below > 1e-9 { sum(&|x, y| x * y) / below } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Notes of a third of a second, with four harmonics, tuned `cents` high.
    fn played(semitones: &[i32], cents: f32) -> Option<Key> {
        let rate = 22_050;
        let mut pitches = Pitches::new(rate);
        for note in semitones {
            let hz = C4_HZ * 2f32.powf((*note as f32 + cents / 100.0) / 12.0);
            let sample = |i: usize| -> f32 {
                let t = i as f32 / rate as f32;
                (1..5).map(|h| (std::f32::consts::TAU * hz * h as f32 * t).sin() / h as f32).sum()
            };
            pitches.push(&(0..rate as usize / 3).map(|i| 0.2 * sample(i)).collect::<Vec<_>>());
        }
        pitches.finish().1
    }

    #[test]
    fn scales_and_chords_name_their_key() {
        let major = [0, 4, 7, 12, 11, 9, 7, 5, 4, 2, 0, 7, 0];
        let minor = [0, 3, 7, 12, 10, 8, 7, 5, 3, 2, 0, 7, 0];
        for tonic in 0..12u8 {
            for cents in [0.0, 30.0] {
                for (notes, mode) in [(major, Mode::Major), (minor, Mode::Minor)] {
                    let key = played(&notes.map(|n| n + i32::from(tonic)), cents).unwrap();
                    assert_eq!((key.tonic, key.mode), (tonic, mode), "{cents} {key}");
                }
            }
        }
    }

    #[test]
    fn silence_has_no_key() {
        let mut pitches = Pitches::new(44_100);
        pitches.push(&vec![0.0; 100_000]);
        assert_eq!(pitches.finish(), ([0.0; 12], None));
    }
}
