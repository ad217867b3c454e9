//! Recordings and their tags, by the ending that the first byte picks.
#![no_main]

use attune_audio::{Tags, describe, embedded_cover};
use libfuzzer_sys::fuzz_target;

const ENDINGS: [&str; 8] = ["mp3", "flac", "ogg", "wav", "m4a", "aiff", "webm", "mkv"];

fuzz_target!(|bytes: &[u8]| {
    let Some((ending, file)) = bytes.split_first() else { return };
    let ending = ENDINGS[usize::from(*ending) % ENDINGS.len()];
    let path = std::env::temp_dir().join(format!("attune-fuzz-{}.{ending}", std::process::id()));
    if std::fs::write(&path, file).is_ok() {
        let _ = Tags::read(&path);
        let _ = Tags::read_video(&path);
        let _ = embedded_cover(&path);
        let _ = describe(&path);
    }
});
