//! Measures whether turning rolled faces upright helps: faces of FER2013 whose raters agree, laid
//! rolled into a larger picture, found, cut as they are or turned by what the detector says, and
//! read. Right are readings of what most raters saw.
//!
//!     cargo run --release -p attune-vision --example roll -- public_test.parquet models/attune.safetensors

#![allow(clippy::print_stdout)]

use std::error::Error;
use std::fs::File;

use attune_core::{FaceBox, LabelSet};
use attune_vision::{CROP_SIZE, Classifier, Detector, FaceCrop, Frame, NetworkDetector};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::{Row, RowAccessor};

/// Side of the canvas: a picture of 120 pixels with a border of 60.
const CANVAS: usize = 240;
const ANGLES: [f32; 9] = [-30.0, -20.0, -15.0, -10.0, 0.0, 10.0, 15.0, 20.0, 30.0];
/// Rolls below these many degrees are left as they are.
const LEAST: [f32; 3] = [0.0, 8.0, 14.0];

fn main() -> Result<(), Box<dyn Error>> {
    let paths: Vec<String> = std::env::args().skip(1).collect();
    let [data, model] = &paths[..] else { return Err("usage: roll FACES.PARQUET MODEL".into()) };
    let mut classifier = Classifier::from_safetensors(&std::fs::read(model)?)?;
    let mut detector = NetworkDetector::new()?.most_pixels(CANVAS * CANVAS);
    let reader = SerializedFileReader::new(File::open(data)?)?;
    let faces: Vec<(FaceCrop, usize)> =
        reader.get_row_iter(None)?.filter_map(|row| row.ok().and_then(|row| face(&row))).collect();
    println!("faces {}", faces.len());
    println!("roll  found  error  as it is  turned  from 8  from 14  by the truth");
    for roll in ANGLES {
        let (mut found, mut error, mut right) = (0, 0.0, [0usize; 5]);
        for (crop, label) in &faces {
            let frame = canvas(crop, roll)?;
            let centre = FaceBox { x: 65.0, y: 65.0, width: 110.0, height: 110.0 };
            let near = detector.detect(&frame).into_iter().filter(|d| d.face.iou(&centre) >= 0.4);
            let Some(face) = near.max_by(|a, b| a.score.total_cmp(&b.score)) else { continue };
            found += 1;
            error += (face.roll_degrees - roll).abs();
            let plain = FaceCrop::cut(&frame, &face.face);
            let turned = FaceCrop::cut_upright(&frame, &face.face, face.roll_degrees);
            let truly = FaceCrop::cut_upright(&frame, &face.face, roll);
            let from = |least: f32| if face.roll_degrees.abs() >= least { &turned } else { &plain };
            let ways = [&plain, from(LEAST[0]), from(LEAST[1]), from(LEAST[2]), &truly];
            for (crop, right) in ways.into_iter().zip(&mut right) {
                let read = classifier.classify(crop)?.ranked()[0].0;
                *right += usize::from(read == LabelSet::FerPlus.expressions()[*label]);
            }
        }
        let percent = right.map(|n| format!("{:7.1}", 100.0 * n as f32 / found as f32));
        println!("{roll:4.0}  {found:5}  {:5.1}  {}", error / found as f32, percent.join("  "));
    }
    Ok(())
}

/// A face with what more than half of its raters saw.
fn face(row: &Row) -> Option<(FaceCrop, usize)> {
    let column = |wanted: &str| row.get_column_iter().position(|(name, _)| name == wanted);
    let votes = row.get_list(column("votes")?).ok()?;
    let votes: Vec<u32> =
        votes.elements().iter().filter_map(|v| v.to_string().parse().ok()).collect();
    let label = (0..8).find(|i| 2 * votes[*i] > votes.iter().sum())?;
    let bytes = row.get_group(column("image")?).ok()?.get_bytes(0).ok()?;
    let image = image::load_from_memory(bytes.data()).ok()?.to_luma8();
    Some((FaceCrop::from_pixels(&image)?, label))
}

/// The face rolled clockwise in the middle, its border repeated.
fn canvas(crop: &FaceCrop, roll: f32) -> Result<Frame, Box<dyn Error>> {
    let (sin, cos) = roll.to_radians().sin_cos();
    let step = CROP_SIZE as f32 / (CANVAS / 2) as f32;
    let last = CROP_SIZE as f32 - 1.0;
    let pixel = |i: usize| {
        let centre = (CANVAS as f32 - 1.0) / 2.0;
        let (x, y) = ((i % CANVAS) as f32 - centre, (i / CANVAS) as f32 - centre);
        let place = [cos * x + sin * y, cos * y - sin * x];
        let [x, y] = place.map(|v| (v * step + last / 2.0).clamp(0.0, last - 0.001));
        let (right, down) = (x.fract(), y.fract());
        let at = |x: usize, y: usize| f32::from(crop.pixels()[y * CROP_SIZE + x]);
        let across = |y: usize| at(x as usize, y) * (1.0 - right) + at(x as usize + 1, y) * right;
        (across(y as usize) * (1.0 - down) + across(y as usize + 1) * down).round() as u8
    };
    Ok(Frame::from_luma(CANVAS, CANVAS, (0..CANVAS * CANVAS).map(pixel).collect())?)
}
