//! Measures where FER2013's pictures lie, seen from the detector's boxes: the constants of
//! `FaceCrop::cut`. Every tenth training picture is enlarged to 120 pixels, its border repeated
//! for half its side on all sides, and searched for its surest face.
//!
//!     cargo run --release -p attune-vision --example crop_geometry -- train.parquet

#![allow(clippy::print_stdout)]

use std::error::Error;
use std::fs::File;

use attune_vision::{CROP_SIZE, Detector, Frame, NetworkDetector};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::{Row, RowAccessor};

/// Side of the canvas: a picture of 120 pixels with a border of 60.
const CANVAS: usize = 240;

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("usage: crop_geometry TRAIN.PARQUET")?;
    let reader = SerializedFileReader::new(File::open(path)?)?;
    let mut detector = NetworkDetector::new()?.most_pixels(CANVAS * CANVAS);
    let (mut across, mut down, mut sides, mut searched) = (vec![], vec![], vec![], 0);
    for row in reader.get_row_iter(None)?.step_by(10) {
        searched += 1;
        let found = detector.detect(&canvas(&row?)?);
        let Some(face) = found.iter().max_by(|a, b| a.score.total_cmp(&b.score)) else { continue };
        let (b, centre) = (face.face, CANVAS as f32 / 2.0);
        across.push((centre - b.x - b.width / 2.0) / b.width);
        down.push((centre - b.y - b.height / 2.0) / b.height);
        sides.push(CANVAS as f32 / 2.0 / b.width);
    }
    println!("{} of {searched} found", sides.len());
    print("centre x", &mut across);
    print("centre y", &mut down);
    print("side", &mut sides);
    Ok(())
}

fn canvas(row: &Row) -> Result<Frame, Box<dyn Error>> {
    let column = row.get_column_iter().position(|(name, _)| name == "image");
    let bytes = row.get_group(column.ok_or("no column 'image'")?)?.get_bytes(0)?;
    let face = image::load_from_memory(bytes.data())?.to_luma8();
    let inside = |i: usize| i.saturating_sub(CROP_SIZE / 2).min(CROP_SIZE - 1) as u32;
    let side = 2 * CROP_SIZE;
    let pixel = |i: usize| face.get_pixel(inside(i % side), inside(i / side)).0[0];
    let bordered = Frame::from_luma(side, side, (0..side * side).map(pixel).collect())?;
    Ok(bordered.resized(CANVAS, CANVAS))
}

fn print(name: &str, values: &mut [f32]) {
    values.sort_by(f32::total_cmp);
    let at = |part: f32| values.get((values.len() as f32 * part) as usize).copied();
    let quartiles = [0.25, 0.5, 0.75].map(|part| at(part).unwrap_or(f32::NAN));
    println!("{name}: quartiles {quartiles:.3?}");
}
