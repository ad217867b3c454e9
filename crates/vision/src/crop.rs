//! The one way from pixels to what the classifier sees, in training and in serving.

use attune_core::FaceBox;

use crate::resample::{Region, resample, turn};
use crate::{Detection, Frame};

/// Side of a face crop in pixels, FER2013's own.
pub const CROP_SIZE: usize = 48;

/// Side of the square from which a face is turned upright, in sides of the crop.
const MARGIN: f32 = 1.5;
/// The same in pixels.
const WIDE: usize = CROP_SIZE * 3 / 2;

/// A grey face, 48 x 48, rows from the top.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FaceCrop(Box<[u8; CROP_SIZE * CROP_SIZE]>);

impl FaceCrop {
    /// Side of the square that [`cut`](Self::cut) shows, and of the squares that FER2013's
    /// pictures show, in sides of the detector's box around the same face; both have the same
    /// centre. Attune's own detector learned boxes of just this size; `examples/crop_geometry.rs`
    /// measures how near to it they come.
    pub const SIDE: f32 = 1.09;

    /// Rolls below it are within what classifiers learn to bear, and turning costs sharpness;
    /// `examples/roll.rs` measures what turning gains.
    pub const LEAST_ROLL_DEGREES: f32 = 8.0;

    /// Cuts a face out of a frame the way FER2013's pictures are cut, whatever the box's
    /// size; beyond the frame its border pixels repeat. The same frame and box give the same
    /// pixels on every machine.
    #[must_use]
    pub fn cut(frame: &Frame, face: &FaceBox) -> Self {
        let mut crop = Self(Box::new([0; CROP_SIZE * CROP_SIZE]));
        crop.0.copy_from_slice(&resample(frame, square(frame, face), CROP_SIZE, CROP_SIZE));
        crop
    }

    /// Of a face that a detector found: [`cut`](Self::cut), and turned upright where the detector says
    /// that it is rolled by at least [`LEAST_ROLL_DEGREES`](Self::LEAST_ROLL_DEGREES). Boxes and rolls
    /// count in 64ths, for processors and wasm add up a detector's answer with other last bits.
    #[must_use]
    pub fn of(frame: &Frame, found: &Detection) -> Self {
        let degrees = in_64ths(Self::turned_by(found));
        let FaceBox { x, y, width, height } = found.face;
        let [x, y, width, height] = [x, y, width, height].map(in_64ths);
        let face = FaceBox { x, y, width, height };
        if degrees == 0.0 {
            return Self::cut(frame, &face);
        }
        Self::cut_upright(frame, &face, degrees)
    }

    /// By how many degrees [`of`](Self::of) turns a face anticlockwise to have it upright, at most
    /// 45 either way; 0 where it is cut as it lies.
    #[must_use]
    pub fn turned_by(found: &Detection) -> f32 {
        let degrees = found.roll_degrees;
        if degrees.abs() < Self::LEAST_ROLL_DEGREES { 0.0 } else { degrees.clamp(-45.0, 45.0) }
    }

    /// [`cut`](Self::cut) of a face rolled clockwise by so many degrees, turned upright.
    #[must_use]
    pub fn cut_upright(frame: &Frame, face: &FaceBox, roll_degrees: f32) -> Self {
        let Region { x, y, width, height } = square(frame, face);
        let wider = |from: f32, length: f32| from - length * (MARGIN - 1.0) * 0.5;
        let (x, y) = (wider(x, width), wider(y, height));
        let region = Region { x, y, width: width * MARGIN, height: height * MARGIN };
        let wide = resample(frame, region, WIDE, WIDE);
        let mut crop = Self(Box::new([0; CROP_SIZE * CROP_SIZE]));
        turn(&wide, WIDE, f64::from(roll_degrees), &mut crop.0[..], CROP_SIZE);
        crop
    }

    /// The square of the frame that [`cut`](Self::cut) shows for a face; it may reach outside.
    #[must_use]
    pub fn square(frame: &Frame, face: &FaceBox) -> FaceBox {
        let Region { x, y, width, height } = square(frame, face);
        FaceBox { x, y, width, height }
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

    /// The mirror image, left for right.
    #[must_use]
    pub fn mirrored(&self) -> Self {
        let mut mirrored = self.clone();
        mirrored.0.chunks_exact_mut(CROP_SIZE).for_each(<[u8]>::reverse);
        mirrored
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

fn in_64ths(x: f32) -> f32 {
    (x * 64.0).round() / 64.0
}

/// The square to cut, kept within reach of the frame so that any box ends in finite work.
fn square(frame: &Frame, face: &FaceBox) -> Region {
    let reach = (2 * frame.width().max(frame.height())) as f32;
    let within = |v: f32, low: f32, high: f32| if v.is_nan() { low } else { v.clamp(low, high) };
    let side = within(face.width.max(face.height) * FaceCrop::SIDE, 1.0, reach);
    let start = |from: f32, length: f32| within(from + (length - side) * 0.5, -reach, reach);
    let (x, y) = (start(face.x, face.width), start(face.y, face.height));
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
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_cut_is_centred_on_the_box() {
        let board =
            |i: usize| if (i % 200 / 22 + i / 200 / 22).is_multiple_of(2) { 30 } else { 220 };
        let frame = Frame::from_luma(200, 150, (0..200 * 150).map(board).collect()).unwrap();
        let face = FaceBox { x: 44.0, y: 22.0, width: 80.0, height: 80.0 };
        let crop = FaceCrop::cut(&frame, &face);
        let middle = crop.pixels()[24 * CROP_SIZE + 24];
        assert_eq!(middle, frame.pixels()[62 * 200 + 84]);
        let corner = crop.pixels()[0];
        assert_eq!(corner, frame.pixels()[18 * 200 + 40]);
    }

    /// A ramp along a rolled face's own axis rises across the crop and not down it.
    #[test]
    fn a_rolled_face_is_turned_upright() {
        for degrees in [-25.0f32, -9.0, 9.0, 25.0] {
            let (sin, cos) = degrees.to_radians().sin_cos();
            let ramp = |i: usize| {
                let (x, y) = ((i % 200) as f32 - 100.0, (i / 200) as f32 - 100.0);
                (128.0 + cos * x + sin * y).clamp(0.0, 255.0) as u8
            };
            let frame = Frame::from_luma(200, 200, (0..200 * 200).map(ramp).collect()).unwrap();
            let face = FaceBox { x: 60.0, y: 60.0, width: 80.0, height: 80.0 };
            let crop = FaceCrop::of(&frame, &Detection { face, score: 1.0, roll_degrees: degrees });
            let pixel = |x: usize, y: usize| i32::from(crop.pixels()[y * CROP_SIZE + x]);
            assert!((pixel(24, 2) - pixel(24, 45)).abs() <= 2, "{degrees}");
            assert!((pixel(45, 24) - pixel(2, 24) - 78).abs() <= 3, "{degrees}");
            let little = Detection { face, score: 1.0, roll_degrees: 7.0 };
            assert_eq!(FaceCrop::of(&frame, &little), FaceCrop::cut(&frame, &face));
        }
    }

    #[test]
    fn a_cut_is_the_same_everywhere() {
        let frame = Frame::from_luma(97, 61, (0..97 * 61).map(|i| (i * i % 251) as u8).collect());
        let (frame, fnv) = (frame.unwrap(), 0xcbf2_9ce4_8422_2325u64);
        let hashed = |hash, crop: &FaceCrop| {
            let mixed =
                |hash: u64, pixel: &u8| (hash ^ u64::from(*pixel)).wrapping_mul(0x100_0000_01b3);
            crop.pixels().iter().fold(hash, mixed)
        };
        let faces = [(-20.3, 50.7), (10.1, 200.0), (33.3, 7.9), (60.0, 48.0)];
        let face = |(x, width)| FaceBox { x, y: 5.5, width, height: width };
        let cut = faces.map(|f| FaceCrop::cut(&frame, &face(f))).iter().fold(fnv, hashed);
        assert_eq!(cut, 0xb60c_d5df_f1eb_6ecc, "FNV-1a of the pixels, {cut:#x}");
        let turned = |f: (f32, f32)| FaceCrop::cut_upright(&frame, &face(f), f.0 / 2.3);
        let turned = faces.map(turned).iter().fold(fnv, hashed);
        assert_eq!(turned, 0xd02d_6caf_6ff0_f33a, "of those turned upright, {turned:#x}");
    }

    fn any_number() -> impl Strategy<Value = f32> {
        prop_oneof![any::<f32>(), -300.0f32..300.0]
    }

    proptest! {
        #[test]
        fn any_box_gives_a_crop(
            (w, h) in (1usize..40, 1usize..40),
            (x, y, width, height) in (any_number(), any_number(), any_number(), any_number()),
        ) {
            let frame = Frame::from_luma(w, h, vec![77; w * h]).unwrap();
            let crop = FaceCrop::cut(&frame, &FaceBox { x, y, width, height });
            prop_assert!(crop.pixels().iter().all(|p| *p == 77));
        }
    }

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
