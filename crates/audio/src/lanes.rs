//! Sixteen numbers side by side: sums and functions that compile to vector instructions.

use std::f32::consts::LN_2;

/// Numbers worked on at once: one vector register of the widest machines.
pub(crate) const LANES: usize = 16;

/// Work that gains from vectors. What it does must be `#[inline(always)]` down to the loops: only what
/// ends up within [`wide`] is compiled for them, and large closures do not.
pub(crate) trait Wide {
    /// What it answers.
    type Output;

    /// Does it.
    fn run(self) -> Self::Output;
}

/// Does `work` as compiled for the widest vectors the machine has.
pub(crate) fn wide<W: Wide>(work: W) -> W::Output {
    pulp::Arch::new().dispatch(Vectors(work))
}

struct Vectors<W>(W);

impl<W: Wide> pulp::WithSimd for Vectors<W> {
    type Output = W::Output;

    #[inline(always)]
    fn with_simd<S: pulp::Simd>(self, _: S) -> W::Output {
        self.0.run()
    }
}

/// The sum of sixteen, half onto half.
#[inline(always)]
pub(crate) fn total(lanes: &[f32; LANES]) -> f32 {
    let eight: [f32; 8] = std::array::from_fn(|i| lanes[i] + lanes[i + 8]);
    let four: [f32; 4] = std::array::from_fn(|i| eight[i] + eight[i + 4]);
    (four[0] + four[2]) + (four[1] + four[3])
}

/// The sum of what `term` makes of each value; for a few thousand values, as each lane adds up in
/// single precision.
#[inline(always)]
pub(crate) fn sum(values: &[f32], term: impl Fn(f32) -> f32) -> f32 {
    let (chunks, rest) = values.as_chunks::<LANES>();
    let mut lanes = [0.0; LANES];
    for chunk in chunks {
        for (lane, value) in lanes.iter_mut().zip(chunk) {
            *lane += term(*value);
        }
    }
    total(&lanes) + rest.iter().map(|value| term(*value)).sum::<f32>()
}

/// The same of pairs from slices that are equally long.
#[inline(always)]
pub(crate) fn sum_of(a: &[f32], b: &[f32], term: impl Fn(f32, f32) -> f32) -> f32 {
    debug_assert_eq!(a.len(), b.len());
    let (chunks_a, rest_a) = a.as_chunks::<LANES>();
    let (chunks_b, rest_b) = b.as_chunks::<LANES>();
    let mut lanes = [0.0; LANES];
    for (chunk_a, chunk_b) in chunks_a.iter().zip(chunks_b) {
        for ((lane, a), b) in lanes.iter_mut().zip(chunk_a).zip(chunk_b) {
            *lane += term(*a, *b);
        }
    }
    total(&lanes) + rest_a.iter().zip(rest_b).map(|(a, b)| term(*a, *b)).sum::<f32>()
}

/// The larger of two numbers. That [`f32::max`] minds what is no number costs two more instructions.
#[inline(always)]
pub(crate) fn larger(a: f32, b: f32) -> f32 {
    if a > b { a } else { b }
}

/// The smaller of two numbers.
#[inline(always)]
pub(crate) fn smaller(a: f32, b: f32) -> f32 {
    if a < b { a } else { b }
}

/// The largest magnitude, 0 of none.
#[inline(always)]
pub(crate) fn peak(values: &[f32]) -> f32 {
    let (chunks, rest) = values.as_chunks::<LANES>();
    let mut lanes = [0.0f32; LANES];
    for chunk in chunks {
        for (lane, value) in lanes.iter_mut().zip(chunk) {
            *lane = larger(value.abs(), *lane);
        }
    }
    lanes.iter().chain(rest).fold(0.0, |peak, value| peak.max(value.abs()))
}

/// The logarithm to base 2 of a positive normal number, within 2e-7 or as much of itself: the
/// exponent, and the series of the inverse hyperbolic tangent for what is within a root of two of 1.
#[inline(always)]
#[expect(clippy::cast_possible_wrap, clippy::cast_sign_loss, reason = "bits of a float")]
pub(crate) fn log2(x: f32) -> f32 {
    const LEAST: u32 = std::f32::consts::FRAC_1_SQRT_2.to_bits();
    const SERIES: [f32; 4] =
        [2.0 / LN_2, 2.0 / (3.0 * LN_2), 2.0 / (5.0 * LN_2), 2.0 / (7.0 * LN_2)];
    let exponent = (x.to_bits().wrapping_sub(LEAST) as i32) >> 23;
    let near_one = f32::from_bits(x.to_bits().wrapping_sub((exponent << 23) as u32));
    let s = (near_one - 1.0) / (near_one + 1.0);
    let square = s * s;
    let [a, b, c, d] = SERIES;
    exponent as f32 + s * (a + square * (b + square * (c + square * d)))
}

/// Two to the power of `x`, within 2e-7 of itself; `x` is held within the exponents of normal numbers.
#[inline(always)]
pub(crate) fn exp2(x: f32) -> f32 {
    /// Adding it leaves the nearest whole number in the lowest bits.
    const ROUND: f32 = 12_582_912.0;
    const SERIES: [f32; 7] = [
        LN_2,
        LN_2 * LN_2 / 2.0,
        LN_2 * LN_2 * LN_2 / 6.0,
        LN_2 * LN_2 * LN_2 * LN_2 / 24.0,
        LN_2 * LN_2 * LN_2 * LN_2 * LN_2 / 120.0,
        LN_2 * LN_2 * LN_2 * LN_2 * LN_2 * LN_2 / 720.0,
        LN_2 * LN_2 * LN_2 * LN_2 * LN_2 * LN_2 * LN_2 / 5_040.0,
    ];
    let x = smaller(larger(x, -126.0), 127.0);
    let rounded = x + ROUND;
    let rest = x - (rounded - ROUND);
    let [a, b, c, d, e, f, g] = SERIES;
    let series = a + rest * (b + rest * (c + rest * (d + rest * (e + rest * (f + rest * g)))));
    let exponent = rounded.to_bits().wrapping_sub(ROUND.to_bits()).wrapping_add(127);
    f32::from_bits(exponent << 23) * (1.0 + rest * series)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logarithms_and_powers_are_those_of_the_standard_library() {
        for i in 0..200_000u32 {
            let x = f32::from_bits(0x0080_0000 + i * 10_000);
            let (ours, exact) = (f64::from(log2(x)), f64::from(x).log2());
            assert!((ours - exact).abs() < 2e-7 * exact.abs().max(1.0), "{x} {ours} {exact}");
            let y = (i as f32 - 100_000.0) / 800.0;
            let (ours, exact) = (f64::from(exp2(y)), f64::from(y).exp2());
            assert!((ours / exact - 1.0).abs() < 2e-7, "{y} {ours} {exact}");
        }
    }

    #[test]
    fn sums_take_every_value_once() {
        for len in [0usize, 1, 15, 16, 17, 100] {
            let values: Vec<f32> = (1..=len).map(|i| i as f32).collect();
            let expected = (len * (len + 1) / 2) as f32;
            assert_eq!(sum(&values, |x| x), expected);
            assert_eq!(sum_of(&values, &values, |a, b| 2.0 * a - b), expected);
            assert_eq!(peak(&values), len as f32);
            let negative: Vec<f32> = values.iter().map(|x| -x).collect();
            assert_eq!(peak(&negative), len as f32);
        }
    }
}
