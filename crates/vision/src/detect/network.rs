//! Attune's own detector: small networks that look at fewer and fewer windows ever more closely.

mod pyramid;
mod scan;
mod spec;
mod stage;

use std::sync::Arc;

use attune_core::FaceBox;

use super::{Detection, Detector, without_duplicates};
use crate::Frame;
use crate::model::{ModelError, described};
use scan::{Scan, ScanMemory};
use stage::{Stage, StageMemory};

pub use pyramid::{Columns, Pyramid, Window};
pub use scan::scan_input;
pub use spec::{AXES, Axis, DetectorSpec, FORMAT, STEPS, StageSpec};

/// Which sizes of face are looked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NetworkSearch {
    /// Side of the smallest window in pixels. A face is found from a tenth below it.
    pub least_side: f32,
    /// How much larger each size of window is than the one before.
    pub growth: f32,
    /// In frames of more pixels the smallest window grows in proportion, which bounds the time; in
    /// frames of fewer than 640 x 480 it shrinks, though to no less than half.
    pub most_pixels: usize,
}

/// Frames of fewer pixels are searched for smaller faces.
const LEAST_PIXELS: usize = 640 * 480;
/// By how much at most.
const LEAST_SHARE: f32 = 0.5;

impl NetworkSearch {
    /// Side of the smallest window in a frame of this many pixels.
    fn least_side(&self, pixels: usize) -> f32 {
        let most = self.most_pixels.max(1);
        let share = (pixels as f32 / pixels.clamp(LEAST_PIXELS.min(most), most) as f32).sqrt();
        self.least_side * share.max(LEAST_SHARE)
    }
}

impl Default for NetworkSearch {
    fn default() -> Self {
        Self { least_side: 36.0, growth: 1.25, most_pixels: 1_000_000 }
    }
}

/// A window that may show a face.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Candidate {
    /// Where, in pixels of the frame.
    pub window: Window,
    /// The logit of a face less that of no face, by the network that looked last.
    pub surplus: f32,
    /// By how many degrees the face is rolled clockwise, as far as a network has said.
    pub roll_degrees: f32,
}

/// The share of the smaller box above which two boxes are one face.
const MOST_SHARED: f32 = 0.5;

/// Finds upright faces seen from the front, rolled by up to about 20 degrees. Its boxes have the
/// geometry that [`FaceCrop::cut`](crate::FaceCrop::cut) expects: FER2013's pictures, of whose
/// faces it learned, are its boxes enlarged as `cut` enlarges them.
///
/// A clone shares the weights and has memory of its own. After the first frame of a size nothing
/// is allocated but the list of faces.
#[derive(Clone)]
pub struct NetworkDetector {
    networks: Arc<Networks>,
    search: NetworkSearch,
    memory: Memory,
}

struct Networks {
    scan: Scan,
    scan_spec: StageSpec,
    closer: Vec<Stage>,
}

#[derive(Clone, Default)]
struct Memory {
    pyramid: Pyramid,
    columns: Columns,
    level: Vec<u8>,
    scan: ScanMemory,
    closer: Vec<StageMemory>,
    candidates: Vec<Candidate>,
}

/// The detector that the program carries.
const SHIPPED: &[u8] = include_bytes!("../../../../models/detector.safetensors");

/// The program's own detector cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("the face detection model in this program is damaged; install it again")]
pub struct UnreadableDetector(#[from] ModelError);

impl NetworkDetector {
    /// Reads the detector that the program carries, `models/detector.safetensors`. Set for
    /// photographs: in frames of more than a megapixel small faces are left out.
    pub fn new() -> Result<Self, UnreadableDetector> {
        Ok(Self::from_safetensors(SHIPPED)?)
    }

    /// Reads a detector's file; every number and name in it is checked here.
    ///
    /// # Errors
    /// Bytes that are no such file of this [`FORMAT`], or whose parts do not fit each other.
    pub fn from_safetensors(bytes: &[u8]) -> Result<Self, ModelError> {
        let (spec, weights): (DetectorSpec, _) = described(bytes)?;
        if spec.format != FORMAT {
            return Err(ModelError::Format(spec.format));
        }
        let scan = Scan::new(&weights, &spec.scan)?;
        let closer = spec.closer.into_iter().map(|stage| Stage::new(&weights, stage));
        let closer = closer.collect::<Result<_, _>>()?;
        let networks = Arc::new(Networks { scan, scan_spec: spec.scan, closer });
        Ok(Self { networks, search: NetworkSearch::default(), memory: Memory::default() })
    }

    /// Works as if frames had at most this many pixels: 640 * 480 suits a live camera.
    #[must_use]
    pub fn most_pixels(self, most_pixels: usize) -> Self {
        let search = NetworkSearch { most_pixels, ..self.search };
        self.search(search)
    }

    /// Looks for other sizes of face.
    #[must_use]
    pub fn search(self, search: NetworkSearch) -> Self {
        Self { search, ..self }
    }

    /// Multiplications with an addition for one window in each of the closer networks.
    #[must_use]
    pub fn multiply_adds(&self) -> Vec<u64> {
        self.networks.closer.iter().map(Stage::multiply_adds).collect()
    }

    /// What all networks let through, the surest first, and may still overlap. Windows may reach
    /// outside the frame.
    pub fn candidates(&mut self, frame: &Frame) -> &[Candidate] {
        let Memory { pyramid, closer, candidates, .. } = &mut self.memory;
        pyramid.see(frame);
        candidates.clear();
        closer.resize_with(self.networks.closer.len(), StageMemory::default);
        self.scan(frame);
        let Memory { pyramid, closer, candidates, .. } = &mut self.memory;
        for (stage, memory) in self.networks.closer.iter().zip(closer) {
            stage.look(frame, pyramid, memory, candidates);
        }
        candidates
    }

    /// Fills the candidates with the scan's.
    fn scan(&mut self, frame: &Frame) {
        let Networks { scan, scan_spec, .. } = &*self.networks;
        let Memory { pyramid, columns, level, scan: memory, candidates, .. } = &mut self.memory;
        let (width, height) = (frame.width(), frame.height());
        let least = self.search.least_side(width * height).max(scan.window as f32);
        let growth = self.search.growth.max(1.01);
        let sides = std::iter::successors(Some(least), |side| Some(side * growth));
        for side in sides.take_while(|side| *side <= width.min(height) as f32) {
            let step = side / scan.window as f32;
            let size = [width, height].map(|length| (length as f32 / step) as usize);
            level.resize(size[0] * size[1], 0);
            pyramid.sample(frame, [0.0, 0.0, step], size, columns, level);
            scan.run(level, size, memory, scan_spec.least, |column, row, surplus| {
                let [x, y] = [column, row].map(|i| (i * scan.stride) as f32 * step);
                candidates.push(Candidate {
                    window: Window { x, y, side },
                    surplus,
                    roll_degrees: 0.0,
                });
            });
        }
        thin_out(candidates, scan_spec.most_shared, scan_spec.most);
    }
}

/// Sorts by surplus, and of those that overlap by more than `most_shared` keeps the surest only,
/// `most` in all.
fn thin_out(candidates: &mut Vec<Candidate>, most_shared: f32, most: usize) {
    candidates.sort_unstable_by(|a, b| {
        let (a, b) = ((a.surplus, a.window), (b.surplus, b.window));
        let place = a.1.x.total_cmp(&b.1.x).then(a.1.y.total_cmp(&b.1.y));
        b.0.total_cmp(&a.0).then(place).then(a.1.side.total_cmp(&b.1.side))
    });
    let mut kept = 0;
    for next in 0..candidates.len() {
        if kept == most {
            break;
        }
        let (before, candidate) = (&candidates[..kept], candidates[next]);
        let face = face(candidate.window);
        if before.iter().all(|c| self::face(c.window).iou(&face) <= most_shared) {
            candidates[kept] = candidate;
            kept += 1;
        }
    }
    candidates.truncate(kept);
}

fn face(window: Window) -> FaceBox {
    FaceBox { x: window.x, y: window.y, width: window.side, height: window.side }
}

impl Detector for NetworkDetector {
    fn detect(&mut self, frame: &Frame) -> Vec<Detection> {
        let detection = |c: &Candidate| Detection {
            face: face(c.window),
            score: c.surplus,
            roll_degrees: c.roll_degrees,
        };
        let found = self.candidates(frame).iter().map(detection).collect();
        without_duplicates(found, MOST_SHARED)
    }
}
