use attune_core::FaceBox;

use crate::Frame;
use crate::resample::{Region, resample};

/// Side of the picture that is kept of somebody's looks, in pixels.
const SIDE: usize = 16;
/// What it shows, in sides of the face box: hair, beard and collar tell people apart better than
/// the face, which moves.
const REACH: f32 = 1.7;
/// Deviation in grey levels below which a picture counts as flat.
const LEAST_DEVIATION: f32 = 4.0;

/// What somebody looks like: a coarse picture of head and collar, free of brightness and contrast.
///
/// It tells people of one clip apart for seconds; it is no way to recognise anybody later.
#[derive(Clone, Debug, PartialEq)]
pub struct Appearance(Vec<f32>);

impl Appearance {
    /// Of the face in a box of a frame.
    #[must_use]
    pub fn of(frame: &Frame, face: &FaceBox) -> Self {
        let limit = (4 * frame.width().max(frame.height())) as f32;
        let finite = |v: f32| if v.is_finite() { v.clamp(-limit, limit) } else { 0.0 };
        let side = (finite(face.width.max(face.height)) * REACH).max(1.0);
        let start = |from: f32, length: f32| finite(from) + (finite(length) - side) * 0.5;
        let (x, y) = (start(face.x, face.width), start(face.y, face.height));
        let region = Region { x, y, width: side, height: side };
        let pixels = resample(frame, region, SIDE, SIDE);
        Self::standardised(pixels.iter().map(|p| f32::from(*p)).collect())
    }

    /// Shifted to mean 0 and scaled to length 1.
    fn standardised(mut values: Vec<f32>) -> Self {
        let mean = values.iter().sum::<f32>() / values.len() as f32;
        values.iter_mut().for_each(|v| *v -= mean);
        let length = values.iter().map(|v| v * v).sum::<f32>().sqrt();
        let least = LEAST_DEVIATION * (values.len() as f32).sqrt();
        values.iter_mut().for_each(|v| *v /= length.max(least));
        Self(values)
    }

    /// 0 for the same looks, 1 for unrelated ones, at most 2: one less the correlation.
    #[must_use]
    pub fn distance(&self, other: &Self) -> f32 {
        1.0 - self.0.iter().zip(&other.0).map(|(a, b)| a * b).sum::<f32>()
    }

    /// Part of the way to what they look like now.
    pub(crate) fn drift(&mut self, now: &Self, share: f32) {
        let mixed = self.0.iter().zip(&now.0).map(|(a, b)| a + share * (b - a));
        let scale = (SIDE * SIDE) as f32;
        *self = Self::standardised(mixed.map(|v| v * scale).collect());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(pixel: impl Fn(usize, usize) -> u8) -> Frame {
        let pixels = (0..80 * 60).map(|i| pixel(i % 80, i / 80)).collect();
        Frame::from_luma(80, 60, pixels).unwrap()
    }

    #[test]
    fn light_does_not_change_looks_and_another_picture_does() {
        let face = FaceBox { x: 25.0, y: 15.0, width: 30.0, height: 30.0 };
        let of = |f: &dyn Fn(usize, usize) -> u8| Appearance::of(&frame(f), &face);
        let across = of(&|x, _| (x * 2) as u8);
        let dimmed = of(&|x, _| (x + 20) as u8);
        let down = of(&|_, y| (y * 3) as u8);
        assert!(across.distance(&dimmed) < 0.02, "{}", across.distance(&dimmed));
        assert!((across.distance(&down) - 1.0).abs() < 0.1, "{}", across.distance(&down));
        let mut drifting = across.clone();
        drifting.drift(&down, 0.3);
        let (near, far) = (drifting.distance(&across), drifting.distance(&down));
        assert!(near < far && near > 0.0, "{near} {far}");
    }

    #[test]
    fn flat_pictures_and_any_box_stay_finite() {
        let flat = frame(|_, _| 255);
        for x in [f32::NAN, f32::INFINITY, -1e30, 5.0] {
            let face = FaceBox { x, y: x, width: x, height: 10.0 };
            let looks = Appearance::of(&flat, &face);
            assert!((looks.distance(&looks) - 1.0).abs() < 1e-6);
        }
    }
}
