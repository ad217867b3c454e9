use std::path::{Path, PathBuf};

use attune_core::Expression;

use super::error::At;
use super::picture::decode_crop;
use super::{DataError, DataErrorKind, Example, Split, SplitExamples, fer2013_class};

/// Reads one folder for each expression, under `train`, `valid` or `test` where such a folder is
/// there. Folders that name no FER2013 expression are refused; hidden ones are passed over.
pub(super) fn read(root: &Path, split: Split) -> Result<SplitExamples, DataError> {
    let (root, told_apart) = split_folder(root, split)?;
    let mut examples = Vec::new();
    for class in sorted(&root)?.into_iter().filter(|p| p.is_dir()) {
        let name = class.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let label = name.parse::<Expression>().ok().and_then(fer2013_class);
        let Some(label) = label else {
            let why = format!("the folder '{name}' names no FER2013 expression");
            return Err(DataError::new(&root, DataErrorKind::Picture(why)));
        };
        for file in sorted(&class)?.into_iter().filter(|p| p.is_file()) {
            let bytes = std::fs::read(&file).at(&file)?;
            let crop = decode_crop(&bytes)
                .map_err(|why| DataError::new(&file, DataErrorKind::Picture(why)))?;
            examples.push(Example { crop, label: Some(label), votes: None });
        }
    }
    Ok((examples, told_apart))
}

/// The folder of a split and true, or the root itself and false where it has no split folders.
pub(super) fn split_folder(root: &Path, split: Split) -> Result<(PathBuf, bool), DataError> {
    let named = |split: Split| {
        split.folder_names().iter().map(|name| root.join(name)).find(|path| path.is_dir())
    };
    let any = [Split::Train, Split::Valid, Split::Test].into_iter().any(|s| named(s).is_some());
    match named(split) {
        Some(folder) => Ok((folder, true)),
        None if any => Err(DataError::new(root, DataErrorKind::Empty(split.usage()))),
        None => Ok((root.to_owned(), false)),
    }
}

/// Entries by name, without hidden ones, so that order never depends on the file system.
pub(super) fn sorted(folder: &Path) -> Result<Vec<PathBuf>, DataError> {
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).at(folder)? {
        let path = entry.at(folder)?.path();
        let hidden = path.file_name().is_some_and(|n| n.to_string_lossy().starts_with('.'));
        if !hidden {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(folders: &[&str]) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        for folder in folders {
            let folder = root.path().join(folder);
            std::fs::create_dir_all(&folder).unwrap();
            let face = image::GrayImage::from_pixel(48, 48, image::Luma([9]));
            face.save(folder.join("a.png")).unwrap();
        }
        root
    }

    #[test]
    fn classes_come_from_folder_names() {
        let root = tree(&["train/happy", "train/disgust", "test/sad", "train/.hidden"]);
        let labels = |split| {
            read(root.path(), split).map(|(e, _)| e.iter().map(|x| x.label).collect::<Vec<_>>())
        };
        assert_eq!(labels(Split::Train).unwrap(), [Some(1), Some(3)]);
        assert_eq!(labels(Split::Test).unwrap(), [Some(4)]);
        assert!(labels(Split::Valid).is_err());
        let plain = tree(&["neutral"]);
        let (faces, told_apart) = read(plain.path(), Split::Train).unwrap();
        assert_eq!((faces[0].label, told_apart), (Some(6), false));
    }

    #[test]
    fn strange_folders_and_broken_pictures_are_named() {
        let root = tree(&["happy", "cats"]);
        assert!(read(root.path(), Split::Train).unwrap_err().to_string().contains("'cats'"));
        let root = tree(&["happy"]);
        std::fs::write(root.path().join("happy/b.png"), b"no picture").unwrap();
        assert!(read(root.path(), Split::Train).unwrap_err().to_string().contains("b.png"));
    }
}
