//! The house: a crate uses only crates on floors below its own, and each heavy dependency has one
//! home.

#![expect(clippy::unwrap_used, reason = "helpers of a test")]

use std::process::Command;

use serde_json::Value;

/// Each crate and its floor.
const FLOORS: &[(&str, u8)] = &[
    ("attune-cli", 4),
    ("attune-server", 3),
    ("attune-web", 3),
    ("attune-ui", 3),
    ("attune-app", 2),
    ("attune-vision", 1),
    ("attune-training", 1),
    ("attune-audio", 1),
    ("attune-recommend", 1),
    ("attune-connect", 1),
    ("attune-store", 1),
    ("attune-core", 0),
    ("attune-draw", 0),
];

/// What trains a network must see faces as what runs it does, so the crop is shared sideways.
const SIDEWAYS: &[(&str, &str)] = &[("attune-training", "attune-vision")];

/// What runs in the browser.
const IN_BROWSER: &[&str] = &["attune-web", "attune-ui"];

/// The browser gets nothing that does not run there.
const WEB: &[&str] = &["attune-core", "attune-vision"];

/// The crate that alone may depend on each of these.
const HOMES: &[(&str, &str)] = &[
    ("argon2", "attune-app"),
    ("axum", "attune-server"),
    ("burn", "attune-training"),
    ("burn-flex", "attune-training"),
    ("clap", "attune-cli"),
    ("ebur128", "attune-audio"),
    ("console", "attune-cli"),
    ("embedded-graphics", "attune-draw"),
    ("faer", "attune-recommend"),
    ("hound", "attune-audio"),
    ("indicatif", "attune-cli"),
    ("linuxvideo", "attune-app"),
    ("lofty", "attune-audio"),
    ("matroska", "attune-audio"),
    ("minijinja", "attune-training"),
    ("notify", "attune-app"),
    ("prost", "attune-training"),
    ("ropus", "attune-audio"),
    ("rubato", "attune-audio"),
    ("rustfft", "attune-audio"),
    ("rustls", "attune-connect"),
    ("sqlx", "attune-store"),
    ("sycamore", "attune-ui"),
    ("symphonia", "attune-audio"),
    ("tower-http", "attune-server"),
    ("ureq", "attune-connect"),
    ("utoipa", "attune-server"),
    ("wasm-bindgen", "attune-ui"),
    ("wasm-bindgen-cli-support", "attune-server"),
    ("web-sys", "attune-ui"),
    ("y4m", "attune-app"),
];

/// Every pair of a crate of the workspace and what it depends on, also for its tests and builds.
fn arrows() -> Vec<(String, String)> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap().iter();
    packages.flat_map(arrows_of).collect()
}

fn arrows_of(package: &Value) -> Vec<(String, String)> {
    let name = |value: &Value| value["name"].as_str().unwrap().to_owned();
    let dependencies = package["dependencies"].as_array().unwrap().iter();
    dependencies.map(|dependency| (name(package), name(dependency))).collect()
}

fn floor(name: &str) -> u8 {
    let found = FLOORS.iter().find(|(known, _)| *known == name);
    found.map(|(_, floor)| *floor).unwrap_or_else(|| panic!("{name} has no floor yet"))
}

fn is_allowed(from: &str, to: &str) -> bool {
    let below = floor(from) > floor(to) || SIDEWAYS.contains(&(from, to));
    below && (!IN_BROWSER.contains(&from) || WEB.contains(&to))
}

#[test]
fn crates_use_only_what_is_below_them() {
    let arrows = arrows();
    let inner: Vec<_> = arrows.iter().filter(|(_, to)| to.starts_with("attune-")).collect();
    assert!(inner.iter().any(|(from, _)| from == "attune-app"), "no arrows were found at all");
    for (from, to) in inner {
        assert!(is_allowed(from, to), "{from} must not use {to}");
    }
}

#[test]
fn heavy_dependencies_have_one_home() {
    for (from, to) in arrows() {
        if let Some((_, home)) = HOMES.iter().find(|(dependency, _)| *dependency == to) {
            assert_eq!(from, *home, "only {home} may depend on {to}");
        }
    }
}

#[test]
fn the_rules_refuse_what_they_should() {
    for (from, to, allowed) in [
        ("attune-cli", "attune-core", true),
        ("attune-training", "attune-vision", true),
        ("attune-vision", "attune-training", false),
        ("attune-connect", "attune-store", false),
        ("attune-app", "attune-server", false),
        ("attune-web", "attune-vision", true),
        ("attune-web", "attune-recommend", false),
        ("attune-ui", "attune-app", false),
    ] {
        assert_eq!(is_allowed(from, to), allowed, "{from} {to}");
    }
}
