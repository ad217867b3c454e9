//! Shape and change of the power spectrum, as openSMILE's `cSpectral` defines them. The bin at
//! 0 Hz is left out everywhere.

const ROLL_OFFS: [f64; 4] = [0.25, 0.50, 0.75, 0.90];
/// Least power in the entropy.
const ENTROPY_FLOOR: f64 = 1e-7;

/// Bins of a band, the first and last by the share of them that lies inside.
struct Band {
    first: usize,
    first_share: f64,
    last: usize,
    last_share: f64,
}

impl Band {
    fn new(bins: usize, bin_hz: f64, low_hz: f64, high_hz: f64) -> Self {
        let share = |x: f64| if x == 0.0 { 1.0 } else { x };
        let (low, high) = (low_hz / bin_hz, high_hz / bin_hz);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "bins")]
        let at = |x: f64| (x.floor() as usize).min(bins - 1);
        Self {
            first: at(low),
            first_share: share(low.floor() + 1.0 - low),
            last: at(high),
            last_share: share(high - high.floor()),
        }
    }

    fn power(&self, power: &[f32]) -> f64 {
        if self.first >= self.last {
            return f64::from(power[self.first]) * self.first_share;
        }
        let whole: f64 = power[self.first + 1..self.last].iter().map(|p| f64::from(*p)).sum();
        f64::from(power[self.first]) * self.first_share
            + whole
            + f64::from(power[self.last]) * self.last_share
    }
}

/// Keeps the last frame's magnitudes for the flux.
pub(crate) struct Spectral {
    hz: Vec<f64>,
    sharpness: Vec<f64>,
    bands: [Band; 2],
    before: Option<Vec<f32>>,
    /// Sums of the frequencies and of their squares.
    sums: (f64, f64),
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
    /// For `bins` bins, `bin_hz` apart, the first at 0 Hz.
    pub(crate) fn new(bins: usize, bin_hz: f64) -> Self {
        let hz: Vec<f64> = (0..bins).map(|bin| bin as f64 * bin_hz).collect();
        let sharpness =
            hz.iter().map(|hz| 0.11 * bark(*hz) * sharpness_weight(bark(*hz))).collect();
        let bands = [(250.0, 650.0), (1000.0, 4000.0)]
            .map(|(low, high)| Band::new(bins, bin_hz, low, high));
        let sums = (hz.iter().sum(), hz.iter().map(|f| f * f).sum());
        Self { hz, sharpness, bands, before: None, sums }
    }

    /// Appends bands, roll-offs, flux, centroid, entropy, variance, skewness, kurtosis, slope,
    /// sharpness, harmonicity and flatness.
    #[expect(clippy::cast_possible_truncation, reason = "descriptors are single precision")]
    pub(crate) fn measure(&mut self, magnitude: &[f32], power: &[f32], row: &mut Vec<f32>) {
        let bins = (power.len() - 1) as f64;
        let total: f64 = power[1..].iter().map(|p| f64::from(*p)).sum();
        for band in &self.bands {
            row.push((band.power(power) / bins) as f32);
        }
        row.extend(self.roll_offs(power, total).map(|hz| hz as f32));
        row.push(self.flux(magnitude) as f32);
        let weighted: f64 =
            power[1..].iter().zip(&self.hz[1..]).map(|(p, f)| f64::from(*p) * f).sum();
        let centroid = if total > 0.0 { weighted / total } else { 0.0 };
        row.push(centroid as f32);
        row.push(entropy(&power[1..], total) as f32);
        row.extend(self.moments(power, total, centroid).map(|moment| moment as f32));
        row.push(self.slope(weighted, total, bins) as f32);
        let sharp: f64 =
            power[1..].iter().zip(&self.sharpness[1..]).map(|(p, w)| f64::from(*p) * w).sum();
        row.push(if total > 0.0 { sharp / total } else { 0.0 } as f32);
        row.push((harmonicity(power) / bins) as f32);
        row.push(flatness(&power[1..], total / bins) as f32);
    }

    fn roll_offs(&self, power: &[f32], total: f64) -> [f64; 4] {
        let mut found = [0.0; 4];
        let (mut sum, mut next) = (0.0, 0);
        for (p, hz) in power.iter().zip(&self.hz).skip(1) {
            sum += f64::from(*p);
            while next < 4 && sum >= ROLL_OFFS[next] * total {
                found[next] = *hz;
                next += 1;
            }
        }
        found
    }

    /// The root of the mean squared change of the magnitudes; 0 for the first frame.
    fn flux(&mut self, magnitude: &[f32]) -> f64 {
        let Some(before) = &mut self.before else {
            self.before = Some(magnitude.to_vec());
            return 0.0;
        };
        let squares = before[1..].iter().zip(&magnitude[1..]);
        let sum: f64 = squares.map(|(a, b)| f64::from(b - a).powi(2)).sum();
        before.copy_from_slice(magnitude);
        (sum / (magnitude.len() - 1) as f64).sqrt()
    }

    fn moments(&self, power: &[f32], total: f64, centroid: f64) -> [f64; 3] {
        let mut sums = [0.0; 3];
        for (p, f) in power.iter().zip(&self.hz).skip(1) {
            let t = f - centroid;
            let square = t * t * f64::from(*p);
            sums[0] += square;
            sums[1] += square * t;
            sums[2] += square * t * t;
        }
        let variance = if total > 0.0 { sums[0] / total } else { 0.0 };
        if variance <= 0.0 {
            return [0.0; 3];
        }
        let skewness = sums[1] / (total * variance * variance.sqrt());
        [variance, skewness, sums[2] / (total * variance * variance)]
    }

    /// The slope of the line through the power spectrum, times the number of bins less one: what
    /// openSMILE has always given out under this name.
    fn slope(&self, weighted: f64, total: f64, bins: f64) -> f64 {
        let (sum, squares) = self.sums;
        let below = bins * squares - sum * sum;
        if below == 0.0 { 0.0 } else { (bins * weighted - sum * total) / below * (bins - 1.0) }
    }
}

/// Bits, of the power as a distribution.
fn entropy(power: &[f32], total: f64) -> f64 {
    let total = total.max(ENTROPY_FLOOR);
    let bits = power.iter().map(|p| {
        let share = f64::from(*p).max(ENTROPY_FLOOR) / total;
        share * share.log2()
    });
    -bits.sum::<f64>()
}

/// Half the sum of the differences between neighbouring peaks and dips.
fn harmonicity(power: &[f32]) -> f64 {
    let mut last: Option<f32> = None;
    let mut sum = 0.0;
    for w in power[1..].windows(5).take(power.len().saturating_sub(6)) {
        let others = [w[0], w[1], w[3], w[4]];
        if others.iter().all(|o| *o < w[2]) || others.iter().all(|o| *o > w[2]) {
            sum += last.map_or(0.0, |last| f64::from((w[2] - last).abs()));
            last = Some(w[2]);
        }
    }
    sum / 2.0
}

/// Geometric over arithmetic mean of the power: 1 for white noise's expectation, 0 for a tone.
fn flatness(power: &[f32], mean: f64) -> f64 {
    if mean <= 0.0 {
        return 0.0;
    }
    let logs: f64 = power.iter().map(|p| f64::from(p.max(f32::MIN_POSITIVE)).ln()).sum();
    (logs / power.len() as f64).exp() / mean
}
