//! Trains the face detector's trees and measures them on the photographs and backgrounds.
#![allow(clippy::print_stdout, clippy::unwrap_used)]

use std::path::Path;
use std::time::Instant;

use attune_core::FaceBox;
use attune_training::data::{Dataset, Split};
use attune_training::detector::{Settings, train};
use attune_vision::detect::trees::{PixelTrees, Search, TreeDetector, group};
use attune_vision::{Detection, Frame};

fn frame(path: &Path) -> Frame {
    let luma = image::open(path).unwrap().to_rgb8();
    Frame::from_rgb8(luma.width() as usize, luma.height() as usize, luma.as_raw()).unwrap()
}

fn pictures(folder: &str) -> Vec<(String, Frame)> {
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    paths.sort();
    paths
        .iter()
        .filter(|p| p.extension().is_some_and(|e| e == "jpg"))
        .map(|p| (p.file_name().unwrap().to_string_lossy().into_owned(), frame(p)))
        .collect()
}

fn boxes(data: &str) -> Vec<(String, Vec<FaceBox>)> {
    let mut all: Vec<(String, Vec<FaceBox>)> = vec![];
    for file in ["dlib_training.xml", "dlib_testing.xml"] {
        let text = std::fs::read_to_string(format!("{data}/photos/{file}")).unwrap();
        let value = |line: &str, key: &str| -> String {
            let from = line.find(&format!("{key}='")).unwrap() + key.len() + 2;
            line[from..].split('\'').next().unwrap().to_owned()
        };
        for line in text.lines() {
            if line.contains("<image file") {
                all.push((value(line, "file"), vec![]));
            } else if line.contains("<box") {
                let [x, y, width, height] =
                    ["left", "top", "width", "height"].map(|k| value(line, k).parse().unwrap());
                all.last_mut().unwrap().1.push(FaceBox { x, y, width, height });
            }
        }
    }
    all
}

fn save(trees: &PixelTrees, path: &str) {
    use safetensors::tensor::{Dtype, TensorView};
    let n = trees.0.len();
    let tests: Vec<u8> =
        trees.0.iter().flat_map(|t| t.tests.iter().flatten().flat_map(|p| p.to_le_bytes())).collect();
    let leaves: Vec<u8> =
        trees.0.iter().flat_map(|t| t.leaves.iter().flat_map(|p| p.to_le_bytes())).collect();
    let least: Vec<u8> =
        trees.0.iter().flat_map(|t| t.least.max(-1e30).to_le_bytes()).collect();
    let views = [
        ("tests", TensorView::new(Dtype::U16, vec![n, 63, 2], &tests).unwrap()),
        ("leaves", TensorView::new(Dtype::F32, vec![n, 64], &leaves).unwrap()),
        ("least", TensorView::new(Dtype::F32, vec![n], &least).unwrap()),
    ];
    std::fs::write(path, safetensors::serialize(views, None).unwrap()).unwrap();
}

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let data = "/work/shared/data";
    let out = args.get(2).map_or("/tmp/trees.safetensors", String::as_str);
    let train_pictures = pictures(&format!("{data}/backgrounds/train"));
    let val_pictures = pictures(&format!("{data}/backgrounds/val"));
    if args[1] == "train" {
        let people: Vec<String> = std::fs::read_to_string("/tmp/people.txt")
            .unwrap_or_default()
            .lines()
            .map(str::to_owned)
            .collect();
        let whole = args.get(3).is_some_and(|a| a == "all");
        let mut used: Vec<Frame> = vec![];
        for (name, f) in train_pictures.iter().chain(val_pictures.iter().filter(|_| whole)) {
            if !people.contains(name) {
                used.push(f.clone());
            }
        }
        let faces = Dataset::read(Path::new(&format!("{data}/fer2013")), Split::Train).unwrap();
        let crops: Vec<_> = faces.examples.iter().map(|e| e.crop.clone()).collect();
        println!("{} faces, {} backgrounds", crops.len(), used.len());
        let stages = [1, 1, 2, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24, 24, 32, 32, 32, 32, 32, 32, 32];
        let settings = Settings {
            stages: stages.to_vec(),
            lost: 0.004,
            jitters: 1,
            negatives: 30_000,
            tries: 200_000_000,
            seed: 1,
            threads: 2,
        };
        let begin = Instant::now();
        let trees = train(&crops, &used, &settings, &mut |s| {
            println!("{:6.0} s {s:?}", begin.elapsed().as_secs_f32());
        });
        save(&trees, out);
    }
    let trees = PixelTrees::from_safetensors(&std::fs::read(out).unwrap()).unwrap();
    println!("{} trees", trees.0.len());
    let search = Search { most_pixels: 1_500_000, ..Search::default() };
    let detector = TreeDetector::new(trees, search);
    let all = boxes(data);
    let found: Vec<(&Vec<FaceBox>, Vec<Detection>)> = all
        .iter()
        .map(|(file, b)| (b, group(detector.windows(&frame(Path::new(&format!("{data}/photos/{file}")))))))
        .collect();
    let mut windows = vec![];
    for (name, f) in [("train", &train_pictures), ("val", &val_pictures)] {
        let begin = Instant::now();
        let false_ones: Vec<f32> =
            f.iter().flat_map(|(_, f)| group(detector.windows(f))).map(|d| d.score).collect();
        println!("{name}: {:.2} ms a picture", begin.elapsed().as_secs_f32() * 1e3 / f.len() as f32);
        windows.push(false_ones);
    }
    for least in [0.0f32, 5.0, 10.0, 20.0, 30.0, 40.0, 60.0, 80.0, 100.0, 150.0, 200.0, 300.0] {
        let (mut hit, mut wrong, mut total) = (0, 0, 0);
        for (truth, found) in &found {
            let found: Vec<_> = found.iter().filter(|d| d.score >= least).collect();
            hit += truth.iter().filter(|t| found.iter().any(|d| d.face.iou(t) >= 0.4)).count();
            wrong += found.iter().filter(|d| truth.iter().all(|t| d.face.iou(t) < 0.4)).count();
            total += truth.len();
        }
        let count = |w: &Vec<f32>| w.iter().filter(|s| **s >= least).count();
        println!(
            "least {least:5.0}: {hit} of {total}, {wrong} wrong; backgrounds train {} val {}",
            count(&windows[0]), count(&windows[1])
        );
    }
}
