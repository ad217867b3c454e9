//! How one person's face reads at rest and smiling, kept on this device.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::{fs, io};

use attune_core::{Expression, LabelSet, Probabilities};
use attune_vision::{Frame, PersonalBias};
use serde::{Deserialize, Serialize};

use crate::error::AppError;
use crate::faces::FaceReader;

/// Frames with a face that a phase needs.
const LEAST_FRAMES: usize = 10;

/// What is kept: numbers only, no picture.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Baseline {
    /// What the numbers are over.
    pub label_set: LabelSet,
    /// What is added to each expression's logit.
    pub bias: BTreeMap<Expression, f32>,
    /// Frames of the face at rest.
    pub rest_frames: usize,
    /// Frames of the smiling face.
    pub smile_frames: usize,
}

/// What a person is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// The face at rest.
    Rest,
    /// A smile.
    Smile,
}

/// Gathers the readings of both phases.
#[derive(Debug, Default)]
pub struct BaselineRecorder {
    rest: Vec<Probabilities>,
    smile: Vec<Probabilities>,
}

impl BaselineRecorder {
    /// Takes the largest face of a frame; one that comes with advice counts for nothing.
    ///
    /// # Errors
    /// Where the network's numbers overflow.
    pub fn see(
        &mut self,
        phase: Phase,
        reader: &mut FaceReader,
        frame: &Frame,
    ) -> Result<(), AppError> {
        let faces = reader.read(frame)?;
        let good = faces.into_iter().next().filter(|face| face.advice.is_empty());
        let read = match phase {
            Phase::Rest => &mut self.rest,
            Phase::Smile => &mut self.smile,
        };
        read.extend(good.map(|face| face.probabilities));
        Ok(())
    }

    /// The baseline.
    ///
    /// # Errors
    /// Where a phase has too few frames with a well-lit face.
    pub fn finish(self) -> Result<Baseline, AppError> {
        let (rest_frames, smile_frames) = (self.rest.len(), self.smile.len());
        if rest_frames.min(smile_frames) < LEAST_FRAMES {
            return Err(AppError::ShortBaseline { rest_frames, smile_frames });
        }
        let bias = PersonalBias::from_baseline(&self.rest, &self.smile);
        let label_set = bias.label_set();
        Ok(Baseline { label_set, bias: bias.iter().collect(), rest_frames, smile_frames })
    }
}

impl Baseline {
    /// The one kept in the data folder, `None` if there is none.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn load(data_dir: &Path) -> Result<Option<Self>, AppError> {
        let path = file(data_dir);
        match fs::read(&path) {
            Ok(bytes) => {
                let baseline: Option<Self> = serde_json::from_slice(&bytes).ok();
                let sound = baseline.filter(|baseline| baseline.personal_bias().is_some());
                sound.map(Some).ok_or(AppError::DamagedBaseline { path })
            }
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(source) => Err(AppError::Unreadable { path, source }),
        }
    }

    /// Keeps it, whole or not at all.
    ///
    /// # Errors
    /// Where the data folder cannot be written.
    pub fn save(&self, data_dir: &Path) -> Result<(), AppError> {
        let path = file(data_dir);
        let part = path.with_extension("json.part");
        let write = || -> io::Result<()> {
            fs::create_dir_all(data_dir)?;
            fs::write(&part, serde_json::to_vec_pretty(self)?)?;
            fs::rename(&part, &path)
        };
        write().map_err(|source| AppError::Unwritable { path: path.clone(), source })
    }

    /// Deletes what is kept; false if there was nothing.
    ///
    /// # Errors
    /// Where the file cannot be deleted.
    pub fn delete(data_dir: &Path) -> Result<bool, AppError> {
        let path = file(data_dir);
        match fs::remove_file(&path) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
            Err(source) => Err(AppError::Unwritable { path, source }),
        }
    }

    /// What a reader takes; `None` unless there is a number an expression.
    #[must_use]
    pub fn personal_bias(&self) -> Option<PersonalBias> {
        let expressions = self.label_set.expressions().iter();
        let values: Option<Vec<f32>> = expressions.map(|e| self.bias.get(e).copied()).collect();
        PersonalBias::from_values(self.label_set, values?)
    }
}

fn file(data_dir: &Path) -> PathBuf {
    data_dir.join("baseline.json")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_baseline_is_kept_shown_and_deleted() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(Baseline::load(folder.path()).unwrap(), None);
        assert!(!Baseline::delete(folder.path()).unwrap());
        let read = Probabilities::certain(LabelSet::FerPlus, Expression::Sad).unwrap();
        let recorder =
            BaselineRecorder { rest: vec![read.clone(); 20], smile: vec![read.clone(); 9] };
        assert!(matches!(recorder.finish(), Err(AppError::ShortBaseline { smile_frames: 9, .. })));
        let recorder = BaselineRecorder { rest: vec![read.clone(); 20], smile: vec![read; 10] };
        let baseline = recorder.finish().unwrap();
        assert!(baseline.bias[&Expression::Sad] < -0.5, "{baseline:?}");
        baseline.save(folder.path()).unwrap();
        assert_eq!(Baseline::load(folder.path()).unwrap(), Some(baseline));
        fs::write(file(folder.path()), "{\"label_set\":\"ferplus\",\"bias\":{}}").unwrap();
        assert!(Baseline::load(folder.path()).is_err());
        assert!(Baseline::delete(folder.path()).unwrap());
    }
}
