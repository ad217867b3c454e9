//! Teachers: models whose answers become part of the targets (Hinton et al. 2015).

use std::path::{Path, PathBuf};

use attune_core::{LabelSet, softmax};
use attune_vision::{Classifier, ModelError, standardise};

use crate::config::TrainingConfig;
use crate::network::Plan;
use crate::network::shard::Batch;

/// Why a teacher cannot teach.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TeacherError {
    /// It is not there or not readable.
    #[error("the teacher {} could not be read: {source}", path.display())]
    Read {
        /// The model file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// It is no model file.
    #[error("the teacher {} cannot be used: {source}", path.display())]
    Model {
        /// The file.
        path: PathBuf,
        /// Why.
        source: ModelError,
    },
    /// It reads more of a face than the student is shown.
    #[error(
        "the teacher {} reads {teacher} x {teacher} pixels, more than the {student} x {student} of the network in training",
        path.display()
    )]
    TooLarge {
        /// The model file.
        path: PathBuf,
        /// Its input's side.
        teacher: usize,
        /// The input's side of the network in training.
        student: usize,
    },
    /// A run goes on with the teachers it began with, and these are others.
    #[error("the run was begun with other teachers than those files hold now")]
    Changed,
}

/// The models that teach a run; none for most runs.
#[derive(Clone, Default)]
pub struct Teachers {
    classifiers: Vec<Classifier>,
    fingerprint: u64,
}

impl Teachers {
    /// Reads the model files that a configuration names.
    ///
    /// # Errors
    /// A file that is missing, no model, or that reads more pixels than the student is shown.
    pub fn read(config: &TrainingConfig) -> Result<Self, TeacherError> {
        let mut teachers = Self::default();
        for path in &config.teachers {
            teachers.add(path, config.input_size)?;
        }
        Ok(teachers)
    }

    fn add(&mut self, path: &Path, student: usize) -> Result<(), TeacherError> {
        let path = path.to_owned();
        let bytes = std::fs::read(&path)
            .map_err(|source| TeacherError::Read { path: path.clone(), source })?;
        let classifier = Classifier::from_safetensors(&bytes)
            .map_err(|source| TeacherError::Model { path: path.clone(), source })?;
        let teacher = classifier.spec().input_size;
        if teacher > student {
            return Err(TeacherError::TooLarge { path, teacher, student });
        }
        let mix = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        self.fingerprint = bytes.iter().fold(self.fingerprint ^ 0xcbf2_9ce4_8422_2325, mix);
        self.classifiers.push(classifier);
        Ok(())
    }

    /// A number that changes with any teacher or their order; 0 without teachers.
    #[must_use]
    pub fn fingerprint(&self) -> u64 {
        self.fingerprint
    }

    /// Moves `distill_share` of every target to the mean of the teachers' probabilities for the
    /// very picture that the student will see, mixed and erased as it is, whether or not people
    /// labelled it. A head that no teacher has keeps its targets.
    ///
    /// Teachers answer at `distill_temperature`. A teacher with a smaller input reads the middle
    /// of the picture, standardised anew as in serving.
    pub fn mix_into(&self, config: &TrainingConfig, plan: &Plan, batch: &mut Batch) {
        if self.classifiers.is_empty() || config.distill_share == 0.0 {
            return;
        }
        let mut taught: Vec<(usize, Vec<f32>)> = Vec::new();
        taught.resize_with(plan.heads.len(), Default::default);
        for classifier in &self.classifiers {
            let mut classifier = classifier.clone();
            let size = classifier.spec().input_size;
            let logits =
                classifier.logits_of_inputs(&middles(&batch.images, plan.input_size, size));
            for (head, rows) in classifier.spec().heads.iter().zip(logits) {
                let place = plan.heads.iter().position(|(set, _)| *set == head.label_set);
                if let Some(place) = place {
                    let answers = probabilities(config, head.label_set, &rows);
                    add_to(&mut taught[place], &answers);
                }
            }
        }
        for (targets, (teachers, sums)) in batch.targets.iter_mut().zip(taught) {
            if teachers > 0 {
                let share = config.distill_share;
                let each = share / teachers as f32;
                let mixed = targets.iter_mut().zip(sums);
                mixed.for_each(|(target, sum)| *target = (1.0 - share) * *target + each * sum);
            }
        }
    }
}

fn add_to((teachers, sums): &mut (usize, Vec<f32>), answers: &[f32]) {
    *teachers += 1;
    sums.resize(answers.len(), 0.0);
    sums.iter_mut().zip(answers).for_each(|(sum, p)| *sum += p);
}

/// Softened answers over the expressions that the run knows.
fn probabilities(config: &TrainingConfig, set: LabelSet, logits: &[f32]) -> Vec<f32> {
    let known = config.known(set);
    let row = |row: &[f32]| {
        let row: Vec<f32> = row
            .iter()
            .zip(&known)
            .map(|(z, known)| if *known { *z } else { f32::NEG_INFINITY })
            .collect();
        softmax(&row, config.distill_temperature)
    };
    logits.chunks(known.len()).flat_map(row).collect()
}

/// The middle `to` x `to` numbers of each `from` x `from` picture.
fn middles(images: &[f32], from: usize, to: usize) -> Vec<f32> {
    if from == to {
        return images.to_vec();
    }
    let margin = (from - to) / 2;
    let mut cut = Vec::with_capacity(images.len() / (from * from) * to * to);
    for image in images.chunks_exact(from * from) {
        let start = cut.len();
        for row in image.chunks_exact(from).skip(margin).take(to) {
            cut.extend_from_slice(&row[margin..margin + to]);
        }
        restandardise(&mut cut[start..]);
    }
    cut
}

/// [`standardise`] takes grey values; a standardised picture is brought to their range first, so
/// that its floor for nearly flat pictures means the same.
fn restandardise(picture: &mut [f32]) {
    picture.iter_mut().for_each(|p| *p *= 64.0);
    standardise(picture);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::{Calibration, Precision, export};
    use crate::network::{ModelConfig, Tensors};
    use attune_vision::FaceCrop;

    fn config(input_size: usize) -> TrainingConfig {
        let model = ModelConfig::Attune { stages: vec![4] };
        TrainingConfig { model, input_size, distill_share: 0.25, ..TrainingConfig::default() }
    }

    fn teacher(folder: &Path, input_size: usize, seed: u64) -> PathBuf {
        let plan = config(input_size).plan();
        let file =
            export(&plan, &Tensors::init(&plan, seed), |_| Calibration::NONE, Precision::Single);
        let path = folder.join(format!("{input_size}-{seed}.safetensors"));
        std::fs::write(&path, file).unwrap();
        path
    }

    fn faces() -> Vec<FaceCrop> {
        let face = |k: usize| (0..48 * 48).map(|i| (i * (31 + k) % 251) as u8).collect::<Vec<_>>();
        (0..3).map(|k| FaceCrop::from_pixels(&face(k)).unwrap()).collect()
    }

    fn batch(plan: &Plan) -> Batch {
        let images = faces().iter().flat_map(|f| f.input(plan.input_size)).collect();
        let targets = plan.heads.iter().map(|(set, _)| {
            let classes = set.expressions().len();
            (0..3 * classes).map(|i| if i % classes == 0 { 0.8 } else { 0.0 }).collect()
        });
        Batch { len: 3, images, targets: targets.collect(), seed: 0, logit_shift: vec![] }
    }

    #[test]
    fn targets_move_towards_the_mean_of_what_teachers_would_serve() {
        let folder = tempfile::tempdir().unwrap();
        let teachers = vec![teacher(folder.path(), 20, 1), teacher(folder.path(), 16, 2)];
        let config = TrainingConfig { teachers, ..config(20) };
        let plan = config.plan();
        let mut batch = batch(&plan);
        Teachers::read(&config).unwrap().mix_into(&config, &plan, &mut batch);
        let mut expected = [0.0f32; 7];
        for path in &config.teachers {
            let file = std::fs::read(path).unwrap();
            let mut classifier = Classifier::from_safetensors(&file).unwrap();
            let served = classifier.logits(&faces()[2], LabelSet::Fer2013).unwrap();
            expected.iter_mut().zip(softmax(served, 1.0)).for_each(|(e, p)| *e += 0.125 * p);
        }
        expected[0] += 0.75 * 0.8;
        let row = &batch.targets[0][14..];
        for (a, b) in row.iter().zip(expected) {
            assert!((a - b).abs() < 1e-4, "{row:?} {expected:?}");
        }
    }

    #[test]
    fn a_hot_teacher_is_nearly_even_and_no_teacher_changes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let teachers = vec![teacher(folder.path(), 20, 1)];
        let hot =
            TrainingConfig { teachers, distill_share: 1.0, distill_temperature: 1e4, ..config(20) };
        let plan = hot.plan();
        let mut taught = batch(&plan);
        Teachers::read(&hot).unwrap().mix_into(&hot, &plan, &mut taught);
        assert!(taught.targets[1].iter().all(|t| (t - 0.125).abs() < 1e-3));
        let mut alone = batch(&plan);
        Teachers::default().mix_into(&hot, &plan, &mut alone);
        assert_eq!(alone.targets, batch(&plan).targets);
    }

    #[test]
    fn strange_teachers_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let read = |path: PathBuf| {
            let config = TrainingConfig { teachers: vec![path], ..config(20) };
            Teachers::read(&config).err().map(|e| e.to_string()).unwrap_or_default()
        };
        assert!(read(folder.path().join("gone")).contains("could not be read"));
        let text = folder.path().join("text");
        std::fs::write(&text, "no model").unwrap();
        assert!(read(text).contains("cannot be used"));
        assert!(read(teacher(folder.path(), 24, 1)).contains("24 x 24"));
        let one = TrainingConfig { teachers: vec![teacher(folder.path(), 20, 1)], ..config(20) };
        let other = TrainingConfig { teachers: vec![teacher(folder.path(), 20, 2)], ..config(20) };
        let print = |c| Teachers::read(&c).unwrap().fingerprint();
        assert_ne!(print(one), print(other));
    }
}
