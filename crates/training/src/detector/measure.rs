//! What a detector finds and misses.

use attune_core::FaceBox;
use attune_vision::{Detection, Detector, Frame};

/// A picture whose faces are known.
pub struct Labelled {
    /// Its file's name.
    pub name: String,
    /// The picture.
    pub frame: Frame,
    /// Its faces.
    pub faces: Vec<FaceBox>,
}

/// What was found in one picture.
pub struct Found {
    /// For every known face the best score of a box on it, if there is one.
    pub faces: Vec<Option<f32>>,
    /// Boxes on no face.
    pub false_alarms: Vec<Detection>,
}

/// Intersection over union from which a box counts as on a face.
pub const LEAST_IOU: f32 = 0.4;

/// Runs a detector on a picture.
pub fn find(detector: &mut dyn Detector, picture: &Labelled) -> Found {
    let found = detector.detect(&picture.frame);
    let on = |d: &Detection, face: &FaceBox| d.face.iou(face) >= LEAST_IOU;
    let best = |face: &FaceBox| {
        found.iter().filter(|d| on(d, face)).map(|d| d.score).max_by(f32::total_cmp)
    };
    let nowhere = |d: &&Detection| !picture.faces.iter().any(|face| on(d, face));
    Found {
        faces: picture.faces.iter().map(best).collect(),
        false_alarms: found.iter().filter(nowhere).copied().collect(),
    }
}
