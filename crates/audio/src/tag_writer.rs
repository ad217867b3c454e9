//! Writing the mood tag, and nothing else.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use lofty::config::WriteOptions;
use lofty::file::{TaggedFile, TaggedFileExt as _};
use lofty::probe::Probe;
use lofty::tag::{ItemKey, Tag, TagExt as _};

use crate::error::{AudioError, AudioErrorKind};

/// Makes the file's mood tag say these words, or removes it for none. A copy is changed and then
/// takes the file's place, so that a full disk or a power cut leaves the file as it was.
///
/// # Errors
///
/// Where the file cannot be read or written, and where its format has no such tag.
pub fn write_mood_tag(path: &Path, words: &[String]) -> Result<(), AudioError> {
    let copy = beside(path);
    let done = on_copy(path, &copy, words);
    if done.is_err() {
        // What is wrong was said already.
        let _ = fs::remove_file(&copy);
    }
    done
}

fn on_copy(path: &Path, copy: &Path, words: &[String]) -> Result<(), AudioError> {
    fs::copy(path, copy)?;
    let probe = Probe::open(copy).map_err(unwritable)?.guess_file_type()?;
    let mut file = probe.read().map_err(unwritable)?;
    put(&mut file, words)?;
    let kind = file.primary_tag_type();
    if let Some(tag) = file.tag(kind) {
        tag.save_to_path(copy, WriteOptions::default()).map_err(unwritable)?;
    }
    let written = fs::File::open(copy)?;
    written.sync_all()?;
    Ok(fs::rename(copy, path)?)
}

/// Changes the mood in the tag that is the format's own, and takes it out of the others.
fn put(file: &mut TaggedFile, words: &[String]) -> Result<(), AudioError> {
    let kind = file.primary_tag_type();
    if file.tag(kind).is_none() {
        file.insert_tag(Tag::new(kind));
    }
    let Some(tag) = file.tag_mut(kind) else {
        return Err(unwritable(io::Error::other("the format has no tags")));
    };
    tag.remove_key(ItemKey::Mood);
    if !words.is_empty() && !tag.insert_text(ItemKey::Mood, words.join("; ")) {
        return Err(unwritable(io::Error::other("the format has no mood tag")));
    }
    Ok(())
}

fn unwritable(error: impl std::fmt::Display) -> AudioError {
    AudioError::new(AudioErrorKind::Unreadable, format!("its tags cannot be written: {error}"))
}

/// A hidden name in the same folder, which scans pass over; with the same extension.
fn beside(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".attune-{}-{name}", std::process::id()))
}
