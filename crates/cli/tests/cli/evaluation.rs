//! `attune evaluate`, `audit` and `data` on faces small enough to learn in a second.

use serde_json::Value;

use crate::harness::Sandbox;
use crate::snapshot;
use crate::train::{START, faces, sandbox};

/// The tiny model with arguments after it.
fn with_model<'a>(args: &[&'a str]) -> Vec<&'a str> {
    [&["--model", "run/model.safetensors"], args].concat()
}

fn share(value: &Value) -> f64 {
    value.as_f64().unwrap()
}

#[test]
fn a_model_is_measured_in_every_way() {
    let sandbox = sandbox(3);
    assert!(sandbox.output(&START).status.success());
    let json = |args: &[&str]| sandbox.json(&with_model(args));

    let args = ["evaluate", "--data", "faces.csv", "--report", "r.html", "--format", "json"];
    let result = &json(&args)["results"][0];
    assert_eq!(result["images"], 32);
    for figure in ["accuracy", "macro_f1", "ece", "accuracy_at_coverage_80", "declared"] {
        let [low, high] = [0, 1].map(|i| share(&result[format!("{figure}_ci95")][i]));
        let middle = share(&result[figure]);
        assert!(low <= middle && middle <= high, "{figure}: {low} {middle} {high}");
    }
    assert_eq!(result["risk_coverage"].as_array().unwrap().len(), 20);
    let images = |bands: &Value| -> u64 {
        bands.as_array().unwrap().iter().map(|b| b["images"].as_u64().unwrap()).sum()
    };
    assert_eq!(images(&result["bands"]["sharpness"]), 32);
    let unseen = &result["without_duplicates"];
    assert_eq!(unseen["exact"], 16, "{unseen}");
    let left = ["exact", "near", "images"].map(|part| unseen[part].as_u64().unwrap());
    assert_eq!(left.iter().sum::<u64>(), 32, "{unseen}");
    let trained: String =
        faces().lines().filter(|l| !l.ends_with("PublicTest")).fold(String::new(), |all, row| {
            let copy = row.replace(",Training", ",PublicTest");
            all + row
                + "\n"
                + if copy == row { "" } else { &copy }
                + if copy == row { "" } else { "\n" }
        });
    sandbox.write("copies.csv", trained);
    let told = sandbox.run(&with_model(&["evaluate", "--data", "copies.csv"]));
    assert!(told.contains("every one of these"), "{told}");
    let page = std::fs::read_to_string(sandbox.path("r.html")).unwrap();
    assert!(page.contains("Risk and coverage") && page.contains("FER2013 labels: 32 images"));
    assert!(page.contains("<td>and is right on</td>") && page.contains("class=\"wide\""));

    let args = ["evaluate", "--robustness", "--data", "faces.csv", "--report", "r.svg"];
    let result = json(&[&args[..], &["--format", "json"]].concat());
    let stresses = result["results"][0]["stresses"].as_array().unwrap();
    assert_eq!((stresses.len(), &result["seed"]), (28, &1.into()));
    assert!(std::fs::read_to_string(sandbox.path("r.svg")).unwrap().starts_with("<svg"));

    let result = json(&["audit", "--data", "faces.csv", "--format", "json"]);
    assert_eq!(result["results"][0]["cells"].as_array().unwrap().len(), 25);
    assert!(result["cannot_show"].as_array().unwrap().len() > 2);

    let args = ["evaluate", "--calibration", "--data", "faces.csv", "--format", "json"];
    assert_eq!(json(&args)["results"][0]["methods"].as_array().unwrap().len(), 4);

    foreign_faces(&sandbox);
}

fn foreign_faces(sandbox: &Sandbox) {
    let foreign = faces().replace(",Usage", ",split").replace("\n3,", "\njoy,");
    sandbox.write("other.csv", foreign.replace("\n4,", "\nboredom,"));
    let args = ["evaluate", "--foreign", "--data", "other.csv"];
    snapshot!("evaluate_unknown_labels", sandbox.run(&with_model(&args)));
    let map = ["evaluate", "--data", "other.csv", "--map", "joy=happy", "--map", "boredom=skip"];
    let result = sandbox.json(&with_model(&[&map[..], &["--format", "json"]].concat()));
    assert_eq!(result["skipped"]["boredom"], 48);
    let heads = result["results"].as_array().unwrap();
    assert_eq!(heads.len(), 1, "every head is measured");
    assert!(heads.iter().all(|head| head["images"] == 48 && head["accuracy"] == 1.0));
    assert!(heads[0]["left_out"].as_array().unwrap().contains(&"angry".into()));
    let told = sandbox.run(&with_model(&map));
    let angry = told.lines().find(|line| line.trim_start().starts_with("angry")).unwrap();
    let words: Vec<&str> = angry.split_whitespace().collect();
    assert_eq!(words, ["angry", "–", "–", "–", "0"], "{told}");
}

#[test]
fn wrong_arguments_are_told() {
    let sandbox = Sandbox::new();
    let evaluate = ["evaluate", "--data", "faces.csv"];
    for (name, more) in [
        ("evaluate_bad_map", ["--map", "joy=glee"]),
        ("evaluate_bad_report", ["--report", "faces.pdf"]),
    ] {
        snapshot!(name, sandbox.run(&[&evaluate[..], &more].concat()));
    }
}

#[test]
fn data_sets_are_counted_and_converted() {
    let sandbox = Sandbox::new();
    sandbox.write("faces.csv", faces());
    snapshot!("data_stats", sandbox.run(&["data", "stats", "faces.csv"]));
    let convert = |to| sandbox.run(&["data", "convert", "faces.csv", to]);
    snapshot!("data_convert", convert("faces.parquet"));
    snapshot!("data_convert_taken", convert("faces.parquet"));
    let counts =
        |path| sandbox.json(&["data", "stats", path, "--format", "json"])["splits"].clone();
    assert_eq!(counts("faces.parquet"), counts("faces.csv"));
    let card =
        String::from_utf8(sandbox.output(&["card", "data", "--data", "faces.csv"]).stdout).unwrap();
    assert!(card.contains("| happy | 32 (50.00 %) | 16 (50.00 %) |"), "{card}");
    sandbox.write("faces.csv", faces().replace("PublicTest", "Public"));
    snapshot!("data_bad_usage", sandbox.run(&["data", "stats", "faces.csv"]));
}
