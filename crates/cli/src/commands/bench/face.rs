//! `attune bench face`.

use std::hint::black_box;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use attune_app::AppError;
use attune_vision::{Classifier, FaceCrop, Frame, NetworkDetector, Stage, Stages};
use clap::Args;
use serde::Serialize;

use crate::commands::bench::machine::{Machine, cores};
use crate::commands::bench::peers::Peers;
use crate::commands::bench::photo;
use crate::commands::bench::timing::Timing;
use crate::commands::bench::wasm::{self, Wasm};
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
    /// What `benches/peers/face/run` printed for the same photo, to stand beside
    #[arg(long, value_name = "FILE")]
    peers: Option<PathBuf>,
}

#[derive(Debug, Serialize)]
struct Report {
    machine: Machine,
    photo: PathBuf,
    width: usize,
    height: usize,
    faces: usize,
    model: String,
    stages: Timings,
    /// The peers' column, where it is given.
    #[serde(skip_serializing_if = "Option::is_none")]
    peers: Option<Peers>,
    throughput: Throughput,
    /// The same in the browser's module; `null` where there is no `node` to run it.
    wasm: Option<Wasm>,
}

/// Each on one core.
#[derive(Debug, Serialize)]
struct Timings {
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
    /// Who all faces are, and what they come to over time.
    track: Timing,
    /// From a frame's pixels to calm readings of everybody.
    end_to_end: Timing,
}

#[derive(Debug, Serialize)]
struct Throughput {
    batch: usize,
    /// Classifying on one core.
    faces_per_s: f64,
    /// Classifying on all of them.
    faces_per_s_all_cores: f64,
    /// Frames end to end on one core.
    frames_per_s: f64,
    /// As many streams as there are cores, together.
    frames_per_s_all_cores: f64,
}

pub fn run(args: &FaceArgs, settings: &Settings, printer: Printer) -> Result<ExitStatus, Failure> {
    let photo = photo::given_or_known(args.photo.as_deref()).ok_or_else(photo::missing)?;
    let frame = at_camera_size(&photo::open(&photo)?)?;
    let model = model(settings)?;
    let (detector, classifier) = parts(&model)?;
    let make = || Stages::new(detector.clone(), classifier.clone(), &frame);
    let mut stages = make().ok_or_else(|| photo::faceless(&photo))?;
    let mut time = |stage: Stage| Timing::measure(|| drop(black_box(stages.run(stage))));
    let timings = Timings {
        load: Timing::measure(|| drop(black_box(parts(&model)))),
        decode: Timing::measure(|| drop(black_box(photo::open(&photo)))),
        detect: time(Stage::Detect),
        crop: time(Stage::Crop),
        classify: time(Stage::Classify),
        track: time(Stage::Track),
        end_to_end: time(Stage::EndToEnd),
    };
    let ours = [
        ("detect", timings.detect.median_ms),
        ("crop", timings.crop.median_ms),
        ("classify", timings.classify.median_ms),
    ];
    let peers = args.peers.as_deref().map(|path| Peers::beside(path, &ours)).transpose()?;
    let crop = stages.crop().clone();
    printer.json(&Report {
        machine: Machine::here(),
        width: WIDTH,
        height: HEIGHT,
        faces: stages.faces(),
        model: classifier.spec().name.clone(),
        stages: timings,
        peers,
        throughput: Throughput {
            batch: BATCH,
            faces_per_s: faces_per_s(&classifier, &crop, 1),
            faces_per_s_all_cores: faces_per_s(&classifier, &crop, cores()),
            frames_per_s: frames_per_s(make, 1),
            frames_per_s_all_cores: frames_per_s(make, cores()),
        },
        wasm: wasm::measure(&frame, &model, printer)?,
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
    per_second(threads, || {
        let (crops, mut classifier) = (&crops, classifier.clone());
        move || {
            black_box(classifier.logits_batch(crops));
            crops.len()
        }
    })
}

/// Frames a second of `threads` streams side by side.
fn frames_per_s(make: impl Fn() -> Option<Stages>, threads: usize) -> f64 {
    per_second(threads, || {
        let mut stages = make();
        move || {
            let ran = stages.as_mut().map(|stages| stages.run(Stage::EndToEnd));
            usize::from(black_box(ran).is_some())
        }
    })
}

/// What `threads` workers do in a second, each again and again.
fn per_second<W: FnMut() -> usize + Send>(threads: usize, worker: impl Fn() -> W) -> f64 {
    let workers: Vec<W> = (0..threads).map(|_| worker()).collect();
    let begin = Instant::now();
    let work = |mut worker: W| {
        let mut done = 0;
        while begin.elapsed() < THROUGHPUT_TIME {
            done += worker();
        }
        done
    };
    let done: usize = std::thread::scope(|scope| {
        let running: Vec<_> = workers.into_iter().map(|w| scope.spawn(move || work(w))).collect();
        running.into_iter().filter_map(|worker| worker.join().ok()).sum()
    });
    (done as f64 / begin.elapsed().as_secs_f64()).round()
}
