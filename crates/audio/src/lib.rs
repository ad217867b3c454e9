//! Recordings: decoding, tags, descriptors, and the mood that a recording carries.
//!
//! [`Decoder`] turns a file into blocks of samples; [`describe`] feeds them to every descriptor
//! family in one pass, so that memory does not grow with the length; [`Tags::read`] reads what
//! people wrote into the file and [`PathGuess`] what its path suggests; [`MoodModel`] puts the
//! descriptors in the valence-arousal plane. [`Tags::read_video`] reads a video's container. [`compose`]
//! and [`render`] are the house band: music for any point of the plane.
//!
//! | family | file | what it follows |
//! |---|---|---|
//! | loudness, range, peak | `descriptors/loudness.rs` | EBU R128, EBU Tech 3341 and 3342 |
//! | tempo, onsets | `descriptors/rhythm.rs` | autocorrelation of spectral flux |
//! | key, mode, chroma | `descriptors/key.rs` | Krumhansl and Kessler (1982) |
//! | energy, zero crossings | `descriptors/energy.rs` | openSMILE, ComParE 2016 |
//! | moments, flux, bands of the spectrum | `descriptors/spectral.rs` | openSMILE, ComParE 2016 |
//! | MFCC | `descriptors/mfcc.rs` | openSMILE, ComParE 2016 (HTK) |
//! | auditory spectrum, RASTA | `descriptors/auditory.rs` | openSMILE, ComParE 2016 |
//!
//! Nothing here knows a library: which files there are, and where the results go, is the
//! business of `attune_app`.

mod compose;
mod decode;
mod describe;
mod descriptors;
mod ebml;
mod error;
mod framer;
mod lanes;
mod language;
mod mood;
mod mp4_language;
mod path_guess;
mod resample;
mod spectrum;
mod spread;
mod tag_writer;
mod tags;
mod video;

pub use compose::{
    COMPOSED_RATE_HZ, Character, Craft, Note, Part, Scale, Score, compose, heard_of, likeness,
    rank_correlation, render, write_wav,
};
pub use decode::{Block, Decoder};
pub use describe::{Description, describe, describe_bytes, describe_samples};
pub use descriptors::key::{Key, Mode};
pub use descriptors::loudness::Loudness;
pub use descriptors::rhythm::Tempo;
pub use descriptors::{Descriptors, DescriptorsVersion, LLDS};
pub use error::{AudioError, AudioErrorKind};
pub use mood::model::{MoodModel, MoodModelError};
pub use mood::train::{
    AxisFigures, CrossValidation, Rated, RatingsError, TrainedMood, read_deam, train_mood,
};
pub use path_guess::PathGuess;
pub use spread::Spread;
pub use tag_writer::write_mood_tag;
pub use tags::{Tags, embedded_cover};
