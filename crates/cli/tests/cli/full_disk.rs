//! A disk that is full: commands run in a namespace of their own, where a small file system lies
//! over a folder of the sandbox.

use std::process::{Command, Stdio};

use crate::harness::Sandbox;
use crate::scan::silence;

/// Runs a shell script in which `$ATTUNE` is the command and the folder `small` holds as much as `$1`
/// says; answers what it wrote on stdout and stderr. `None` where the system allows no such namespace.
fn on_a_small_disk(sandbox: &Sandbox, size: &str, script: &str) -> Option<String> {
    std::fs::create_dir_all(sandbox.path("small")).unwrap();
    let namespace = |script: &str| {
        let mut command = Command::new("unshare");
        command.args(["--user", "--map-root-user", "--mount", "sh", "-c", script]);
        command.current_dir(sandbox.path("")).stdin(Stdio::null()).env_clear();
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("HOME", sandbox.path("")).env("ATTUNE_DATA_DIR", sandbox.path("small/data"));
        command.env("ATTUNE", env!("CARGO_BIN_EXE_attune"));
        command
    };
    let mount = format!("mount -t tmpfs -o size={size} none small");
    let allowed = namespace(&mount).output().is_ok_and(|output| output.status.success());
    if !allowed {
        eprintln!("skipped: this system gives a test no file system of its own");
        return None;
    }
    let output = namespace(&format!("{mount} && exec 2>&1\n{script}")).output().unwrap();
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[test]
fn a_scan_stops_with_one_sentence_and_goes_on_where_there_is_room() {
    const FILES: usize = 600;
    let sandbox = Sandbox::new();
    std::fs::create_dir_all(sandbox.path("music/Quiet Rooftops Test")).unwrap();
    for n in 0..FILES {
        let mut wav = silence();
        wav[44..48].copy_from_slice(&(n as u32).to_le_bytes());
        sandbox.write(&format!("music/Quiet Rooftops Test/{n:03} - Bell {n}.wav"), wav);
    }
    let script = "
        \"$ATTUNE\" -q library add music; echo \"exit $?\"
        \"$ATTUNE\" -q library list --artist 'quiet rooftops test' --format json > stored.json
        echo \"exit $?\"
        mount -o remount,size=64m small
        \"$ATTUNE\" -q library scan --format json > next.json; echo \"exit $?\"";
    let Some(seen) = on_a_small_disk(&sandbox, "2m", script) else { return };
    let lines: Vec<&str> = seen.lines().collect();
    assert_eq!(lines.len(), 5, "{seen}");
    assert_eq!(lines[0], "error: the disk that the library is on is full");
    assert!(lines[1].starts_with("hint: make room on the disk"), "{seen}");
    assert_eq!(lines[2..], ["exit 1", "exit 0", "exit 0"]);
    let json = |name: &str| -> serde_json::Value {
        serde_json::from_slice(&std::fs::read(sandbox.path(name)).unwrap()).unwrap()
    };
    let stored = json("stored.json")["items"].as_array().unwrap().len();
    assert!(stored > 0 && stored < FILES, "{stored}");
    let report = &json("next.json")["scans"][0]["report"];
    assert_eq!(report["unchanged"], stored, "what was acknowledged is kept: {report}");
    assert_eq!(report["described"], FILES - stored, "{report}");
}

#[test]
fn what_is_written_is_whole_or_refused() {
    let sandbox = Sandbox::new();
    // The library is on the small disk only for the first of these commands.
    let script = "
        \"$ATTUNE\" -q library compose --mood 0.5,-0.5; echo \"exit $?\"
        find small/data -name '*.wav*'
        export ATTUNE_DATA_DIR=\"$HOME/data\"
        rm -r small/data
        echo before > small/piece.wav
        \"$ATTUNE\" -q library compose --mood 0.5,-0.5 --out small/piece.wav; echo \"exit $?\"
        cat small/piece.wav
        dd if=/dev/zero of=small/filler bs=1k 2> /dev/null
        \"$ATTUNE\" -q library export > small/library.json; echo \"exit $?\"
        \"$ATTUNE\" -q library export --format csv > small/library.csv; echo \"exit $?\"
        \"$ATTUNE\" -q library export --format parquet > small/library.parquet; echo \"exit $?\"";
    let Some(seen) = on_a_small_disk(&sandbox, "4m", script) else { return };
    let lines: Vec<&str> = seen.lines().collect();
    assert_eq!(lines.len(), 16, "{seen}");
    assert!(lines[0].ends_with(".wav cannot be written: No space left on device (os error 28)"));
    assert!(lines[1].starts_with("hint: check the space left"), "{seen}");
    assert_eq!(lines[2], "exit 1");
    assert!(lines[3].starts_with("error: small/piece.wav cannot be written: No space"), "{seen}");
    assert_eq!((lines[5], lines[6]), ("exit 1", "before"), "what was there stays: {seen}");
    for lines in lines[7..].chunks(3) {
        assert!(lines[0].starts_with("error: the output cannot be written: No space"), "{seen}");
        assert!(lines[1].starts_with("hint: is the disk full"), "{seen}");
        assert_eq!(lines[2], "exit 1");
    }
}
