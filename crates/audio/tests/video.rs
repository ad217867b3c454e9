//! Videos: what their containers say, and their sound.

#![allow(clippy::unwrap_used)]

use std::path::PathBuf;

use attune_audio::{AudioErrorKind, Tags, describe};
use attune_core::Language;

/// Grey pictures of 16 x 16 with a tone of 330 Hz, made with ffmpeg for this test.
fn fixture(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
}

#[test]
fn containers_say_title_people_language_and_length() {
    for name in ["tone.webm", "tone.mp4"] {
        let tags = Tags::read_video(&fixture(name)).unwrap();
        assert_eq!(tags.title.as_deref(), Some("Grey Study"), "{name}");
        assert_eq!(tags.artists, ["Attune"], "{name}");
        assert_eq!(tags.language, Language::new("hindi"), "{name}");
        let ms = tags.duration_ms.unwrap();
        assert!((1_950..=2_100).contains(&ms), "{name}: {ms} ms");
    }
    let silent = Tags::read_video(&fixture("silent.mkv")).unwrap();
    assert_eq!(silent.title.as_deref(), Some("Grey Silence"));
}

#[test]
fn their_sound_is_heard_where_there_is_some() {
    for name in ["tone.webm", "tone.mp4"] {
        let heard = describe(&fixture(name)).unwrap().descriptors;
        assert!((1_900..=2_200).contains(&heard.heard_ms), "{name}: {} ms", heard.heard_ms);
        assert!(heard.loudness.integrated_lufs.unwrap() < -10.0, "{name}");
    }
    let error = describe(&fixture("silent.mkv")).unwrap_err();
    assert_eq!(error.kind(), AudioErrorKind::Empty, "{error}");
}

#[test]
fn what_is_no_video_is_refused() {
    let file = tempfile::NamedTempFile::new().unwrap();
    for bytes in [&b""[..], b"dear viewer, dear viewer, dear viewer", b"\x1a\x45\xdf\xa3\xff\xff"] {
        std::fs::write(file.path(), bytes).unwrap();
        let error = Tags::read_video(file.path()).unwrap_err();
        assert!(!error.to_string().is_empty() && !error.hint().is_empty());
    }
}
