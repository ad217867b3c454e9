//! `attune train`, `evaluate` and `export` on faces small enough to learn in a second.

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use crate::fixtures::PLAIN_JPEG;
use crate::harness::Sandbox;
use crate::snapshot;

/// Kaggle's layout: happy faces are bright above, sad ones below.
pub fn faces() -> String {
    let mut text = "emotion,pixels,Usage\n".to_owned();
    for i in 0..96 {
        let (label, usage) = (3 + i % 2, if i < 64 { "Training" } else { "PublicTest" });
        let pixel = |p: usize| {
            let bright = (p < 48 * 24) == (label == 3);
            // Half of the pictures to select on are copies of those 50 rows before.
            (if bright { 150 } else { 80 }) + (p * 31 + i * 17) % if i < 80 { 50 } else { 53 }
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
    let anew = ["export", "run/model.safetensors", "-o", "m.safetensors", "--data", "faces.csv"];
    assert!(sandbox.output(&anew).status.success());
    assert_eq!(read("m.safetensors"), read("run/model.safetensors"), "calibrated on the same");
    let uncalibrated = ["export", "run/best.safetensors", "-o", "m.safetensors"];
    snapshot!("export_uncalibrated", sandbox.run(&uncalibrated));
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

#[test]
fn a_corrected_command_may_use_the_folder_of_one_that_never_took_a_step() {
    let sandbox = sandbox(1);
    let batches = |size| [&START[..], &["--batch-size", size]].concat();
    snapshot!("train_too_few", sandbox.run(&batches("5000")));
    snapshot!(
        "train_negative_rate",
        sandbox.run(&[&START[..], &["--learning-rate", "-1"]].concat())
    );
    let diverges = [&START[..], &["--learning-rate", "1e30"]].concat();
    assert!(!sandbox.output(&diverges).status.success());
    let corrected = sandbox.output(&batches("16"));
    assert!(corrected.status.success(), "{}", String::from_utf8_lossy(&corrected.stderr));
}

#[test]
fn pictures_to_select_on_are_not_those_trained_on() {
    let sandbox = sandbox(1);
    let same = faces().replace("PublicTest", "Training");
    sandbox.write("same.csv", &same);
    let valid = |file| {
        let args = ["train", "--data", "same.csv", "--valid", file, "--out", "run"];
        [&args[..], &["--training-config", "small.json"]].concat()
    };
    let unsplit = |rows: &str| -> String {
        let line = |line: &str| line.rsplit_once(',').map_or("", |cut| cut.0).to_owned() + "\n";
        rows.lines().map(line).collect()
    };
    sandbox.write("copy.csv", unsplit(&same));
    snapshot!("train_own_pictures", sandbox.run(&valid("copy.csv")));
    let changed = |(i, row): (usize, &str)| {
        if i % 2 == 0 { row.to_owned() + "\n" } else { row.replace("150 ", "151 ") + "\n" }
    };
    sandbox.write("mixed.csv", unsplit(&same).lines().enumerate().map(changed).collect::<String>());
    let told = String::from_utf8(sandbox.output(&valid("mixed.csv")).stderr).unwrap();
    assert!(told.contains("pictures to select on are trained on as well"), "{told}");
}

#[test]
fn seeds_are_named_once_and_again_when_resumed() {
    let sandbox = sandbox(1);
    let seeds = |seeds| [&START[..], &["--seeds", seeds]].concat();
    snapshot!("train_seed_twice", sandbox.run(&seeds("1,2,1")));
    snapshot!("train_one_seed", sandbox.run(&[&seeds("3")[..], &["--quiet"]].concat()));
    snapshot!("train_resume_without_seeds", sandbox.run(&RESUME));
    let card = ["card", "model", "--model", "run/seed-3/model.safetensors", "--data", "faces.csv"];
    let card = String::from_utf8(sandbox.output(&card).stdout).unwrap();
    assert!(card.contains("over 1 runs that differ in it alone: fer2013"), "{card}");
}

#[test]
fn every_precision_is_measured_from_the_same_floats() {
    let sandbox = sandbox(2);
    assert!(sandbox.output(&START).status.success());
    let compare = ["export", "run/best.safetensors", "--data", "faces.csv", "--compare"];
    let compared = sandbox.json(&[&compare[..], &["--format", "json"]].concat());
    let stored = compared["stored"].as_array().unwrap();
    let names: Vec<_> = stored.iter().map(|row| row["precision"].as_str().unwrap()).collect();
    assert_eq!(names, ["single", "half", "int8"]);
    let bytes: Vec<_> = stored.iter().map(|row| row["bytes"].as_u64().unwrap()).collect();
    assert!(bytes[0] > bytes[1] && bytes[1] > bytes[2], "{bytes:?}");
    for row in stored {
        let head = &row["heads"][0];
        assert!(head["accuracy"].as_f64() > Some(0.9) && head["images"] == 32, "{row}");
        assert!(row["classify_ms"].as_f64() > Some(0.0), "{row}");
    }
    let text = String::from_utf8(sandbox.output(&compare).stdout).unwrap();
    assert_eq!(text.lines().filter(|l| l.contains("a face")).count(), 3, "{text}");
    std::fs::write(sandbox.path("run/export.json"), compared.to_string()).unwrap();
    let card = ["card", "model", "--model", "run/model.safetensors", "--data", "faces.csv"];
    let card = String::from_utf8(sandbox.output(&card).stdout).unwrap();
    assert!(
        card.contains("attune export run/best.safetensors --data faces.csv --compare"),
        "{card}"
    );
}

#[test]
fn a_card_tells_what_a_run_goes_back_to_where_that_left_no_records() {
    let sandbox = sandbox(1);
    assert!(sandbox.output(&START).status.success());
    std::fs::rename(sandbox.path("run"), sandbox.path("old")).unwrap();
    let tuned = [&START[..], &["--init", "old/model.safetensors"]].concat();
    assert!(sandbox.output(&tuned).status.success());
    let card = || {
        let args = ["card", "model", "--model", "run/model.safetensors", "--data", "faces.csv"];
        String::from_utf8(sandbox.output(&args).stdout).unwrap()
    };
    assert!(card().contains("It starts from the weights of old/model.safetensors."), "{}", card());
    assert!(card().contains("Trained from scratch."), "its ancestor's records are there");
    std::fs::remove_file(sandbox.path("old/history.json")).unwrap();
    assert!(card().contains("It goes back to old/model.safetensors, of whose"), "{}", card());
}

#[test]
fn the_card_of_a_run_is_checked_against_it() {
    let sandbox = sandbox(1);
    assert!(sandbox.output(&START).status.success());
    let card = |more: &[&str]| {
        let args = ["card", "model", "--model", "run/model.safetensors", "--data", "faces.csv"];
        sandbox.output(&[&args[..], more].concat())
    };
    let printed = String::from_utf8(card(&[]).stdout).unwrap();
    for words in
        ["# Model card: `model.safetensors`", "1 epoch, seed 1", "| int8 |", "| `config.json` |"]
    {
        assert!(printed.contains(words), "{words}: {printed}");
    }
    for untrue in ["FER2013's", "the product reads", "models/", "by this project", "DATA.md"] {
        assert!(!printed.contains(untrue), "{untrue}: {printed}");
    }
    assert!(card(&["--out", "card.md"]).status.success());
    assert!(card(&["--check", "card.md"]).status.success());
    let printed = std::fs::read_to_string(sandbox.path("card.md")).unwrap();
    sandbox.write("card.md", printed.replace("seed 1", "seed 2"));
    let stale = card(&["--check", "card.md"]);
    let told = String::from_utf8_lossy(&stale.stderr).into_owned();
    assert!(stale.status.code() == Some(1) && told.contains("seed 2"), "{told}");
    sandbox.write("t.md", "{{ name }} has {{ epochs }}");
    let hole = card(&["--template", "t.md"]);
    assert!(String::from_utf8_lossy(&hole.stderr).contains("cannot be filled in"));
}

#[test]
fn networks_are_listed_with_their_sizes() {
    snapshot!("networks", Sandbox::new().run(&["networks"]));
    let list = Sandbox::new().json(&["networks", "--format", "json", "--input-size", "48"]);
    assert_eq!(list[0]["model"]["architecture"], "attune");
}

#[test]
fn several_seeds_give_a_mean_with_its_interval() {
    let sandbox = sandbox(2);
    let seeds = ["--seeds", "1,2,3", "--format", "json"];
    let summary = sandbox.json(&[&START[..], &seeds].concat());
    assert_eq!(summary["runs"].as_array().map(Vec::len), Some(3), "{summary}");
    let mean = &summary["means"][0];
    assert_eq!(mean["label_set"], "fer2013");
    let (low, high) = (mean["mean_ci95"][0].as_f64(), mean["mean_ci95"][1].as_f64());
    assert!(low <= mean["mean"].as_f64() && mean["mean"].as_f64() <= high, "{summary}");
    assert!(sandbox.path("run/seed-2/model.safetensors").exists());
    let again = [&RESUME[..], &seeds].concat();
    assert_eq!(sandbox.json(&again), summary, "finished runs are not trained again");
}

#[test]
fn weights_teachers_and_data_sets_can_be_named() {
    let sandbox = sandbox(2);
    assert!(sandbox.output(&START).status.success());
    let more = [
        "--data",
        "faces.csv",
        "--init",
        "run/best.safetensors",
        "--freeze",
        "stem,stage1",
        "--teacher",
        "run/model.safetensors",
        "--distill-share",
        "0.7",
        "--optimizer",
        "adamw",
        "--learning-rate",
        "0.001",
        "--schedule",
        "plateau",
        "--imbalance",
        "oversample",
        "--patience",
        "5",
    ];
    let mut args = START.to_vec();
    args[6] = "second";
    let shown = sandbox.run(&[&args[..], &more].concat());
    assert!(shown.contains("exit 0"), "{shown}");
    assert!(shown.contains("note: 11 of 11 layers start from run/best.safetensors"), "{shown}");
    let config = std::fs::read_to_string(sandbox.path("second/config.json")).unwrap();
    let config: serde_json::Value = serde_json::from_str(&config).unwrap();
    assert_eq!(config["freeze"], serde_json::json!(["stem", "stage1"]));
    assert_eq!(config["imbalance"]["method"], "oversample");
    assert_eq!(config["expressions"], serde_json::json!(["happy", "sad"]));
}

#[test]
fn craft_that_cannot_be_is_refused() {
    let sandbox = sandbox(2);
    let refused = |name: &str, more: &[&str]| {
        let shown = sandbox.run(&[&START[..], more].concat());
        snapshot!(name, shown);
        assert!(!sandbox.path("run").exists(), "{name} left a run");
    };
    refused("train_no_teacher", &["--teacher", "gone.safetensors"]);
    refused("train_no_init", &["--init", "faces.csv"]);
    refused("train_freeze_unknown", &["--init", "faces.csv", "--freeze", "stage9"]);
    refused("train_freeze_fresh", &["--freeze", "stem"]);
    refused("train_unknown_network", &["--network", "conv5"]);
    let resume = sandbox.run(&[&RESUME[..], &["--epochs", "3"]].concat());
    snapshot!("train_resume_with_settings", resume);
}

/// The literature's network on three pictures a step would take minutes: a sweep of one cell over
/// few pictures is enough to see its table.
#[test]
fn a_sweep_prints_training_and_honest_accuracy_side_by_side_and_goes_on() {
    let sandbox = sandbox(0);
    let args = [
        "sweep",
        "--data",
        "faces.csv",
        "--out",
        "sweep",
        "--networks",
        "three-stage",
        "--epochs",
        "1,2",
        "--batch-sizes",
        "16",
        "--images",
        "32",
        "--quiet",
    ];
    let first = sandbox.run(&args);
    assert!(first.contains("exit 0"), "{first}");
    assert_eq!(first.lines().filter(|l| l.starts_with("three-stage ")).count(), 2, "{first}");
    assert!(first.contains("86 %") && first.contains("honest test"), "{first}");
    assert!(first.contains("every second picture of PublicTest"), "{first}");
    let curve =
        || std::fs::read(sandbox.path("sweep/three-stage-batch-16/last.safetensors")).unwrap();
    let before = curve();
    assert_eq!(sandbox.run(&args), first);
    assert!(curve() == before, "what is done is not done again");
    for file in ["sweep.json", "sweep.csv", "sweep.md", "sweep.svg"] {
        assert!(sandbox.path("sweep").join(file).exists(), "{file}");
    }
    let mut longer = args;
    longer[8] = "1,2,3";
    let longer = sandbox.run(&longer);
    assert_eq!(longer.lines().filter(|l| l.starts_with("three-stage ")).count(), 3, "{longer}");
}

#[test]
fn a_sweep_over_imbalance_shows_rare_classes_first() {
    let sandbox = sandbox(0);
    let args = [
        "sweep",
        "--imbalance",
        "--data",
        "faces.csv",
        "--out",
        "sweep",
        "--networks",
        "three-stage",
        "--epochs",
        "1",
        "--batch-sizes",
        "16",
        "--images",
        "31",
        "--quiet",
    ];
    let shown = sandbox.run(&args);
    assert!(shown.contains("exit 0"), "{shown}");
    for method in
        ["none", "inverse-frequency", "effective-number", "oversample", "logit-adjustment"]
    {
        assert!(shown.lines().any(|line| line.starts_with(method)), "{shown}");
    }
    assert!(shown.contains("sad (15)") && shown.contains("happy (16)"), "{shown}");
}

/// Faces with votes as Parquet, and backgrounds, small enough for steps that take no time.
#[test]
fn a_detector_is_trained_and_measured() {
    use attune_training::data::{Dataset, Split, Votes, convert};

    let sandbox = sandbox(1);
    let mut faces = Dataset::read(&sandbox.path("faces.csv"), Split::Train).unwrap();
    faces.examples.iter_mut().for_each(|e| e.votes = Some(Votes([0, 10, 0, 0, 0, 0, 0, 0, 0, 0])));
    convert(&[(Some(Split::Train), faces)], &sandbox.path("faces.parquet")).unwrap();
    std::fs::create_dir(sandbox.path("walls")).unwrap();
    sandbox
        .write("walls/a.jpg", PLAIN_JPEG)
        .write("walls/us.jpg", PLAIN_JPEG)
        .write("us.txt", "us.jpg\n");
    let args = [
        "train",
        "detector",
        "--data",
        "faces.parquet",
        "--backgrounds",
        "walls",
        "--people",
        "us.txt",
    ];
    let rest = ["--steps", "2,2,2", "--out", "found.safetensors"];
    let trained = sandbox.output(&[&args[..], &rest].concat());
    assert!(trained.status.success(), "{}", String::from_utf8_lossy(&trained.stderr));
    let measured = ["-q", "bench", "detector", "--detector", "found.safetensors"];
    let json = sandbox
        .json(&[&measured[..], &["--photo", "walls/a.jpg", "--backgrounds", "walls"]].concat());
    assert_eq!(json["detectors"][0]["backgrounds"]["pictures"], 2, "{json}");
    sandbox.write("only.txt", "us.jpg\na.jpg\n");
    let nothing = [
        "train",
        "detector",
        "--data",
        "faces.parquet",
        "--backgrounds",
        "walls",
        "--people",
        "only.txt",
    ];
    let output = sandbox.output(&[&nothing[..], &rest].concat());
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("there are no backgrounds"));
}
