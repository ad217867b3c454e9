//! Trains and measures the face detector.
#![allow(clippy::print_stdout, clippy::unwrap_used)]

use std::path::Path;
use std::time::Instant;

use attune_core::FaceBox;
use attune_training::data::{Dataset, Split};
use attune_training::detector::{Labelled, Progress, Settings, boxed, find, train, without_faces};
use attune_vision::detect::network::NetworkSearch;
use attune_vision::{Detector, Frame, NetworkDetector};

const DATA: &str = "/work/shared/data";

fn people() -> Vec<String> {
    let text = std::fs::read_to_string("/work/main/runs/people.txt").unwrap();
    text.lines().map(|l| l.trim().to_owned()).collect()
}

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let out = &args[2];
    let people = people();
    let is_people = |name: &str| people.iter().any(|p| p.contains(name));
    let folder =
        |name: &str| without_faces(Path::new(&format!("{DATA}/backgrounds/{name}"))).unwrap();
    let (bg_train, bg_val) = (folder("train"), folder("val"));
    if args[1] == "train" {
        let used: Vec<Frame> =
            bg_train.iter().filter(|p| !is_people(&p.name)).map(|p| p.frame.clone()).collect();
        let faces = Dataset::read(Path::new(&format!("{DATA}/fer2013")), Split::Train).unwrap();
        let scale: f32 = args.get(3).map_or(1.0, |a| a.parse().unwrap());
        let base = Settings::default();
        let steps = base.steps.map(|s| (s as f32 * scale) as usize);
        println!("{} faces, {} backgrounds, steps {steps:?}", faces.examples.len(), used.len());
        let begin = Instant::now();
        let bytes = train(&faces, used, &Settings { steps, ..base }, &mut |p| {
            if let Progress::Finished(bytes) = p {
                std::fs::write(out, bytes).unwrap();
            } else {
                println!("{:6.0} s {p:?}", begin.elapsed().as_secs_f32());
            }
        });
        std::fs::write(out, bytes.unwrap()).unwrap();
    }
    let bytes = std::fs::read(out).unwrap();
    println!("{} bytes", bytes.len());
    let base = NetworkDetector::from_safetensors(&bytes).unwrap();
    println!("multiply-adds {:?}", base.multiply_adds());
    let least: f32 = std::env::var("LEAST").map_or(36.0, |v| v.parse().unwrap());
    let growth: f32 = std::env::var("GROWTH").map_or(1.25, |v| v.parse().unwrap());
    let search = NetworkSearch { least_side: least, growth, most_pixels: 2_000_000 };
    let mut detector = base.search(search);
    let mut photos = boxed(Path::new(&format!("{DATA}/photos/dlib_training.xml"))).unwrap();
    photos.extend(boxed(Path::new(&format!("{DATA}/photos/dlib_testing.xml"))).unwrap());
    let found = find(&mut detector, &photos);
    let others = without_faces(Path::new(&format!("{DATA}/photos"))).unwrap();
    let dogs: Vec<Labelled> = others.into_iter().filter(|p| p.name == "dogs.jpg").collect();
    let dogs = find(&mut detector, &dogs).remove(0);
    let begin = Instant::now();
    let alarms =
        |set: &Vec<Labelled>, d: &mut NetworkDetector| -> Vec<(f32, bool, String, FaceBox)> {
            set.iter()
                .zip(find(d, set))
                .flat_map(|(p, found)| {
                    let person = is_people(&p.name);
                    found.false_alarms.into_iter().map(move |a| (a.0, person, p.name.clone(), a.1))
                })
                .collect()
        };
    let (train, val) = (alarms(&bg_train, &mut detector), alarms(&bg_val, &mut detector));
    println!("{:.2} ms a background", begin.elapsed().as_secs_f32() * 1e3 / 300.0);
    println!(
        "least: faces of 43, false on photos | backgrounds train, val (pictures with people: train, val) | dogs"
    );
    for least in [0.0f32, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0] {
        let hit = found.iter().flat_map(|f| &f.faces).filter(|s| s.is_some_and(|s| s >= least));
        let wrong = found.iter().flat_map(|f| &f.false_alarms).filter(|d| d.0 >= least);
        let count = |set: &[(f32, bool, String, FaceBox)], person| {
            set.iter().filter(|a| a.0 >= least && a.1 == person).count()
        };
        println!(
            "{least:5.1}: {:3} {:3} | {:3} {:3} ({:3} {:3}) | {}",
            hit.count(),
            wrong.count(),
            count(&train, false),
            count(&val, false),
            count(&train, true),
            count(&val, true),
            dogs.false_alarms.iter().filter(|d| d.0 >= least).count()
        );
    }
    if args.iter().any(|a| a == "list") {
        for (p, f) in photos.iter().zip(&found) {
            for (face, s) in p.faces.iter().zip(&f.faces) {
                println!(
                    "FACE {} {} {} {} {} {:?}",
                    p.name, face.x, face.y, face.width, face.height, s
                );
            }
            for d in &f.false_alarms {
                println!(
                    "FALSE {} {} {} {} {} {}",
                    p.name, d.1.x, d.1.y, d.1.width, d.1.height, d.0
                );
            }
        }
        for (set, name) in [(&train, "train"), (&val, "val")] {
            for (s, person, file, b) in set.iter().filter(|a| a.0 > 2.0) {
                println!("BG {name}/{file} {} {} {} {} {s} {person}", b.x, b.y, b.width, b.height);
            }
        }
    }
    let vga = photos[0].frame.resized(640, 480);
    let mut detector = detector.search(NetworkSearch::default());
    let mut times: Vec<f32> = (0..60)
        .map(|_| {
            let begin = Instant::now();
            std::hint::black_box(detector.detect(&vga));
            begin.elapsed().as_secs_f32() * 1e3
        })
        .collect();
    times.sort_by(f32::total_cmp);
    println!("640 x 480: median {:.2} ms, least {:.2} ms", times[30], times[0]);
}
