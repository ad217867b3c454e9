//! What onnxruntime answers is what serving answers.
//!
//! Makes a Python environment with onnx and onnxruntime from PyPI under `target/`, once; without
//! Python or a package index the test says so and passes.

// Helpers outside of the test functions unwrap as tests do; a skipped test says so.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

#[path = "../../vision/tests/common/mod.rs"]
mod common;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use attune_core::softmax;
use attune_training::data::{Dataset, Split};
use attune_training::{OnnxOutputs, Precision, ServedModel};
use attune_vision::{Classifier, FaceCrop};
use common::{Net, Random};
use safetensors::Dtype;

/// The most that two engines may differ by, also where both read the same 8-bit weights.
const TOLERANCE: f32 = 1e-4;
const FACES: usize = 64;

#[test]
fn onnxruntime_gives_the_same_answers() {
    let Some(python) = python() else { return };
    let shipped = std::fs::read(root().join("models/attune.safetensors")).unwrap();
    let models = [
        ("shipped", shipped),
        ("every operator", Net::every_operator().file(Dtype::F32)),
        ("residual", Net::residual_network().file(Dtype::F32)),
    ];
    let (folder, crops) = (tempfile::tempdir().unwrap(), faces());
    let mut cases = Vec::new();
    for (name, model) in &models {
        for precision in [Precision::Single, Precision::Half, Precision::Int8] {
            for outputs in [OnnxOutputs::Logits, OnnxOutputs::Probabilities] {
                let (model, folder) = (ServedModel::read(model).unwrap(), folder.path());
                let folder = folder.join(format!("{name}, {precision:?}, {outputs:?}"));
                cases.push(Case { model, precision, outputs, folder });
            }
        }
    }
    cases.iter().for_each(|case| case.write(&crops));
    let script = root().join("crates/training/tests/run_onnx.py");
    let run = Command::new(python).arg(script).arg(folder.path()).output().unwrap();
    assert!(run.status.success(), "{}", told(&run));
    for case in &cases {
        let difference = case.difference(&crops);
        eprintln!("{}: {difference:e}", case.folder.display());
        assert!(difference <= TOLERANCE, "{}", case.folder.display());
    }
}

/// A way to write a model, and where its ONNX file, its input and its outputs stand.
struct Case {
    model: ServedModel,
    precision: Precision,
    outputs: OnnxOutputs,
    folder: PathBuf,
}

impl Case {
    fn write(&self, crops: &[FaceCrop]) {
        let size = self.model.spec.input_size;
        let input = crops.iter().flat_map(|c| c.input(size)).flat_map(f32::to_le_bytes);
        let onnx = self.model.to_onnx(self.precision, self.outputs);
        std::fs::create_dir(&self.folder).unwrap();
        std::fs::write(self.folder.join("input"), input.collect::<Vec<_>>()).unwrap();
        std::fs::write(self.folder.join("model.onnx"), onnx).unwrap();
    }

    /// The largest difference of any output for any face.
    fn difference(&self, crops: &[FaceCrop]) -> f32 {
        let file = self.model.to_safetensors(self.precision);
        let served = Classifier::from_safetensors(&file).unwrap().logits_batch(crops);
        let mut largest = 0f32;
        for (head, logits) in self.model.spec.heads.iter().zip(served) {
            let classes = head.label_set.expressions().len();
            let read = |suffix| numbers(&self.folder.join(format!("{}{suffix}", head.label_set)));
            largest = largest.max(difference(&read(""), &logits));
            if self.outputs == OnnxOutputs::Probabilities {
                let rows = logits.chunks(classes).flat_map(|row| softmax(row, head.temperature));
                let rows: Vec<f32> = rows.collect();
                largest = largest.max(difference(&read("_probabilities"), &rows));
            }
        }
        largest
    }
}

fn difference(a: &[f32], b: &[f32]) -> f32 {
    assert_eq!(a.len(), b.len());
    a.iter().zip(b).fold(0.0, |largest, (a, b)| {
        let difference = (a - b).abs();
        assert!(difference.is_finite());
        difference.max(largest)
    })
}

fn numbers(path: &Path) -> Vec<f32> {
    let bytes = std::fs::read(path).unwrap();
    bytes.as_chunks().0.iter().map(|b| f32::from_le_bytes(*b)).collect()
}

/// Real faces where the data is, noise elsewhere.
fn faces() -> Vec<FaceCrop> {
    let data = std::env::var_os("ATTUNE_DATA")
        .map_or_else(|| root().join("../shared/data"), PathBuf::from)
        .join("fer2013");
    match Dataset::read(&data, Split::Valid) {
        Ok(data) => data.examples.into_iter().step_by(50).take(FACES).map(|e| e.crop).collect(),
        Err(error) => {
            eprintln!("noise instead of faces: {error}");
            let mut random = Random::new(1);
            (0..FACES).map(|_| random.crop()).collect()
        }
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn told(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    text(&output.stdout) + &text(&output.stderr)
}

/// A Python that has onnx and onnxruntime, kept under `target/`.
fn python() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("python-onnx");
    let python = folder.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    let ready = folder.join("ready");
    if ready.exists() {
        return Some(python);
    }
    let [venv, pip] = [&["-m", "venv"][..], &["-m", "pip", "install", "--quiet"]];
    let made = attempt(Command::new("python3").args(venv).arg(&folder))
        .and_then(|()| attempt(Command::new(&python).args(pip).args(["onnx", "onnxruntime"])));
    if let Err(problem) = made {
        eprintln!("skipped: onnxruntime cannot be installed: {problem}");
        return None;
    }
    std::fs::write(ready, "").unwrap();
    Some(python)
}

fn attempt(command: &mut Command) -> Result<(), String> {
    match command.output() {
        Ok(output) if output.status.success() => Ok(()),
        Ok(output) => Err(told(&output)),
        Err(error) => Err(error.to_string()),
    }
}
