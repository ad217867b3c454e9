use std::fs;
use std::path::{Path, PathBuf};

use super::{Step, Video, VideoError, VideoOptions, decode};
use crate::photo;

/// Pictures of a folder, in the order of their names with numbers in them counted: 9 before 10.
pub(super) struct Folder {
    paths: std::vec::IntoIter<PathBuf>,
    shown: u32,
    options: VideoOptions,
}

impl Folder {
    pub fn open(path: &Path, options: VideoOptions) -> Result<Self, VideoError> {
        let entries = fs::read_dir(path)?.map(|entry| Ok(entry?.path()));
        let mut paths = entries.collect::<Result<Vec<_>, std::io::Error>>()?;
        paths.retain(|path| is_picture(path));
        if paths.is_empty() {
            return Err(VideoError::NoPictures);
        }
        paths.sort_by_cached_key(|path| natural(&path.to_string_lossy()));
        Ok(Self { paths: paths.into_iter(), shown: 0, options })
    }
}

impl Video for Folder {
    fn step(&mut self) -> Result<Step, VideoError> {
        let Some(path) = self.paths.next() else { return Ok(Step::End) };
        let at_s = f64::from(self.shown) / self.options.fps;
        self.shown += 1;
        let picture = photo::read(&path).and_then(|bytes| decode(&bytes, self.options.colour));
        Ok(match picture {
            Ok(picture) => Step::Picture(at_s, picture),
            Err(source) => {
                Step::Skipped(VideoError::Picture { name: path.display().to_string(), source })
            }
        })
    }

    fn fps(&self) -> f64 {
        self.options.fps
    }
}

fn is_picture(path: &Path) -> bool {
    let ending = path.extension().map(|e| e.to_string_lossy().to_lowercase());
    matches!(ending.as_deref(), Some("jpg" | "jpeg" | "png" | "webp")) && !path.is_dir()
}

/// Digits are counted, not spelt: a number's length goes before its digits.
fn natural(name: &str) -> String {
    let mut key = String::new();
    let mut rest = name;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let digits = rest[start..].bytes().take_while(u8::is_ascii_digit).count();
        let number = rest[start..start + digits].trim_start_matches('0');
        key.push_str(&rest[..start]);
        key.push_str(&format!("{:08}{number}", number.len()));
        rest = &rest[start + digits..];
    }
    key + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_names_count() {
        let mut names = ["f10.png", "f9.png", "f09b.png", "e11.png", "f.png"];
        names.sort_by_cached_key(|name| natural(name));
        assert_eq!(names, ["e11.png", "f.png", "f9.png", "f09b.png", "f10.png"]);
    }
}
