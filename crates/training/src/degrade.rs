//! What cameras, distance and storage do to a picture. Pictures are grey values from 0 to 255, rows
//! from the top.

use attune_vision::Frame;
use image::ExtendedColorType;
use image::codecs::jpeg::JpegEncoder;

use crate::augment::between;

/// Shrinks a `size` x `size` picture to `share` of its side (at least 4 pixels) and enlarges it
/// again.
pub(crate) fn low_resolution(picture: &mut [f32], size: usize, share: f32) {
    let small = ((size as f32 * share).round() as usize).clamp(4.min(size), size);
    let Ok(frame) = Frame::from_luma(size, size, bytes(picture)) else { return };
    copy(frame.resized(small, small).resized(size, size).pixels(), picture);
}

/// Blurs by a Gaussian of deviation `sigma` pixels, edges repeated.
pub(crate) fn gaussian_blur(picture: &mut [f32], size: usize, sigma: f32) {
    let sigma = sigma.max(1e-3);
    let reach = (3.0 * sigma).ceil() as isize;
    let weight = |d: isize| (-0.5 * (d as f32 / sigma).powi(2)).exp();
    let weights: Vec<f32> = (-reach..=reach).map(weight).collect();
    let total: f32 = weights.iter().sum();
    let mut line = vec![0.0; size];
    for (step, lines) in [(1, size), (size, 1)] {
        for first in (0..size).map(|i| i * lines) {
            for (i, out) in line.iter_mut().enumerate() {
                let at = |d: isize| (i as isize + d).clamp(0, size as isize - 1) as usize;
                let sum =
                    (-reach..=reach).zip(&weights).map(|(d, w)| w * picture[first + at(d) * step]);
                *out = sum.sum::<f32>() / total;
            }
            line.iter().enumerate().for_each(|(i, x)| picture[first + i * step] = *x);
        }
    }
}

/// Covers `share` of the picture by a rectangle of one random grey value at a random place, its
/// sides at most 1 : 2.
pub(crate) fn cover(picture: &mut [f32], size: usize, share: f32, rng: &mut fastrand::Rng) {
    let whole = (size * size) as f32;
    let area = share * whole;
    // As narrow as 1 : 2, but no longer than the picture.
    let most = (whole / area.max(1.0)).min(2.0).log2();
    let aspect = 2f32.powf(between(rng, -most, most));
    let side = |x: f32| (x.sqrt().round() as usize).clamp(1, size);
    let (height, width) = (side(area * aspect), side(area / aspect));
    let (top, left) = (rng.usize(0..=size - height), rng.usize(0..=size - width));
    let grey = f32::from(rng.u8(..));
    for row in picture.chunks_exact_mut(size).skip(top).take(height) {
        row[left..left + width].fill(grey);
    }
}

/// Adds normal noise of deviation `levels`.
pub(crate) fn noise(picture: &mut [f32], levels: f32, rng: &mut fastrand::Rng) {
    for p in picture {
        // Sum of three uniform numbers: deviation 1/2, near enough to normal for noise.
        let normal = 2.0 * (rng.f32() + rng.f32() + rng.f32() - 1.5);
        *p = (*p + levels * normal).clamp(0.0, 255.0);
    }
}

/// Encodes as JPEG of a quality from 1 to 100 and decodes again.
pub(crate) fn jpeg(picture: &mut [f32], size: usize, quality: u8) {
    let (mut file, side) = (Vec::new(), size as u32);
    let mut encoder = JpegEncoder::new_with_quality(&mut file, quality);
    if encoder.encode(&bytes(picture), side, side, ExtendedColorType::L8).is_ok()
        && let Ok(decoded) = image::load_from_memory(&file)
    {
        copy(decoded.into_luma8().as_raw(), picture);
    }
}

fn bytes(picture: &[f32]) -> Vec<u8> {
    picture.iter().map(|p| p.round().clamp(0.0, 255.0) as u8).collect()
}

fn copy(pixels: &[u8], picture: &mut [f32]) {
    picture.iter_mut().zip(pixels).for_each(|(p, byte)| *p = f32::from(*byte));
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: usize = 44;

    /// A name and what it does.
    type Change = (&'static str, fn(&mut [f32]));

    /// A chequered picture.
    fn fine() -> Vec<f32> {
        let grey = |i: usize| if (i % SIZE + i / SIZE).is_multiple_of(2) { 60.0 } else { 200.0 };
        (0..SIZE * SIZE).map(grey).collect()
    }

    fn spread(picture: &[f32]) -> f32 {
        let mean = picture.iter().sum::<f32>() / picture.len() as f32;
        let squares: f32 = picture.iter().map(|p| (p - mean).powi(2)).sum();
        (squares / picture.len() as f32).sqrt()
    }

    #[test]
    fn fine_detail_is_lost_and_the_mean_stays() {
        let changes: [Change; 2] = [
            ("low resolution", |p| low_resolution(p, SIZE, 0.25)),
            ("blur", |p| gaussian_blur(p, SIZE, 2.0)),
        ];
        for (name, change) in changes {
            let mut picture = fine();
            change(&mut picture);
            let mean = picture.iter().sum::<f32>() / picture.len() as f32;
            assert!((mean - 130.0).abs() < 6.0, "{name}: {mean}");
            assert!(spread(&picture) < 0.75 * spread(&fine()), "{name}: {}", spread(&picture));
        }
    }

    #[test]
    fn a_jpeg_of_low_quality_loses_more() {
        let lost = |quality| {
            let mut picture = fine();
            jpeg(&mut picture, SIZE, quality);
            fine().iter().zip(&picture).map(|(a, b)| (a - b).abs()).sum::<f32>()
        };
        assert!(lost(5) > 4.0 * lost(90), "{} {}", lost(5), lost(90));
    }

    #[test]
    fn mild_changes_are_mild() {
        let smooth: Vec<f32> = (0..SIZE * SIZE).map(|i| 40.0 + 3.0 * (i % SIZE) as f32).collect();
        for change in [
            (|p| low_resolution(p, SIZE, 1.0)) as fn(&mut [f32]),
            |p| gaussian_blur(p, SIZE, 0.3),
            |p| jpeg(p, SIZE, 95),
        ] {
            let mut picture = smooth.clone();
            change(&mut picture);
            let worst = smooth.iter().zip(&picture).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
            assert!(worst < 8.0, "{worst}");
        }
    }

    #[test]
    fn noise_has_the_deviation_asked_for() {
        let mut picture = vec![128.0; 10_000];
        noise(&mut picture, 12.0, &mut fastrand::Rng::with_seed(4));
        assert!((spread(&picture) - 12.0).abs() < 0.5, "{}", spread(&picture));
    }
}
