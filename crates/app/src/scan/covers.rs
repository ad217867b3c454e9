//! The pictures beside recordings.

use std::fs;
use std::path::{Path, PathBuf};

use attune_store::CoverPlace;

const PICTURES: [&str; 4] = ["jpeg", "jpg", "png", "webp"];
/// What a cover is called, the most telling first.
const COVERS: [&str; 4] = ["cover", "folder", "front", "album"];
/// How the folders of an album's parts begin: their cover may lie beside them.
const PARTS: [&str; 3] = ["cd", "disc", "disk"];

/// Finds the covers of recordings that are asked for in the order of a walk; folders that the walk
/// has left are forgotten.
pub(super) struct Covers<'a> {
    root: &'a Path,
    /// Those above the recording that was asked for last, each with its cover.
    folders: Vec<(PathBuf, Option<PathBuf>)>,
}

impl<'a> Covers<'a> {
    pub(super) fn below(root: &'a Path) -> Self {
        Self { root, folders: Vec::new() }
    }

    /// The cover that stands for a recording: its folder's, or the album's where that folder holds
    /// one of its discs. None of a path that is not UTF-8.
    pub(super) fn of(&mut self, recording: &Path) -> Option<CoverPlace> {
        let folder = recording.parent()?;
        self.folders.retain(|(above, _)| folder.starts_with(above));
        let name = folder.file_name().map(|name| name.to_string_lossy().to_lowercase());
        let is_part = name.is_some_and(|name| PARTS.iter().any(|part| name.starts_with(part)));
        let above = folder.parent().filter(|_| is_part && folder != self.root);
        let cover = self.in_folder(folder).or_else(|| self.in_folder(above?))?;
        Some(CoverPlace::File(cover.to_str()?.to_owned()))
    }

    fn in_folder(&mut self, folder: &Path) -> Option<PathBuf> {
        if let Some((_, cover)) = self.folders.iter().find(|(known, _)| known == folder) {
            return cover.clone();
        }
        let cover = look(folder);
        self.folders.push((folder.to_owned(), cover.clone()));
        cover
    }
}

/// The best cover of a folder, of several equally good ones the first by name.
fn look(folder: &Path) -> Option<PathBuf> {
    let paths = fs::read_dir(folder).ok()?.flatten().map(|entry| entry.path());
    let ranked = paths.filter_map(|path| Some((rank(&path)?, path)));
    ranked.filter(|(_, path)| path.is_file()).min().map(|(_, path)| path)
}

/// Whether a file is a cover by its name.
pub(super) fn is_cover(path: &Path) -> bool {
    rank(path).is_some()
}

/// How telling the name of a picture is, 0 most.
fn rank(path: &Path) -> Option<usize> {
    let lower = |part: &std::ffi::OsStr| part.to_string_lossy().to_lowercase();
    let extension = lower(path.extension()?);
    if !PICTURES.contains(&extension.as_str()) {
        return None;
    }
    let stem = lower(path.file_stem()?);
    COVERS.iter().position(|name| *name == stem)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_telling_name_stands_for_a_folder_and_its_discs() {
        let root = tempfile::tempdir().unwrap();
        let put = |name: &str| {
            let path = root.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, b"x").unwrap();
        };
        for name in ["a/folder.png", "a/Cover.JPG", "a/back.jpg", "a/CD 1/six.mp3", "b/cover.txt"] {
            put(name);
        }
        fs::create_dir_all(root.path().join("b/cover.png")).unwrap();
        let mut covers = Covers::below(root.path());
        let mut of = |name: &str| covers.of(&root.path().join(name));
        let best = root.path().join("a/Cover.JPG").to_string_lossy().into_owned();
        let best = Some(CoverPlace::File(best));
        assert_eq!([of("a/CD 1/six.mp3"), of("a/one.mp3")], [best.clone(), best]);
        assert_eq!([of("b/two.mp3"), of("three.mp3")], [None, None]);
        assert!(covers.folders.len() <= 2, "folders are forgotten");
        // What lies above the followed folder is not looked at.
        let disc = root.path().join("a/CD 1");
        assert_eq!(Covers::below(&disc).of(&disc.join("six.mp3")), None);
    }
}
