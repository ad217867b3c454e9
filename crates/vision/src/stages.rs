//! What a reading is made of, one stage at a time, for those who measure it.

use attune_core::{FaceBox, InvalidProbabilities, PersonId, Probabilities};

use crate::track::{Appearance, Follower, FollowerConfig, Place, Steady, SteadyConfig, Watcher};
use crate::{Classifier, Detection, Detector, FaceCrop, Frame, NetworkDetector, Reader};

/// A part of reading a stream of frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// All faces of a frame.
    Detect,
    /// One of them.
    Crop,
    /// One crop.
    Classify,
    /// Who all faces of a frame are, and what they come to over time, once they are found and read.
    Track,
    /// A frame from its pixels to calm readings: all of the above.
    EndToEnd,
}

impl Stage {
    /// Every stage with its name in reports.
    pub const ALL: [(Self, &'static str); 5] = [
        (Self::Detect, "detect"),
        (Self::Crop, "crop"),
        (Self::Classify, "classify"),
        (Self::Track, "track"),
        (Self::EndToEnd, "end_to_end"),
    ];
}

/// The stages on a picture that moves a little, at thirty frames a second.
pub struct Stages {
    detector: NetworkDetector,
    classifier: Classifier,
    follower: Follower,
    steady: Steady,
    watcher: Watcher,
    /// The picture, shifted.
    frames: Vec<Frame>,
    found: Vec<Detection>,
    crop: FaceCrop,
    shown: Probabilities,
    runs: u32,
}

/// By how many pixels each frame is shifted; people sway.
const SHIFTS: [usize; 6] = [0, 1, 2, 3, 2, 1];

impl Stages {
    /// Everything that the stages work on; `None` for a picture without a face.
    #[must_use]
    pub fn new(detector: NetworkDetector, classifier: Classifier, frame: &Frame) -> Option<Self> {
        let config = SteadyConfig::declaring_above(classifier.reading_head().declare_above);
        let reader = Reader::new(detector.clone(), classifier.clone());
        let mut detector = detector;
        let found = detector.detect(frame);
        let crop = FaceCrop::of(frame, found.first()?);
        let mut classifier = classifier;
        let shown = classifier.classify(&crop).ok()?;
        Some(Self {
            detector,
            classifier,
            follower: Follower::new(FollowerConfig::default()),
            steady: Steady::new(config.clone()),
            watcher: Watcher::new(reader, config),
            frames: SHIFTS.iter().map(|by| shifted(frame, *by)).collect(),
            found,
            crop,
            shown,
            runs: 0,
        })
    }

    /// How many faces the picture shows.
    #[must_use]
    pub fn faces(&self) -> usize {
        self.found.len()
    }

    /// A crop of one of them.
    #[must_use]
    pub fn crop(&self) -> &FaceCrop {
        &self.crop
    }

    /// Runs a stage once and answers how many things came out of it.
    ///
    /// # Errors
    /// Where the network's numbers overflow.
    pub fn run(&mut self, stage: Stage) -> Result<usize, InvalidProbabilities> {
        self.runs = self.runs.wrapping_add(1);
        let shift = self.runs as usize % SHIFTS.len();
        let (at_s, frame) = (f64::from(self.runs) / 30.0, &self.frames[shift]);
        Ok(match stage {
            Stage::Detect => self.detector.detect(frame).len(),
            Stage::Crop => {
                let crop = FaceCrop::of(frame, &self.found[0]);
                usize::from(crop.pixels()[0] > 0)
            }
            Stage::Classify => self.classifier.classify(&self.crop)?.values().len(),
            Stage::Track => {
                let moved = |face: FaceBox| FaceBox { x: face.x + SHIFTS[shift] as f32, ..face };
                let faces: Vec<FaceBox> = self.found.iter().map(|d| moved(d.face)).collect();
                let place = |face| Place { face, appearance: Appearance::of(frame, &face) };
                let places: Vec<Place> = faces.iter().copied().map(place).collect();
                let people = self.follower.follow(at_s, &places);
                let calm = |person: PersonId, steady: &mut Steady| {
                    steady.add(at_s, &self.shown, Vec::new());
                    steady.reading(person, faces[0])
                };
                let readings = people.into_iter().flatten();
                readings.filter_map(|person| calm(person, &mut self.steady)).count()
            }
            Stage::EndToEnd => self.watcher.see(at_s, frame)?.people.len(),
        })
    }
}

/// The picture as many columns to the right, its left border repeated.
fn shifted(frame: &Frame, by: usize) -> Frame {
    let row = |row: &[u8]| {
        let end = row.len().saturating_sub(by);
        [vec![row[0]; row.len() - end], row[..end].to_vec()].concat()
    };
    let pixels = frame.pixels().chunks_exact(frame.width()).flat_map(row).collect();
    Frame::from_luma(frame.width(), frame.height(), pixels).unwrap_or_else(|_| frame.clone())
}
