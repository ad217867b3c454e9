//! `attune bench detector`.

use std::collections::BTreeSet;
use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};

use attune_app::AppError;
use attune_training::detector::{Found, Labelled, PictureError, boxed, find, without_faces};
use attune_vision::{CascadeDetector, Detector, Frame, NetworkDetector};
use clap::Args;
use serde::Serialize;

use crate::commands::bench::face::at_camera_size;
use crate::commands::bench::machine::Machine;
use crate::commands::bench::photo;
use crate::commands::bench::timing::Timing;
use crate::exit::{ExitStatus, Failure};
use crate::printer::Printer;

#[derive(Args, Debug)]
pub struct DetectorArgs {
    /// Photo that is searched at 640 x 480 to measure the time
    #[arg(long, value_name = "PHOTO")]
    photo: Option<PathBuf>,
    /// XML file of dlib's imglab with pictures and the boxes of their faces
    #[arg(long, value_name = "FILE")]
    boxes: Vec<PathBuf>,
    /// Folder of pictures without faces, and the folders in it
    #[arg(long, value_name = "DIR")]
    backgrounds: Vec<PathBuf>,
    /// File with the names of those of them that do show people, one a line: counted by themselves
    #[arg(long, value_name = "FILE")]
    people: Option<PathBuf>,
    /// Another file of `attune train detector` than the one in the program
    #[arg(long, value_name = "FILE")]
    detector: Option<PathBuf>,
    /// OpenCV cascade file to measure beside it
    #[arg(long, value_name = "FILE")]
    cascade: Vec<PathBuf>,
}

#[derive(Debug, Serialize)]
struct Report {
    machine: Machine,
    photo: PathBuf,
    width: usize,
    height: usize,
    detectors: Vec<Row>,
}

#[derive(Debug, Serialize)]
struct Row {
    name: String,
    /// One frame on one core.
    detect: Timing,
    /// Faces in it.
    faces: usize,
    #[serde(flatten)]
    found: Counts,
    /// The same for higher thresholds.
    from_score: Vec<FromScore>,
}

#[derive(Debug, Serialize)]
struct Counts {
    /// Pictures with boxes.
    photos: Found,
    /// Backgrounds that show nobody.
    backgrounds: Found,
    /// Backgrounds that show people; their faces have no boxes.
    backgrounds_with_people: Found,
}

#[derive(Debug, Serialize)]
struct FromScore {
    /// Boxes of lower scores don't count.
    score: f32,
    #[serde(flatten)]
    found: Counts,
}

/// Scores that counts are given for.
const SCORES: [f32; 11] = [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0];

/// Measures each detector on the same pictures.
pub fn run(args: &DetectorArgs, printer: Printer) -> Result<ExitStatus, Failure> {
    let photo = photo::given_or_known(args.photo.as_deref()).ok_or_else(photo::missing)?;
    let frame = at_camera_size(&photo::open(&photo)?)?;
    let pictures = Pictures::read(args)?;
    let mut detectors = vec![pictures.row("attune", &mut own(args)?, &frame)];
    for path in &args.cascade {
        let text = fs::read_to_string(path).map_err(|e| unreadable(path, &e))?;
        let damaged = |source| AppError::Cascade { path: path.clone(), source };
        let mut cascade = CascadeDetector::from_xml(&text).map_err(damaged)?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        detectors.push(pictures.row(&name, &mut cascade, &frame));
    }
    let (width, height) = (frame.width(), frame.height());
    printer.json(&Report { machine: Machine::here(), photo, width, height, detectors })?;
    Ok(ExitStatus::Done)
}

fn own(args: &DetectorArgs) -> Result<NetworkDetector, Failure> {
    let Some(path) = &args.detector else {
        return Ok(NetworkDetector::new().map_err(AppError::from)?);
    };
    let bytes = fs::read(path).map_err(|e| unreadable(path, &e))?;
    let hint = "Name a file that `attune train detector` wrote.";
    NetworkDetector::from_safetensors(&bytes)
        .map_err(|e| Failure::new(format!("{}: {e}", path.display()), hint))
}

fn unreadable(path: &Path, error: &std::io::Error) -> Failure {
    Failure::new(format!("{}: {error}", path.display()), "Check the path and its permissions.")
}

/// What detectors are measured on.
struct Pictures {
    boxed: Vec<Labelled>,
    backgrounds: Vec<Labelled>,
    people: Vec<Labelled>,
}

impl Pictures {
    fn read(args: &DetectorArgs) -> Result<Self, Failure> {
        let all = |read: fn(&Path) -> Result<Vec<Labelled>, PictureError>, paths: &[PathBuf]| {
            let sets: Result<Vec<_>, _> = paths.iter().map(|path| read(path)).collect();
            let hint = "Name folders of pictures, and XML files beside the pictures they name.";
            Ok::<_, Failure>(sets.map_err(|e| Failure::new(e, hint))?.into_iter().flatten())
        };
        let names = match &args.people {
            Some(path) => fs::read_to_string(path).map_err(|e| unreadable(path, &e))?,
            None => String::new(),
        };
        let names: BTreeSet<&str> = names.lines().map(str::trim).collect();
        let (people, backgrounds) = all(without_faces, &args.backgrounds)?
            .partition(|picture| names.contains(&picture.name[..]));
        Ok(Self { boxed: all(boxed, &args.boxes)?.collect(), backgrounds, people })
    }

    fn row(&self, name: &str, detector: &mut dyn Detector, frame: &Frame) -> Row {
        let sets = [&self.boxed, &self.backgrounds, &self.people];
        let found = sets.map(|set| find(detector, set));
        let counts = |least: f32| {
            let [photos, backgrounds, backgrounds_with_people] =
                found.each_ref().map(|findings| Found::count(findings, least));
            Counts { photos, backgrounds, backgrounds_with_people }
        };
        let from_score = |score: &f32| FromScore { score: *score, found: counts(*score) };
        let detect = Timing::measure(|| drop(black_box(detector.detect(frame))));
        Row {
            name: name.to_owned(),
            detect,
            faces: detector.detect(frame).len(),
            found: counts(f32::NEG_INFINITY),
            from_score: SCORES.iter().map(from_score).collect(),
        }
    }
}
