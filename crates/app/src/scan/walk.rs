//! Which files there are below a folder.

use std::cmp::Ordering;
use std::path::{MAIN_SEPARATOR, Path, PathBuf};
use std::time::UNIX_EPOCH;

use walkdir::{DirEntry, WalkDir};

use super::covers::is_cover;

/// Recordings by the end of their names, also of kinds that will be refused by name.
const AUDIO: [&str; 24] = [
    "aac", "aif", "aiff", "ape", "dff", "dsf", "flac", "m4a", "m4b", "mid", "midi", "mp1", "mp2",
    "mp3", "mpc", "oga", "ogg", "opus", "ra", "sd2", "tta", "wav", "wma", "wv",
];
/// Videos by the end of their names; their sound is what is heard of them.
const VIDEO: [&str; 5] = ["m4v", "mkv", "mov", "mp4", "webm"];
const PLAYLISTS: [&str; 2] = ["m3u", "m3u8"];
/// A folder with one of these in it asks to be left alone.
const KEEP_OUT: [&str; 2] = [".nomedia", ".ndignore"];

/// A recording that was met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Met {
    pub(super) path: PathBuf,
    pub(super) size: i64,
    pub(super) modified_ns: i64,
}

/// What a walk comes by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Seen {
    Recording(Met),
    Playlist(PathBuf),
    /// A picture that may stand for recordings.
    Cover,
    /// A folder or file that could not be looked at, with the reason.
    Unseen(PathBuf, String),
}

/// Walks a folder through symbolic links, not into loops of them, nor into hidden folders and
/// those that ask to be left alone. Paths come in the order of their bytes, as the library has them,
/// and one that cannot be looked into comes before whatever the library knows below it.
pub(super) fn walk(root: &Path) -> impl Iterator<Item = Seen> + Send {
    let entries = WalkDir::new(root).follow_links(true).sort_by(in_order_of_paths).into_iter();
    let root = root.to_owned();
    entries.filter_entry(is_welcome).filter_map(move |entry| match entry {
        Ok(entry) => seen(&entry),
        Err(error) => {
            let path = error.path().unwrap_or(&root).to_owned();
            let why = match (error.loop_ancestor(), error.io_error()) {
                (Some(above), _) => format!("links back to {}", above.display()),
                (None, Some(error)) => format!("it cannot be read: {error}"),
                (None, None) => "it cannot be read".to_owned(),
            };
            Some(Seen::Unseen(path, why))
        }
    })
}

/// The order that the paths below two entries of a folder have: a folder's name counts with the
/// separator that follows it.
fn in_order_of_paths(a: &DirEntry, b: &DirEntry) -> Ordering {
    let leads_on = |entry: &DirEntry| {
        let kind = entry.file_type();
        kind.is_dir() || (kind.is_symlink() && entry.path().is_dir())
    };
    let separator = |entry| leads_on(entry).then_some(MAIN_SEPARATOR as u8);
    let (left, right) = (a.file_name().as_encoded_bytes(), b.file_name().as_encoded_bytes());
    let left = left.iter().copied().chain(separator(a));
    left.cmp(right.iter().copied().chain(separator(b)))
}

fn is_welcome(entry: &DirEntry) -> bool {
    // The folder that was asked for may well be a hidden one.
    let hidden = entry.depth() > 0 && entry.file_name().as_encoded_bytes().starts_with(b".");
    let keeps_out = || KEEP_OUT.iter().any(|name| entry.path().join(name).exists());
    let closed = hidden || (entry.file_type().is_dir() && keeps_out());
    !closed
}

fn seen(entry: &DirEntry) -> Option<Seen> {
    let path = entry.path();
    let extension = path.extension().map(|e| e.to_string_lossy().to_lowercase())?;
    let is = |known: &[&str]| known.contains(&extension.as_str());
    if !entry.file_type().is_file() {
        None
    } else if is(&AUDIO) || is(&VIDEO) {
        Some(match entry.metadata().map(|metadata| stat(&metadata)) {
            Ok((size, modified_ns)) => {
                Seen::Recording(Met { path: path.to_owned(), size, modified_ns })
            }
            Err(error) => Seen::Unseen(path.to_owned(), error.to_string()),
        })
    } else if is(&PLAYLISTS) {
        Some(Seen::Playlist(path.to_owned()))
    } else {
        is_cover(path).then_some(Seen::Cover)
    }
}

/// Whether it is a video by its name.
pub(super) fn is_video(path: &Path) -> bool {
    let extension = path.extension().map(|e| e.to_string_lossy().to_lowercase());
    extension.is_some_and(|extension| VIDEO.contains(&extension.as_str()))
}

/// Size and time of last writing, in nanoseconds of Unix time.
pub(crate) fn stat(metadata: &std::fs::Metadata) -> (i64, i64) {
    let modified = metadata.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    let nanoseconds = modified.map_or(0, |since| since.as_nanos());
    (
        i64::try_from(metadata.len()).unwrap_or(i64::MAX),
        i64::try_from(nanoseconds).unwrap_or(i64::MAX),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_folders_and_loops_are_left_alone() {
        let root = tempfile::tempdir().unwrap();
        let put = |name: &str| {
            let path = root.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, b"x").unwrap();
        };
        for name in [
            "a/one.MP3",
            "a/folder.png",
            "a/Cover.JPG",
            "a/back.jpg",
            "a/CD 1/six.mp3",
            "a/list.m3u",
            "a/notes.txt",
            ".hidden/two.mp3",
            "private/.nomedia",
            "private/three.mp3",
            "a/.four.mp3",
            "b/five.flac",
            "c/film.WebM",
        ] {
            put(name);
        }
        #[cfg(unix)]
        std::os::unix::fs::symlink(root.path(), root.path().join("b/loop")).unwrap();
        let found: Vec<Seen> = walk(root.path()).collect();
        let names: Vec<_> = recordings(&found).map(|path| path.file_name().unwrap()).collect();
        assert_eq!(names, ["six.mp3", "one.MP3", "five.flac", "film.WebM"]);
        let playlists = found.iter().filter(|seen| matches!(seen, Seen::Playlist(_)));
        let covers = found.iter().filter(|seen| **seen == Seen::Cover);
        assert_eq!((playlists.count(), covers.count()), (1, 2));
        #[cfg(unix)]
        assert!(
            found
                .iter()
                .any(|seen| matches!(seen, Seen::Unseen(_, why) if why.starts_with("links back"))),
            "{found:?}"
        );
    }

    fn recordings(found: &[Seen]) -> impl Iterator<Item = &Path> {
        found.iter().filter_map(|seen| match seen {
            Seen::Recording(met) => Some(met.path.as_path()),
            _ => None,
        })
    }

    #[test]
    fn paths_come_in_the_order_of_their_bytes() {
        let home = tempfile::tempdir().unwrap();
        let root = home.path().join("music");
        // Characters before and after the separator, and names that begin others.
        for folder in ["a", "a b", "a-", "a.b", "a0", "a\u{fc}", "ab", "a!/a", "a!/a!", "a!.mp3"] {
            for name in ["a.mp3", "a b.mp3", "a!.mp3"] {
                let path = root.join(folder).join(name);
                std::fs::create_dir_all(path.parent().unwrap()).unwrap();
                std::fs::write(path, b"x").unwrap();
            }
        }
        for name in ["a b.mp3", "a!0.mp3", "a.mp3", "b.mp3"] {
            std::fs::write(root.join(name), b"x").unwrap();
        }
        #[cfg(unix)]
        std::os::unix::fs::symlink(root.join("ab"), root.join("a$")).unwrap();
        let found: Vec<Seen> = walk(&root).collect();
        let met: Vec<&[u8]> =
            recordings(&found).map(|path| path.as_os_str().as_encoded_bytes()).collect();
        assert_eq!(met.len(), if cfg!(unix) { 37 } else { 34 });
        assert!(met.is_sorted(), "{found:?}");
    }
}
