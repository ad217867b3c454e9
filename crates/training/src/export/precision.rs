//! How numbers are stored in a file.

use attune_vision::Tensor;
use half::f16;
use serde::{Deserialize, Serialize};

/// How weights are stored. Whatever it is, serving computes with 32-bit floats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Precision {
    /// 8-bit whole numbers with a scale an output, a quarter of the size; biases stay 32-bit
    /// floats. What it costs in accuracy is measured, not assumed.
    Int8,
    /// 16-bit floats, half the size.
    Half,
    /// 32-bit floats.
    Single,
}

/// A tensor's bytes, little endian, as they go into a file.
pub(super) enum Encoded {
    /// 32-bit floats.
    Single(Vec<u8>),
    /// 16-bit floats.
    Half(Vec<u8>),
    /// 8-bit whole numbers, and a 32-bit float an output to multiply them by.
    Int8 { numbers: Vec<u8>, scales: Vec<u8> },
}

impl Precision {
    /// Only weights are worth 8 bits: biases are few, and one step of theirs moves a whole channel.
    pub(super) fn encode(self, tensor: &Tensor) -> Encoded {
        match self {
            Self::Int8 if tensor.shape.len() > 1 => {
                let Quantised { numbers, scales } = quantise(tensor);
                let numbers = numbers.iter().map(|n| n.cast_unsigned()).collect();
                Encoded::Int8 { numbers, scales: single(&scales) }
            }
            Self::Half => {
                let halves = tensor.values.iter().map(|x| f16::from_f32(*x).to_le_bytes());
                Encoded::Half(halves.flatten().collect())
            }
            Self::Int8 | Self::Single => Encoded::Single(single(&tensor.values)),
        }
    }
}

fn single(values: &[f32]) -> Vec<u8> {
    values.iter().flat_map(|x| x.to_le_bytes()).collect()
}

/// A tensor as whole numbers from -127 to 127 and a scale for each row along its first axis.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Quantised {
    pub numbers: Vec<i8>,
    pub scales: Vec<f32>,
}

/// Symmetric quantisation by output (Jacob et al. 2018) at the scale that leaves the least squared
/// error (Choukroun et al. 2019).
pub(super) fn quantise(tensor: &Tensor) -> Quantised {
    let outputs = tensor.shape.first().copied().unwrap_or(1).max(1);
    let rows = tensor.values.chunks((tensor.values.len() / outputs).max(1));
    let scales: Vec<f32> = rows.clone().map(best_scale).collect();
    let numbers = rows.zip(&scales).flat_map(|(row, scale)| row.iter().map(|w| number(*w, *scale)));
    Quantised { numbers: numbers.collect(), scales }
}

fn number(weight: f32, scale: f32) -> i8 {
    (weight / scale).round().clamp(-127.0, 127.0) as i8
}

/// Steps in which smaller scales are tried, of the one at which the largest weight is 127.
const STEPS: u8 = 100;

/// From the scale at which nothing is cut off down to half of it. Above 0 also for a row of zeros.
fn best_scale(row: &[f32]) -> f32 {
    let largest = row.iter().fold(0.0f32, |largest, w| largest.max(w.abs()));
    let whole = (largest / 127.0).max(f32::MIN_POSITIVE);
    let tried = (STEPS / 2..=STEPS).rev().map(|step| whole * f32::from(step) / f32::from(STEPS));
    let with_error = tried.map(|scale| (scale, squared_error(row, scale)));
    let best = with_error.reduce(|best, next| if next.1 < best.1 { next } else { best });
    best.map_or(whole, |(scale, _)| scale.max(f32::MIN_POSITIVE))
}

fn squared_error(row: &[f32], scale: f32) -> f64 {
    let error = |w: &f32| f64::from(*w) - f64::from(number(*w, scale)) * f64::from(scale);
    row.iter().map(|w| error(w).powi(2)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tensor(shape: &[usize], values: Vec<f32>) -> Tensor {
        Tensor { shape: shape.to_vec(), values }
    }

    fn back(q: &Quantised, row: usize) -> Vec<f32> {
        let rows = q.numbers.chunks(row).zip(&q.scales);
        rows.flat_map(|(row, s)| row.iter().map(move |n| f32::from(*n) * s)).collect()
    }

    #[test]
    fn rows_are_stored_at_least_as_well_as_by_their_largest_weight() {
        let mut rng = fastrand::Rng::with_seed(1);
        for size in [1e-6f32, 1.0, 1e6] {
            let values = (0..5 * 18).map(|i| (rng.f32() - 0.5) * size * (1 + i / 18) as f32);
            let t = tensor(&[5, 2, 3, 3], values.collect());
            let q = quantise(&t);
            assert_eq!((q.numbers.len(), q.scales.len()), (90, 5));
            let restored = back(&q, 18);
            for (row, scale) in t.values.chunks(18).zip(&q.scales) {
                let largest = row.iter().fold(0.0f32, |m, w| m.max(w.abs()));
                assert!(squared_error(row, *scale) <= squared_error(row, largest / 127.0));
                let half_step = 18.0 * f64::from(largest / 254.0).powi(2);
                assert!(squared_error(row, *scale) <= half_step);
            }
            let again = quantise(&tensor(&t.shape, restored));
            assert_eq!(again.numbers, q.numbers, "a second time changes nothing");
        }
    }

    #[test]
    fn a_weight_far_from_the_rest_is_cut_off_where_that_serves_them() {
        let mut row = vec![0.004; 2000];
        row[0] = 1.0;
        let q = quantise(&tensor(&[1, 2000], row));
        assert!(q.scales[0] < 1.0 / 127.0 && q.numbers[0] == 127 && q.numbers[1] == 1, "{q:?}");
    }

    #[test]
    fn rows_of_zeros_keep_a_usable_scale() {
        let q = quantise(&tensor(&[2, 2], vec![0.0, 0.0, -3.0, 1.5]));
        assert_eq!(q.numbers, [0, 0, -127, 64]);
        assert!(q.scales.iter().all(|s| s.is_normal() && *s > 0.0));
    }
}
