//! What a detector finds and misses.

use std::fs;
use std::path::{Path, PathBuf};

use attune_core::FaceBox;
use attune_vision::{Detector, Frame};
use roxmltree::{Document, Node};
use serde::Serialize;

/// A picture whose faces are known.
pub struct Labelled {
    /// Its file's name.
    pub name: String,
    /// The picture.
    pub frame: Frame,
    /// Its faces.
    pub faces: Vec<FaceBox>,
}

/// Pictures that cannot be measured on or learned from.
#[derive(Debug, thiserror::Error)]
#[error("{}: {why}", path.display())]
pub struct PictureError {
    path: PathBuf,
    why: String,
}

/// Every JPEG and PNG file of a folder and the folders in it, sorted by path, taken to show no face.
///
/// # Errors
/// A folder or picture that cannot be read.
pub fn without_faces(folder: &Path) -> Result<Vec<Labelled>, PictureError> {
    let mut all = Vec::new();
    let wrong = |why: std::io::Error| error(folder, &why);
    let entries = fs::read_dir(folder).map_err(wrong)?;
    let mut paths: Vec<PathBuf> =
        entries.map(|e| e.map(|e| e.path())).collect::<Result<_, _>>().map_err(wrong)?;
    paths.sort();
    for path in paths {
        let kind = path.extension().and_then(|e| e.to_str()).unwrap_or_default();
        if path.is_dir() {
            all.extend(without_faces(&path)?);
        } else if ["jpg", "jpeg", "png"].contains(&kind) {
            all.push(labelled(&path, Vec::new())?);
        }
    }
    Ok(all)
}

/// The pictures that an XML file of dlib's imglab names, with their boxes.
///
/// # Errors
/// A file that is not in that format, or a picture that cannot be read.
pub fn boxed(file: &Path) -> Result<Vec<Labelled>, PictureError> {
    let text = fs::read_to_string(file).map_err(|why| error(file, &why))?;
    let document = Document::parse(&text).map_err(|why| error(file, &why))?;
    let images = document.descendants().filter(|n| n.has_tag_name("image"));
    images.map(|image| boxed_one(file, &image)).collect()
}

fn boxed_one(file: &Path, image: &Node<'_, '_>) -> Result<Labelled, PictureError> {
    let name = image.attribute("file").ok_or_else(|| error(file, &"an image names no file"))?;
    let number = |node: &Node<'_, '_>, key: &str| -> Option<f32> {
        node.attribute(key)?.parse().ok().filter(|v: &f32| v.is_finite())
    };
    let face = |node: Node<'_, '_>| {
        let part = |key| number(&node, key);
        let (x, y) = (part("left")?, part("top")?);
        Some(FaceBox { x, y, width: part("width")?, height: part("height")? })
    };
    let boxes = image.children().filter(|n| n.has_tag_name("box"));
    let faces: Option<Vec<FaceBox>> = boxes.map(face).collect();
    let faces = faces.ok_or_else(|| error(file, &format!("a box of {name} lacks a side")))?;
    labelled(&file.with_file_name(name), faces)
}

fn labelled(path: &Path, faces: Vec<FaceBox>) -> Result<Labelled, PictureError> {
    let picture = image::open(path).map_err(|why| error(path, &why))?.to_rgb8();
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let frame = Frame::from_rgb8(width, height, picture.as_raw()).map_err(|w| error(path, &w))?;
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Ok(Labelled { name, frame, faces })
}

fn error(path: &Path, why: &dyn std::fmt::Display) -> PictureError {
    PictureError { path: path.to_owned(), why: why.to_string() }
}

/// What was found in pictures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Found {
    /// Pictures searched.
    pub pictures: usize,
    /// Faces in them, as far as they are known.
    pub faces: usize,
    /// Of those, faces with a box that overlaps them by an intersection over union of 0.4.
    pub found: usize,
    /// Boxes on no known face.
    pub false_alarms: usize,
}

/// Intersection over union from which a box counts as on a face.
const LEAST_IOU: f32 = 0.4;

/// Every box on no known face of these pictures, and the best on every known face.
pub fn find(detector: &mut dyn Detector, pictures: &[Labelled]) -> Vec<Findings> {
    pictures.iter().map(|picture| findings(detector, picture)).collect()
}

/// What was found in one picture.
pub struct Findings {
    /// For every known face the best score of a box on it, if there is one.
    pub faces: Vec<Option<f32>>,
    /// Score and place of the boxes on no face.
    pub false_alarms: Vec<(f32, FaceBox)>,
}

fn findings(detector: &mut dyn Detector, picture: &Labelled) -> Findings {
    let found = detector.detect(&picture.frame);
    let best = |face: &FaceBox| {
        let on = found.iter().filter(|d| d.face.iou(face) >= LEAST_IOU);
        on.map(|d| d.score).max_by(f32::total_cmp)
    };
    let elsewhere =
        found.iter().filter(|d| picture.faces.iter().all(|face| d.face.iou(face) < LEAST_IOU));
    Findings {
        faces: picture.faces.iter().map(best).collect(),
        false_alarms: elsewhere.map(|d| (d.score, d.face)).collect(),
    }
}

impl Found {
    /// Counts what scored at least `least`.
    #[must_use]
    pub fn count(findings: &[Findings], least: f32) -> Self {
        let mut sum = Self { pictures: findings.len(), ..Self::default() };
        for one in findings {
            sum.faces += one.faces.len();
            sum.found += one.faces.iter().filter(|s| s.is_some_and(|s| s >= least)).count();
            sum.false_alarms += one.false_alarms.iter().filter(|(s, _)| *s >= least).count();
        }
        sum
    }
}
