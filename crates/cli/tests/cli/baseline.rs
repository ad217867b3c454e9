//! `attune baseline`.

use crate::fixtures::{PLAIN_JPEG, photo};
use crate::harness::Sandbox;
use crate::snapshot;

#[test]
fn nothing_is_kept_until_enough_was_seen() {
    let sandbox = Sandbox::new();
    std::fs::create_dir(sandbox.path("frames")).unwrap();
    sandbox.write("frames/1.jpg", PLAIN_JPEG);
    snapshot!("baseline_short", sandbox.run(&["baseline", "record", "--video", "frames"]));
    snapshot!("baseline_none", sandbox.run(&["baseline", "show"]));
    snapshot!("baseline_none_deleted", sandbox.run(&["baseline", "delete"]));
    snapshot!("baseline_asked_for", sandbox.run(&["face", "--baseline", "frames/1.jpg"]));
}

#[test]
fn a_baseline_moves_readings_until_it_is_deleted() {
    let Some(path) = photo("obama-480p.jpg") else { return };
    let sandbox = Sandbox::new();
    std::fs::create_dir(sandbox.path("frames")).unwrap();
    for n in 0..24 {
        std::fs::copy(&path, sandbox.path(&format!("frames/{n}.jpg"))).unwrap();
    }
    // A smile all along: this face smiles at rest.
    let args = ["baseline", "record", "--video", "frames", "--fps", "1", "--seconds", "24"];
    let record = sandbox.run(&args);
    assert!(record.contains("12 frames at rest and 12 frames smiling"), "{record}");
    let photo = path.to_str().unwrap();
    let happy = |args: &[&str]| {
        let json = sandbox.json(args);
        json["photos"][0]["faces"][0]["probabilities"]["happy"].as_f64().unwrap()
    };
    let plain = happy(&["face", "--format", "json", photo]);
    let with = happy(&["face", "--format", "json", "--baseline", photo]);
    assert!(plain > 0.5 && with < plain, "{plain} {with}");
    let shown = sandbox.json(&["baseline", "show", "--format", "json"]);
    assert!(shown["bias"]["neutral"].as_f64().unwrap() > 0.0, "{shown}");
    sandbox.run(&["baseline", "delete"]);
    let output = sandbox.output(&["baseline", "show"]);
    assert_eq!(output.status.code(), Some(1));
}
