//! The wasm module in Node reads what the native reader reads.

use std::path::Path;
use std::process::Command;

use attune_core::{FaceReading, LabelSet, Reading};
use attune_vision::{
    Classifier, Detector, FaceCrop, Frame, NetworkDetector, PersonalBias, Reader, SteadyConfig,
    Watcher,
};
use image::{Rgba, RgbaImage};
use serde_json::Value;
use tempfile::TempDir;

use crate::client::{Running, model_file, photos};

const TOLERANCE: f64 = 1e-3;

#[test]
fn wasm_and_native_code_read_the_same() {
    let Some(photos) = photos() else { return };
    if Command::new("node").arg("--version").output().is_err() {
        return eprintln!("skipped: node is not installed");
    }
    let module = Module::fetch(&Running::start());
    let mut faces = 0;
    for name in ["obama-480p.jpg", "two_people.jpg", "dogs.jpg"] {
        let photo = image::open(photos.join(name)).unwrap().to_rgba8();
        faces += module.compare(&photo, name);
    }
    assert!(faces >= 3, "{faces}");
    // Rolled by so much that the crop is turned upright.
    let photo = rolled(&image::open(photos.join("obama-480p.jpg")).unwrap().to_rgba8(), 20.0);
    assert!(roll_of(&photo) >= FaceCrop::LEAST_ROLL_DEGREES);
    assert_eq!(module.compare(&photo, "rolled"), 1);
}

/// Turned clockwise around its middle; grey where nothing was.
fn rolled(photo: &RgbaImage, degrees: f32) -> RgbaImage {
    let (sin, cos) = degrees.to_radians().sin_cos();
    let middle = [photo.width() as f32 / 2.0, photo.height() as f32 / 2.0];
    RgbaImage::from_fn(photo.width(), photo.height(), |x, y| {
        let [x, y] = [x as f32 - middle[0], y as f32 - middle[1]];
        let [x, y] = [middle[0] + cos * x + sin * y, middle[1] - sin * x + cos * y];
        let inside = x >= 0.0 && y >= 0.0 && x < 2.0 * middle[0] && y < 2.0 * middle[1];
        if inside { *photo.get_pixel(x as u32, y as u32) } else { Rgba([128, 128, 128, 255]) }
    })
}

fn roll_of(photo: &RgbaImage) -> f32 {
    let (width, height) = (photo.width() as usize, photo.height() as usize);
    let frame = Frame::from_rgba8(width, height, photo.as_raw()).unwrap();
    let found = NetworkDetector::new().unwrap().detect(&frame);
    found.first().map_or(0.0, |found| found.roll_degrees)
}

#[test]
fn wasm_and_native_code_watch_the_same() {
    let Some(photos) = photos() else { return };
    if Command::new("node").arg("--version").output().is_err() {
        return eprintln!("skipped: node is not installed");
    }
    let photo = image::open(photos.join("two_people.jpg")).unwrap().to_rgba8();
    let native = [vec![0.0; 8], vec![0.4, -0.4, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]]
        .map(|bias| watch_natively(&photo, bias));
    let wasm = Module::fetch(&Running::start()).run("watch", &photo);
    assert!(native[0].iter().any(|person| person.expression.is_some()), "{native:?}");
    assert_ne!(native[0], native[1]);
    assert_alike(&serde_json::to_value(&native).unwrap(), &wasm, "watch");
}

/// A second and a half before the picture, ten frames a second.
fn watch_natively(photo: &RgbaImage, bias: Vec<f32>) -> Vec<Reading> {
    let classifier = Classifier::from_safetensors(&std::fs::read(model_file()).unwrap()).unwrap();
    let detector = NetworkDetector::new().unwrap().most_pixels(320 * 240);
    let bias = PersonalBias::from_values(LabelSet::FerPlus, bias).unwrap();
    let mut reader = Reader::new(detector, classifier).with_bias(bias);
    let config = SteadyConfig::declaring_above(reader.classifier().reading_head().declare_above);
    let mut watcher = Watcher::new(reader, config);
    let (width, height) = (photo.width() as usize, photo.height() as usize);
    let frame = Frame::from_rgba8(width, height, photo.as_raw()).unwrap();
    let seen = (0..15).map(|i| watcher.see(f64::from(i) / 10.0, &frame).unwrap().people);
    seen.last().unwrap()
}

fn read_natively(photo: &RgbaImage) -> Vec<FaceReading> {
    let classifier = Classifier::from_safetensors(&std::fs::read(model_file()).unwrap()).unwrap();
    let mut reader = Reader::new(NetworkDetector::new().unwrap(), classifier);
    let (width, height) = (photo.width() as usize, photo.height() as usize);
    reader.read(&Frame::from_rgba8(width, height, photo.as_raw()).unwrap()).unwrap()
}

/// The files that the server gives to a browser, laid out for Node.
struct Module {
    folder: TempDir,
}

impl Module {
    fn fetch(server: &Running) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (name, stored) in [("vision.js", "vision.mjs"), ("attune_web.wasm", "module.wasm")] {
            let file = server.get(&format!("/assets/any/{name}"), &[]);
            assert_eq!(file.status, 200, "{name}");
            std::fs::write(folder.path().join(stored), file.body).unwrap();
        }
        Self { folder }
    }

    /// Holds both to the same readings and answers how many faces there are.
    fn compare(&self, photo: &RgbaImage, name: &str) -> usize {
        let native = serde_json::to_value(read_natively(photo)).unwrap();
        assert_alike(&native, &self.run("read", photo), name);
        native.as_array().unwrap().len()
    }

    fn run(&self, look: &str, photo: &RgbaImage) -> Value {
        let pixels = self.folder.path().join("pixels");
        std::fs::write(&pixels, photo.as_raw()).unwrap();
        let output = Command::new("node")
            .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/server/read.mjs"))
            .args([self.folder.path().join("vision.mjs"), self.folder.path().join("module.wasm")])
            .args([model_file(), pixels])
            .args([photo.width().to_string(), photo.height().to_string(), look.to_owned()])
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    }
}

/// Equal but for numbers, which may differ by [`TOLERANCE`].
fn assert_alike(native: &Value, wasm: &Value, place: &str) {
    match (native, wasm) {
        (Value::Number(a), Value::Number(b)) => {
            let (a, b) = (a.as_f64().unwrap(), b.as_f64().unwrap());
            assert!((a - b).abs() <= TOLERANCE, "{place}: {a} and {b}");
        }
        (Value::Array(a), Value::Array(b)) => {
            assert_eq!(a.len(), b.len(), "{place}");
            for (i, (a, b)) in a.iter().zip(b).enumerate() {
                assert_alike(a, b, &format!("{place}[{i}]"));
            }
        }
        (Value::Object(a), Value::Object(b)) => {
            assert!(a.keys().eq(b.keys()), "{place}: {native} and {wasm}");
            for (key, a) in a {
                assert_alike(a, &b[key], &format!("{place}.{key}"));
            }
        }
        _ => assert_eq!(native, wasm, "{place}"),
    }
}
