//! Streams of frames as cameras and files give them: crowds, half faces, other sizes, black and white.

#![allow(clippy::unwrap_used, clippy::print_stderr)]

use std::path::PathBuf;

use attune_core::FaceBox;
use attune_vision::{Classifier, FaceCrop, Frame, NetworkDetector, Reader, SteadyConfig, Watcher};

fn watcher() -> Watcher {
    let model = include_bytes!("../../../models/attune.safetensors");
    let reader =
        Reader::new(NetworkDetector::new().unwrap(), Classifier::from_safetensors(model).unwrap());
    Watcher::new(reader, SteadyConfig::declaring_above(0.5))
}

/// A portrait of 853 x 480 pixels, `None` (with a word) where the photographs are absent.
fn portrait() -> Option<Frame> {
    let data = std::env::var_os("ATTUNE_DATA").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
        PathBuf::from,
    );
    let path = data.join("photos/obama-480p.jpg");
    let Ok(image) = image::open(&path) else {
        eprintln!("skipped: {} is not there", path.display());
        return None;
    };
    let image = image.to_rgb8();
    Some(Frame::from_rgb8(image.width() as usize, image.height() as usize, &image).unwrap())
}

/// The part of a frame from a column and a row on, black where there is none.
fn part(frame: &Frame, from: [i64; 2], [width, height]: [usize; 2]) -> Frame {
    let pixel = |i: usize| {
        let (x, y) = (from[0] + (i % width) as i64, from[1] + (i / width) as i64);
        let inside =
            (0..frame.width() as i64).contains(&x) && (0..frame.height() as i64).contains(&y);
        if inside { frame.pixels()[y as usize * frame.width() + x as usize] } else { 0 }
    };
    Frame::from_luma(width, height, (0..width * height).map(pixel).collect()).unwrap()
}

#[test]
fn forty_faces_are_read_each_for_itself() {
    let Some(portrait) = portrait() else { return };
    let face = watcher().see(0.0, &portrait).map(|_| face_of(&portrait)).unwrap();
    let side = face.width * 1.6;
    let square = part(
        &portrait,
        [(face.x - face.width * 0.3) as i64, (face.y - face.width * 0.3) as i64],
        [side as usize; 2],
    );
    let tile = square.resized(90, 90);
    let (columns, rows) = (8, 5);
    let pixel = |i: usize| {
        let (x, y) = (i % (columns * 90), i / (columns * 90));
        tile.pixels()[y % 90 * 90 + x % 90]
    };
    let crowd = (0..columns * rows * 8100).map(pixel).collect();
    let crowd = Frame::from_luma(columns * 90, rows * 90, crowd).unwrap();
    let mut watcher = watcher();
    watcher.see(0.0, &crowd).unwrap();
    let seen = watcher.see(0.1, &crowd).unwrap();
    let mut people: Vec<u32> = seen.people.iter().map(|reading| reading.person.0).collect();
    people.dedup();
    assert_eq!(people, (1..=40).collect::<Vec<_>>());
}

fn face_of(frame: &Frame) -> FaceBox {
    let mut watcher = watcher();
    watcher.see(0.0, frame).unwrap();
    watcher.see(0.1, frame).unwrap().people[0].face
}

#[test]
fn half_a_face_is_read_or_not_but_harms_nothing() {
    let Some(portrait) = portrait() else { return };
    let face = face_of(&portrait);
    let middle = (face.x + face.width / 2.0) as i64;
    let size = [400, 480];
    let mut watcher = watcher();
    for (n, left) in [middle, middle - 400, middle - 20, middle - 380].into_iter().enumerate() {
        let half = part(&portrait, [left, 0], size);
        let seen = watcher.see(n as f64 / 10.0, &half).unwrap();
        for reading in seen.people {
            let crop = FaceCrop::cut(&half, &reading.face);
            assert_eq!(crop.pixels().len(), 48 * 48);
            assert!(reading.mood.uncertainty.is_finite());
        }
    }
    // It goes on with the whole face.
    watcher.see(1.0, &portrait).unwrap();
    assert_eq!(watcher.see(1.1, &portrait).unwrap().people.len(), 1);
}

#[test]
fn somebody_stays_the_same_when_the_size_of_the_frames_changes() {
    let Some(portrait) = portrait() else { return };
    let mut watcher = watcher();
    let sizes = [(853, 480), (853, 480), (640, 360), (1280, 720), (427, 240), (853, 480)];
    for (n, (width, height)) in sizes.into_iter().enumerate() {
        let seen = watcher.see(n as f64 / 25.0, &portrait.resized(width, height)).unwrap();
        let people: Vec<u32> = seen.people.iter().map(|reading| reading.person.0).collect();
        assert_eq!(people, vec![1; usize::from(n > 0)], "frame {n}");
    }
}

#[test]
fn black_white_and_tiny_frames_come_with_advice() {
    let mut watcher = watcher();
    for (n, (side, grey, word)) in
        [(200, 0, "dark"), (200, 255, "bright"), (1, 128, "face"), (300, 0, "dark")]
            .into_iter()
            .enumerate()
    {
        let frame = Frame::from_luma(side, side, vec![grey; side * side]).unwrap();
        let seen = watcher.see(n as f64, &frame).unwrap();
        assert_eq!(seen.people, []);
        let advice = seen.advice.unwrap();
        assert!(advice.contains(word), "{side}, {grey}: {advice}");
    }
}
