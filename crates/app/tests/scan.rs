//! Folders of recordings, as people have them.

#![expect(clippy::unwrap_used, reason = "helpers of a test")]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use attune_app::{
    AppError, BAND, Catalogue, Composed, CoverPlace, LISTENER, Library, PlaylistItems, ScanReport,
};
use attune_core::{Item, Kind, Mood, MoodOrigin, MoodTag, Point, Source};

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

/// A folder is added; answers the items that it brought.
async fn added(library: &Library, folder: &Path) -> Vec<Item> {
    let before = library.catalogue().await.unwrap().items.len();
    library.add_folder(folder, &mut |_| {}).await.unwrap();
    library.catalogue().await.unwrap().items[before..].to_vec()
}

#[tokio::test]
async fn two_names_for_one_file_are_one_track_and_loops_end() {
    let home = tempfile::tempdir().unwrap();
    let music = home.path().join("music");
    put(&music, "Ann/Low.wav", tone(200.0));
    fs::hard_link(music.join("Ann/Low.wav"), music.join("Ann/Other.wav")).unwrap();
    put(&music, ".hidden/High.wav", tone(900.0));
    put(&music, "kept out/.ndignore", "");
    put(&music, "kept out/High.wav", tone(900.0));
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(&music, music.join("Ann/loop")).unwrap();
        std::os::unix::fs::symlink(music.join("Ann/Low.wav"), music.join("link.wav")).unwrap();
    }
    let library = Library::open(&home.path().join("data")).await.unwrap();
    let items = added(&library, &music).await;
    assert_eq!(items.len(), 1, "{items:?}");
    let again = scan(&library).await;
    assert_eq!((again.described, again.missing, again.added), (0, 0, 0), "{again:?}");
    let report = library.item_report(&items[0].id.0.to_string(), LISTENER).await.unwrap();
    assert_eq!(report.files.len(), if cfg!(unix) { 3 } else { 2 }, "{report:?}");
}

#[tokio::test]
async fn a_track_plays_from_whichever_of_its_names_is_there() {
    let home = tempfile::tempdir().unwrap();
    let music = home.path().join("music");
    put(&music, "Ann/Low.wav", tone(200.0));
    fs::copy(music.join("Ann/Low.wav"), music.join("Other.wav")).unwrap();
    let library = Library::open(&home.path().join("data")).await.unwrap();
    let item = added(&library, &music).await.remove(0);
    let plays_from = async |name: &str| {
        let items = library.catalogue().await.unwrap().items.clone();
        let now = items.iter().find(|now| now.id == item.id).unwrap();
        assert!(matches!(&now.source, Source::File(path) if path.ends_with(name)), "{now:?}");
    };
    fs::remove_file(music.join("Ann/Low.wav")).unwrap();
    assert_eq!(counts(&scan(&library).await), [0, 1, 0, 1, 0]);
    plays_from("Other.wav").await;
    // What comes back is known; the track plays from it once the other name is gone.
    fs::rename(music.join("Other.wav"), home.path().join("away.wav")).unwrap();
    put(&music, "keep.mp3", "");
    assert_eq!(scan(&library).await.missing, 1);
    put(&music, "Ann/Low.wav", tone(200.0));
    let back = scan(&library).await;
    assert_eq!((back.described, back.added), (0, 0), "{back:?}");
    plays_from("Ann/Low.wav").await;
    // A copy that is moved is no loss: the name that is gone goes, not the one that is there.
    fs::copy(music.join("Ann/Low.wav"), music.join("a copy.wav")).unwrap();
    scan(&library).await;
    fs::rename(music.join("a copy.wav"), music.join("z copy.wav")).unwrap();
    let moved = scan(&library).await;
    assert_eq!((moved.moved, moved.missing), (1, 0), "{moved:?}");
}

/// Everything in the data's `broken` folder, beside a track that is whole.
#[tokio::test]
async fn whatever_is_broken_is_named_and_the_rest_is_done() {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");
    let data = std::env::var_os("ATTUNE_DATA").map_or_else(|| beside.into(), PathBuf::from);
    let Ok(broken) = fs::read_dir(data.join("audio/broken")) else {
        println!("skipped: {} is not there (ATTUNE_DATA names the data folder)", data.display());
        return;
    };
    let home = tempfile::tempdir().unwrap();
    let music = home.path().join("music");
    put(&music, "whole.wav", tone(200.0));
    put(&music, "letter.mp3", "dear listener, ".repeat(500));
    for file in broken.flatten() {
        put(&music, &file.file_name().to_string_lossy(), fs::read(file.path()).unwrap());
    }
    let library = Library::open(&home.path().join("data")).await.unwrap();
    let report = library.add_folder(&music, &mut |_| {}).await.unwrap();
    // One has a bad header only, and is heard.
    assert_eq!(counts(&report), [2, 0, 0, 0, 6], "{report:?}");
    for name in ["letter.mp3", "empty.mp3", "empty.ogg", "empty.wav", "1024_samples.wav"] {
        let remark = report.refused.iter().find(|remark| remark.path.ends_with(name)).unwrap();
        assert!(!remark.why.is_empty(), "{remark:?}");
    }
    assert_eq!(counts(&scan(&library).await), [0, 2, 0, 0, 6], "they are named again");
}

#[tokio::test]
async fn copies_of_a_broken_file_are_named_too() {
    let home = tempfile::tempdir().unwrap();
    let music = home.path().join("music");
    for folder in ["a", "b", "c"] {
        put(&music, &format!("{folder}/letter.mp3"), "dear listener, ".repeat(500));
    }
    let library = Library::open(&home.path().join("data")).await.unwrap();
    let first = library.add_folder(&music, &mut |_| {}).await.unwrap();
    assert_eq!((first.refused.len(), first.moved), (3, 0), "{first:?}");
    // One that is only touched is as broken as before.
    let letter = fs::File::options().write(true).open(music.join("a/letter.mp3")).unwrap();
    letter.set_modified(std::time::SystemTime::UNIX_EPOCH).unwrap();
    for _ in 0..2 {
        assert_eq!(scan(&library).await.refused.len(), 3);
    }
}

/// The walk and what is known go side by side over many pages of the library.
#[tokio::test]
async fn many_files_under_awkward_names_are_met_again_one_for_one() {
    let home = tempfile::tempdir().unwrap();
    let music = home.path().join("music");
    // Characters before and after the separator, so that folders and files interleave.
    let names = ["a", "a b", "a-", "a.b", "a0", "a\u{fc}", "A"];
    for (i, folder) in names.iter().enumerate() {
        for n in 0..100 {
            put(&music, &format!("{folder}/{} {n}.wav", names[n % 7]), tone(200.0 + i as f32));
            put(&music, &format!("{folder}{n}.wav"), tone(300.0));
        }
    }
    let library = Library::open(&home.path().join("data")).await.unwrap();
    let first = library.add_folder(&music, &mut |_| {}).await.unwrap();
    assert_eq!(counts(&first), [8, 0, 1_392, 0, 0], "{first:?}");
    assert_eq!(counts(&scan(&library).await), [0, 1_400, 0, 0, 0]);
    // A neighbour whose name begins the same is another folder.
    put(home.path(), "music b/x.wav", tone(900.0));
    library.add_folder(&home.path().join("music b"), &mut |_| {}).await.unwrap();
    fs::remove_dir_all(music.join("a b")).unwrap();
    fs::remove_file(music.join("a-99.wav")).unwrap();
    put(&music, "a/.nomedia", "");
    assert_eq!(counts(&scan(&library).await), [0, 1_199, 0, 201, 0]);
    assert_eq!(counts(&scan(&library).await), [0, 1_199, 0, 0, 0], "they are missed once");
    fs::remove_file(music.join("a/.nomedia")).unwrap();
    assert_eq!(scan(&library).await.unchanged, 1_299);
}

#[tokio::test]
async fn a_correction_outranks_what_is_heard_until_it_is_taken_back() {
    let home = tempfile::tempdir().unwrap();
    let music = home.path().join("music");
    put(&music, "Ann/Low.wav", tone(200.0));
    let library = Library::open(&home.path().join("data")).await.unwrap();
    let item = added(&library, &music).await.remove(0);
    assert_eq!(item.mood_origin, Some(MoodOrigin::Recording));
    let word = item.id.0.to_string();
    let said = Mood::said_at(Point { valence: -0.5, arousal: 0.5 });
    let correction = library.correct_mood(&word, LISTENER, Some(said)).await.unwrap();
    assert_eq!(correction.before.unwrap().mood, item.mood.unwrap());

    // It stays when the recording changes and is heard again.
    put(&music, "Ann/Low.wav", tone(250.0));
    assert_eq!(scan(&library).await.described, 1);
    let now = library.item_report(&word, LISTENER).await.unwrap();
    assert_eq!((now.item.mood, now.item.mood_origin), (Some(said), Some(MoodOrigin::Correction)));
    let origins: Vec<_> = now.moods.iter().map(|said| said.origin).collect();
    assert_eq!(origins, [MoodOrigin::Correction, MoodOrigin::Recording]);

    // It holds for nobody else.
    let other = library.item_report(&word, "ann").await.unwrap();
    assert_eq!(other.item.mood_origin, Some(MoodOrigin::Recording));
    let calm = MoodTag::mood_of(&[MoodTag::Calm]);
    library.correct_mood(&word, "ann", calm).await.unwrap();
    let seen = |catalogue: &Catalogue| catalogue.find(&word).unwrap().mood;
    assert_eq!(seen(&library.catalogue_of("ann").await.unwrap()), calm);
    assert_eq!(seen(&library.catalogue_of(LISTENER).await.unwrap()), Some(said));
    assert_ne!(seen(&library.catalogue_of("bob").await.unwrap()), Some(said));

    let back = library.correct_mood(&word, LISTENER, None).await.unwrap();
    assert_eq!(back.now.unwrap().origin, MoodOrigin::Recording);
}

#[tokio::test]
async fn mood_tags_are_written_on_request_and_are_nobodys_opinion() {
    let home = tempfile::tempdir().unwrap();
    let music = home.path().join("music");
    put(&music, "Ann/Low.wav", tone(200.0));
    let library = Library::open(&home.path().join("data")).await.unwrap();
    let item = added(&library, &music).await.remove(0);
    let word = item.id.0.to_string();
    let calm = MoodTag::mood_of(&[MoodTag::Calm]);
    library.correct_mood(&word, LISTENER, calm).await.unwrap();
    let items = || async { vec![library.item_report(&word, LISTENER).await.unwrap().item] };
    let original = fs::read(music.join("Ann/Low.wav")).unwrap();

    let plan = library.plan_mood_tags(&items().await, false).await.unwrap();
    assert_eq!((plan.changes.len(), plan.written), (1, false));
    assert_eq!(plan.changes[0].after[..2], ["Content", "Calm"], "{plan:?}");
    assert_eq!(fs::read(music.join("Ann/Low.wav")).unwrap(), original, "a plan writes nothing");

    let backup = home.path().join("backup.jsonl");
    let done = library.write_mood_tags(plan, &backup).await.unwrap();
    assert_eq!((done.changes.len(), done.kept.len()), (1, 0), "{done:?}");
    let read = || attune_audio::Tags::read(&music.join("Ann/Low.wav")).unwrap().mood_words;
    assert_eq!(read(), done.changes[0].after);
    assert_eq!(counts(&scan(&library).await), [0, 1, 0, 0, 0], "its own writing is no news");
    assert!(library.plan_mood_tags(&items().await, false).await.unwrap().changes.is_empty());

    // Heard again, with Attune's words in it: they do not come back as a person's.
    let path = music.join("Ann/Low.wav");
    fs::write(music.join("Ann/more.wav"), tone(900.0)).unwrap();
    attune_audio::write_mood_tag(&path, &read()).unwrap();
    scan(&library).await;
    library.correct_mood(&word, LISTENER, None).await.unwrap();
    assert_eq!(items().await[0].mood_origin, Some(MoodOrigin::Recording));

    library.restore_mood_tags(&backup).await.unwrap();
    assert!(read().is_empty());

    // What a person wrote is left alone, and outranks what is heard.
    attune_audio::write_mood_tag(&path, &["Sad".to_owned()]).unwrap();
    scan(&library).await;
    assert_eq!(items().await[0].mood_origin, Some(MoodOrigin::Tags));
    library.correct_mood(&word, LISTENER, calm).await.unwrap();
    let plan = library.plan_mood_tags(&items().await, false).await.unwrap();
    assert_eq!((plan.changes.len(), plan.kept.len()), (0, 1), "{plan:?}");
    assert_eq!(library.plan_mood_tags(&items().await, true).await.unwrap().changes.len(), 1);
}

/// The smallest picture that browsers take for one.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\0\0\0\0";

#[tokio::test]
async fn covers_are_the_files_own_else_their_folders() {
    let home = tempfile::tempdir().unwrap();
    let music = home.path().join("music");
    put(&music, "Ann/Low.wav", tone(200.0));
    let picture = [b"\0image/png\0\x03\0".as_slice(), PNG].concat();
    put(&music, "Bob/High.mp3", [id3(&[(b"APIC", &picture)]), mp3_frames()].concat());
    put(&music, "Bob/cover.jpg", b"\xff\xd8\xff\xe0 a folder's");
    let library = Library::open(&home.path().join("data")).await.unwrap();
    let items = added(&library, &music).await;
    let find = |title: &str| items.iter().find(|item| item.title == title).unwrap().id;
    let (low, high) = (find("Low"), find("High"));
    assert_eq!(library.cover(low).await.unwrap(), None);
    let own = library.cover(high).await.unwrap().unwrap();
    assert_eq!((own.media_type, own.bytes.as_slice()), ("image/png", PNG));

    // A picture that comes later is noticed without hearing the recording again.
    put(&music, "Ann/Folder.JPEG", b"\xff\xd8\xff\xe0 later");
    assert_eq!(scan(&library).await.described, 0);
    assert_eq!(library.cover(low).await.unwrap().unwrap().media_type, "image/jpeg");
    let files = library.item_report(&low.0.to_string(), LISTENER).await.unwrap().files;
    let place = music.canonicalize().unwrap().join("Ann/Folder.JPEG");
    assert_eq!(files[0].cover, Some(CoverPlace::File(place.to_string_lossy().into_owned())));

    // It goes with its folder, and what is no picture is no cover.
    put(&music, "Ann/Folder.JPEG", b"<svg/>");
    assert_eq!(library.cover(low).await.unwrap(), None);
    fs::remove_file(music.join("Ann/Folder.JPEG")).unwrap();
    scan(&library).await;
    assert_eq!(
        library.item_report(&low.0.to_string(), LISTENER).await.unwrap().files[0].cover,
        None
    );
    assert_eq!(library.cover(attune_core::ItemId(-1)).await.unwrap(), None);
}

/// A second of silence, MPEG 1 layer III, 128 kbit/s, 44.1 kHz.
fn mp3_frames() -> Vec<u8> {
    let mut frame = vec![0; 417];
    frame[..4].copy_from_slice(&[0xff, 0xfb, 0x90, 0xc4]);
    frame.repeat(38)
}

#[tokio::test]
async fn playlists_name_items_whatever_wrote_them() {
    let home = tempfile::tempdir().unwrap();
    let music = home.path().join("music");
    put(&music, "Ann/Low.wav", tone(200.0));
    put(&music, "Ann/100% Ü.wav", tone(900.0));
    let list = "\u{feff}#EXTM3U\r\n#EXTINF:1,Ann - Low\r\nAnn\\100% Ü.wav\r\n\
                C:\\Users\\me\\Music\\Ann\\Low.wav\r\ngone.wav\r\nhttps://example.org/radio\r\n";
    put(&music, "Evening.m3u8", list);
    put(&music, "lists/latin.m3u", b"../Ann/100% \xdc.wav\n../Ann/Low.wav\n../Ann/Low.wav\n");
    put(&music, "lists/uris.m3u", "file://localhost/gone.wav\n../Ann/100%25%20%C3%9C.wav\n");
    let library = Library::open(&home.path().join("data")).await.unwrap();
    added(&library, &music).await;
    let titles = |list: &PlaylistItems| -> Vec<String> {
        list.items.iter().map(|item| item.title.clone()).collect()
    };
    let evening = library.playlist("evening", LISTENER).await.unwrap();
    assert_eq!(titles(&evening), ["100% Ü", "Low"]);
    assert_eq!(evening.unknown.len(), 2, "{evening:?}");
    assert_eq!(
        titles(&library.playlist("latin", LISTENER).await.unwrap()),
        ["100% Ü", "Low", "Low"]
    );
    assert_eq!(titles(&library.playlist("uris", LISTENER).await.unwrap()), ["100% Ü"]);
    let all = library.playlists().await.unwrap();
    let counts: Vec<_> = all.iter().map(|l| (l.name.as_str(), l.entries, l.found)).collect();
    assert_eq!(counts, [("Evening", 4, 2), ("latin", 3, 3), ("uris", 2, 1)]);

    // A track that comes later is found; a playlist that goes is forgotten; one of two names is asked for.
    put(&music, "gone.wav", tone(1_200.0));
    fs::remove_file(music.join("lists/latin.m3u")).unwrap();
    put(&music, "lists/Evening.m3u", "");
    scan(&library).await;
    let path = music.canonicalize().unwrap().join("Evening.m3u8").to_string_lossy().into_owned();
    assert_eq!(library.playlist(&path, LISTENER).await.unwrap().items.len(), 3);
    assert!(matches!(
        library.playlist("evening", LISTENER).await,
        Err(AppError::AmbiguousPlaylist { .. })
    ));
    assert!(matches!(
        library.playlist("latin", LISTENER).await,
        Err(AppError::UnknownPlaylist { .. })
    ));

    // A disk that is away keeps its playlists.
    fs::rename(&music, home.path().join("unplugged")).unwrap();
    scan(&library).await;
    assert_eq!(library.playlists().await.unwrap().len(), 3);
}

#[tokio::test]
async fn videos_enter_the_same_library_with_or_without_sound() {
    let home = tempfile::tempdir().unwrap();
    let videos = home.path().join("videos");
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../audio/tests/fixtures");
    for name in ["tone.webm", "silent.mkv"] {
        put(&videos, name, fs::read(fixtures.join(name)).unwrap());
    }
    put(&videos, "letter.mp4", "dear viewer, ".repeat(500));
    let library = Library::open(&home.path().join("data")).await.unwrap();
    let before = library.catalogue().await.unwrap().items.len();
    let report = library.add_folder(&videos, &mut |_| {}).await.unwrap();
    assert_eq!((report.described, report.refused.len()), (2, 1), "{report:?}");
    let items = library.catalogue().await.unwrap().items[before..].to_vec();
    let find = |title: &str| items.iter().find(|item| item.title == title).unwrap();
    let (sounding, silent) = (find("Grey Study"), find("Grey Silence"));
    assert!(items.iter().all(|item| item.kind == Kind::Video && item.duration_ms.is_some()));
    assert_eq!(sounding.mood_origin, Some(MoodOrigin::Recording));
    assert_eq!((silent.mood, silent.mood_origin), (None, None));
    assert!(report.notes.iter().any(|note| note.why.contains("sound")), "{report:?}");
    assert_eq!(scan(&library).await.unchanged, 2);
}

/// An ID3v2.3 tag with these frames.
fn id3(frames: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
    let frame = |(name, body): &(&[u8; 4], &[u8])| {
        let size = u32::try_from(body.len()).unwrap().to_be_bytes();
        [name.as_slice(), &size, b"\0\0", body].concat()
    };
    let frames: Vec<u8> = frames.iter().flat_map(frame).collect();
    let size = u8::try_from(frames.len()).unwrap();
    assert!(size < 128, "one byte of a synchsafe size");
    [b"ID3\x03\0\0\0\0\0".as_slice(), &[size], &frames].concat()
}

#[tokio::test]
async fn tags_in_broken_encodings_do_not_keep_a_track_out() {
    let home = tempfile::tempdir().unwrap();
    let music = home.path().join("music");
    for (name, title) in [
        // UTF-16 that ends in half a character, and in half of a pair.
        ("half.mp3", b"\x01\xff\xfeA\0B".as_slice()),
        ("pair.mp3", b"\x01\xff\xfeA\0\0\xd8"),
        ("no mark.mp3", b"\x01A\0B\0"),
        ("no utf-8.mp3", b"\x03A\xff\xfe"),
        ("no encoding.mp3", b"\x09AB"),
        ("control.mp3", b"\0\x01\x02\x1b"),
    ] {
        // Each sounds a little different, or they would be one track.
        let mut frames = mp3_frames();
        frames.truncate(417 * (38 - music.read_dir().map_or(0, Iterator::count)));
        put(&music, name, [id3(&[(b"TIT2", title), (b"TPE1", b"\0Ann")]), frames].concat());
    }
    let library = Library::open(&home.path().join("data")).await.unwrap();
    let before = library.catalogue().await.unwrap().items.len();
    let report = library.add_folder(&music, &mut |_| {}).await.unwrap();
    assert_eq!((report.described, report.refused.len()), (6, 0), "{report:?}");
    for item in &library.catalogue().await.unwrap().items[before..] {
        assert!(item.title.chars().any(char::is_alphanumeric), "{item:?}");
        assert!(!item.title.contains(char::is_control), "{item:?}");
    }
}

#[tokio::test]
async fn tempo_gain_and_musicbrainz_ids_of_the_tags_are_kept_with_the_file() {
    let home = tempfile::tempdir().unwrap();
    let music = home.path().join("music");
    let frames: [(&[u8; 4], &[u8]); 4] = [
        (b"TIT2", b"\0Bell"),
        (b"TBPM", b"\x00128"),
        (b"TXXX", b"\0REPLAYGAIN_TRACK_GAIN\0-7.23 dB"),
        (b"UFID", b"http://musicbrainz.org\0abc-1"),
    ];
    put(&music, "a.mp3", [id3(&frames), mp3_frames()].concat());
    let library = Library::open(&home.path().join("data")).await.unwrap();
    let item = added(&library, &music).await.remove(0).id.0.to_string();
    let tags = async || {
        let report = library.item_report(&item, LISTENER).await.unwrap();
        report.files[0].tags.clone()
    };
    let first = tags().await;
    assert_eq!((first.bpm, first.replay_gain_db), (Some(128.0), Some(-7.23)));
    assert_eq!(first.musicbrainz_recording.as_deref(), Some("abc-1"));
    fs::rename(music.join("a.mp3"), music.join("b.mp3")).unwrap();
    assert_eq!(scan(&library).await.moved, 1);
    assert_eq!(tags().await, first);
}

/// Root may read everything, so a test that must be refused something does itself again as `nobody`.
/// Answers whether that was done, and so nothing is left to do here.
#[cfg(unix)]
fn done_as_nobody(test: &str) -> bool {
    use std::os::unix::fs::PermissionsExt;
    use std::os::unix::process::CommandExt;
    const NOBODY: u32 = 65_534;
    let home = tempfile::tempdir().unwrap();
    let locked = home.path().join("locked");
    fs::write(&locked, "").unwrap();
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o000)).unwrap();
    if fs::File::open(&locked).is_err() {
        return false;
    }
    // Folders above the program may be closed to `nobody`, those above a temporary folder are not.
    let program = home.path().join("test");
    fs::copy(std::env::current_exe().unwrap(), &program).unwrap();
    for path in [home.path(), program.as_path()] {
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    }
    let done = std::process::Command::new(&program)
        .args(["--exact", test, "--nocapture"])
        .current_dir(home.path())
        .uid(NOBODY)
        .gid(NOBODY)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&done.stdout);
    assert!(done.status.success() && said.contains("1 passed"), "{said}{done:?}");
    true
}

#[cfg(unix)]
#[tokio::test]
async fn what_may_not_be_read_is_named_and_stays_in_the_library() {
    use std::os::unix::fs::PermissionsExt;
    if done_as_nobody("what_may_not_be_read_is_named_and_stays_in_the_library") {
        return;
    }
    let home = tempfile::tempdir().unwrap();
    let music = home.path().join("music");
    put(&music, "open/Low.wav", tone(200.0));
    put(&music, "closed/High.wav", tone(900.0));
    put(&music, "locked.wav", tone(1_200.0));
    let library = Library::open(&home.path().join("data")).await.unwrap();
    added(&library, &music).await;
    let mode = |name: &str, mode| {
        fs::set_permissions(music.join(name), fs::Permissions::from_mode(mode)).unwrap();
    };
    put(&music, "locked.wav", tone(1_500.0));
    mode("locked.wav", 0o000);
    mode("closed", 0o000);
    let report = scan(&library).await;
    mode("closed", 0o755);
    assert_eq!(report.missing, 0, "{report:?}");
    assert!(report.refused[0].why.contains("cannot be read"), "{report:?}");
    assert!(report.notes.iter().any(|note| note.path.ends_with("closed")), "{report:?}");
}

#[tokio::test]
async fn a_first_programme_goes_on_where_it_ended_and_is_wanted_once() {
    let home = tempfile::tempdir().unwrap();
    let (data, folder) = (home.path().join("data"), home.path().join("composed"));
    let library = Library::open(&data).await.unwrap();
    assert!(library.wants_band().await.unwrap(), "there is the starter catalogue alone");
    let stop = AtomicBool::new(false);
    let mut titles = Vec::new();
    let mut told = |track: &Composed| {
        titles.push(track.title.clone());
        stop.store(titles.len() == 1, Ordering::Relaxed);
    };
    library.compose_programme(&folder, 1, &stop, &mut told).await.unwrap();
    stop.store(false, Ordering::Relaxed);
    // What a killed process left is no track.
    put(&folder, ".half.wav.part", "RIFF");
    let mut second = |track: &Composed| {
        titles.push(track.title.clone());
        stop.store(true, Ordering::Relaxed);
    };
    library.compose_programme(&folder, 1, &stop, &mut second).await.unwrap();
    assert_eq!(titles.len(), 2);
    assert_ne!(titles[0], titles[1]);
    assert!(library.wants_band().await.unwrap(), "it is not complete");
    let files = fs::read_dir(&folder).unwrap().flatten();
    assert_eq!(files.filter(|f| f.path().extension().is_some_and(|e| e == "wav")).count(), 2);
    let music = home.path().join("music");
    put(&music, "Low.wav", tone(200.0));
    added(&library, &music).await;
    assert!(!library.wants_band().await.unwrap(), "there is music now");
}

#[tokio::test]
async fn composed_tracks_are_tracks_like_any_other() {
    let home = tempfile::tempdir().unwrap();
    let library = Library::open(&home.path().join("data")).await.unwrap();
    let aim = Point { valence: 0.4, arousal: -0.6 };
    let composed = library.compose(&home.path().join("composed"), aim, 7).await.unwrap();
    assert!((60_000..=122_000).contains(&composed.duration_ms), "{composed:?}");
    let item = library.item_report(&composed.title, LISTENER).await.unwrap().item;
    assert_eq!((item.artist(), item.genres.as_slice()), (BAND, &["composed".to_owned()][..]));
    assert_eq!(item.mood.unwrap().point(), aim);
    assert!(matches!(&item.source, Source::File(path) if Path::new(path).is_file()));
}
