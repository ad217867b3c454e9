//! `attune train`, `evaluate` and `export` on faces small enough to learn in a second.

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use crate::harness::Sandbox;
use crate::snapshot;

/// Kaggle's layout: happy faces are bright above, sad ones below.
pub fn faces() -> String {
    let mut text = "emotion,pixels,Usage\n".to_owned();
    for i in 0..96 {
        let (label, usage) = (3 + i % 2, if i < 64 { "Training" } else { "PublicTest" });
        let pixel = |p: usize| {
            let bright = (p < 48 * 24) == (label == 3);
            (if bright { 150 } else { 80 }) + (p * 31 + i * 17) % 50
        };
        let pixels: Vec<String> = (0..48 * 48).map(|p| pixel(p).to_string()).collect();
        let _ = writeln!(text, "{label},{},{usage}", pixels.join(" "));
    }
    text
}

/// A network of two thin stages on 16 x 16 pixels.
fn config(epochs: usize) -> String {
    format!(
        r#"{{"name":"tiny","model":{{"architecture":"attune","stages":[8,8]}},"input_size":16,
            "epochs":{epochs},"batch_size":16,"learning_rate":0.05,"ema_decay":0.9}}"#
    )
}

pub fn sandbox(epochs: usize) -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("faces.csv", faces()).write("small.json", config(epochs));
    sandbox
}

pub const START: [&str; 7] =
    ["train", "--data", "faces.csv", "--training-config", "small.json", "--out", "run"];
const RESUME: [&str; 6] = ["train", "--resume", "--data", "faces.csv", "--out", "run"];

#[test]
fn a_run_ends_with_a_model_that_knows_its_faces() {
    let sandbox = sandbox(3);
    let trained = sandbox.output(&START);
    assert!(trained.status.success(), "{}", String::from_utf8_lossy(&trained.stderr));
    let history = String::from_utf8_lossy(&trained.stdout).into_owned();
    assert_eq!(history.lines().filter(|l| l.starts_with("epoch")).count(), 3, "{history}");

    let args = ["--model", "run/model.safetensors", "evaluate", "--data", "faces.csv"];
    let report = sandbox.json(&[&args[..], &["--format", "json"]].concat());
    let result = &report["results"][0];
    assert_eq!((&result["label_set"], &result["images"]), (&"fer2013".into(), &32.into()));
    assert!(result["accuracy"].as_f64() > Some(0.9), "{result}");
    assert_eq!(result["confusion"][3][3], 16, "{result}");

    let again = ["export", "run/best.safetensors", "-o", "m.safetensors", "--data", "faces.csv"];
    assert!(sandbox.output(&again).status.success());
    let read = |name| std::fs::read(sandbox.path(name)).unwrap();
    assert_eq!(read("m.safetensors"), read("run/model.safetensors"));
    snapshot!("train_taken", sandbox.run(&START));
}

fn wait_for(path: &Path) {
    let start = Instant::now();
    while !path.exists() {
        assert!(start.elapsed() < Duration::from_secs(60), "{} never came", path.display());
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn begin(sandbox: &Sandbox, args: &[&str]) -> Child {
    let mut command = sandbox.command(args);
    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

#[test]
#[cfg(unix)]
fn an_interrupt_and_a_crash_both_leave_a_checkpoint() {
    let sandbox = sandbox(100_000);
    let checkpoint = sandbox.path("run/last.safetensors");
    let mut run = begin(&sandbox, &START);
    wait_for(&sandbox.path("run/history.json"));
    let interrupt = ["-INT".to_owned(), run.id().to_string()];
    assert!(std::process::Command::new("kill").args(interrupt).status().unwrap().success());
    assert_eq!(run.wait().unwrap().code(), Some(1), "stopped is not done");

    let stopped_at = std::fs::read(&checkpoint).unwrap();
    let mut run = begin(&sandbox, &RESUME);
    let start = Instant::now();
    while std::fs::read(&checkpoint).unwrap() == stopped_at {
        assert!(start.elapsed() < Duration::from_secs(60), "it never went on");
        std::thread::sleep(Duration::from_millis(20));
    }
    run.kill().unwrap();
    run.wait().unwrap();
    let export = ["export", "run/last.safetensors", "-o", "m.safetensors", "--data", "faces.csv"];
    let output = sandbox.output(&export);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn what_cannot_be_trained_is_refused_before_training() {
    let sandbox = sandbox(0);
    snapshot!("train_no_epochs", sandbox.run(&START));
    sandbox.write("small.json", "{\"epochs\": \"many\"}");
    snapshot!("train_bad_config", sandbox.run(&START));
    snapshot!("train_nothing_to_resume", sandbox.run(&RESUME));
    sandbox.write("small.json", "{\"epoch\": 3}");
    snapshot!("train_unknown_setting", sandbox.run(&START));
    let unsplit = faces().replace(",Usage", "").replace(",Training", "").replace(",PublicTest", "");
    sandbox.write("small.json", config(1)).write("faces.csv", unsplit);
    snapshot!("train_no_splits", sandbox.run(&START));
    sandbox.write("faces.csv", "emotion,pixels\n9,1 2 3\n");
    snapshot!("train_bad_label", sandbox.run(&START));
    snapshot!("evaluate_no_data", sandbox.run(&["evaluate", "--data", "gone.parquet"]));
    let strange = ["--model", "faces.csv", "evaluate", "--data", "faces.csv"];
    snapshot!("evaluate_no_model", sandbox.run(&strange));
}
