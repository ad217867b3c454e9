//! `attune bench library`.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use attune_audio::describe;
use clap::Args;
use serde::Serialize;

use crate::commands::bench::machine::{Machine, peak_memory_mb};
use crate::commands::bench::rescan;
use crate::commands::bench::timing::Timing;
use crate::exit::{ExitStatus, Failure};
use crate::printer::Printer;

/// The length that the figure for one file is stated for.
const FOUR_MINUTES_S: f64 = 240.0;

#[derive(Args, Debug)]
pub struct LibraryArgs {
    /// Recordings to measure, one after the other on one core
    #[arg(required_unless_present = "rescan", value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Instead, time a scan of so many files in which nothing has changed; a folder is made for it
    #[arg(long, value_name = "FILES", conflicts_with = "files")]
    rescan: Option<usize>,
    /// How many files are measured in all, the named ones again and again
    #[arg(long, default_value_t = 1_000)]
    count: usize,
}

#[derive(Debug, Serialize)]
struct Report {
    machine: Machine,
    files: usize,
    seconds_of_music: f64,
    seconds: f64,
    /// Seconds of music a second of one core, decoding and all descriptors.
    times_real_time: f64,
    /// For four minutes of music.
    four_minutes_s: f64,
    describe: Timing,
    /// The most memory the process ever held; `null` where the system does not tell.
    peak_memory_mb: Option<f64>,
}

pub fn run(args: &LibraryArgs, printer: Printer) -> Result<ExitStatus, Failure> {
    if let Some(files) = args.rescan {
        rescan::run(files, printer)?;
        return Ok(ExitStatus::Done);
    }
    let mut runs: Vec<Duration> = Vec::new();
    let mut heard_ms = 0u64;
    for path in args.files.iter().cycle().take(args.count) {
        let start = Instant::now();
        let found = describe(path)
            .map_err(|error| Failure::new(format!("{}: {error}", path.display()), error.hint()))?;
        runs.push(start.elapsed());
        heard_ms += u64::from(found.descriptors.heard_ms);
    }
    let seconds: f64 = runs.iter().map(Duration::as_secs_f64).sum();
    let seconds_of_music = heard_ms as f64 / 1_000.0;
    let times_real_time = seconds_of_music / seconds;
    printer.json(&Report {
        machine: Machine::here(),
        files: runs.len(),
        seconds_of_music,
        seconds,
        times_real_time,
        four_minutes_s: FOUR_MINUTES_S / times_real_time,
        describe: Timing::of(runs),
        peak_memory_mb: peak_memory_mb(),
    })?;
    Ok(ExitStatus::Done)
}
