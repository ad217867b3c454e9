//! What an M3U file names. There is no standard; this follows what players write and take.

use std::path::{Component, Path, PathBuf};

/// So many entries are taken of one file.
const MOST_ENTRIES: usize = 100_000;

/// The entries of an M3U or M3U8 file in their order, as they are written. Text that is not UTF-8
/// is taken for Latin-1, as old `.m3u` files are.
#[must_use]
pub fn read_m3u(bytes: &[u8]) -> Vec<String> {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|byte| char::from(*byte)).collect(),
    };
    let lines = text.trim_start_matches('\u{feff}').split(['\n', '\r']).map(str::trim);
    let entries = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    entries.filter(|line| !line.contains('\0')).take(MOST_ENTRIES).map(str::to_owned).collect()
}

/// Whether an entry is an address of the web and not of a file.
#[must_use]
pub fn is_link(entry: &str) -> bool {
    let scheme = entry.split_once("://").map(|(scheme, _)| scheme.to_ascii_lowercase());
    scheme.is_some_and(|scheme| scheme != "file" && scheme.chars().all(char::is_alphanumeric))
}

/// Where the file of an entry may be, the likeliest first, for a playlist in `folder` below `root`:
/// as it is written, percent-decoded as in URIs, with the other system's slashes, and, where it
/// names a place on another machine, ever shorter ends of it under `root`.
#[must_use]
pub fn places(entry: &str, folder: &Path, root: &Path) -> Vec<PathBuf> {
    let plain =
        entry.strip_prefix("file://").map_or(entry, |path| path.trim_start_matches("localhost"));
    let decoded = percent_decoded(plain);
    let slashed = decoded.replace('\\', "/");
    let mut places: Vec<PathBuf> = Vec::new();
    let mut propose = |place: PathBuf| {
        if !places.contains(&place) {
            places.push(place);
        }
    };
    for path in [plain, &decoded, &slashed] {
        propose(without_dots(&folder.join(path)));
    }
    let is_foreign = slashed.starts_with('/') || slashed.as_bytes().get(1) == Some(&b':');
    let parts: Vec<&str> = slashed.split('/').filter(|part| !part.is_empty()).collect();
    for from in 1..parts.len().min(MOST_PARTS) {
        if is_foreign && !parts[from..].contains(&"..") {
            propose(root.join(parts[from..].join("/")));
        }
    }
    places
}

/// Longer paths are not tried on another machine.
const MOST_PARTS: usize = 30;

/// Takes `.` and `..` out by the words alone, as the files need not be there.
fn without_dots(path: &Path) -> PathBuf {
    path.components().fold(PathBuf::new(), |mut path, part| {
        match part {
            Component::ParentDir => _ = path.pop(),
            Component::CurDir => {}
            part => path.push(part),
        }
        path
    })
}

/// `%20` is a space; what is no such code, or gives no UTF-8, stays.
fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((byte, after)) = rest.split_first() {
        let code = after.get(..2).filter(|_| *byte == b'%');
        let code = code.and_then(|code| std::str::from_utf8(code).ok());
        match code.and_then(|code| u8::from_str_radix(code, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(*byte);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn entries_are_told_from_remarks_in_any_coding() {
        let written = "\u{feff}#EXTM3U\r\n#EXTINF:3,A - B\r\nA/b ü.ogg\r\n\r\n  c.mp3 \n#x\rd.flac";
        assert_eq!(read_m3u(written.as_bytes()), ["A/b ü.ogg", "c.mp3", "d.flac"]);
        assert_eq!(read_m3u(b"M\xfcller.mp3\n"), ["Müller.mp3"]);
        assert!(read_m3u(b"").is_empty());
    }

    #[test]
    fn a_file_is_looked_for_where_players_mean_it() {
        let (folder, root) = (Path::new("/music/lists"), Path::new("/music"));
        for (entry, place) in [
            ("a.ogg", "/music/lists/a.ogg"),
            ("../Ann/./a.ogg", "/music/Ann/a.ogg"),
            ("/elsewhere/a.ogg", "/elsewhere/a.ogg"),
            ("file:///music/100%25%20%C3%BC.ogg", "/music/100% ü.ogg"),
            ("file://localhost/music/a.ogg", "/music/a.ogg"),
            ("100% sure.ogg", "/music/lists/100% sure.ogg"),
            ("..\\Ann\\a.ogg", "/music/Ann/a.ogg"),
            ("C:\\Users\\me\\Music\\Ann\\a.ogg", "/music/Ann/a.ogg"),
            ("/mnt/old/Ann/a.ogg", "/music/Ann/a.ogg"),
        ] {
            let places = places(entry, folder, root);
            assert!(places.contains(&PathBuf::from(place)), "{entry}: {places:?}");
        }
        assert_eq!(places("a.ogg", folder, root).len(), 1);
    }

    #[test]
    fn links_are_told_from_files() {
        for (entry, link) in [
            ("https://e.org/a.mp3", true),
            ("HTTP://e.org", true),
            ("file:///a.mp3", false),
            ("a://b c.mp3", true),
            ("what? ://.mp3", false),
            ("C:\\a.mp3", false),
        ] {
            assert_eq!(is_link(entry), link, "{entry}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            for entry in read_m3u(&bytes) {
                let places = places(&entry, Path::new("/music/lists"), Path::new("/music"));
                prop_assert!(!places.is_empty() && places.iter().all(|place| place.is_absolute()));
                let _ = is_link(&entry);
            }
        }

        #[test]
        fn what_is_written_is_read(names in prop::collection::vec("[^#\\s\\pC][^\\pC]{0,30}[^\\s\\pC]", 0..20)) {
            prop_assert_eq!(read_m3u(names.join("\r\n").as_bytes()), names);
        }
    }
}
