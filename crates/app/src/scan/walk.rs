//! Which files there are below a folder.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use walkdir::{DirEntry, WalkDir};

/// Recordings by the end of their names, also of kinds that will be refused by name.
const AUDIO: [&str; 24] = [
    "aac", "aif", "aiff", "ape", "dff", "dsf", "flac", "m4a", "m4b", "mid", "midi", "mp1", "mp2",
    "mp3", "mpc", "oga", "ogg", "opus", "ra", "sd2", "tta", "wav", "wma", "wv",
];
/// Videos by the end of their names; their sound is what is heard of them.
const VIDEO: [&str; 5] = ["m4v", "mkv", "mov", "mp4", "webm"];
const PLAYLISTS: [&str; 2] = ["m3u", "m3u8"];
const PICTURES: [&str; 4] = ["jpeg", "jpg", "png", "webp"];
/// What a cover is called, the most telling first.
const COVERS: [&str; 4] = ["cover", "folder", "front", "album"];
/// How the folders of an album's parts begin: their cover may lie beside them.
const PARTS: [&str; 3] = ["cd", "disc", "disk"];
/// A folder with one of these in it asks to be left alone.
const KEEP_OUT: [&str; 2] = [".nomedia", ".ndignore"];

/// A recording that was met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Met {
    pub(super) path: PathBuf,
    pub(super) size: i64,
    pub(super) modified_ns: i64,
}

/// All that was met below a folder.
#[derive(Clone, Debug, Default)]
pub(super) struct Walk {
    pub(super) recordings: Vec<Met>,
    /// In the order of their paths.
    pub(super) playlists: Vec<PathBuf>,
    pub(super) covers: Covers,
    /// Folders and files that could not be looked at, each with the reason.
    pub(super) unseen: Vec<(PathBuf, String)>,
}

/// The cover pictures that were met.
#[derive(Clone, Debug, Default)]
pub(super) struct Covers {
    /// How many there were.
    pub(super) met: u64,
    /// The best of each folder, with the place of its name in [`COVERS`].
    best: HashMap<PathBuf, (usize, PathBuf)>,
}

impl Covers {
    fn meet(&mut self, path: &Path, rank: usize) {
        self.met += 1;
        let Some(folder) = path.parent() else { return };
        match self.best.get(folder) {
            Some((best, _)) if *best <= rank => {}
            _ => _ = self.best.insert(folder.to_owned(), (rank, path.to_owned())),
        }
    }

    /// The cover that stands for a recording: its folder's, or the album's where that folder holds
    /// one of its discs.
    pub(super) fn of(&self, recording: &Path) -> Option<&Path> {
        let folder = recording.parent()?;
        let name = folder.file_name().map(|name| name.to_string_lossy().to_lowercase());
        let is_part = name.is_some_and(|name| PARTS.iter().any(|part| name.starts_with(part)));
        let above = || folder.parent().filter(|_| is_part).and_then(|above| self.best.get(above));
        self.best.get(folder).or_else(above).map(|(_, cover)| cover.as_path())
    }
}

/// Walks a folder through symbolic links, not into loops of them, nor into hidden folders and
/// those that ask to be left alone.
pub(super) fn walk(root: &Path) -> Walk {
    let mut found = Walk::default();
    let entries = WalkDir::new(root).follow_links(true).sort_by_file_name().into_iter();
    for entry in entries.filter_entry(is_welcome) {
        match entry {
            Ok(entry) => found.meet(&entry),
            Err(error) => {
                let path = error.path().unwrap_or(root).to_owned();
                let why = match (error.loop_ancestor(), error.io_error()) {
                    (Some(above), _) => format!("links back to {}", above.display()),
                    (None, Some(error)) => format!("it cannot be read: {error}"),
                    (None, None) => "it cannot be read".to_owned(),
                };
                found.unseen.push((path, why));
            }
        }
    }
    found
}

fn is_welcome(entry: &DirEntry) -> bool {
    // The folder that was asked for may well be a hidden one.
    let hidden = entry.depth() > 0 && entry.file_name().as_encoded_bytes().starts_with(b".");
    let keeps_out = || KEEP_OUT.iter().any(|name| entry.path().join(name).exists());
    let closed = hidden || (entry.file_type().is_dir() && keeps_out());
    !closed
}

impl Walk {
    /// Whether the folder was there: one that is empty may be the place of a disk that is away.
    pub(super) fn is_there(&self, root: &Path) -> bool {
        let unreadable = self.unseen.iter().any(|(path, _)| path == root);
        let empty = self.recordings.is_empty() && self.playlists.is_empty();
        !(unreadable || empty)
    }

    fn meet(&mut self, entry: &DirEntry) {
        let path = entry.path();
        let lower = |part: Option<&std::ffi::OsStr>| {
            part.map_or(String::new(), |part| part.to_string_lossy().to_lowercase())
        };
        let (stem, extension) = (lower(path.file_stem()), lower(path.extension()));
        let is = |known: &[&str], what: &str| known.contains(&what);
        if !entry.file_type().is_file() {
        } else if is(&AUDIO, &extension) || is(&VIDEO, &extension) {
            match entry.metadata().map_err(|error| error.to_string()).map(|m| stat(&m)) {
                Ok((size, modified_ns)) => {
                    self.recordings.push(Met { path: path.to_owned(), size, modified_ns });
                }
                Err(why) => self.unseen.push((path.to_owned(), why)),
            }
        } else if is(&PLAYLISTS, &extension) {
            self.playlists.push(path.to_owned());
        } else if is(&PICTURES, &extension)
            && let Some(rank) = COVERS.iter().position(|name| *name == stem)
        {
            self.covers.meet(path, rank);
        }
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
        let found = walk(root.path());
        let names: Vec<_> =
            found.recordings.iter().map(|met| met.path.file_name().unwrap().to_owned()).collect();
        assert_eq!(names, ["six.mp3", "one.MP3", "five.flac", "film.WebM"]);
        assert_eq!((found.playlists.len(), found.covers.met), (1, 2));
        let cover = |name: &str| found.covers.of(&root.path().join(name)).map(Path::to_owned);
        let best = Some(root.path().join("a/Cover.JPG"));
        assert_eq!([cover("a/one.MP3"), cover("a/CD 1/six.mp3")], [best.clone(), best]);
        assert_eq!(cover("b/five.flac"), None);
        #[cfg(unix)]
        assert!(found.unseen[0].1.starts_with("links back"), "{:?}", found.unseen);
    }
}
