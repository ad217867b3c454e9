//! Triangular filters on the mel scale.

use crate::lanes::LANES;

/// Filters from 20 to 8,000 Hz.
pub(crate) const BANDS: usize = 26;
const LOW_HZ: f64 = 20.0;
const HIGH_HZ: f64 = 8_000.0;

fn mel(hz: f64) -> f64 {
    1127.0 * (1.0 + hz / 700.0).ln()
}

fn hz(mel: f64) -> f64 {
    700.0 * ((mel / 1127.0).exp() - 1.0)
}

/// The powers of the bands and, up to whole vectors of the machine, silent ones.
pub(crate) type Bands = [f32; 2 * LANES];

/// 26 bands, equally wide on the mel scale, over a spectrum of linear bins.
pub(crate) struct MelBank {
    /// Of each bin from the first to the last, the share that goes to the band whose filter falls
    /// there; the rest goes to the next, whose filter rises.
    falling_shares: Vec<f32>,
    /// Where in the spectrum the shares begin.
    first: usize,
    /// How many of the bins lie below the peak of the first band, between those of the first and
    /// the second, and so on until above the last.
    lengths: [usize; BANDS + 1],
    centres_hz: [f64; BANDS],
}

impl MelBank {
    /// For `bins` bins, `bin_hz` apart, the first at `bin_hz`.
    pub(crate) fn new(bins: usize, bin_hz: f64) -> Self {
        let high_hz = HIGH_HZ.min(bin_hz * bins as f64);
        let (low, high) = (mel(LOW_HZ), mel(high_hz));
        let width = (high - low) / (BANDS + 1) as f64;
        let edge = |m: usize| low + m as f64 * width;
        let first = (LOW_HZ / bin_hz).round();
        let last = (high_hz / bin_hz).round();
        let inside = |bin: &usize| *bin as f64 > first && (*bin as f64) < last;
        let mut lengths = [0; BANDS + 1];
        let falling_shares = (1..=bins)
            .filter(inside)
            .map(|bin| {
                let at = mel(bin as f64 * bin_hz);
                let below = (0..=BANDS).rev().find(|m| edge(*m) < at).unwrap_or(0);
                lengths[below] += 1;
                #[expect(clippy::cast_possible_truncation, reason = "a weight")]
                let falling_share = ((edge(below + 1) - at) / width).clamp(0.0, 1.0) as f32;
                falling_share
            })
            .collect();
        let first = (1..=bins).find(inside).map_or(0, |bin| bin - 1);
        let centres_hz = std::array::from_fn(|band| hz(edge(band + 1)));
        Self { falling_shares, first, lengths, centres_hz }
    }

    /// Where the filters peak.
    pub(crate) fn centres_hz(&self) -> &[f64; BANDS] {
        &self.centres_hz
    }

    /// The power in each band, of a spectrum without the bin at 0 Hz.
    #[inline(always)]
    pub(crate) fn bands(&self, power: &[f32]) -> Bands {
        let mut bands = [0.0; 2 * LANES];
        let mut power = &power[self.first..];
        let mut shares = &self.falling_shares[..];
        let mut rising = 0.0;
        for (band, len) in self.lengths.iter().enumerate() {
            let (mut falling, mut all) = (0.0, 0.0);
            for (power, share) in power[..*len].iter().zip(&shares[..*len]) {
                falling += power * share;
                all += power;
            }
            (power, shares) = (&power[*len..], &shares[*len..]);
            if let Some(below) = band.checked_sub(1) {
                bands[below] = rising + falling;
            }
            rising = all - falling;
        }
        bands
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbouring_bands_share_what_lies_between_their_peaks() {
        for (bins, bin_hz) in [(512, 44_100.0 / 1_024.0), (128, 8_000.0 / 256.0)] {
            let bank = MelBank::new(bins, bin_hz);
            let [lowest, .., highest] = bank.centres_hz();
            for bin in 0..bins {
                let mut power = vec![0.0; bins];
                power[bin] = 1.0;
                let bands = bank.bands(&power);
                let hz = (bin + 1) as f64 * bin_hz;
                let given: f32 = bands.iter().sum();
                if hz >= *lowest && hz <= *highest {
                    assert!((given - 1.0).abs() < 1e-6, "{hz} Hz gives {given}");
                } else {
                    assert!(given < 1.0, "{hz} Hz gives {given}");
                }
                let near = |band: usize| (mel(bank.centres_hz[band]) - mel(hz)).abs();
                let loudest = (0..BANDS).max_by(|a, b| bands[*a].total_cmp(&bands[*b])).unwrap();
                let nearest = (0..BANDS).min_by(|a, b| near(*a).total_cmp(&near(*b))).unwrap();
                assert!(given == 0.0 || near(loudest) - near(nearest) < 1e-6, "{hz} Hz");
                assert!(bands[BANDS..].iter().all(|silent| *silent == 0.0));
            }
        }
    }
}
