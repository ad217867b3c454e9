//! `attune recommend --photo` from the start of the process to its end.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde::Serialize;

use crate::commands::bench::timing::Timing;
use crate::env;
use crate::exit::Failure;
use crate::settings::Settings;

/// Runs of each kind; a process is too slow to start for hundreds.
const RUNS: usize = 20;

/// The two starts that a person can meet.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct ColdStart {
    /// With an empty data folder: the library is made and filled too.
    recommend_photo_first_start: Timing,
    /// With a library that is there.
    recommend_photo_start: Timing,
}

/// Starts this program again and again.
pub fn measure(photo: &Path, settings: &Settings) -> Result<ColdStart, Failure> {
    let folder = tempfile::tempdir().map_err(|error| failed(&error.to_string()))?;
    let first = (0..RUNS).map(|i| start(photo, settings, &folder.path().join(i.to_string())));
    let first = first.collect::<Result<Vec<_>, _>>()?;
    let again = (0..RUNS).map(|_| start(photo, settings, &folder.path().join("0")));
    let again = again.collect::<Result<Vec<_>, _>>()?;
    Ok(ColdStart {
        recommend_photo_first_start: Timing::of(first),
        recommend_photo_start: Timing::of(again),
    })
}

fn start(photo: &Path, settings: &Settings, data_dir: &Path) -> Result<Duration, Failure> {
    let program = std::env::current_exe().map_err(|error| failed(&error.to_string()))?;
    let begin = Instant::now();
    let output = Command::new(program)
        .args(["recommend", "--format", "json", "--photo"])
        .arg(photo)
        .env(env::DATA_DIR, data_dir)
        .envs(settings.model.value.as_ref().map(|model| (env::MODEL, model)))
        .stdin(Stdio::null())
        .output()
        .map_err(|error| failed(&error.to_string()))?;
    let took = begin.elapsed();
    if !output.status.success() {
        return Err(failed(String::from_utf8_lossy(&output.stderr).trim()));
    }
    Ok(took)
}

fn failed(why: &str) -> Failure {
    Failure::new(
        format!("`attune recommend --photo` cannot be measured: {why}"),
        "does it work by hand? --photo takes another picture",
    )
}
