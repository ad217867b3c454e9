//! How one person's face reads at rest and smiling, kept on this device.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::{fs, io};

use attune_core::{Expression, LabelSet, Probabilities};
use attune_vision::{Frame, PersonalBias, Reader};
use serde::{Deserialize, Serialize};

use crate::alone::Alone;
use crate::ask::LISTENER;
use crate::error::AppError;
use crate::faces::FaceReader;

/// Frames with a face that a phase needs.
const LEAST_FRAMES: usize = 10;
/// By how much more the logit of a smile exceeds that of a face at rest while smiling, at least.
const LEAST_SMILE: f32 = 0.5;

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
    alone: Alone,
    rest: Vec<Probabilities>,
    smile: Vec<Probabilities>,
}

impl BaselineRecorder {
    /// Takes the only face of a frame of time `at_s` in seconds; one that comes with advice counts for
    /// nothing.
    ///
    /// # Errors
    /// Where the network's numbers overflow.
    pub fn see(
        &mut self,
        phase: Phase,
        reader: &mut FaceReader,
        at_s: f64,
        frame: &Frame,
    ) -> Result<(), AppError> {
        let faces = reader.read(frame)?;
        let only = self.alone.only(at_s, frame, &faces);
        let good = only.filter(|face| face.advice.is_empty());
        let read = match phase {
            Phase::Rest => &mut self.rest,
            Phase::Smile => &mut self.smile,
        };
        read.extend(good.map(|face| face.probabilities.clone()));
        Ok(())
    }

    /// The baseline.
    ///
    /// # Errors
    /// Where a phase has too few frames with a well-lit face, others were seen, or the phases do not
    /// differ.
    pub fn finish(self) -> Result<Baseline, AppError> {
        self.alone.check()?;
        let (rest_frames, smile_frames) = (self.rest.len(), self.smile.len());
        if rest_frames.min(smile_frames) < LEAST_FRAMES {
            return Err(AppError::ShortBaseline { rest_frames, smile_frames });
        }
        if smiles(&self.smile) - smiles(&self.rest) < LEAST_SMILE {
            return Err(AppError::SamePhases);
        }
        let bias = PersonalBias::from_baseline(&self.rest, &self.smile);
        let label_set = bias.label_set();
        Ok(Baseline { label_set, bias: bias.iter().collect(), rest_frames, smile_frames })
    }
}

/// By how much the logit of a smile exceeds that of a face at rest, on average.
fn smiles(read: &[Probabilities]) -> f32 {
    let logit = |read: &Probabilities, e| read.of(e).max(1e-6).ln();
    let over = |read| logit(read, Expression::Happy) - logit(read, Expression::Neutral);
    read.iter().map(over).sum::<f32>() / read.len().max(1) as f32
}

impl Baseline {
    /// What a reader takes; `None` unless there is a number an expression.
    #[must_use]
    pub fn personal_bias(&self) -> Option<PersonalBias> {
        let expressions = self.label_set.expressions().iter();
        let values: Option<Vec<f32>> = expressions.map(|e| self.bias.get(e).copied()).collect();
        PersonalBias::from_values(self.label_set, values?)
    }
}

/// Whose baselines faces are read with.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum BaselineUse {
    /// Nobody's.
    #[default]
    None,
    /// This one for the largest face.
    Largest(PersonalBias),
    /// Everybody's own, for those who are recognised by name.
    Named(BTreeMap<String, PersonalBias>),
}

impl BaselineUse {
    pub(crate) fn apply(self, reader: Reader) -> Reader {
        match self {
            Self::None => reader,
            Self::Largest(bias) => reader.with_bias(bias),
            Self::Named(named) => reader.with_biases(named),
        }
    }
}

/// The baselines of everybody who recorded one, by the listener's name.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Baselines(BTreeMap<String, Baseline>);

impl Baselines {
    /// Those kept in the data folder; none where there is no file.
    ///
    /// # Errors
    /// Where the file cannot be read or makes no sense.
    pub fn load(data_dir: &Path) -> Result<Self, AppError> {
        let path = file(data_dir);
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return Self::load_single(data_dir);
            }
            Err(source) => return Err(AppError::Unreadable { path, source }),
        };
        let kept: Option<Self> = serde_json::from_slice(&bytes).ok();
        kept.filter(Self::is_sound).ok_or(AppError::DamagedBaseline { path })
    }

    /// What the first versions kept: one baseline, of the usual listener.
    fn load_single(data_dir: &Path) -> Result<Self, AppError> {
        let path = single_file(data_dir);
        let Ok(bytes) = fs::read(&path) else { return Ok(Self::default()) };
        let kept: Option<Baseline> = serde_json::from_slice(&bytes).ok();
        let kept = kept.map(|baseline| Self([(LISTENER.to_owned(), baseline)].into()));
        kept.filter(Self::is_sound).ok_or(AppError::DamagedBaseline { path })
    }

    fn is_sound(&self) -> bool {
        self.0.values().all(|baseline| baseline.personal_bias().is_some())
    }

    /// A listener's.
    #[must_use]
    pub fn of(&self, listener: &str) -> Option<&Baseline> {
        self.0.get(listener)
    }

    /// What a reader takes, by the names of those it may recognise.
    #[must_use]
    pub fn personal_biases(&self) -> BTreeMap<String, PersonalBias> {
        let bias = |(name, kept): (&String, &Baseline)| Some((name.clone(), kept.personal_bias()?));
        self.0.iter().filter_map(bias).collect()
    }

    /// Takes one in place of what was kept of the listener.
    pub fn insert(&mut self, listener: &str, baseline: Baseline) {
        self.0.insert(listener.to_owned(), baseline);
    }

    /// Forgets a listener's; false if there was none.
    pub fn remove(&mut self, listener: &str) -> bool {
        self.0.remove(listener).is_some()
    }

    /// Keeps them, whole or not at all; where none is left, the file goes.
    ///
    /// # Errors
    /// Where the data folder cannot be written.
    pub fn save(&self, data_dir: &Path) -> Result<(), AppError> {
        if self.0.is_empty() {
            return Self::delete_all(data_dir).map(drop);
        }
        let path = file(data_dir);
        let part = path.with_extension("json.part");
        let write = || -> io::Result<()> {
            fs::create_dir_all(data_dir)?;
            fs::write(&part, serde_json::to_vec_pretty(self)?)?;
            fs::rename(&part, &path)
        };
        write().map_err(|source| AppError::Unwritable { path: path.clone(), source })?;
        delete(single_file(data_dir)).map(drop)
    }

    /// Deletes all that is kept, also what cannot be read; false if there was nothing.
    ///
    /// # Errors
    /// Where a file cannot be deleted.
    pub fn delete_all(data_dir: &Path) -> Result<bool, AppError> {
        let was = delete(file(data_dir))?;
        Ok(delete(single_file(data_dir))? || was)
    }
}

fn delete(path: PathBuf) -> Result<bool, AppError> {
    match fs::remove_file(&path) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(source) => Err(AppError::Unwritable { path, source }),
    }
}

fn file(data_dir: &Path) -> PathBuf {
    data_dir.join("baselines.json")
}

fn single_file(data_dir: &Path) -> PathBuf {
    data_dir.join("baseline.json")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Who reads as sad, now more and now less smiling.
    fn read(happy: f32) -> Probabilities {
        let mut values = [0.01; 8];
        (values[0], values[1], values[3]) = (0.1, happy, 0.85 - happy);
        Probabilities::new(LabelSet::FerPlus, values.to_vec()).unwrap()
    }

    fn recorder(rest: usize, smile: usize, smiling: f32) -> BaselineRecorder {
        let (rest, smile) = (vec![read(0.02); rest], vec![read(smiling); smile]);
        BaselineRecorder { alone: Alone::default(), rest, smile }
    }

    #[test]
    fn a_baseline_needs_enough_frames_and_a_smile() {
        let short = recorder(20, 9, 0.5).finish();
        assert!(matches!(short, Err(AppError::ShortBaseline { smile_frames: 9, .. })));
        assert!(matches!(recorder(20, 20, 0.02).finish(), Err(AppError::SamePhases)));
        let baseline = recorder(20, 10, 0.5).finish().unwrap();
        assert!(baseline.bias[&Expression::Sad] < -0.5, "{baseline:?}");
    }

    #[test]
    fn everybody_has_their_own_baseline_and_can_delete_it() {
        let folder = tempfile::tempdir().unwrap();
        let mut kept = Baselines::load(folder.path()).unwrap();
        assert_eq!(kept, Baselines::default());
        let baseline = recorder(20, 10, 0.5).finish().unwrap();
        kept.insert("Anna", baseline.clone());
        kept.insert(LISTENER, recorder(20, 10, 0.3).finish().unwrap());
        kept.save(folder.path()).unwrap();
        let mut kept = Baselines::load(folder.path()).unwrap();
        assert_eq!(kept.of("Anna"), Some(&baseline));
        assert_eq!(kept.personal_biases().len(), 2);
        assert!(kept.remove("Anna") && !kept.remove("Anna") && kept.remove(LISTENER));
        kept.save(folder.path()).unwrap();
        assert!(!file(folder.path()).exists(), "nothing is left of them");
        // One that an older version kept, and one that makes no sense.
        fs::write(single_file(folder.path()), serde_json::to_vec(&baseline).unwrap()).unwrap();
        assert_eq!(Baselines::load(folder.path()).unwrap().of(LISTENER), Some(&baseline));
        let far = serde_json::to_string(&baseline).unwrap().replace("\"sad\":-", "\"sad\":-1e30");
        fs::write(file(folder.path()), format!("{{\"me\":{far}}}")).unwrap();
        assert!(matches!(Baselines::load(folder.path()), Err(AppError::DamagedBaseline { .. })));
        assert!(Baselines::delete_all(folder.path()).unwrap());
        assert!(!Baselines::delete_all(folder.path()).unwrap());
    }
}
