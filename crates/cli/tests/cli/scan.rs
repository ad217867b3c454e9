//! `attune library add` and `scan`, and `attune train music`.

use crate::harness::Sandbox;

/// Half a second of silence at 8 kHz, as WAV with 8 bits.
fn silence() -> Vec<u8> {
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
