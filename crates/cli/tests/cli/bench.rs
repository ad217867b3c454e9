//! `attune bench`: the figures themselves are nobody's business here.

use serde_json::Value;

use crate::fixtures::{PLAIN_JPEG, photo};
use crate::harness::Sandbox;
use crate::snapshot;

fn assert_timing(stage: &Value) {
    let ms = |key: &str| stage[key].as_f64().unwrap();
    assert!(ms("median_ms") > 0.0 && ms("p95_ms") >= ms("median_ms"), "{stage}");
}

#[test]
fn ranking_is_measured_in_the_documented_shape() {
    let json = Sandbox::new().json(&["-q", "bench", "recommend", "--tracks", "500"]);
    assert!(json["machine"]["cores"].as_u64() >= Some(1) && json["machine"]["cpu"].is_string());
    assert_timing(&json["stages"]["index"]);
    assert_timing(&json["stages"]["rank"]);
}

#[test]
fn faces_are_measured_in_the_documented_shape() {
    let Some(path) = photo("obama-480p.jpg") else { return };
    let json = Sandbox::new().json(&["-q", "bench", "face", "--photo", path.to_str().unwrap()]);
    for stage in ["load", "decode", "detect", "crop", "classify"] {
        assert_timing(&json["stages"][stage]);
    }
    assert!(json["throughput"]["faces_per_s"].as_f64() > Some(0.0), "{json}");
}

#[test]
fn nothing_is_measured_without_a_face() {
    let sandbox = Sandbox::new();
    sandbox.write("plain.jpg", PLAIN_JPEG);
    snapshot!("bench_no_photo", sandbox.run(&["-q", "bench", "face"]));
    snapshot!("bench_no_face", sandbox.run(&["-q", "bench", "face", "--photo", "plain.jpg"]));
}
