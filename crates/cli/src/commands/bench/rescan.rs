//! A scan of a large folder in which nothing has changed.

use std::fs;
use std::io;
use std::path::Path;
use std::time::{Duration, Instant};

use attune_app::{Library, ScanReport};
use serde::Serialize;

use crate::commands::bench::machine::{Machine, peak_memory_mb};
use crate::commands::bench::timing::Timing;
use crate::context::block_on;
use crate::exit::Failure;
use crate::printer::Printer;

/// Recordings of which all others are further names, so that the first scan takes seconds.
const RECORDINGS: usize = 100;
/// Files a folder.
const A_FOLDER: usize = 25;
/// Scans without changes.
const RUNS: usize = 5;

#[derive(Debug, Serialize)]
struct Report {
    machine: Machine,
    files: u64,
    /// The first scan, which measures a hundred recordings and knows the others by their content.
    first_scan_s: f64,
    rescan: Timing,
    /// The most memory the process ever held; `null` where the system does not tell.
    peak_memory_mb: Option<f64>,
}

/// Makes a folder of so many files and scans it again and again.
pub fn run(files: usize, printer: Printer) -> Result<(), Failure> {
    let home = tempfile::tempdir().map_err(|error| failed(&error))?;
    let music = home.path().join("music");
    fill(&music, files).map_err(|error| failed(&error))?;
    let (first, rescans, report) = block_on(async {
        let library = Library::open(&home.path().join("data")).await?;
        let begin = Instant::now();
        library.add_folder(&music, &mut |_| {}).await?;
        let first = begin.elapsed();
        let (mut rescans, mut last) = (Vec::new(), ScanReport::default());
        for _ in 0..RUNS {
            let begin = Instant::now();
            let reports = library.scan(&mut |_| {}).await?;
            rescans.push(begin.elapsed());
            last = reports.into_iter().map(|(_, report)| report).next().unwrap_or_default();
        }
        library.close().await;
        Ok((first, rescans, last))
    })?;
    if report.unchanged != report.files {
        return Err(Failure::new(
            "a scan found changes where none were made",
            "please report this",
        ));
    }
    printer.json(&Report {
        machine: Machine::here(),
        files: report.files,
        first_scan_s: Duration::as_secs_f64(&first),
        rescan: Timing::of(rescans),
        peak_memory_mb: peak_memory_mb(),
    })
}

/// A few recordings under many names: `folder 12/track 317.wav`.
fn fill(music: &Path, files: usize) -> io::Result<()> {
    for number in 0..files {
        let folder = music.join(format!("folder {}", number / A_FOLDER));
        if number % A_FOLDER == 0 {
            fs::create_dir_all(&folder)?;
        }
        let path = folder.join(format!("track {number}.wav"));
        if number < RECORDINGS {
            fs::write(path, recording(number))?;
        } else {
            let first = number % RECORDINGS;
            let first = format!("folder {}/track {first}.wav", first / A_FOLDER);
            fs::hard_link(music.join(first), path)?;
        }
    }
    Ok(())
}

/// A quarter of a second of noise at 8 kHz, as WAV with 8 bits.
fn recording(seed: usize) -> Vec<u8> {
    let mut rng = fastrand::Rng::with_seed(seed as u64);
    let mut wav = b"RIFF".to_vec();
    wav.extend(2_036u32.to_le_bytes());
    wav.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x40\x1f\0\0\x01\0\x08\0data");
    wav.extend(2_000u32.to_le_bytes());
    wav.extend((0..2_000).map(|_| rng.u8(..)));
    wav
}

fn failed(error: &io::Error) -> Failure {
    Failure::new(
        format!("the folder to scan cannot be made: {error}"),
        "is there room in the folder for temporary files? TMPDIR names another",
    )
}
