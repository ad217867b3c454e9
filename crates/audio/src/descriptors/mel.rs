//! Triangular filters on the mel scale.

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

/// What a bin of the spectrum gives: a share to the band whose filter falls there, the rest to the
/// next, whose filter rises.
#[derive(Clone, Copy, Debug)]
struct Route {
    bin: usize,
    /// The band above the bin, 0 to 26; the falling one is below it.
    rising: usize,
    falling_share: f32,
}

/// 26 bands, equally wide on the mel scale, over a spectrum of linear bins.
pub(crate) struct MelBank {
    routes: Vec<Route>,
    centres_hz: [f64; BANDS],
    bands: [f32; BANDS],
}

impl MelBank {
    /// For `bins` bins, `bin_hz` apart, the first at 0 Hz.
    pub(crate) fn new(bins: usize, bin_hz: f64) -> Self {
        let high_hz = HIGH_HZ.min(bin_hz * (bins - 1) as f64);
        let (low, high) = (mel(LOW_HZ), mel(high_hz));
        let width = (high - low) / (BANDS + 1) as f64;
        let edge = |m: usize| low + m as f64 * width;
        let first = (LOW_HZ / bin_hz).round();
        let last = (high_hz / bin_hz).round();
        let routes = (0..bins)
            .filter(|bin| *bin as f64 > first && (*bin as f64) < last)
            .map(|bin| {
                let at = mel(bin as f64 * bin_hz);
                let below = (0..=BANDS).rev().find(|m| edge(*m) < at).unwrap_or(0);
                #[expect(clippy::cast_possible_truncation, reason = "a weight")]
                let falling_share = ((edge(below + 1) - at) / width).clamp(0.0, 1.0) as f32;
                Route { bin, rising: below, falling_share }
            })
            .collect();
        let centres_hz = std::array::from_fn(|band| hz(edge(band + 1)));
        Self { routes, centres_hz, bands: [0.0; BANDS] }
    }

    /// Where the filters peak.
    pub(crate) fn centres_hz(&self) -> &[f64; BANDS] {
        &self.centres_hz
    }

    /// The power in each band.
    pub(crate) fn bands(&mut self, power: &[f32]) -> &[f32; BANDS] {
        self.bands.fill(0.0);
        for route in &self.routes {
            let power = power[route.bin];
            let falling = power * route.falling_share;
            if route.rising > 0 {
                self.bands[route.rising - 1] += falling;
            }
            if route.rising < BANDS {
                self.bands[route.rising] += power - falling;
            }
        }
        &self.bands
    }
}
