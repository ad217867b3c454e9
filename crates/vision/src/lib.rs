//! From a frame to faces to expressions. No files, no clock, no threads: it runs natively and in
//! the browser.

mod advice;
mod crop;
mod detect;
mod frame;
pub mod graph;
mod model;
mod reader;
mod resample;

pub use crop::{CROP_SIZE, FaceCrop, standardise};
pub use detect::{Detection, Detector, RustfaceDetector, UnreadableDetector};
pub use frame::{Frame, FrameError, MAX_PIXELS};
pub use model::{Classifier, HeadProblem, ModelError, NodeProblem, TensorProblem};
pub use reader::Reader;
