//! `attune library add` and `scan`, and `attune train music`.

use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use crate::harness::Sandbox;

/// Half a second of silence at 8 kHz, as WAV with 8 bits.
pub fn silence() -> Vec<u8> {
    let mut wav = b"RIFF".to_vec();
    wav.extend(4_036u32.to_le_bytes());
    wav.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x40\x1f\0\0\x01\0\x08\0data");
    wav.extend(4_000u32.to_le_bytes());
    wav.extend([128; 4_000]);
    wav
}

#[test]
fn a_folder_is_added_and_scanned_again() {
    let sandbox = Sandbox::new();
    std::fs::create_dir_all(sandbox.path("music/Quiet Rooftops Test")).unwrap();
    sandbox.write("music/Quiet Rooftops Test/01 - Bell.wav", silence());
    sandbox.write("music/letter.mp3", "dear listener, ".repeat(500));
    let seen = sandbox.run(&["library", "add", "music"]);
    assert!(seen.contains("exit 0\n"), "{seen}");
    assert!(seen.contains("music: 2 recordings, 1 measured, 0 unchanged"), "{seen}");
    assert!(seen.contains("music/letter.mp3: it is no audio format Attune knows"), "{seen}");
    let args = ["library", "list", "--artist", "quiet rooftops test", "--format", "json"];
    let items = sandbox.json(&args);
    assert_eq!(items["items"][0]["title"], "Bell", "{items}");
    assert_eq!(items["items"][0]["duration_ms"], 500, "{items}");
    let report = sandbox.json(&["library", "scan", "--format", "json"]);
    assert_eq!(report["scans"][0]["report"]["unchanged"], 1, "{report}");
    assert_eq!(report["scans"][0]["report"]["described"], 0, "{report}");
}

/// How many of the folder's recordings the library has.
fn known(sandbox: &Sandbox) -> usize {
    let args = ["library", "list", "--artist", "quiet rooftops test"];
    let items = sandbox.json(&[&args[..], &["--format", "json"]].concat());
    items["items"].as_array().unwrap().len()
}

/// A power cut in the middle of a scan: what was stored stays, and the next scan does the rest.
#[test]
fn a_killed_scan_is_gone_on_with() {
    const FILES: usize = 600;
    let sandbox = Sandbox::new();
    std::fs::create_dir_all(sandbox.path("music/Quiet Rooftops Test")).unwrap();
    for n in 0..FILES {
        let mut wav = silence();
        wav[44..48].copy_from_slice(&(n as u32).to_le_bytes());
        sandbox.write(&format!("music/Quiet Rooftops Test/{n:03} - Bell {n}.wav"), wav);
    }
    let child = sandbox.command(&["-q", "library", "add", "music"]).spawn().unwrap();
    let mut scanning = Running(child);
    let deadline = Instant::now() + Duration::from_secs(60);
    while known(&sandbox) == 0 {
        assert!(Instant::now() < deadline, "nothing is stored before the end");
    }
    scanning.0.kill().unwrap();
    scanning.0.wait().unwrap();
    let stored = known(&sandbox);
    let report = sandbox.json(&["library", "scan", "--format", "json"]);
    let report = &report["scans"][0]["report"];
    assert!(stored > 0 && stored < FILES, "{stored}");
    assert_eq!(report["described"], FILES - stored, "{report}");
    assert_eq!((known(&sandbox), &report["unchanged"]), (FILES, &stored.into()), "{report}");
}

#[test]
fn playlists_are_listed_and_filter_what_is_listed() {
    let sandbox = Sandbox::new();
    std::fs::create_dir_all(sandbox.path("music")).unwrap();
    sandbox.write("music/Bell.wav", silence());
    sandbox.write("music/cover.png", b"\x89PNG");
    sandbox.write("music/Evening.m3u", "Bell.wav\ngone.wav\n");
    let none = sandbox.run(&["library", "playlists"]);
    assert!(none.contains("exit 0\n") && none.contains("no .m3u or .m3u8 file"), "{none}");
    sandbox.run(&["library", "add", "music"]);
    let seen = sandbox.run(&["library", "playlists"]);
    assert!(
        seen.contains("Evening: 1 of 2 tracks in the library  [DIR]/music/Evening.m3u"),
        "{seen}"
    );
    let list = sandbox.json(&["library", "list", "--playlist", "evening", "--format", "json"]);
    assert_eq!(list["items"].as_array().unwrap().len(), 1, "{list}");
    assert_eq!(list["items"][0]["title"], "Bell");
    let shown = sandbox.run(&["library", "show", "Bell"]);
    assert!(shown.contains("cover     [DIR]/music/cover.png"), "{shown}");
    let refused = sandbox.run(&["library", "list", "--playlist", "Evenin"]);
    assert!(
        refused.contains("exit 1\n") && refused.contains("did you mean 'Evening'?"),
        "{refused}"
    );
}

/// Ends a command even where an assertion fails.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn the_library_is_watched() {
    let sandbox = Sandbox::new();
    std::fs::create_dir_all(sandbox.path("music")).unwrap();
    let none = sandbox.run(&["library", "watch"]);
    assert!(none.contains("exit 1\n") && none.contains("no folder is followed yet"), "{none}");
    sandbox.run(&["library", "add", "music"]);
    let mut command = sandbox.command(&["library", "watch", "--format", "json"]);
    let mut watching =
        Running(command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap());
    let mut lines = BufReader::new(watching.0.stdout.take().unwrap()).lines();
    let mut next =
        || -> serde_json::Value { serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap() };
    assert_eq!(next()["report"]["files"], 0, "it is scanned once to begin with");
    sandbox.write("music/Bell.wav", silence());
    assert_eq!(next()["report"]["described"], 1);
    std::fs::rename(sandbox.path("music/Bell.wav"), sandbox.path("music/Gong.wav")).unwrap();
    assert_eq!(next()["report"]["moved"], 1);
}

#[test]
fn the_server_follows_the_folders() {
    let sandbox = Sandbox::new();
    std::fs::create_dir_all(sandbox.path("music")).unwrap();
    sandbox.run(&["library", "add", "music"]);
    let mut command = sandbox.command(&["serve", "--listen", "127.0.0.1:0"]);
    let _server = Running(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap());
    sandbox.write("music/Bell.wav", silence());
    let found = || sandbox.output(&["library", "show", "Bell"]).status.success();
    let patience = Instant::now() + Duration::from_secs(60);
    while !found() {
        assert!(Instant::now() < patience, "the new file was not met");
        std::thread::sleep(Duration::from_millis(200));
    }
}

#[test]
fn folders_and_tables_that_cannot_be_used_are_refused() {
    let sandbox = Sandbox::new();
    sandbox.write("odd.csv", "a,b\n1,2\n");
    let train = ["train", "music", "--data", "odd.csv", "--out", "run"];
    for (args, why) in [
        (&["library", "add", "gone"][..], "gone cannot be read"),
        (&["library", "scan"], "no folder is followed yet"),
        (&train, "the table has no column"),
    ] {
        let seen = sandbox.run(args);
        assert!(seen.contains("exit 1\n") && seen.contains(why), "{seen}");
        assert!(seen.contains("hint: "), "{seen}");
    }
}

#[test]
fn an_item_is_shown_corrected_and_composed() {
    let sandbox = Sandbox::new();
    sandbox.write("table.csv", "title,artist\nBell,Quiet Rooftops Test\n");
    sandbox.run(&["import", "csv", "table.csv", "--map", "title=title,artist=artist"]);
    let bell = "Bell Quiet Rooftops Test";
    assert!(sandbox.run(&["library", "show", bell]).contains("mood      unknown"));
    let said = sandbox.run(&["library", "correct", bell, "--mood", "-0.5,0.5"]);
    assert!(said.contains("valence -0.50, arousal 0.50 ± 0.10 (correction)"), "{said}");
    let shown = sandbox.json(&["library", "show", bell, "--format", "json"]);
    assert_eq!(shown["item"]["mood_origin"], "correction", "{shown}");
    assert_eq!(shown["mood_region"], "frantic", "{shown}");
    let back = sandbox.json(&["library", "correct", bell, "--forget", "--format", "json"]);
    assert_eq!((&back["before"]["origin"], &back["now"]), (&"correction".into(), &().into()));
    for args in [&["library", "correct", bell][..], &["library", "correct", bell, "--mood", "7"]] {
        assert!(sandbox.run(args).contains("exit 2\n"));
    }
    assert!(sandbox.run(&["library", "show", "nothing like it"]).contains("exit 1\n"));
    let compose = ["library", "compose", "--mood", "0.5,-0.5", "--out", "gone/a.wav"];
    let refused = sandbox.run(&compose);
    assert!(refused.contains("exit 1\n") && refused.contains("hint: "), "{refused}");
}

#[test]
fn a_library_is_drawn_and_exported_as_parquet() {
    let sandbox = Sandbox::new();
    let seen = sandbox.run(&["library", "stats", "--tag", "calm", "--report", "library.svg"]);
    assert!(seen.contains("exit 0\n") && seen.contains("mood regions"), "{seen}");
    let svg = std::fs::read_to_string(sandbox.path("library.svg")).unwrap();
    let calm = sandbox.json(&["library", "list", "--tag", "calm", "--format", "json"]);
    let placed = calm["items"].as_array().unwrap().len();
    assert_eq!(svg.matches("<circle").count(), placed, "a dot an item");
    let parquet = sandbox.output(&["library", "export", "--format", "parquet"]).stdout;
    assert_eq!((&parquet[..4], &parquet[parquet.len() - 4..]), (&b"PAR1"[..], &b"PAR1"[..]));
}

#[test]
fn mood_tags_are_shown_before_they_are_written() {
    let sandbox = Sandbox::new();
    std::fs::create_dir_all(sandbox.path("music")).unwrap();
    sandbox.write("music/Bell.wav", silence());
    sandbox.run(&["library", "add", "music"]);
    sandbox.run(&["library", "correct", "Bell", "--tag", "calm"]);
    let plan = sandbox.run(&["library", "tag"]);
    assert!(plan.contains("Bell.wav: no mood -> Content, Calm"), "{plan}");
    assert!(plan.contains("--write changes them"), "{plan}");
    let done = sandbox.json(&["library", "tag", "--write", "--format", "json"]);
    assert_eq!(
        (&done["written"], &done["changes"][0]["after"][0]),
        (&true.into(), &"Content".into())
    );
    let backup = done["backup"].as_str().unwrap();
    let back = sandbox.json(&["library", "tag", "--restore", backup, "--format", "json"]);
    assert_eq!(back["changes"][0]["after"].as_array().unwrap().len(), 0, "{back}");
}
