//! `attune card`.

use std::path::Path;
use std::process::Command;

use crate::harness::Sandbox;
use crate::snapshot;

/// The committed cards are what is measured of the committed model.
#[test]
fn the_cards_in_the_repository_say_what_is_measured() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let data = "../shared/data/fer2013";
    if !root.join(data).is_dir() {
        return eprintln!("skipped: {data} is not there");
    }
    for (about, card) in [("model", "models/README.md"), ("data", "models/DATA.md")] {
        let args = ["card", about, "--model", "models/attune.safetensors", "--data", data];
        let mut command = Command::new(env!("CARGO_BIN_EXE_attune"));
        let output =
            command.args(args).args(["--check", card]).current_dir(&root).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

/// What rounding to 8 bits costs, in the record of the export that made the committed model.
#[test]
fn the_committed_model_lost_at_most_half_a_point_when_it_was_rounded() {
    let record = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models/attune.export.json");
    let record: serde_json::Value =
        serde_json::from_slice(&std::fs::read(record).unwrap()).unwrap();
    let stored = record["stored"].as_array().unwrap();
    let of = |precision: &str| {
        let row = stored.iter().find(|row| row["precision"] == precision).unwrap();
        row["heads"].as_array().unwrap().iter().map(|h| h["accuracy"].as_f64().unwrap())
    };
    assert_eq!(of("single").count(), 2);
    for (floats, rounded) in of("single").zip(of("int8")) {
        assert!(floats - rounded <= 0.005, "{floats} became {rounded}");
    }
}

#[test]
fn a_card_without_its_records_is_refused() {
    let sandbox = Sandbox::new();
    sandbox.write("m.safetensors", "no model").write("config.json", "{}");
    let model = ["card", "model", "--data", "gone"];
    let named = [&model[..], &["--model", "m.safetensors"]].concat();
    snapshot!("card_no_model", sandbox.run(&model));
    snapshot!("card_no_history", sandbox.run(&named));
    sandbox.write("history.json", "[]");
    snapshot!("card_no_epochs", sandbox.run(&named));
    sandbox
        .write("history.json", "[{\"epoch\": 1, \"seconds\": 9, \"valid\": [[\"ferplus\", 0.5]]}]");
    snapshot!("card_no_data", sandbox.run(&named));
}
