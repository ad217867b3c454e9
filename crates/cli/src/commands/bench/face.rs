//! `attune bench face`.

use std::hint::black_box;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use attune_app::AppError;
use attune_vision::{Classifier, FaceCrop, Frame, NetworkDetector, Reader};
use clap::Args;
use serde::Serialize;

use crate::commands::bench::machine::{Machine, cores};
use crate::commands::bench::photo;
use crate::commands::bench::timing::Timing;
use crate::context::model;
use crate::exit::{ExitStatus, Failure};
use crate::printer::Printer;
use crate::settings::Settings;

/// The size that a camera gives and that the stages are measured at.
const WIDTH: usize = 640;
const HEIGHT: usize = 480;
/// Crops handed over at once when throughput is measured.
const BATCH: usize = 64;
/// How long throughput is measured.
const THROUGHPUT_TIME: Duration = Duration::from_secs(1);

#[derive(Args, Debug)]
pub struct FaceArgs {
    /// Photo with at least one face
    #[arg(long, value_name = "PHOTO")]
    photo: Option<PathBuf>,
}

#[derive(Debug, Serialize)]
struct Report {
    machine: Machine,
    photo: PathBuf,
    width: usize,
    height: usize,
    faces: usize,
    model: String,
    stages: Stages,
    throughput: Throughput,
}

/// Each on one core.
#[derive(Debug, Serialize)]
struct Stages {
    /// From the models' bytes to networks that are ready.
    load: Timing,
    /// From the photo's file, at its own size, to a grey frame.
    decode: Timing,
    /// All faces of the 640 x 480 frame.
    detect: Timing,
    /// One face of it.
    crop: Timing,
    /// One crop.
    classify: Timing,
}

#[derive(Debug, Serialize)]
struct Throughput {
    batch: usize,
    /// Classifying on one core.
    faces_per_s: f64,
    /// Classifying on all of them.
    faces_per_s_all_cores: f64,
}

pub fn run(args: &FaceArgs, settings: &Settings, printer: Printer) -> Result<ExitStatus, Failure> {
    let photo = photo::given_or_known(args.photo.as_deref()).ok_or_else(photo::missing)?;
    let frame = at_camera_size(&photo::open(&photo)?)?;
    let model = model(settings)?;
    let (detector, classifier) = parts(&model)?;
    let mut reader = Reader::new(detector, classifier.clone());
    let found = reader.detect(&frame);
    let face = found.first().ok_or_else(|| photo::faceless(&photo))?;
    let crop = FaceCrop::cut(&frame, &face.face);
    printer.json(&Report {
        machine: Machine::here(),
        width: WIDTH,
        height: HEIGHT,
        faces: found.len(),
        model: classifier.spec().name.clone(),
        stages: Stages {
            load: Timing::measure(|| drop(black_box(parts(&model)))),
            decode: Timing::measure(|| drop(black_box(photo::open(&photo)))),
            detect: Timing::measure(|| drop(black_box(reader.detect(&frame)))),
            crop: Timing::measure(|| drop(black_box(FaceCrop::cut(&frame, &face.face)))),
            classify: Timing::measure(|| drop(black_box(reader.classifier().classify(&crop)))),
        },
        throughput: Throughput {
            batch: BATCH,
            faces_per_s: faces_per_s(&classifier, &crop, 1),
            faces_per_s_all_cores: faces_per_s(&classifier, &crop, cores()),
        },
        photo,
    })?;
    Ok(ExitStatus::Done)
}

/// Detector and classifier, from the bytes of their models.
fn parts(model: &[u8]) -> Result<(NetworkDetector, Classifier), AppError> {
    Ok((NetworkDetector::new()?, Classifier::from_safetensors(model)?))
}

/// `picture` at 640 x 480, its sides in proportion and grey around it.
pub(super) fn at_camera_size(picture: &Frame) -> Result<Frame, Failure> {
    let (w, h) = (picture.width(), picture.height());
    let (fit_w, fit_h) = if w * HEIGHT > h * WIDTH {
        (WIDTH, (h * WIDTH / w).max(1))
    } else {
        ((w * HEIGHT / h).max(1), HEIGHT)
    };
    let small = picture.resized(fit_w, fit_h);
    let (left, top) = ((WIDTH - fit_w) / 2, (HEIGHT - fit_h) / 2);
    let mut pixels = vec![128; WIDTH * HEIGHT];
    for (y, row) in small.pixels().chunks_exact(fit_w).enumerate() {
        let start = (top + y) * WIDTH + left;
        pixels[start..start + fit_w].copy_from_slice(row);
    }
    Frame::from_luma(WIDTH, HEIGHT, pixels)
        .map_err(|error| Failure::new(error, "use another photo"))
}

/// Faces a second of `threads` classifiers side by side.
fn faces_per_s(classifier: &Classifier, crop: &FaceCrop, threads: usize) -> f64 {
    let crops = vec![crop.clone(); BATCH];
    let begin = Instant::now();
    let work = |mut classifier: Classifier| {
        let mut faces = 0;
        while begin.elapsed() < THROUGHPUT_TIME {
            black_box(classifier.logits_batch(&crops));
            faces += crops.len();
        }
        faces
    };
    let faces: usize = std::thread::scope(|scope| {
        let workers: Vec<_> =
            (0..threads).map(|_| scope.spawn(|| work(classifier.clone()))).collect();
        workers.into_iter().filter_map(|worker| worker.join().ok()).sum()
    });
    (faces as f64 / begin.elapsed().as_secs_f64()).round()
}
