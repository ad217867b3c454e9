//! The house band: composed tracks for libraries that have none yet.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use attune_audio::{Score, compose, render, write_wav};
use attune_core::{Kind, Mood, MoodEvidence, MoodRegion, NewItem, Point, Source};
use serde::Serialize;

use crate::error::AppError;
use crate::library::Library;
use crate::starter::STARTER_ORIGIN;

/// Who plays; composed tracks are known by this and by their genre.
pub const BAND: &str = "Attune's House Band";
/// What brought composed tracks into the library.
const ORIGIN: &str = "house band";
const GENRE: &str = "composed";
/// The folder of composed tracks, in the data folder.
const FOLDER: &str = "composed";
/// The setting that says that a first programme is complete.
const COMPLETE: &str = "house_band_programme";
/// How far a composed track may stand from where it was to stand, in plane units: this project's own
/// choice, near what the music model says of its own doubt about such tracks.
const UNCERTAINTY: f32 = 0.25;
const NAMES: [&str; 12] =
    ["C", "C#", "D", "E flat", "E", "F", "F#", "G", "A flat", "A", "B flat", "B"];

/// A composed track.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Composed {
    /// Like `Calm Air in D dorian, No. 7`.
    pub title: String,
    /// Where it was to stand.
    pub aim: Point,
    /// The same point and seed give the same track.
    pub seed: u64,
    /// Playing time in milliseconds.
    pub duration_ms: u32,
    /// The WAV file.
    pub path: PathBuf,
}

/// The points of a first programme: three in each direction and in the middle, two dozen in all.
#[must_use]
pub fn programme() -> Vec<Point> {
    let ring = |count: u8, radius: f32, turn: f32| {
        (0..count).map(move |i| {
            let angle = std::f32::consts::TAU * (f32::from(i) + turn) / f32::from(count);
            Point::new(radius * angle.cos(), radius * angle.sin())
        })
    };
    ring(12, 0.85, 0.0).chain(ring(8, 0.5, 0.5)).chain(ring(4, 0.2, 0.0)).collect()
}

/// Composes a track and writes it to a file, outside of any library.
///
/// # Errors
/// Where the file cannot be written.
pub fn compose_to(path: &Path, aim: Point, seed: u64) -> Result<Composed, AppError> {
    let score = compose(aim, seed);
    // A device or a pipe has no place beside it that a file could come from.
    match path.metadata() {
        Ok(there) if !there.is_file() => write(&score, seed, path, path.to_owned()),
        _ => write_whole(&score, seed, path.to_owned()),
    }
}

impl Library {
    /// Composes a track into a file of `folder` and takes it into the library.
    ///
    /// # Errors
    /// Where the folder or the library cannot be written.
    pub async fn compose(
        &self,
        folder: &Path,
        aim: Point,
        seed: u64,
    ) -> Result<Composed, AppError> {
        let folder = made(folder)?;
        let score = compose(aim, seed);
        let path = place(&folder, &score, seed);
        let composed = write_whole(&score, seed, path)?;
        self.store.import(ORIGIN, &item(&composed).into_iter().collect::<Vec<_>>()).await?;
        Ok(composed)
    }

    /// Whether there is nothing of the listener's own to play yet: no folder is followed, nothing was
    /// imported, and no first programme was completed.
    ///
    /// # Errors
    /// Where the library cannot be read.
    pub async fn wants_band(&self) -> Result<bool, AppError> {
        let given = [STARTER_ORIGIN, ORIGIN];
        let origins = self.store.origins().await?;
        let has_own = origins.iter().any(|(origin, _)| !given.contains(&origin.as_str()));
        let complete = self.store.setting(COMPLETE).await?.is_some();
        Ok(!has_own && !complete && self.store.roots().await?.is_empty())
    }

    /// Composes what is missing of a first [`programme`] into `folder`, one track after the other, the
    /// first with the seed `seed`; what an earlier run finished stays as it is. Ends early once
    /// `stop` is set, and at once where another process is at it.
    ///
    /// It blocks its thread for minutes: give it one of its own.
    ///
    /// # Errors
    /// Where the folder or the library cannot be written.
    pub async fn compose_programme(
        &self,
        folder: &Path,
        seed: u64,
        stop: &AtomicBool,
        told: &mut (dyn FnMut(&Composed) + Send),
    ) -> Result<(), AppError> {
        let folder = made(folder)?;
        let Some(_alone) = alone(&folder)? else { return Ok(()) };
        for (aim, seed) in programme().into_iter().zip(seed..) {
            if stop.load(Ordering::Relaxed) {
                return Ok(());
            }
            if !self.has(&folder, aim, seed).await? {
                told(&self.compose(&folder, aim, seed).await?);
            }
        }
        Ok(self.store.set_setting(COMPLETE, &seed.to_string()).await?)
    }

    /// Whether this track was composed and taken in.
    async fn has(&self, folder: &Path, aim: Point, seed: u64) -> Result<bool, AppError> {
        let score = compose(aim, seed);
        let known = self.catalogue().await?.find(&title(&score, seed)).is_ok();
        Ok(known && place(folder, &score, seed).is_file())
    }
}

/// Where composed tracks of a data folder are.
#[must_use]
pub fn band_folder(data_dir: &Path) -> PathBuf {
    data_dir.join(FOLDER)
}

fn made(folder: &Path) -> Result<PathBuf, AppError> {
    let unwritable = |source| AppError::Unwritable { path: folder.to_owned(), source };
    fs::create_dir_all(folder).and_then(|()| folder.canonicalize()).map_err(unwritable)
}

/// Held by the one process that composes a programme; `None` where another holds it. It ends with the
/// process.
fn alone(folder: &Path) -> Result<Option<File>, AppError> {
    let path = folder.join(".lock");
    let unwritable = |source| AppError::Unwritable { path: path.clone(), source };
    let file = File::create(&path).map_err(unwritable)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(source)) => Err(unwritable(source)),
    }
}

fn place(folder: &Path, score: &Score, seed: u64) -> PathBuf {
    folder.join(format!("{}.wav", title(score, seed)))
}

/// Whole or not at all, also where the disk is full or the process is killed.
fn write_whole(score: &Score, seed: u64, path: PathBuf) -> Result<Composed, AppError> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let part = path.with_file_name(format!(".{name}.part"));
    let unwritable = |source| AppError::Unwritable { path: path.clone(), source };
    let written = write(score, seed, &part, path.clone())
        .and_then(|composed| fs::rename(&part, &path).map(|()| composed).map_err(unwritable));
    match written {
        Ok(composed) => Ok(composed),
        Err(error) => {
            // What is wrong is said already.
            let _ = fs::remove_file(&part);
            Err(error)
        }
    }
}

/// Writes `to` a file what is to stand at `path` in the end.
fn write(score: &Score, seed: u64, to: &Path, path: PathBuf) -> Result<Composed, AppError> {
    let unwritable = |source| AppError::Unwritable { path: path.clone(), source };
    // Where nothing can be written, nothing need be played.
    File::create(to).map_err(unwritable)?;
    let sound = render(score);
    write_wav(to, &sound).map_err(unwritable)?;
    let frames = sound.len() as u64 / 2;
    let ms = frames * 1_000 / u64::from(attune_audio::COMPOSED_RATE_HZ);
    Ok(Composed {
        title: title(score, seed),
        aim: score.aim,
        seed,
        duration_ms: u32::try_from(ms).unwrap_or(u32::MAX),
        path,
    })
}

fn item(composed: &Composed) -> Option<NewItem> {
    let item = NewItem::new(Kind::Music, &composed.title, vec![BAND.to_owned()])?;
    let recording = Some(Mood::new(composed.aim, UNCERTAINTY));
    Some(NewItem {
        genres: vec![GENRE.to_owned()],
        duration_ms: Some(composed.duration_ms),
        mood_evidence: MoodEvidence { recording, ..MoodEvidence::default() },
        source: Some(Source::File(composed.path.to_string_lossy().into_owned())),
        ..item
    })
}

fn title(score: &Score, seed: u64) -> String {
    let region = MoodRegion::of(Mood::new(score.aim, 0.0));
    let region = region.map_or("even".to_owned(), |region| region.to_string());
    let (first, rest) = region.split_at(1);
    let form = match (score.beats, score.character.tempo_bpm) {
        (3, _) => "Waltz",
        (_, tempo) if tempo < 75.0 => "Air",
        (_, tempo) if tempo < 112.0 => "Song",
        _ => "Dance",
    };
    let tonic = NAMES[score.tonic.rem_euclid(12).unsigned_abs() as usize];
    let mode = format!("{:?}", score.character.scale).to_lowercase();
    let place = format!("{:+.0} {:+.0}", 100.0 * score.aim.valence, 100.0 * score.aim.arousal);
    format!("{}{rest} {form} in {tonic} {mode}, No. {seed} ({place})", first.to_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_programme_reaches_into_every_region() {
        let points = programme();
        assert_eq!(points.len(), 24);
        for region in MoodRegion::ALL {
            let there = points.iter().filter(|p| MoodRegion::at(**p) == region).count();
            assert!(there >= 2, "{region}: {there}");
        }
        let titles: std::collections::HashSet<_> =
            points.iter().zip(1..).map(|(p, seed)| title(&compose(*p, seed), seed)).collect();
        assert_eq!(titles.len(), 24);
    }
}
