//! Shape and change of the power spectrum, as openSMILE's `cSpectral` defines them. The bin at
//! 0 Hz is left out everywhere; there are always whole [`LANES`] of the others.

use crate::lanes::{self, LANES, larger, smaller, sum, sum_of};

const ROLL_OFFS: [f32; 4] = [0.25, 0.50, 0.75, 0.90];
/// Least power in the entropy.
const ENTROPY_FLOOR: f32 = 1e-7;

/// Bins of a band, the first and last by the share of them that lies inside.
struct Band {
    first: usize,
    first_share: f32,
    last: usize,
    last_share: f32,
}

impl Band {
    fn new(bins: usize, bin_hz: f64, low_hz: f64, high_hz: f64) -> Self {
        let share = |x: f64| if x == 0.0 { 1.0 } else { x as f32 };
        let (low, high) = (low_hz / bin_hz, high_hz / bin_hz);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "bins")]
        let at = |x: f64| (x.floor() as usize).clamp(1, bins) - 1;
        Self {
            first: at(low),
            first_share: share(low.floor() + 1.0 - low),
            last: at(high),
            last_share: share(high - high.floor()),
        }
    }

    #[inline(always)]
    fn power(&self, power: &[f32]) -> f32 {
        let first = power[self.first] * self.first_share;
        if self.first >= self.last {
            return first;
        }
        first + sum(&power[self.first + 1..self.last], |p| p) + power[self.last] * self.last_share
    }
}

/// Keeps the last frame's magnitudes for the flux, and room to work in.
pub(crate) struct Spectral {
    hz: Vec<f32>,
    sharpness: Vec<f32>,
    bands: [Band; 2],
    before: Option<Vec<f32>>,
    /// Sums of the frequencies and of their squares.
    sums: (f64, f64),
    logs: Vec<f32>,
    /// The power up to the end of each run of bins.
    below: Vec<f32>,
    turns: Vec<bool>,
    extrema: Vec<f32>,
}

/// The critical-band rate in Bark (Traunmüller 1990), corrected at both ends.
fn bark(hz: f64) -> f64 {
    if hz <= 0.0 {
        return 0.0;
    }
    let z = 26.81 / (1.0 + 1960.0 / hz) - 0.53;
    if z < 2.0 {
        0.85 * z + 0.3
    } else if z > 20.1 {
        1.22 * z - 0.22 * 20.1
    } else {
        z
    }
}

/// Zwicker's weight of high frequencies in sharpness.
fn sharpness_weight(bark: f64) -> f64 {
    if bark <= 16.0 { 1.0 } else { ((bark - 16.0) / 4.0).powf(3.0f64.log2()) + 1.0 }
}

impl Spectral {
    /// For `bins` bins, `bin_hz` apart, the first at `bin_hz`.
    #[expect(clippy::cast_possible_truncation, reason = "weights")]
    pub(crate) fn new(bins: usize, bin_hz: f64) -> Self {
        let hz: Vec<f64> = (1..=bins).map(|bin| bin as f64 * bin_hz).collect();
        let weight = |hz: &f64| (0.11 * bark(*hz) * sharpness_weight(bark(*hz))) as f32;
        let bands = [(250.0, 650.0), (1000.0, 4000.0)]
            .map(|(low, high)| Band::new(bins, bin_hz, low, high));
        Self {
            sharpness: hz.iter().map(weight).collect(),
            bands,
            before: None,
            sums: (hz.iter().sum(), hz.iter().map(|f| f * f).sum()),
            hz: hz.iter().map(|hz| *hz as f32).collect(),
            logs: vec![0.0; bins],
            below: vec![0.0; bins / LANES],
            turns: vec![false; bins],
            extrema: vec![0.0; bins],
        }
    }

    /// Appends bands, roll-offs, flux, centroid, entropy, variance, skewness, kurtosis, slope,
    /// sharpness, harmonicity and flatness.
    #[inline(always)]
    pub(crate) fn measure(&mut self, magnitude: &[f32], power: &[f32], row: &mut Vec<f32>) {
        let bins = power.len() as f32;
        let total = self.add_up(power);
        let mean_of = |sum: f32| if total > 0.0 { sum / total } else { 0.0 };
        row.extend(self.bands.each_ref().map(|band| band.power(power) / bins));
        row.extend(self.roll_offs(power, total));
        row.push(self.flux(magnitude));
        let weighted = sum_of(power, &self.hz, |p, hz| p * hz);
        let centroid = mean_of(weighted);
        row.push(centroid);
        let [entropy, flatness] = self.disorder(power, total);
        row.push(entropy);
        row.extend(self.moments(power, total, centroid));
        row.push(self.slope(weighted, total));
        row.push(mean_of(sum_of(power, &self.sharpness, |p, weight| p * weight)));
        row.push(self.harmonicity(power) / bins);
        row.push(flatness);
    }

    /// The whole power; keeps what lies below the end of each run of bins.
    #[inline(always)]
    fn add_up(&mut self, power: &[f32]) -> f32 {
        for (run, sum) in power.as_chunks().0.iter().zip(&mut self.below) {
            *sum = lanes::total(run);
        }
        let mut total = 0.0;
        for sum in &mut self.below {
            total += *sum;
            *sum = total;
        }
        total
    }

    /// Where the power from below first reaches each share of all.
    #[inline(always)]
    fn roll_offs(&self, power: &[f32], total: f32) -> [f32; 4] {
        let (runs, hz) = (power.as_chunks::<LANES>().0, self.hz.as_chunks::<LANES>().0);
        ROLL_OFFS.map(|share| {
            let wanted = share * total;
            let run: u32 = self.below.iter().map(|below| u32::from(*below < wanted)).sum();
            let run = (run as usize).min(runs.len() - 1);
            let mut below = run.checked_sub(1).map_or(0.0, |before| self.below[before]);
            let mut within = 0;
            for p in &runs[run][..LANES - 1] {
                below += p;
                within += usize::from(below < wanted);
            }
            hz[run][within]
        })
    }

    /// The root of the mean squared change of the magnitudes; 0 for the first frame.
    #[inline(always)]
    fn flux(&mut self, magnitude: &[f32]) -> f32 {
        let Some(before) = &mut self.before else {
            self.before = Some(magnitude.to_vec());
            return 0.0;
        };
        let squares = sum_of(before, magnitude, |a, b| (b - a) * (b - a));
        before.copy_from_slice(magnitude);
        (squares / magnitude.len() as f32).sqrt()
    }

    /// The entropy of the power as a distribution, in bits, and the flatness: its geometric over its
    /// arithmetic mean, 1 for white noise's expectation and 0 for a tone.
    #[inline(always)]
    fn disorder(&mut self, power: &[f32], total: f32) -> [f32; 2] {
        for (log, p) in self.logs.iter_mut().zip(power) {
            *log = lanes::log2(larger(*p, f32::MIN_POSITIVE));
        }
        let all = total.max(ENTROPY_FLOOR);
        let (log_floor, log_all) = (lanes::log2(ENTROPY_FLOOR), lanes::log2(all));
        let entropy = sum_of(power, &self.logs, |p, log| {
            larger(p, ENTROPY_FLOOR) * (log_all - larger(log, log_floor))
        }) / all;
        if total <= 0.0 {
            return [entropy, 0.0];
        }
        let bins = power.len() as f32;
        [entropy, lanes::exp2(sum(&self.logs, |log| log) / bins) * bins / total]
    }

    #[inline(always)]
    fn moments(&self, power: &[f32], total: f32, centroid: f32) -> [f32; 3] {
        let squares = sum_of(power, &self.hz, |p, hz| p * (hz - centroid) * (hz - centroid));
        if total <= 0.0 || squares <= 0.0 {
            return [0.0; 3];
        }
        let variance = squares / total;
        let scale = 1.0 / variance.sqrt();
        let of = |p: f32, hz: f32| {
            let t = (hz - centroid) * scale;
            (p * t * t * t, t)
        };
        let skewness = sum_of(power, &self.hz, |p, hz| of(p, hz).0) / total;
        let kurtosis = sum_of(power, &self.hz, |p, hz| of(p, hz).0 * of(p, hz).1) / total;
        [variance, skewness, kurtosis]
    }

    /// The slope of the line through the power spectrum, times the number of bins less one: what
    /// openSMILE has always given out under this name.
    #[expect(clippy::cast_possible_truncation, reason = "descriptors are single precision")]
    fn slope(&self, weighted: f32, total: f32) -> f32 {
        let ((sum, squares), bins) = (self.sums, self.hz.len() as f64);
        let below = bins * squares - sum * sum;
        let above = bins * f64::from(weighted) - sum * f64::from(total);
        if below == 0.0 { 0.0 } else { (above / below * (bins - 1.0)) as f32 }
    }

    /// Half the sum of the differences between neighbouring peaks and dips, which are above or below
    /// the two bins on either side; the last bin is no neighbour of any.
    #[inline(always)]
    fn harmonicity(&mut self, power: &[f32]) -> f32 {
        let inner = &power[..power.len() - 1];
        for (turns, [a, b, p, c, d]) in self.turns.iter_mut().zip(inner.array_windows()) {
            let high = larger(larger(*a, *b), larger(*c, *d));
            let low = smaller(smaller(*a, *b), smaller(*c, *d));
            *turns = (*p > high) | (*p < low);
        }
        let mut count = 0;
        for (p, turns) in inner[2..].iter().zip(&self.turns[..inner.len() - 4]) {
            self.extrema[count] = *p;
            count += usize::from(*turns);
        }
        let after = self.extrema[..count].get(1..).unwrap_or_default();
        sum_of(&self.extrema[..after.len()], after, |a, b| (b - a).abs()) / 2.0
    }
}
