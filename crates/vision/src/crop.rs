//! The one way from pixels to what the classifier sees, in training and in serving.

use attune_core::FaceBox;

use crate::Frame;
use crate::resample::{Region, resample};

/// Side of a face crop in pixels, FER2013's own.
pub const CROP_SIZE: usize = 48;

/// A grey face, 48 x 48, rows from the top.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FaceCrop(Box<[u8; CROP_SIZE * CROP_SIZE]>);

/// Where the picture that FER2013 would show of a face lies, seen from the detector's box: its
/// centre moves by these shares of the box, its side is this many times the box's.
const CENTRE_X: f32 = 0.0;
const CENTRE_Y: f32 = 0.0;
const SIDE: f32 = 1.0;

impl FaceCrop {
    /// Cuts a face out of a frame the way FER2013's pictures are cut, whatever the box's
    /// size; beyond the frame its border pixels repeat. The same frame and box give the same
    /// pixels on every machine.
    #[must_use]
    pub fn cut(frame: &Frame, face: &FaceBox) -> Self {
        let pixels = resample(frame, region(frame, face), CROP_SIZE, CROP_SIZE);
        Self(pixels.try_into().unwrap_or_else(|_| Box::new([0; CROP_SIZE * CROP_SIZE])))
    }

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
        let mut input = vec![0.0; size * size];
        self.fill_input(size, &mut input);
        input
    }

    /// [`input`](Self::input) into memory that is there already, `size` x `size` numbers.
    pub(crate) fn fill_input(&self, size: usize, input: &mut [f32]) {
        let margin = (CROP_SIZE - size) / 2;
        let rows = self.0.chunks_exact(CROP_SIZE).skip(margin);
        for (row, line) in rows.zip(input.chunks_exact_mut(size)) {
            let pixels = row[margin..margin + size].iter();
            line.iter_mut().zip(pixels).for_each(|(value, pixel)| *value = f32::from(*pixel));
        }
        standardise(input);
    }
}

/// The square to cut, kept within reach of the frame so that any box ends in finite work.
fn region(frame: &Frame, face: &FaceBox) -> Region {
    let reach = (2 * frame.width().max(frame.height())) as f32;
    let side = (face.width.max(face.height) * SIDE).clamp(1.0, reach);
    let place = |start: f32, length: f32, offset: f32| {
        let centre = start + length * 0.5 + side * offset;
        if centre.is_finite() { (centre - side * 0.5).clamp(-reach, reach) } else { 0.0 }
    };
    let x = place(face.x, face.width, CENTRE_X);
    let y = place(face.y, face.height, CENTRE_Y);
    let side = if side.is_finite() { side } else { 1.0 };
    Region { x, y, width: side, height: side }
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
