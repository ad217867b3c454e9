//! What can be said of a picture without knowing what it shows.

use crate::{CROP_SIZE, FaceCrop};

/// Light and focus of a face crop.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quality {
    /// Mean grey level, 0 to 255.
    pub brightness: f32,
    /// Standard deviation of the grey levels.
    pub contrast: f32,
    /// Variance of the Laplacian (Pech-Pacheco et al. 2000) over the variance of the picture, so
    /// that contrast alone does not change it; infinite for a flat picture.
    pub sharpness: f32,
}

impl Quality {
    /// Measures a crop.
    #[must_use]
    pub fn of(crop: &FaceCrop) -> Self {
        let (mean, variance) = moments(crop.pixels().iter().map(|p| f32::from(*p)));
        let (_, edges) = moments(laplacian(crop.pixels()));
        let sharpness = if variance > 0.0 { edges / variance } else { f32::INFINITY };
        Self { brightness: mean, contrast: variance.sqrt(), sharpness }
    }
}

/// Mean and variance.
fn moments(values: impl Iterator<Item = f32>) -> (f32, f32) {
    let (mut n, mut sum, mut squares) = (0.0, 0.0, 0.0);
    for value in values.map(f64::from) {
        n += 1.0;
        sum += value;
        squares += value * value;
    }
    let mean = sum / f64::max(n, 1.0);
    (mean as f32, (squares / f64::max(n, 1.0) - mean * mean).max(0.0) as f32)
}

/// Four neighbours less four times the pixel.
fn laplacian(pixels: &[u8]) -> impl Iterator<Item = f32> + '_ {
    let at = |y: usize, x: usize| i32::from(pixels[y * CROP_SIZE + x]);
    let inner = 1..CROP_SIZE - 1;
    inner.clone().flat_map(move |y| inner.clone().map(move |x| (y, x))).map(move |(y, x)| {
        (at(y - 1, x) + at(y + 1, x) + at(y, x - 1) + at(y, x + 1) - 4 * at(y, x)) as f32
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_pictures() {
        let of = |pixel: fn(usize) -> u8| {
            let pixels: Vec<u8> = (0..CROP_SIZE * CROP_SIZE).map(pixel).collect();
            Quality::of(&FaceCrop::from_pixels(&pixels).unwrap())
        };
        let flat = of(|_| 90);
        assert_eq!((flat.brightness, flat.contrast), (90.0, 0.0));
        assert_eq!(flat.sharpness, f32::INFINITY, "nothing to be blurred");
        let board = of(|i| if (i + i / CROP_SIZE).is_multiple_of(2) { 0 } else { 200 });
        assert_eq!((board.brightness, board.contrast), (100.0, 100.0));
        assert_eq!(board.sharpness, 64.0, "each pixel differs from all four neighbours");
        let ramp = of(|i| (i % CROP_SIZE) as u8);
        assert_eq!(ramp.sharpness, 0.0);
    }
}
