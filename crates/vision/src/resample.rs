//! Picture scaling in plain integer arithmetic: the same pixels natively and in wasm.

use crate::Frame;

/// A part of a frame in pixels; it may reach outside, where the border pixels repeat.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Region {
    pub x: f32,
    pub y: f32,
    pub width: f32,
    pub height: f32,
}

/// Weights are in units of 1 / 16384.
const ONE: i32 = 1 << 14;
/// Rows are kept with 6 bits behind the point between the two passes.
const KEPT_BITS: u32 = 6;

/// Scales a region to `width` x `height` by a triangle filter: bilinear where it grows, and an
/// average over the pixels that fall together where it shrinks. `region` must be finite and its
/// sides above 0.
pub(crate) fn resample(frame: &Frame, region: Region, width: usize, height: usize) -> Vec<u8> {
    let columns = taps(region.x, region.width, width, frame.width());
    let rows = taps(region.y, region.height, height, frame.height());
    let first = rows.iter().map(|t| t.first).min().unwrap_or(0);
    let last = rows.iter().map(|t| t.first + t.weights.len()).max().unwrap_or(0);
    let source = frame.pixels().chunks_exact(frame.width()).skip(first).take(last - first);
    let narrowed: Vec<i32> =
        source.flat_map(|row| columns.iter().map(|tap| tap.across(row))).collect();
    let mut pixels = Vec::with_capacity(width * height);
    let mut sums = vec![0; width];
    for tap in &rows {
        let start = (tap.first - first) * width;
        sums.fill(1 << (13 + KEPT_BITS));
        for (weight, row) in tap.weights.iter().zip(narrowed[start..].chunks_exact(width)) {
            sums.iter_mut().zip(row).for_each(|(sum, value)| *sum += weight * value);
        }
        pixels.extend(sums.iter().map(|sum| (sum >> (14 + KEPT_BITS)).clamp(0, 255) as u8));
    }
    pixels
}

/// The middle of a square picture of side `from`, turned anticlockwise, as one of side `to`:
/// bilinear, in steps of 1 / 256 of a pixel; beyond the border the border repeats.
pub(crate) fn turn(source: &[u8], from: usize, degrees: f64, out: &mut [u8], to: usize) {
    let [sin, cos] = sine_and_cosine(degrees.clamp(-45.0, 45.0).to_radians());
    let centre = |side: usize| (side as f64 - 1.0) / 2.0;
    let last = from as i64 - 1;
    for (i, pixel) in out.iter_mut().enumerate() {
        let (x, y) = ((i % to) as f64 - centre(to), (i / to) as f64 - centre(to));
        let place = [cos * x - sin * y, sin * x + cos * y];
        let [x, y] = place.map(|v| ((v + centre(from)) * 256.0 + 0.5).floor() as i64);
        let at = |x: i64, y: i64| {
            let [x, y] = [x, y].map(|v| (v >> 8).clamp(0, last) as usize);
            i64::from(source[y * from + x])
        };
        let (right, down) = (x & 255, y & 255);
        let across = |y: i64| at(x, y) * (256 - right) + at(x + 256, y) * right;
        let sum = across(y) * (256 - down) + across(y + 256) * down;
        *pixel = ((sum + (1 << 15)) >> 16) as u8;
    }
}

/// Of an angle of at most 45 degrees, by products and sums alone: the same bits on every machine,
/// which what the system's library gives is not.
fn sine_and_cosine(radians: f64) -> [f64; 2] {
    let square = radians * radians;
    let series = |first: f64, from: u32| {
        let (mut term, mut sum) = (first, first);
        for n in (from..from + 16).step_by(2) {
            term *= -square / f64::from(n * (n + 1));
            sum += term;
        }
        sum
    };
    [series(radians, 2), series(1.0, 1)]
}

/// Which source pixels make one output pixel, and how much of each; the weights sum to [`ONE`].
struct Tap {
    first: usize,
    weights: Vec<i32>,
}

impl Tap {
    fn across(&self, row: &[u8]) -> i32 {
        let sources = row[self.first..].iter().zip(&self.weights);
        let sum: i32 = sources.map(|(pixel, weight)| i32::from(*pixel) * weight).sum();
        (sum + (1 << (13 - KEPT_BITS))) >> (14 - KEPT_BITS)
    }
}

/// The taps along one axis, for `outputs` pixels over `[start, start + length)` of `size` pixels.
fn taps(start: f32, length: f32, outputs: usize, size: usize) -> Vec<Tap> {
    let (start, step) = (f64::from(start), f64::from(length) / outputs as f64);
    (0..outputs).map(|i| tap(start + (i as f64 + 0.5) * step, step.max(1.0), size)).collect()
}

/// A triangle of half-width `reach` around `centre`; what falls outside lands on the border pixel.
fn tap(centre: f64, reach: f64, size: usize) -> Tap {
    let last = size as i64 - 1;
    let low = (centre - reach).floor() as i64;
    let high = (centre + reach).floor() as i64;
    let first = low.clamp(0, last);
    let mut shares = vec![0.0; (high.clamp(0, last) - first + 1) as usize];
    for pixel in low..=high {
        let distance = (pixel as f64 + 0.5 - centre).abs() / reach;
        shares[(pixel.clamp(0, last) - first) as usize] += (1.0 - distance).max(0.0);
    }
    Tap { first: first as usize, weights: fixed_point(&shares) }
}

/// Rounds shares to weights that sum to [`ONE`] exactly, by carrying the rounding error along.
fn fixed_point(shares: &[f64]) -> Vec<i32> {
    let total: f64 = shares.iter().sum();
    let (mut sum, mut spent) = (0.0, 0);
    let round = |share: &f64| {
        sum += share;
        let until_here = (sum / total * f64::from(ONE) + 0.5).floor() as i32;
        let weight = until_here - spent;
        spent = until_here;
        weight
    };
    shares.iter().map(round).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_that_is_the_pixels_copies_them() {
        let pixels: Vec<u8> = (0..30).map(|i| (i * 37 % 256) as u8).collect();
        let frame = Frame::from_luma(6, 5, pixels.clone()).unwrap();
        let same = resample(&frame, Region { x: 0.0, y: 0.0, width: 6.0, height: 5.0 }, 6, 5);
        assert_eq!(same, pixels);
        let inner = resample(&frame, Region { x: 2.0, y: 1.0, width: 3.0, height: 2.0 }, 3, 2);
        assert_eq!(inner, [pixels[8], pixels[9], pixels[10], pixels[14], pixels[15], pixels[16]]);
    }

    #[test]
    fn beyond_the_border_the_border_repeats() {
        let frame = Frame::from_luma(2, 1, vec![10, 250]).unwrap();
        let wide = resample(&frame, Region { x: -4.0, y: -9.0, width: 10.0, height: 3.0 }, 10, 3);
        for row in wide.chunks(10) {
            assert_eq!(row, [10, 10, 10, 10, 10, 250, 250, 250, 250, 250]);
        }
    }

    #[test]
    fn growing_is_bilinear() {
        let frame = Frame::from_luma(2, 1, vec![0, 200]).unwrap();
        let grown = resample(&frame, Region { x: 0.0, y: 0.0, width: 2.0, height: 1.0 }, 4, 1);
        assert_eq!(grown, [0, 50, 150, 200]);
    }

    #[test]
    fn a_picture_turned_there_and_back_is_itself() {
        for degrees in [-45.0f64, -20.0, -0.3, 0.0, 10.0, 33.3] {
            let [sin, cos] = sine_and_cosine(degrees.to_radians());
            let (s, c) = degrees.to_radians().sin_cos();
            assert!((sin - s).abs() < 1e-12 && (cos - c).abs() < 1e-12, "{degrees}");
        }
        let ramp: Vec<u8> = (0..72 * 72).map(|i| (i % 72 * 2 + i / 72) as u8).collect();
        let (mut same, mut back) = (vec![0; 48 * 48], vec![0; 24 * 24]);
        turn(&ramp, 72, 0.0, &mut same, 48);
        assert_eq!(same[..3], ramp[12 * 72 + 12..12 * 72 + 15]);
        let mut turned = vec![0; 48 * 48];
        turn(&ramp, 72, 20.0, &mut turned, 48);
        turn(&turned, 48, -20.0, &mut back, 24);
        for (i, pixel) in back.iter().enumerate() {
            let expected = ramp[(24 + i / 24) * 72 + 24 + i % 24];
            assert!(pixel.abs_diff(expected) <= 2, "{i}: {pixel} {expected}");
        }
    }

    #[test]
    fn weights_sum_to_one_exactly() {
        for reach in [1.0, 1.3, 7.77, 100.0] {
            let sum: i32 = tap(50.3, reach, 60).weights.iter().sum();
            assert_eq!(sum, ONE, "{reach}");
        }
    }
}
