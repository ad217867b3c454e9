//! Neither a process killed in the middle of a checkpoint nor a full disk destroys the previous one.

#![cfg(unix)]
// Helpers outside of the test functions unwrap and print as tests do.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use attune_training::network::ModelConfig;
use attune_training::{Checkpoint, Run, TrainingConfig, write_atomically};

const FOLDER: &str = "ATTUNE_CHECKPOINT_TEST_FOLDER";

/// A checkpoint of a small network; about half a megabyte.
fn start(folder: &Path) -> PathBuf {
    let model = ModelConfig::Attune { stages: vec![16, 32] };
    Run::start(folder, TrainingConfig { model, ..TrainingConfig::default() }).unwrap();
    folder.join("last.safetensors")
}

/// Writes the checkpoint again with every number equal to `step`.
fn write(path: &Path, step: usize) -> Result<(), String> {
    let (mut checkpoint, plan) = Checkpoint::read(path).unwrap();
    let state = &mut checkpoint.state;
    for tensors in [&mut state.weights, &mut state.velocity, &mut state.average] {
        tensors.0.iter_mut().flatten().for_each(|x| *x = step as f32);
    }
    state.step = step;
    checkpoint.write(&plan, path).map_err(|error| error.to_string())
}

/// The step of a checkpoint that is whole: its numbers are all of the same writing.
fn whole(path: &Path) -> usize {
    let (checkpoint, _) = Checkpoint::read(path).unwrap();
    let state = &checkpoint.state;
    for tensors in [&state.weights, &state.velocity, &state.average] {
        assert!(tensors.0.iter().flatten().all(|x| *x == state.step as f32), "a mix of writings");
    }
    state.step
}

/// This very program as a child that runs one of the victims below, by way of a shell.
fn victim(name: &str, folder: &Path, shell: &str) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", &format!("{shell} exec \"$0\" \"$@\"")]);
    command.arg(std::env::current_exe().unwrap());
    command.args([name, "--exact", "--ignored", "--nocapture"]).env(FOLDER, folder);
    command
}

fn folder() -> Option<PathBuf> {
    std::env::var_os(FOLDER).map(PathBuf::from)
}

/// Not a test of its own: writes one checkpoint after the other until it is killed.
#[test]
#[ignore = "run by a test below"]
fn victim_writes() {
    let Some(path) = folder().map(|folder| folder.join("last.safetensors")) else { return };
    for step in whole(&path) + 1.. {
        write(&path, step).unwrap();
        let mut out = std::io::stdout().lock();
        writeln!(out, "done {step}").and_then(|()| out.flush()).unwrap();
    }
}

#[test]
fn a_killed_process_leaves_a_whole_checkpoint() {
    let folder = tempfile::tempdir().unwrap();
    let path = start(folder.path());
    write(&path, 1).unwrap();
    let mut acknowledged = 1;
    let mut in_the_middle = 0;
    for round in 0..12 {
        let mut command = victim("victim_writes", folder.path(), "");
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut left = fastrand::usize(1..4);
        for line in BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok) {
            // The test harness writes its own words, the first of them on the same line.
            let Some((_, step)) = line.split_once("done ") else { continue };
            acknowledged = step.parse().unwrap();
            left -= 1;
            if left == 0 {
                std::thread::sleep(Duration::from_micros(fastrand::u64(0..8000)));
                child.kill().unwrap();
                break;
            }
        }
        child.wait().unwrap();
        in_the_middle += usize::from(folder.path().join("last.safetensors.partial").exists());
        let step = whole(&path);
        assert!(step >= acknowledged, "round {round}: {acknowledged} was written, {step} is there");
    }
    eprintln!("{acknowledged} checkpoints, killed 12 times, {in_the_middle} of them while writing");
    Run::resume(folder.path()).unwrap();
}

/// Not a test of its own: writes one checkpoint and says what came of it.
#[test]
#[ignore = "run by a test below"]
fn victim_writes_once() {
    let Some(path) = folder().map(|folder| folder.join("last.safetensors")) else { return };
    eprintln!("{:?}", write(&path, 2));
}

/// No file may grow beyond some size: the signal that comes then kills the process after a known
/// part of the new checkpoint was written.
#[test]
fn a_process_killed_at_any_byte_leaves_the_previous_checkpoint() {
    let folder = tempfile::tempdir().unwrap();
    let path = start(folder.path());
    write(&path, 1).unwrap();
    let blocks = std::fs::metadata(&path).unwrap().len() / 512;
    for limit in [0, 1, 7, blocks / 2, blocks] {
        let shell = format!("ulimit -c 0; ulimit -f {limit};");
        let output = victim("victim_writes_once", folder.path(), &shell).output().unwrap();
        assert!(!output.status.success(), "{limit} of {blocks}: {}", told(&output));
        let partial = std::fs::metadata(folder.path().join("last.safetensors.partial")).unwrap();
        assert_eq!((whole(&path), partial.len()), (1, limit * 512), "{limit} of {blocks}");
    }
    let output = victim("victim_writes_once", folder.path(), "").output().unwrap();
    assert!(told(&output).contains("Ok(())") && whole(&path) == 2, "{}", told(&output));
}

#[test]
fn a_write_that_fails_leaves_the_previous_checkpoint_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let path = start(folder.path());
    write(&path, 1).unwrap();
    let before = names(folder.path());
    let blocks = std::fs::metadata(&path).unwrap().len() / 512;
    for limit in [0, 7, blocks / 2] {
        let shell = format!("trap '' XFSZ; ulimit -f {limit};");
        let output = victim("victim_writes_once", folder.path(), &shell).output().unwrap();
        let told = told(&output);
        assert!(output.status.success() && told.contains("could not be written"), "{told}");
        assert_eq!((whole(&path), names(folder.path())), (1, before.clone()), "{limit}");
    }
}

/// Not a test of its own: fills its disk and goes on writing checkpoints.
#[test]
#[ignore = "run by a test below"]
fn victim_fills_its_disk() {
    let Some(folder) = folder() else { return };
    let path = start(&folder);
    write(&path, 1).unwrap();
    let filler = folder.join("filler");
    let room = std::fs::metadata(&path).unwrap().len() as usize;
    let full = std::iter::repeat_n(room, 100).find(|room| {
        let mut file = std::fs::OpenOptions::new().create(true).append(true).open(&filler).unwrap();
        file.write_all(&vec![0; *room]).is_err()
    });
    assert!(full.is_some(), "the disk is too large to be filled");
    let before = names(&folder);
    let error = write(&path, 2).unwrap_err();
    assert_eq!((whole(&path), names(&folder)), (1, before));
    std::fs::remove_file(&filler).unwrap();
    write(&path, 3).unwrap();
    eprintln!("full: {error}; then {}", whole(&path));
}

#[test]
fn a_full_disk_leaves_the_previous_checkpoint() {
    let folder = tempfile::tempdir().unwrap();
    let mount =
        "mount -t tmpfs -o size=3m attune-test \"$ATTUNE_CHECKPOINT_TEST_FOLDER\" || exit 77;";
    let inner = victim("victim_fills_its_disk", folder.path(), mount);
    let mut command = Command::new("unshare");
    command.arg("-rm").arg(inner.get_program()).args(inner.get_args()).env(FOLDER, folder.path());
    match command.output() {
        Ok(output) if told(&output).contains("full: ") => {
            let told = told(&output);
            assert!(output.status.success(), "{told}");
            assert!(told.contains("No space left") && told.contains("then 3"), "{told}");
        }
        Ok(output) if [Some(77), Some(1)].contains(&output.status.code()) => {
            eprintln!("skipped: no small disk can be mounted here: {}", told(&output));
        }
        Ok(output) => panic!("{}", told(&output)),
        Err(error) => eprintln!("skipped: unshare: {error}"),
    }
}

/// Plain files take the same way as checkpoints.
#[test]
fn a_file_is_replaced_whole() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.safetensors");
    write_atomically(&path, b"old").unwrap();
    write_atomically(&path, b"new").unwrap();
    assert_eq!(std::fs::read(&path).unwrap(), b"new");
    assert_eq!(names(folder.path()), ["model.safetensors"]);
    let gone = folder.path().join("gone/model.safetensors");
    assert!(write_atomically(&gone, b"new").is_err() && !gone.exists());
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn told(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    text(&output.stdout) + &text(&output.stderr)
}
