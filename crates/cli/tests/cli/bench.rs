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
    for stage in ["rank", "rank_informed", "rank_like", "search", "read_vectors", "journey"] {
        assert_timing(&json["stages"][stage]);
        assert!(
            json["stages"][stage]["p99_ms"].as_f64() >= json["stages"][stage]["p95_ms"].as_f64()
        );
    }
    assert!(json["search_over_read"].as_f64() > Some(0.0), "{json}");
}

#[test]
fn any_event_file_is_measured() {
    let sandbox = Sandbox::new();
    let row = |u: usize, i: usize| format!("{u},{}-{i},{}\n", u % 2, 1 + i);
    let rows: String = (0..40).flat_map(|u| (0..8).map(move |i| row(u, i))).collect();
    sandbox.write("events.csv", format!("user,item,plays\n{rows}"));
    let json = sandbox.json(&["-q", "bench", "recommend", "--events", "events.csv"]);
    let events = &json["events"];
    assert_eq!(events["items"], 16);
    let ease = events["models"].as_array().unwrap().iter().find(|m| m["model"] == "ease").unwrap();
    for metric in ["ndcg_at_10", "recall_at_20", "map_at_10", "novelty_bits"] {
        assert!(ease["metrics"][metric]["ci95"].is_array(), "{metric}: {ease}");
    }
    assert!(ease["metrics"]["coverage"].is_number() && json["stages"].is_null());
    // Without tags nobody knows how alike items are.
    assert!(
        ease["metrics"]["diversity"].is_null() && ease["metrics"]["miscalibration_bits"].is_null()
    );
    snapshot!(
        "bench_no_events",
        sandbox.run(&["-q", "bench", "recommend", "--events", "gone.csv"])
    );
    sandbox.write("odd.csv", "a,b\n1,2\n");
    snapshot!(
        "bench_odd_events",
        sandbox.run(&["-q", "bench", "recommend", "--events", "odd.csv"])
    );
}

#[test]
fn growth_is_drawn() {
    let sandbox = Sandbox::new();
    let args = ["-q", "bench", "recommend", "--growth", "10000", "--plot", "growth.svg"];
    let json = sandbox.json(&args);
    assert_eq!(json["growth"][0]["tracks"], 10_000);
    let svg = std::fs::read_to_string(sandbox.path("growth.svg")).unwrap();
    assert!(svg.contains("<svg") && svg.contains("journey of 20"));
}

#[test]
fn faces_are_measured_in_the_documented_shape() {
    let Some(path) = photo("obama-480p.jpg") else { return };
    let sandbox = Sandbox::new().env("PATH", &std::env::var("PATH").unwrap_or_default());
    let stages = r#"{"stages":{"detect":{"median_ms":1000.0},"dream":{"median_ms":1.0}}}"#;
    sandbox.write("peers.json", stages);
    let photo = path.to_str().unwrap();
    let json = sandbox.json(&["-q", "bench", "face", "--photo", photo, "--peers", "peers.json"]);
    let ratios = json["peers"]["ratios"].as_object().unwrap();
    assert!(ratios.len() == 1 && ratios["detect"].as_f64().unwrap() > 1.0, "{ratios:?}");
    let reading = ["detect", "crop", "classify", "track", "end_to_end"];
    for stage in [&["load", "decode"][..], &reading].concat() {
        assert_timing(&json["stages"][stage]);
    }
    for rate in ["faces_per_s", "faces_per_s_all_cores", "frames_per_s", "frames_per_s_all_cores"] {
        assert!(json["throughput"][rate].as_f64() > Some(0.0), "{rate}: {json}");
    }
    if std::process::Command::new("node").arg("--version").output().is_err() {
        assert!(json["wasm"].is_null());
        return eprintln!("skipped: wasm wants node, which is not installed");
    }
    reading.iter().for_each(|stage| assert_timing(&json["wasm"]["stages"][stage]));
}

#[test]
fn nothing_is_measured_without_a_face() {
    let sandbox = Sandbox::new();
    sandbox.write("plain.jpg", PLAIN_JPEG);
    snapshot!("bench_no_photo", sandbox.run(&["-q", "bench", "face"]));
    snapshot!("bench_no_face", sandbox.run(&["-q", "bench", "face", "--photo", "plain.jpg"]));
}

#[test]
fn a_scan_without_changes_is_measured() {
    let json = Sandbox::new().json(&["-q", "bench", "library", "--rescan", "130"]);
    assert_eq!(json["files"], 130, "{json}");
    assert_timing(&json["rescan"]);
    let neither = Sandbox::new().run(&["bench", "library"]);
    assert!(neither.contains("exit 2\n"), "{neither}");
}
