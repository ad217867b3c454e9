//! `attune bench`: what each stage takes on this machine, as JSON.

mod band;
mod cold_start;
mod detector;
mod face;
mod library;
mod machine;
mod peers;
mod photo;
mod recommend;
mod rescan;
mod timing;
mod train;
mod wasm;

use clap::{Args, Subcommand};

use crate::exit::{ExitStatus, Failure};
use crate::printer::Printer;
use crate::settings::Settings;

#[derive(Args, Debug)]
pub struct BenchArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Detecting, cropping and classifying the faces of a photo at 640 x 480
    Face(face::FaceArgs),
    /// Decoding recordings and measuring every descriptor
    Library(library::LibraryArgs),
    /// What the music model hears of composed pieces, beside what was asked for
    Band(band::BandArgs),
    /// Finding faces: what is found and missed in pictures, and how long it takes at 640 x 480
    Detector(detector::DetectorArgs),
    /// Ranking a library, and `attune recommend --photo` from its start to its end
    Recommend(recommend::RecommendArgs),
    /// Training steps on made-up pictures, with Attune's own engine and with burn
    Train(train::TrainArgs),
}

pub fn run(args: &BenchArgs, settings: &Settings, printer: Printer) -> Result<ExitStatus, Failure> {
    if cfg!(debug_assertions) {
        printer.warning("this is a debug build: measure with `cargo run --release -- bench`");
    }
    match &args.what {
        What::Face(args) => face::run(args, settings, printer),
        What::Library(args) => library::run(args, printer),
        What::Band(args) => band::run(args, printer),
        What::Detector(args) => detector::run(args, printer),
        What::Recommend(args) => recommend::run(args, settings, printer),
        What::Train(args) => train::run(args, printer),
    }
}
