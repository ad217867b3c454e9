//! The SeetaFace cascade (Wu et al. 2017), run by the `rustface` crate.

use attune_core::FaceBox;
use rustface::{ImageData, Model};

use super::{Detection, Detector, without_duplicates};
use crate::Frame;

/// The cascade's window: smaller faces need a larger picture.
const WINDOW: usize = 40;

/// A detector of upright frontal faces.
///
/// The frame is first brought to about [`RustfaceDetector::pixels`] pixels, which bounds the time
/// a frame takes, and decides how small a face may be: 40 pixels of the scaled frame.
pub struct RustfaceDetector {
    model: Model,
    pixels: usize,
}

/// The detector's embedded model cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("the face detection model in this program is damaged; install it again")]
pub struct UnreadableDetector(#[from] std::io::Error);

impl RustfaceDetector {
    /// Reads the model that the program carries; works at 640 x 480 pixels.
    pub fn new() -> Result<Self, UnreadableDetector> {
        let bytes = include_bytes!(concat!(env!("OUT_DIR"), "/face_detector.bin"));
        Ok(Self { model: rustface::read_model(&bytes[..])?, pixels: 640 * 480 })
    }

    /// Works on frames of about this many pixels: more find smaller faces and take longer.
    #[must_use]
    pub fn pixels(self, pixels: usize) -> Self {
        Self { pixels, ..self }
    }

    fn search(&self, frame: &Frame) -> Vec<Detection> {
        let mut cascade = rustface::create_detector_with_model(self.model.clone());
        cascade.set_score_thresh(LEAST_SCORE);
        cascade.set_slide_window_step(4, 4);
        cascade.set_pyramid_scale_factor(0.8);
        let image = ImageData::new(frame.pixels(), frame.width() as u32, frame.height() as u32);
        let found = cascade.detect(&image);
        found.iter().map(detection).collect()
    }
}

/// The score under which the cascade's answer counts as no face.
const LEAST_SCORE: f64 = 2.0;
/// The most that a frame is enlarged.
const MOST_ENLARGED: f64 = 2.0;
/// The share of the smaller box above which two boxes are one face.
const MOST_SHARED: f32 = 0.5;

impl Detector for RustfaceDetector {
    fn detect(&mut self, frame: &Frame) -> Vec<Detection> {
        let area = (frame.width() * frame.height()) as f64;
        let scale = (self.pixels as f64 / area).sqrt().min(MOST_ENLARGED);
        let side = |length: usize| (length as f64 * scale).round() as usize;
        let (width, height) = (side(frame.width()), side(frame.height()));
        if width.min(height) < WINDOW {
            return Vec::new();
        }
        let found = self.search(&frame.resized(width, height));
        let across = frame.width() as f32 / width as f32;
        let down = frame.height() as f32 / height as f32;
        let back = |d: Detection| Detection { face: stretched(d.face, across, down), ..d };
        without_duplicates(found.into_iter().map(back).collect(), MOST_SHARED)
    }
}

fn detection(face: &rustface::FaceInfo) -> Detection {
    let b = face.bbox();
    let (x, y, width, height) = (b.x() as f32, b.y() as f32, b.width() as f32, b.height() as f32);
    Detection { face: FaceBox { x, y, width, height }, score: face.score() as f32 }
}

fn stretched(face: FaceBox, across: f32, down: f32) -> FaceBox {
    let (x, width) = (face.x * across, face.width * across);
    FaceBox { x, width, y: face.y * down, height: face.height * down }
}
