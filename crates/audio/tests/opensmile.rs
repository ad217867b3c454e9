//! Low-level descriptors beside openSMILE's own (PyPI `opensmile`, ComParE 2016) on the clips.

#![expect(clippy::unwrap_used, reason = "helpers of a test")]

use std::path::{Path, PathBuf};
use std::process::Command;

use attune_audio::{LLDS, describe};
use serde_json::Value;

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/peers/opensmile_llds.py");

/// The eight clips beside the checkout.
fn clips() -> Vec<PathBuf> {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");
    let data = std::env::var_os("ATTUNE_DATA").map_or_else(|| beside.into(), PathBuf::from);
    let Ok(files) = std::fs::read_dir(data.join("audio")) else { return Vec::new() };
    let files = files.map(|file| file.unwrap().path());
    files.filter(|path| path.extension().is_some_and(|e| e == "ogg")).collect()
}

/// A Python with openSMILE under `target`, made the first time; `None` where it cannot be.
fn python() -> Option<PathBuf> {
    let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/peers/opensmile");
    let python = home.join("bin/python");
    let runs = |command: &mut Command| command.output().is_ok_and(|done| done.status.success());
    if runs(Command::new(&python).args(["-c", "import opensmile"])) {
        return Some(python);
    }
    let made = runs(Command::new("python3").args(["-m", "venv"]).arg(&home))
        && runs(Command::new(&python).args(["-m", "pip", "install", "-q", "opensmile"]));
    made.then_some(python)
}

/// What openSMILE measures; kept under `target`, because it takes a minute.
fn theirs(clips: &[PathBuf]) -> Option<Value> {
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/peers/opensmile_llds.json");
    if let Ok(bytes) = std::fs::read(&kept) {
        return Some(serde_json::from_slice(&bytes).unwrap());
    }
    let done = Command::new(python()?).arg(SCRIPT).args(clips).output().ok()?;
    if !done.status.success() {
        return None;
    }
    let found: Value = serde_json::from_slice(&done.stdout).unwrap();
    std::fs::write(&kept, &done.stdout).unwrap();
    Some(found)
}

/// Means within 2 % of themselves or, where they are next to nothing, of the deviation; deviations
/// within 2 %.
#[test]
fn low_level_descriptors_agree_with_opensmile() {
    let clips = clips();
    let Some(theirs) = (!clips.is_empty()).then(|| theirs(&clips)).flatten() else {
        println!("skipped: the clips or openSMILE are not there (pip install opensmile)");
        return;
    };
    let mut compared = 0;
    for clip in &clips {
        let found = &theirs[clip.to_string_lossy().as_ref()]["llds"];
        let ours = describe(clip).unwrap().descriptors;
        for name in LLDS {
            // ComParE 2016 has dropped a prefix that DEAM's table still has; flatness is our own.
            let Some(pair) = found.get(name.replace("pcm_fftMag_mfcc", "mfcc")) else { continue };
            let (mean, deviation) = (pair[0].as_f64().unwrap(), pair[1].as_f64().unwrap());
            let spread = ours.lld(name).unwrap();
            let off = (f64::from(spread.mean) - mean).abs() / mean.abs().max(deviation);
            assert!(off < 0.02, "{name} of {}: {spread:?}, not {mean}", clip.display());
            let off = (f64::from(spread.deviation) / deviation - 1.0).abs();
            assert!(off < 0.02, "{name} of {}: {spread:?}, not {deviation}", clip.display());
            compared += 1;
        }
    }
    assert_eq!(compared, clips.len() * (LLDS.len() - 1));
}
