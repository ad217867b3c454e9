//! What holds for every command.

use std::io::Read;
use std::process::Stdio;

use crate::harness::Sandbox;
use crate::snapshot;

#[test]
fn wrong_arguments_are_status_2() {
    let sandbox = Sandbox::new();
    for (name, args) in [
        ("args_none", &[][..]),
        ("args_unknown_command", &["lisen"]),
        ("args_unknown_shell", &["completions", "tcsh"]),
    ] {
        let output = sandbox.output(args);
        assert_eq!(output.status.code(), Some(2), "{name}");
        snapshot!(name, sandbox.run(args));
    }
}

#[test]
fn help_lists_the_commands_and_the_environment() {
    snapshot!("help", Sandbox::new().run(&["--help"]));
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let sandbox = Sandbox::new();
    let mut child = sandbox
        .command(&["completions", "bash"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let mut stderr = String::new();
    child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
    assert_eq!((child.wait().unwrap().code(), stderr.as_str()), (Some(0), ""));
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_told() {
    let sandbox = Sandbox::new();
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = sandbox.command(&["man"]).stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).starts_with("error: the output cannot"));
}

#[test]
fn completions_and_manual_know_every_command() {
    let sandbox = Sandbox::new();
    for args in [&["man"][..], &["completions", "zsh"], &["completions", "powershell"]] {
        let text = String::from_utf8(sandbox.output(args).stdout).unwrap();
        for command in [
            "face",
            "watch",
            "who",
            "baseline",
            "recommend",
            "serve",
            "library",
            "import",
            "train",
            "evaluate",
            "explain",
            "audit",
            "data",
            "export",
            "card",
            "sweep",
            "networks",
            "bench",
            "doctor",
            "config",
            "completions",
            "man",
        ] {
            assert!(text.contains(command), "{args:?} lacks {command}");
        }
    }
}
