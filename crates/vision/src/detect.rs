//! Where the faces are.

mod cascade;
pub mod network;

use attune_core::FaceBox;

use crate::Frame;

pub use cascade::{CascadeDetector, CascadeError};
pub use network::{NetworkDetector, UnreadableDetector};

/// A face that a detector found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Detection {
    /// Where, in pixels of the frame.
    pub face: FaceBox,
    /// How sure the detector is, on its own scale: larger is surer.
    pub score: f32,
    /// By how many degrees it is rolled clockwise, as far as the detector says; 0 where it does not.
    pub roll_degrees: f32,
}

/// Finds faces in a frame.
pub trait Detector: Send {
    /// The faces, largest first and without duplicates; the same frame gives the same list.
    fn detect(&mut self, frame: &Frame) -> Vec<Detection>;
}

impl Detector for Box<dyn Detector> {
    fn detect(&mut self, frame: &Frame) -> Vec<Detection> {
        (**self).detect(frame)
    }
}

/// Largest first, then surest, then leftmost and topmost, and of boxes that overlap by more than
/// `most_shared` (intersection over the smaller of both) only the surest.
fn without_duplicates(mut found: Vec<Detection>, most_shared: f32) -> Vec<Detection> {
    found.sort_by(|a, b| b.score.total_cmp(&a.score).then(by_place(a, b)));
    let mut kept: Vec<Detection> = Vec::with_capacity(found.len());
    for detection in found {
        if kept.iter().all(|k| shared_part(&k.face, &detection.face) <= most_shared) {
            kept.push(detection);
        }
    }
    kept.sort_by(|a, b| b.face.width.total_cmp(&a.face.width).then(by_place(a, b)));
    kept
}

fn by_place(a: &Detection, b: &Detection) -> std::cmp::Ordering {
    a.face.x.total_cmp(&b.face.x).then(a.face.y.total_cmp(&b.face.y))
}

/// The shared area over the smaller area, in [0, 1]: 1 for a box inside another.
fn shared_part(a: &FaceBox, b: &FaceBox) -> f32 {
    let iou = a.iou(b);
    let areas = (a.width * a.height, b.width * b.height);
    let shared = (areas.0 + areas.1) * iou / (1.0 + iou);
    shared / areas.0.min(areas.1).max(f32::MIN_POSITIVE)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn detection(x: f32, width: f32, score: f32) -> Detection {
        Detection { face: FaceBox { x, y: 0.0, width, height: width }, score, roll_degrees: 0.0 }
    }

    #[test]
    fn of_overlapping_boxes_the_surest_stays() {
        let found = vec![
            detection(0.0, 40.0, 3.0),
            detection(2.0, 40.0, 9.0),
            detection(10.0, 20.0, 1.0),
            detection(100.0, 80.0, 2.0),
        ];
        let kept = without_duplicates(found, 0.5);
        assert_eq!(kept, [detection(100.0, 80.0, 2.0), detection(2.0, 40.0, 9.0)]);
    }
}
