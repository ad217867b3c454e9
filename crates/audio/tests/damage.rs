//! Files with any damage: tags and sound are read, or refused, and nothing panics.

#![allow(clippy::unwrap_used)]

use std::path::PathBuf;

use attune_audio::{Tags, describe, embedded_cover};
use proptest::prelude::*;

/// A quarter of a second of a WAV file with a list of tags, and the small videos of the other tests.
fn originals() -> Vec<(&'static str, Vec<u8>)> {
    let fixture = |name: &str| {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
        std::fs::read(folder.join(name)).unwrap()
    };
    let list = b"LIST\x14\0\0\0INFOINAM\x08\0\0\0A title\0";
    let mut wav =
        b"RIFF\0\x09\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x40\x1f\0\0\x01\0\x08\0"
            .to_vec();
    wav.extend(list);
    wav.extend(b"data\xd0\x07\0\0");
    wav.extend((0..2_000u32).map(|i| (128 + i % 50) as u8));
    let mut frame = vec![0; 417];
    frame[..4].copy_from_slice(&[0xff, 0xfb, 0x90, 0xc4]);
    let tag = b"ID3\x03\0\0\0\0\0\x21TIT2\0\0\0\x05\0\0\0SongAPIC\0\0\0\x08\0\0\0a/b\0\x03\0\xff";
    let mp3 = [tag.as_slice(), &frame.repeat(8)].concat();
    vec![
        ("a.wav", wav),
        ("a.mp3", mp3),
        ("a.mp4", fixture("tone.mp4")),
        ("a.webm", fixture("tone.webm")),
        ("a.mkv", fixture("silent.mkv")),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn damage_is_refused_or_read_over(
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
        kept in 0.05f64..1.0,
    ) {
        let folder = tempfile::tempdir().unwrap();
        for (name, mut bytes) in originals() {
            bytes.truncate((bytes.len() as f64 * kept) as usize);
            for (at, byte) in &damage {
                // Most of what can go wrong stands at the beginning.
                let at = at.index(bytes.len().min(600));
                bytes[at] = *byte;
            }
            let path = folder.path().join(name);
            std::fs::write(&path, bytes).unwrap();
            let _ = Tags::read(&path);
            let _ = Tags::read_video(&path);
            let _ = embedded_cover(&path);
            if let Ok(found) = describe(&path) {
                prop_assert!(found.descriptors.llds.iter().all(|lld| lld.mean.is_finite()));
            }
        }
    }
}
