//! Finds the face detection model inside the `rustface` package and copies it to `OUT_DIR`.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

const MODEL: &str = "model/seeta_fd_frontal_v1.0.bin";
const RELEASE: &str = "rustface-0.1.7";

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let Some(model) = package_folder().map(|folder| folder.join(MODEL)) else {
        println!(
            "cargo::error=no {RELEASE} with {MODEL} among cargo's packages: run `cargo fetch`"
        );
        return;
    };
    println!("cargo::rerun-if-changed={}", model.display());
    let copy = PathBuf::from(variable("OUT_DIR")).join("face_detector.bin");
    if let Err(error) = fs::copy(&model, copy) {
        println!("cargo::error=cannot copy {}: {error}", model.display());
    }
}

/// Asks cargo, which also knows vendored and patched packages. It wants every package of the
/// workspace on disk; after a build of this crate alone they may not be, so the registry's
/// folders are the second place to look.
fn package_folder() -> Option<PathBuf> {
    by_metadata().or_else(by_registry).filter(|folder| folder.join(MODEL).is_file())
}

fn by_metadata() -> Option<PathBuf> {
    let output = Command::new(variable("CARGO"))
        .args(["metadata", "--offline", "--locked", "--format-version=1", "--filter-platform"])
        .arg(variable("TARGET"))
        .current_dir(variable("CARGO_MANIFEST_DIR"))
        .output()
        .ok()?;
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).ok()?;
    let packages = metadata["packages"].as_array()?;
    let manifest = packages.iter().find(|p| p["name"] == "rustface")?["manifest_path"].as_str()?;
    Some(Path::new(manifest).parent()?.to_owned())
}

fn by_registry() -> Option<PathBuf> {
    let home = env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(env::home_dir()?.join(".cargo")))?;
    let registries = fs::read_dir(home.join("registry").join("src")).ok()?;
    registries.flatten().map(|r| r.path().join(RELEASE)).find(|p| p.join(MODEL).is_file())
}

/// A variable that cargo always sets for build scripts.
fn variable(name: &str) -> String {
    env::var(name).unwrap_or_default()
}
