//! Folders that change while they are followed.

#![allow(clippy::unwrap_used)]

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::channel;
use std::time::Duration;

use attune_app::{Library, ScanReport};

/// A quarter of a second of silence at 8 kHz, as WAV with 8 bits.
fn silence() -> Vec<u8> {
    let mut wav = b"RIFF".to_vec();
    wav.extend(2_036u32.to_le_bytes());
    wav.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x40\x1f\0\0\x01\0\x08\0data");
    wav.extend(2_000u32.to_le_bytes());
    wav.extend([128; 2_000]);
    wav
}

#[test]
fn a_new_file_is_met_without_being_asked_for() {
    let home = tempfile::tempdir().unwrap();
    let music = home.path().join("music");
    std::fs::create_dir(&music).unwrap();
    let stop = AtomicBool::new(false);
    let (send, scans) = channel();
    let data = home.path().join("data");
    let folder = music.clone();
    std::thread::scope(|scope| {
        let stop = &stop;
        let follower = scope.spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.unwrap().block_on(async {
                let library = Library::open(&data).await.unwrap();
                library.add_folder(&folder, &mut |_| {}).await.unwrap();
                let mut told = |_: &str, report: &ScanReport| send.send(report.clone()).unwrap();
                library.follow(stop, &mut told).await
            })
        });
        let next = || scans.recv_timeout(Duration::from_secs(60)).unwrap();
        assert_eq!(next().files, 0, "the folder is scanned once to begin with");
        std::fs::write(music.join("bell.wav"), silence()).unwrap();
        let report = next();
        assert_eq!((report.files, report.described), (1, 1), "{report:?}");
        stop.store(true, Ordering::Relaxed);
        follower.join().unwrap().unwrap();
    });
}
