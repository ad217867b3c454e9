//! The one way from pixels to what the classifier sees, in training and in serving.

/// Side of a face crop in pixels, FER2013's own.
pub const CROP_SIZE: usize = 48;

/// A grey face, 48 x 48, rows from the top.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FaceCrop(Box<[u8; CROP_SIZE * CROP_SIZE]>);

impl FaceCrop {
    /// Takes 48 x 48 grey values as they are; `None` for any other number of them.
    #[must_use]
    pub fn from_pixels(pixels: &[u8]) -> Option<Self> {
        Some(Self(Box::new(pixels.try_into().ok()?)))
    }

    /// The grey values, rows from the top.
    #[must_use]
    pub fn pixels(&self) -> &[u8] {
        &self.0[..]
    }

    /// What the network reads: the middle `size` x `size` pixels (`size` at most 48),
    /// [standardised](standardise).
    #[must_use]
    pub fn input(&self, size: usize) -> Vec<f32> {
        let margin = (CROP_SIZE - size) / 2;
        let rows = self.0.chunks_exact(CROP_SIZE).skip(margin).take(size);
        let mut input: Vec<f32> =
            rows.flat_map(|row| &row[margin..margin + size]).map(|p| f32::from(*p)).collect();
        standardise(&mut input);
        input
    }
}

/// Grey levels below which a picture's deviation counts as noise and is not blown up.
const LEAST_DEVIATION: f32 = 8.0;

/// Shifts and scales grey values (0 to 255) to mean 0 and deviation 1, so that neither brightness
/// nor contrast changes what the network sees. Nearly flat pictures stay nearly flat.
///
/// Sums run in f64 and in order, so that native code and wasm agree to the bit.
pub fn standardise(pixels: &mut [f32]) {
    let n = pixels.len().max(1) as f64;
    let mean = pixels.iter().map(|p| f64::from(*p)).sum::<f64>() / n;
    let variance = pixels.iter().map(|p| (f64::from(*p) - mean).powi(2)).sum::<f64>() / n;
    let scale = 1.0 / (variance.sqrt() as f32).max(LEAST_DEVIATION);
    for p in pixels {
        *p = (*p - mean as f32) * scale;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brightness_and_contrast_change_nothing() {
        let face: Vec<u8> = (0..48 * 48).map(|i| 60 + (i * 7 % 60) as u8).collect();
        let dim: Vec<u8> = face.iter().map(|p| p / 2 * 2 - 40).collect();
        let even: Vec<u8> = face.iter().map(|p| p / 2 * 2).collect();
        let a = FaceCrop::from_pixels(&even).unwrap().input(44);
        let b = FaceCrop::from_pixels(&dim).unwrap().input(44);
        assert_eq!(a.len(), 44 * 44);
        assert!(a.iter().zip(&b).all(|(x, y)| (x - y).abs() < 1e-5));
    }

    #[test]
    fn a_flat_picture_stays_finite() {
        let input = FaceCrop::from_pixels(&[255; 48 * 48]).unwrap().input(44);
        assert!(input.iter().all(|x| *x == 0.0));
        assert!(FaceCrop::from_pixels(&[0; 10]).is_none());
    }
}
