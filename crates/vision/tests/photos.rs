//! The detector on real photographs and on frames that are none.

#![allow(clippy::unwrap_used, clippy::print_stderr, clippy::print_stdout)]

use std::fs;
use std::path::PathBuf;

use attune_core::FaceBox;
use attune_vision::{Detector, Frame, NetworkDetector};

/// The folder of test photographs, `None` (with a word) where it is absent.
fn photos() -> Option<PathBuf> {
    let data = std::env::var_os("ATTUNE_DATA").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
        PathBuf::from,
    );
    let photos = data.join("photos");
    if photos.is_dir() {
        return Some(photos);
    }
    eprintln!("skipped: no test photographs at {}", photos.display());
    None
}

fn load(path: PathBuf) -> Frame {
    let image = image::open(path).unwrap().to_rgb8();
    Frame::from_rgb8(image.width() as usize, image.height() as usize, image.as_raw()).unwrap()
}

/// The pictures of an annotation file of dlib, with the boxes of their faces.
fn annotated(xml: &str) -> Vec<(String, Vec<FaceBox>)> {
    let attribute = |line: &str, name: &str| {
        let start = line.find(&format!("{name}='")).unwrap() + name.len() + 2;
        line[start..].split('\'').next().unwrap().to_owned()
    };
    let number = |line: &str, name: &str| attribute(line, name).parse::<f32>().unwrap();
    let mut pictures: Vec<(String, Vec<FaceBox>)> = Vec::new();
    for line in xml.lines() {
        if line.contains("<image ") {
            pictures.push((attribute(line, "file"), Vec::new()));
        } else if line.contains("<box ") {
            let (x, y) = (number(line, "left"), number(line, "top"));
            let (width, height) = (number(line, "width"), number(line, "height"));
            pictures.last_mut().unwrap().1.push(FaceBox { x, y, width, height });
        }
    }
    pictures
}

/// Of 43 boxed faces 40 are found at an IoU of 0.4, without a false alarm.
#[test]
fn finds_the_faces_of_photographs() {
    let Some(photos) = photos() else { return };
    let mut detector = NetworkDetector::new().unwrap();
    let (mut faces, mut found, mut false_alarms) = (0, 0, 0);
    for file in ["dlib_training.xml", "dlib_testing.xml"] {
        for (name, truth) in annotated(&fs::read_to_string(photos.join(file)).unwrap()) {
            let boxes: Vec<_> =
                detector.detect(&load(photos.join(name))).iter().map(|d| d.face).collect();
            let hit = |a: &FaceBox, others: &[FaceBox]| others.iter().any(|b| a.iou(b) >= 0.4);
            faces += truth.len();
            found += truth.iter().filter(|t| hit(t, &boxes)).count();
            false_alarms += boxes.iter().filter(|b| !hit(b, &truth)).count();
        }
    }
    println!("{found} of {faces} faces found, {false_alarms} false alarms");
    assert_eq!(faces, 43);
    assert!(found >= 40 && false_alarms <= 1, "{found} found, {false_alarms} false alarms");
}

#[test]
fn finds_every_face_of_a_group_and_none_of_dogs() {
    let Some(photos) = photos() else { return };
    let mut detector = NetworkDetector::new().unwrap();
    for (name, least, most) in [
        ("two_people.jpg", 2, 2),
        ("bald_guys.jpg", 24, 24),
        ("scientists.jpg", 26, 29),
        ("dogs.jpg", 0, 0),
    ] {
        let found = detector.detect(&load(photos.join(name)));
        assert!((least..=most).contains(&found.len()), "{name}: {} faces", found.len());
        assert!(found.windows(2).all(|pair| pair[0].face.width >= pair[1].face.width));
    }
}

#[test]
fn frames_without_faces_give_none() {
    let mut detector = NetworkDetector::new().unwrap();
    for (width, height) in [(1, 1), (1, 4000), (4000, 3), (19, 20), (41, 900), (640, 480)] {
        for grey in [0, 128, 255] {
            let frame = Frame::from_luma(width, height, vec![grey; width * height]).unwrap();
            assert_eq!(detector.detect(&frame), [], "{width} x {height} of grey {grey}");
        }
    }
}

#[test]
fn noise_of_any_size_is_survived() {
    let mut detector = NetworkDetector::new().unwrap();
    let mut state = 1u32;
    for side in (18..120).step_by(3) {
        let mut noise = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        };
        let pixels = (0..side * (side + 7)).map(|_| noise()).collect();
        let frame = Frame::from_luma(side, side + 7, pixels).unwrap();
        let mut small = NetworkDetector::new().unwrap().most_pixels(side * side);
        for found in [detector.detect(&frame), small.detect(&frame)] {
            assert!(found.iter().all(|d| d.face.width > 0.0 && d.score.is_finite()));
        }
    }
}
