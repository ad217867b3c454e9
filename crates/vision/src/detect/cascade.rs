//! OpenCV's cascade files as a detector: boosted Haar features (Viola and Jones 2004, Lienhart and
//! Maydt 2002) and local binary patterns (Liao et al. 2007).

mod error;
mod evaluate;
mod group;
mod integral;
mod model;
mod read;

use attune_core::FaceBox;

use super::{Detection, Detector, by_place};
use crate::Frame;
use evaluate::Scene;
use group::{Rect, group};
use model::Cascade;

pub use error::CascadeError;

/// How much smaller each level of the pyramid is, `detectMultiScale`'s own default.
const LEVEL: f64 = 1.1;
/// Windows beyond this number that must agree on a face, its default too.
const NEIGHBOURS: usize = 3;
/// Frames of more pixels are scaled down.
const MOST_PIXELS: usize = 4_000_000;

/// Finds faces, or whatever else the file was trained on, as OpenCV's `CascadeClassifier` does with
/// its defaults: windows over a pyramid of scales, a cascade of boosted trees on each, and
/// overlapping answers joined. `haarcascade_*.xml` and `lbpcascade_*.xml` are read, in the format of
/// `opencv_traincascade` and in the older one of `opencv_haartraining`.
pub struct CascadeDetector {
    cascade: Cascade,
    scene: Scene,
}

impl CascadeDetector {
    /// Reads an XML file's text. Every number in it is checked here.
    ///
    /// # Errors
    /// Where it is no cascade, or one of a kind that is not read.
    pub fn from_xml(text: &str) -> Result<Self, CascadeError> {
        Ok(Self { cascade: read::cascade(text)?, scene: Scene::default() })
    }

    /// All windows that pass every stage, in pixels of the frame.
    fn windows(&mut self, frame: &Frame) -> Vec<Rect> {
        let mut found = Vec::new();
        for scale in scales(&self.cascade, frame) {
            self.scene.see(frame, scale, &self.cascade);
            let scaled = |length: usize| (length as f32 * scale).round_ties_even() as i32;
            let (width, height) = (scaled(self.cascade.width), scaled(self.cascade.height));
            let step = if scale >= 2.0 { 1 } else { 2 };
            self.scene.search(&self.cascade, step, |x, y| {
                found.push(Rect { x: scaled(x), y: scaled(y), width, height });
            });
        }
        found
    }
}

/// How much smaller than the frame each level is.
fn scales(cascade: &Cascade, frame: &Frame) -> Vec<f32> {
    let fits = |factor: &f64| {
        let fits =
            |window: usize, side: usize| (window as f64 * factor).round_ties_even() <= side as f64;
        fits(cascade.width, frame.width()) && fits(cascade.height, frame.height())
    };
    let factors = std::iter::successors(Some(1.0f64), |factor| Some(factor * LEVEL));
    factors.take_while(fits).map(|factor| factor as f32).collect()
}

impl Detector for CascadeDetector {
    fn detect(&mut self, frame: &Frame) -> Vec<Detection> {
        let pixels = frame.width() * frame.height();
        if pixels > MOST_PIXELS {
            let scale = (MOST_PIXELS as f64 / pixels as f64).sqrt();
            let side = |side: usize| (side as f64 * scale) as usize;
            let small = frame.resized(side(frame.width()), side(frame.height()));
            let up = frame.width() as f32 / small.width() as f32;
            return self.detect(&small).into_iter().map(|d| enlarged(d, up)).collect();
        }
        let found = group(self.windows(frame), NEIGHBOURS);
        let mut found: Vec<Detection> = found.into_iter().map(detection).collect();
        found.sort_by(|a, b| b.face.width.total_cmp(&a.face.width).then(by_place(a, b)));
        found
    }
}

fn detection((rect, neighbours): (Rect, usize)) -> Detection {
    let Rect { x, y, width, height } = rect;
    let [x, y, width, height] = [x, y, width, height].map(|v| v as f32);
    Detection { face: FaceBox { x, y, width, height }, score: neighbours as f32, roll_degrees: 0.0 }
}

fn enlarged(found: Detection, by: f32) -> Detection {
    let FaceBox { x, y, width, height } = found.face;
    let face = FaceBox { x: x * by, y: y * by, width: width * by, height: height * by };
    Detection { face, ..found }
}
