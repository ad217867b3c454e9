//! From a frame to faces to expressions. No files, no clock, no threads: it runs natively and in
//! the browser.
//!
//! ```text
//! Frame -> Detector -> Detection -> FaceCrop::of -> FaceCrop -> Classifier -> Probabilities
//! ```
//!
//! A [`Frame`] is a grey picture, made of grey, RGB or RGBA pixels that someone else decoded. A
//! [`Detector`] says where its faces are. [`FaceCrop::of`], over [`FaceCrop::cut`], is the one way from a box to the
//! 48 x 48 pixels that every network was trained on; it computes in integers, so that training,
//! the command line, the server and the browser see the same pixels. A [`Classifier`] runs a
//! trained network on crops; the network is data, a [`graph::ModelSpec`] with weights in one
//! safetensors file. A [`Reader`] does all of it and adds advice on the picture:
//!
//! ```
//! use attune_vision::{Classifier, Frame, Reader, NetworkDetector};
//!
//! # fn run(model: &[u8]) -> Result<(), Box<dyn std::error::Error>> {
//! let classifier = Classifier::from_safetensors(model)?;
//! let mut reader = Reader::new(NetworkDetector::new()?, classifier);
//! let frame = Frame::from_rgb8(640, 480, &[128; 640 * 480 * 3])?;
//! for reading in reader.read(&frame)? {
//!     println!("{:?}: {:?}, {:?}", reading.face, reading.expression, reading.advice);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # Over time
//!
//! A [`Watcher`] makes one calm reading a person of a stream of frames: a [`Follower`] keeps
//! identities by motion, overlap and looks, a [`Steady`] reading averages over seconds and declares
//! only what has held. Frames come with their time.
//!
//! # Several cores
//!
//! Nothing here starts a thread. A clone of a [`Classifier`] shares the weights and has memory of
//! its own, so a caller gives every thread a clone; [`Classifier::logits_batch`] runs many faces.
//!
//! # What it does not do
//!
//! It decodes no pictures and proves no feeling: it says what a face shows. The detector finds upright faces seen from the front.

mod advice;
mod bias;
mod crop;
pub mod detect;
pub mod eigenfaces;
mod frame;
pub mod graph;
mod model;
mod quality;
mod reader;
mod resample;
mod stages;
mod track;

pub use bias::{Correction, PersonalBias};
pub use crop::{CROP_SIZE, FaceCrop, standardise};
pub use detect::{
    CascadeDetector, CascadeError, Detection, Detector, NetworkDetector, UnreadableDetector,
};
pub use eigenfaces::{Coefficients, Eigenfaces, Household};
pub use frame::{Frame, FrameError, MAX_PIXELS};
pub use model::{
    Classifier, HeadProblem, ModelError, ModelFile, NodeProblem, Tensor, TensorProblem, Traced,
};
pub use quality::Quality;
pub use reader::Reader;
pub use stages::{Stage, Stages};
pub use track::{Appearance, Follower, FollowerConfig, Place, Seen, Steady, SteadyConfig, Watcher};
