//! Builds the browser's half of the program and packs it with the page into this crate.

#![allow(clippy::print_stdout, reason = "cargo reads what a build script prints")]

mod pack;
mod wasm;

use std::path::PathBuf;
use std::process::ExitCode;

fn main() -> ExitCode {
    match build() {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            for line in message.lines() {
                println!("cargo::error={line}");
            }
            ExitCode::FAILURE
        }
    }
}

fn build() -> Result<(), String> {
    let workspace = folder("CARGO_MANIFEST_DIR")?.join("../..");
    let out = folder("OUT_DIR")?;
    for watched in [
        "Cargo.lock",
        "Cargo.toml",
        "crates/core/Cargo.toml",
        "crates/core/src",
        "crates/server/build",
        "crates/ui/Cargo.toml",
        "crates/ui/build.rs",
        "crates/ui/messages",
        "crates/ui/page",
        "crates/ui/src",
        "crates/vision/Cargo.toml",
        "crates/vision/src",
        "crates/web/Cargo.toml",
        "crates/web/page",
        "crates/web/src",
        "models/detector.safetensors",
    ] {
        println!("cargo::rerun-if-changed={}", workspace.join(watched).display());
    }
    let modules = wasm::build(&workspace, &out)?;
    let pages = ["crates/ui/page", "crates/web/page"].map(|page| workspace.join(page));
    pack::pack(&pages, &modules, &out).map_err(|e| format!("the page could not be packed: {e}"))
}

/// A folder that cargo names in an environment variable.
fn folder(variable: &str) -> Result<PathBuf, String> {
    std::env::var_os(variable).map(PathBuf::from).ok_or(format!("{variable} is not set"))
}
