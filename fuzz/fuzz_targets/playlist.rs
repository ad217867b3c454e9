//! Playlists: every entry is a line, and no path leaves the library.
#![no_main]

use std::path::Path;

use attune_connect::playlist::{is_link, places, read_m3u};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    for entry in read_m3u(bytes) {
        if !is_link(&entry) {
            let _ = places(&entry, Path::new("/music/lists"), Path::new("/music"));
        }
    }
});
