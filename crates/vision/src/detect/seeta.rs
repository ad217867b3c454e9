//! The SeetaFace cascade (Wu et al. 2017), run by the `rustface` crate.

use attune_core::FaceBox;
use rustface::{FaceInfo, ImageData, Model};

use super::{Detection, Detector, without_duplicates};
use crate::Frame;

/// Side of the cascade's window: smaller faces need a larger picture.
const WINDOW: usize = 40;
/// Pixels between windows, and how much smaller each level of the pyramid is. The time of a frame
/// goes by both; these find as many of the test photographs' faces as finer ones do.
const STEP: u32 = 5;
const LEVEL: f32 = 0.8;
/// The score under which an answer counts as no face.
const LEAST_SCORE: f64 = 2.8;
/// Frames of fewer pixels are enlarged, though at most twice each way.
const LEAST_PIXELS: usize = 640 * 480;
const MOST_ENLARGED: f64 = 2.0;
/// The share of the smaller box above which two boxes are one face.
const MOST_SHARED: f32 = 0.5;

/// A detector of upright frontal faces.
///
/// It finds faces from about 40 pixels; frames smaller than 640 x 480 are enlarged up to twice,
/// for faces from 20 pixels. Frames over [`most_pixels`](Self::most_pixels) are scaled down, which
/// bounds the time and raises the least size in proportion.
pub struct RustfaceDetector {
    model: Model,
    most_pixels: usize,
}

/// The detector's embedded model cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("the face detection model in this program is damaged; install it again")]
pub struct UnreadableDetector(#[from] std::io::Error);

impl RustfaceDetector {
    /// Reads the model that the program carries. Set for photographs: at most a megapixel.
    pub fn new() -> Result<Self, UnreadableDetector> {
        let bytes = include_bytes!(concat!(env!("OUT_DIR"), "/face_detector.bin"));
        Ok(Self { model: rustface::read_model(&bytes[..])?, most_pixels: 1_000_000 })
    }

    /// Works on frames of at most this many pixels: 640 * 480 suits a live camera.
    #[must_use]
    pub fn most_pixels(self, most_pixels: usize) -> Self {
        Self { most_pixels, ..self }
    }

    /// Width and height of the picture that is searched.
    fn working_size(&self, frame: &Frame) -> [usize; 2] {
        let pixels = frame.width() * frame.height();
        let wanted = pixels.max(LEAST_PIXELS).min(self.most_pixels);
        let scale = (wanted as f64 / pixels as f64).sqrt().min(MOST_ENLARGED);
        [frame.width(), frame.height()].map(|side| (side as f64 * scale).round() as usize)
    }

    /// A fresh cascade for each frame keeps no memory of the last; making one takes 0.1 ms.
    fn search(&self, frame: &Frame) -> Vec<FaceInfo> {
        let mut cascade = rustface::create_detector_with_model(self.model.clone());
        cascade.set_score_thresh(LEAST_SCORE);
        cascade.set_slide_window_step(STEP, STEP);
        cascade.set_pyramid_scale_factor(LEVEL);
        let (width, height) = (frame.width() as u32, frame.height() as u32);
        cascade.detect(&ImageData::new(frame.pixels(), width, height))
    }
}

impl Detector for RustfaceDetector {
    fn detect(&mut self, frame: &Frame) -> Vec<Detection> {
        let [width, height] = self.working_size(frame);
        if width.min(height) < WINDOW {
            return Vec::new();
        }
        let scale = [frame.width() as f32 / width as f32, frame.height() as f32 / height as f32];
        let found = self.search(&frame.resized(width, height));
        let found = found.iter().map(|face| detection(face, scale)).collect();
        without_duplicates(found, MOST_SHARED)
    }
}

fn detection(face: &FaceInfo, [across, down]: [f32; 2]) -> Detection {
    let b = face.bbox();
    let (x, width) = (b.x() as f32 * across, b.width() as f32 * across);
    let (y, height) = (b.y() as f32 * down, b.height() as f32 * down);
    Detection { face: FaceBox { x, y, width, height }, score: face.score() as f32 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_frames_grow_and_large_ones_shrink() {
        let detector = RustfaceDetector::new().unwrap().most_pixels(400_000);
        for (size, expected) in [
            ([640, 480], [640, 480]),
            ([320, 240], [640, 480]),
            ([160, 120], [320, 240]),
            ([4000, 1000], [1265, 316]),
        ] {
            let frame = Frame::from_luma(size[0], size[1], vec![0; size[0] * size[1]]).unwrap();
            assert_eq!(detector.working_size(&frame), expected);
        }
    }
}
