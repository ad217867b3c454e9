//! A run's state on disk: written whole or not at all.

use std::collections::HashMap;
use std::fs::{self, File, TryLockError};
use std::io::Write;
use std::path::{Path, PathBuf};

use safetensors::tensor::{Dtype, TensorView};
use safetensors::{SafeTensors, serialize};
use serde::{Deserialize, Serialize};

use crate::config::TrainingConfig;
use crate::network::Tensors;
use crate::network::plan::{Plan, TensorSpec};
use crate::optimizer::State;
use crate::train::{EpochRecord, Progress};

const METADATA_KEY: &str = "attune_checkpoint";

/// Why a checkpoint could not be written or read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CheckpointError {
    /// The file system said no; the checkpoint that was there before is still whole.
    #[error("the checkpoint {} could not be written: {source}", path.display())]
    Write {
        /// The checkpoint's path.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// It is not there or not readable.
    #[error("the checkpoint {} could not be read: {source}", path.display())]
    Read {
        /// The checkpoint's path.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A run goes on with the pictures it began with, and these are others.
    #[error("the run was begun on other training pictures than these")]
    OtherData,
    /// A run selects on the pictures it began to select on, and these are others.
    #[error("the run selects its best epoch on other validation pictures than these")]
    OtherValidation,
    /// The file is no checkpoint of this network.
    #[error("{} is not a checkpoint that fits: {why}", path.display())]
    Unfit {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
}

/// All that `--resume` needs to go on exactly.
#[derive(Clone, Debug)]
pub struct Checkpoint {
    /// The run's configuration.
    pub config: TrainingConfig,
    /// Weights, momentum, average, step.
    pub state: State,
    /// Place within the run.
    pub progress: Progress,
    /// Finished epochs.
    pub history: Vec<EpochRecord>,
    /// [`Dataset::fingerprint`](crate::data::Dataset::fingerprint) of the training pictures, from
    /// the first step on.
    pub data: Option<u64>,
    /// The same of the validation pictures, without which no two epochs could be compared.
    pub valid: Option<u64>,
    /// [`Teachers::fingerprint`](crate::distill::Teachers::fingerprint), 0 without teachers.
    pub teachers: u64,
}

#[derive(Serialize, Deserialize)]
struct Header {
    config: TrainingConfig,
    step: usize,
    progress: Progress,
    history: Vec<EpochRecord>,
    #[serde(default)]
    data: Option<u64>,
    #[serde(default)]
    valid: Option<u64>,
    #[serde(default)]
    teachers: u64,
}

const PARTS: [&str; 4] = ["weights", "velocity", "average", "squares"];

impl Checkpoint {
    /// Writes beside the target, syncs, and renames over it, so that a crash or a full disk
    /// leaves the previous checkpoint whole.
    ///
    /// # Errors
    /// When the file system refuses.
    pub fn write(&self, plan: &Plan, path: &Path) -> Result<(), CheckpointError> {
        self.to_bytes(plan)
            .and_then(|bytes| write_atomically(path, &bytes))
            .map_err(|source| CheckpointError::Write { path: path.to_owned(), source })
    }

    fn to_bytes(&self, plan: &Plan) -> std::io::Result<Vec<u8>> {
        let header = Header {
            config: self.config.clone(),
            step: self.state.step,
            progress: self.progress,
            history: self.history.clone(),
            data: self.data,
            valid: self.valid,
            teachers: self.teachers,
        };
        let header = serde_json::to_string(&header)?;
        let metadata = HashMap::from([(METADATA_KEY.to_owned(), header)]);
        let State { weights, velocity, average, squares, .. } = &self.state;
        let parts = [weights, velocity, average, squares];
        let mut named = Vec::new();
        for (part, tensors) in PARTS.iter().zip(parts) {
            for (spec, numbers) in plan.tensors.iter().zip(&tensors.0) {
                let bytes: Vec<u8> = numbers.iter().flat_map(|x| x.to_le_bytes()).collect();
                named.push((format!("{part}.{}", spec.name), spec.shape.clone(), bytes));
            }
        }
        let mut views = Vec::with_capacity(named.len());
        for (name, shape, bytes) in &named {
            let view = TensorView::new(Dtype::F32, shape.clone(), bytes);
            views.push((name, view.map_err(std::io::Error::other)?));
        }
        serialize(views, Some(metadata)).map_err(std::io::Error::other)
    }

    /// Reads a checkpoint back, with the plan its configuration makes.
    ///
    /// # Errors
    /// When it is missing, broken, or of another network.
    pub fn read(path: &Path) -> Result<(Self, Plan), CheckpointError> {
        let bytes = fs::read(path)
            .map_err(|source| CheckpointError::Read { path: path.to_owned(), source })?;
        Self::from_bytes(&bytes)
            .map_err(|why| CheckpointError::Unfit { path: path.to_owned(), why })
    }

    fn from_bytes(bytes: &[u8]) -> Result<(Self, Plan), String> {
        let (_, metadata) = SafeTensors::read_metadata(bytes).map_err(|e| e.to_string())?;
        let header = metadata
            .metadata()
            .as_ref()
            .and_then(|m| m.get(METADATA_KEY))
            .ok_or("it holds no training state")?;
        let header: Header = serde_json::from_str(header).map_err(|e| e.to_string())?;
        header.config.check().map_err(|e| e.to_string())?;
        let plan = header.config.plan();
        let file = SafeTensors::deserialize(bytes).map_err(|e| e.to_string())?;
        let part = |part| -> Result<Tensors, String> {
            Ok(Tensors(
                plan.tensors.iter().map(|s| load(&file, part, s)).collect::<Result<_, _>>()?,
            ))
        };
        let state = State {
            weights: part(PARTS[0])?,
            velocity: part(PARTS[1])?,
            average: part(PARTS[2])?,
            squares: if header.config.optimizer.keeps_squares() {
                part(PARTS[3])?
            } else {
                Tensors(Vec::new())
            },
            step: header.step,
        };
        let Header { config, progress, history, data, valid, teachers, .. } = header;
        Ok((Self { config, state, progress, history, data, valid, teachers }, plan))
    }
}

fn load(file: &SafeTensors<'_>, part: &str, spec: &TensorSpec) -> Result<Vec<f32>, String> {
    let name = format!("{part}.{}", spec.name);
    let view = file.tensor(&name).map_err(|e| e.to_string())?;
    if view.dtype() != Dtype::F32 || view.shape() != spec.shape {
        return Err(format!("tensor '{name}' has another shape or type"));
    }
    let number = |b: &[u8]| f32::from_le_bytes([b[0], b[1], b[2], b[3]]);
    Ok(view.data().chunks_exact(4).map(number).collect())
}

/// Writes a file so that a reader sees the old bytes or the new ones, never a part.
///
/// # Errors
/// When the file system refuses; nothing half-written stays under the target's name.
pub fn write_atomically(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut temporary = path.as_os_str().to_owned();
    temporary.push(".partial");
    let temporary = PathBuf::from(temporary);
    let written = (|| {
        let mut file = File::create(&temporary)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&temporary, path)
    })();
    if written.is_err() {
        let _ = fs::remove_file(&temporary);
        return written;
    }
    sync_folder(path.parent())
}

/// Keeps other processes from training in a folder as long as the file lives; elsewhere than on Unix
/// a folder cannot be opened, and nothing is kept from anyone.
pub(crate) fn lock_folder(folder: &Path) -> std::io::Result<Option<File>> {
    if cfg!(not(unix)) {
        return Ok(None);
    }
    let file = File::open(folder)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Err(std::io::ErrorKind::ResourceBusy.into()),
        // File systems without locks, such as some network folders, hold runs all the same.
        Err(TryLockError::Error(_)) => Ok(None),
    }
}

/// Makes a rename last; elsewhere than on Unix a folder cannot be opened, nor need be.
fn sync_folder(folder: Option<&Path>) -> std::io::Result<()> {
    match folder {
        Some(folder) if cfg!(unix) && !folder.as_os_str().is_empty() => {
            File::open(folder)?.sync_all()
        }
        _ => Ok(()),
    }
}
