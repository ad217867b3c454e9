//! Folders of recordings, as people have them.

#![expect(clippy::unwrap_used, reason = "helpers of a test")]

use std::fs;
use std::path::Path;

use attune_app::{Library, ScanReport};
use attune_core::Source;

/// A second of a tone of this pitch, as WAV.
fn tone(hz: f32) -> Vec<u8> {
    let rate = 22_050u32;
    let samples: Vec<i16> = (0..rate)
        .map(|i| (8_000.0 * (std::f32::consts::TAU * hz * i as f32 / rate as f32).sin()) as i16)
        .collect();
    let bytes = u32::try_from(2 * samples.len()).unwrap();
    let mut wav = Vec::new();
    wav.extend(b"RIFF");
    wav.extend((36 + bytes).to_le_bytes());
    wav.extend(b"WAVEfmt ");
    wav.extend(16u32.to_le_bytes());
    wav.extend([1u16, 1].iter().flat_map(|x| x.to_le_bytes()));
    wav.extend([rate, 2 * rate].iter().flat_map(|x| x.to_le_bytes()));
    wav.extend([2u16, 16].iter().flat_map(|x| x.to_le_bytes()));
    wav.extend(b"data");
    wav.extend(bytes.to_le_bytes());
    wav.extend(samples.iter().flat_map(|x| x.to_le_bytes()));
    wav
}

fn put(folder: &Path, name: &str, bytes: impl AsRef<[u8]>) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

async fn scan(library: &Library) -> ScanReport {
    library.scan(&mut |_| {}).await.unwrap().remove(0).1
}

fn counts(report: &ScanReport) -> [u64; 5] {
    let refused = report.refused.len() as u64;
    [report.described, report.unchanged, report.moved, report.missing, refused]
}

#[tokio::test]
async fn a_folder_is_followed_through_all_that_happens_to_it() {
    let home = tempfile::tempdir().unwrap();
    let music = home.path().join("music");
    put(&music, "Ann/Album/01 - Low.wav", tone(200.0));
    put(&music, "Ann/Album/02 - High.wav", tone(900.0));
    put(&music, "letter.mp3", "dear listener, ".repeat(500));
    put(&music, "nothing.flac", "");
    put(&music, "list.m3u", "Ann/Album/01 - Low.wav");
    let library = Library::open(&home.path().join("data")).await.unwrap();
    let before = library.catalogue().await.unwrap().items.len();
    let mut told = 0;
    let first = library.add_folder(&music, &mut |progress| told = progress.done).await.unwrap();
    assert_eq!((counts(&first), first.playlists, told), ([2, 0, 0, 0, 2], 1, 4), "{first:?}");
    assert!(first.refused.iter().all(|remark| !remark.why.is_empty()));

    let items = library.catalogue().await.unwrap().items.clone();
    assert_eq!(items.len(), before + 2);
    let low = items.iter().find(|item| item.title == "Low").unwrap();
    assert_eq!((low.artist(), low.album.as_deref()), ("Ann", Some("Album")));
    assert!(low.mood.unwrap().uncertainty > 0.1);
    assert!(low.descriptors.loudness_lufs.unwrap() < -5.0);

    assert_eq!(counts(&scan(&library).await), [0, 2, 0, 0, 2], "nothing is heard twice");

    // A move keeps the number, and with it the history; the item plays from the new place.
    put(&music, "Elsewhere/keep.txt", "");
    fs::rename(music.join("Ann/Album/01 - Low.wav"), music.join("Elsewhere/low.wav")).unwrap();
    assert_eq!(counts(&scan(&library).await), [0, 1, 1, 0, 2]);
    let items = library.catalogue().await.unwrap().items.clone();
    let moved = items.iter().find(|item| item.id == low.id).unwrap();
    assert_eq!(items.len(), before + 2);
    assert!(matches!(&moved.source, Source::File(path) if path.ends_with("Elsewhere/low.wav")));

    // A second name for the same bytes is no second track; a change is heard.
    fs::copy(music.join("Elsewhere/low.wav"), music.join("copy.wav")).unwrap();
    put(&music, "Ann/Album/02 - High.wav", tone(1_200.0));
    assert_eq!(counts(&scan(&library).await), [1, 1, 1, 0, 2]);
    assert_eq!(library.catalogue().await.unwrap().items.len(), before + 2);

    // What is gone is missed, not deleted, and is known when it comes back.
    let high = fs::read(music.join("Ann/Album/02 - High.wav")).unwrap();
    fs::remove_file(music.join("Ann/Album/02 - High.wav")).unwrap();
    assert_eq!(counts(&scan(&library).await), [0, 2, 0, 1, 2]);
    put(&music, "Ann/Album/02 - High.wav", high);
    assert_eq!(scan(&library).await.described, 0);

    // A disk that is not there changes nothing.
    fs::rename(&music, home.path().join("unplugged")).unwrap();
    let away = scan(&library).await;
    assert_eq!((away.missing, away.notes.is_empty()), (0, false), "{away:?}");
    fs::rename(home.path().join("unplugged"), &music).unwrap();
    assert_eq!(counts(&scan(&library).await), [0, 3, 0, 0, 2]);
    assert_eq!(library.catalogue().await.unwrap().items.len(), before + 2);
}

#[tokio::test]
async fn a_folder_that_is_not_there_is_an_error() {
    let library = Library::in_memory().await.unwrap();
    let error = library.add_folder(Path::new("/no/such/folder"), &mut |_| {}).await.unwrap_err();
    assert!(error.to_string().contains("/no/such/folder"), "{error}");
    assert!(library.scan(&mut |_| {}).await.unwrap().is_empty());
}
