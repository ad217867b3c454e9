//! `attune export` of the model in the program and of model files.

use crate::fixtures::PLAIN_JPEG;
use crate::harness::Sandbox;
use crate::snapshot;

fn export(sandbox: &Sandbox, args: &[&str]) -> Vec<u8> {
    let output = sandbox.output(&[&["export", "--out", "made"], args].concat());
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    std::fs::read(sandbox.path("made")).unwrap()
}

/// What the shipped network may take on disk.
const MOST_BYTES: usize = 2_000_000;

#[test]
fn the_model_is_written_in_every_form() {
    let sandbox = Sandbox::new();
    let half = export(&sandbox, &[]);
    let single = export(&sandbox, &["--precision", "single"]);
    sandbox.write("single.safetensors", &single);
    assert_eq!(export(&sandbox, &["single.safetensors"]), half, "a model file keeps all there is");
    let eight_bit = export(&sandbox, &["single.safetensors", "--precision", "int8"]);
    assert!(eight_bit.len() < MOST_BYTES && eight_bit.len() * 19 < half.len() * 10);
    sandbox.write("int8.safetensors", &eight_bit);
    sandbox.write("plain.jpg", PLAIN_JPEG);
    let face = ["--model", "int8.safetensors", "face", "plain.jpg"];
    assert!(sandbox.output(&face).status.success(), "it is read like any other");
    let onnx = export(&sandbox, &["--to", "onnx"]);
    let eight_bit_onnx = export(&sandbox, &["--to", "onnx", "--precision", "int8"]);
    assert!(eight_bit_onnx.len() < MOST_BYTES && onnx.len() > eight_bit_onnx.len() * 3);
    let probabilities = export(&sandbox, &["--to", "onnx", "--probabilities"]);
    let name = b"ferplus_probabilities";
    let has = |bytes: &[u8]| bytes.windows(name.len()).any(|w| w == name);
    assert!(has(&probabilities) && !has(&onnx));
}

#[test]
fn what_is_no_model_is_not_exported() {
    let sandbox = Sandbox::new();
    sandbox.write("letter.safetensors", "Dear friend");
    for (name, args) in [
        ("export_no_source", &["export", "gone.safetensors", "--out", "made"][..]),
        ("export_no_model", &["export", "letter.safetensors", "--out", "made"]),
        ("export_no_probabilities", &["export", "--probabilities", "--out", "made"]),
        ("export_unwritable", &["export", "--out", "gone/made"]),
    ] {
        snapshot!(name, sandbox.run(args));
    }
}
