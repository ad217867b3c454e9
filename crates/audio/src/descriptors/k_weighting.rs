//! K-weighting (ITU-R BS.1770-4): a shelf for what a head adds to highs and a high-pass, as one filter
//! of the fourth order.

use std::f64::consts::PI;

use crate::lanes::Wide;

/// The shelf's corner, gain in decibels and quality, found from the standard's coefficients at 48 kHz
/// so that they hold at any rate.
const SHELF: (f64, f64, f64) =
    (1_681.974_450_955_533, 3.999_843_853_973_347, 0.707_175_236_955_419_6);
/// The exponent of its gain that the band term takes.
const SHELF_BAND: f64 = 0.499_666_774_154_541_6;
/// The high-pass's corner and quality.
const HIGH_PASS: (f64, f64) = (38.135_470_876_024_44, 0.500_327_037_323_877_3);
/// What is left of a sound below this is silence; smaller numbers would be slow to compute with.
const SILENCE: f64 = 1e-30;

/// Coefficients of the products of both filters.
#[derive(Clone, Copy, Debug)]
pub(crate) struct KWeighting {
    forward: [f64; 5],
    back: [f64; 4],
}

/// The last four inner values of two channels side by side.
pub(crate) type Memory = [[f64; 2]; 4];

impl KWeighting {
    pub(crate) fn new(rate_hz: u32) -> Self {
        let turn = |corner_hz: f64| (PI * corner_hz / f64::from(rate_hz)).tan();
        let (corner_hz, gain_db, quality) = SHELF;
        let (k, high) = (turn(corner_hz), 10f64.powf(gain_db / 20.0));
        let band = high.powf(SHELF_BAND);
        let below = 1.0 + k / quality + k * k;
        let shelf = [
            (high + band * k / quality + k * k) / below,
            2.0 * (k * k - high) / below,
            (high - band * k / quality + k * k) / below,
        ];
        let shelf_back = poles(k, quality);
        let high_pass_back = poles(turn(HIGH_PASS.0), HIGH_PASS.1);
        let [_, back @ ..] = product(shelf_back, high_pass_back);
        Self { forward: product(shelf, [1.0, -2.0, 1.0]), back }
    }

    /// The sum of the squares of what the filter makes of each channel.
    #[inline(always)]
    fn squares(self, memory: &mut Memory, frames: impl Iterator<Item = [f32; 2]>) -> [f64; 2] {
        let ([b0, b1, b2, b3, b4], [a1, a2, a3, a4]) = (self.forward, self.back);
        let [mut w1, mut w2, mut w3, mut w4] = *memory;
        let mut sums = [0.0; 2];
        for frame in frames {
            let mut w0 = [0.0; 2];
            for c in 0..2 {
                // What waits for the last value comes last.
                let older = f64::from(frame[c]) - (a2 * w2[c] + a3 * w3[c] + a4 * w4[c]);
                w0[c] = older - a1 * w1[c];
                let rest = b1 * w1[c] + b2 * w2[c] + b3 * w3[c] + b4 * w4[c];
                let out = b0 * w0[c] + rest;
                sums[c] += out * out;
            }
            (w4, w3, w2, w1) = (w3, w2, w1, w0);
        }
        *memory = [w1, w2, w3, w4].map(|w| w.map(|w| if w.abs() < SILENCE { 0.0 } else { w }));
        sums
    }
}

/// The feedback of a filter of the second order.
fn poles(k: f64, quality: f64) -> [f64; 3] {
    let below = 1.0 + k / quality + k * k;
    [1.0, 2.0 * (k * k - 1.0) / below, (1.0 - k / quality + k * k) / below]
}

/// Two polynomials, multiplied.
fn product(a: [f64; 3], b: [f64; 3]) -> [f64; 5] {
    let mut product = [0.0; 5];
    for (i, x) in a.iter().enumerate() {
        for (j, y) in b.iter().enumerate() {
            product[i + j] += x * y;
        }
    }
    product
}

/// Weighs a channel of interleaved samples and the next one, where there is one.
pub(crate) struct Pair<'a> {
    pub(crate) filter: KWeighting,
    pub(crate) memory: &'a mut Memory,
    pub(crate) samples: &'a [f32],
    pub(crate) first: usize,
    pub(crate) channels: usize,
}

impl Wide for Pair<'_> {
    /// The sum of the squares of each.
    type Output = [f64; 2];

    #[inline(always)]
    fn run(self) -> [f64; 2] {
        let Self { filter, memory, samples, first, channels } = self;
        match channels {
            1 => filter.squares(memory, samples.iter().map(|sample| [*sample, 0.0])),
            2 => filter.squares(memory, samples.as_chunks().0.iter().copied()),
            _ => {
                let pair = |frame: &[f32]| [frame[first], frame.get(first + 1).map_or(0.0, |x| *x)];
                filter.squares(memory, samples.chunks_exact(channels).map(pair))
            }
        }
    }
}
