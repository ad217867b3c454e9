use std::path::Path;
use std::sync::atomic::AtomicBool;

use attune_core::LabelSet;
use attune_vision::Classifier;
use serde::{Deserialize, Serialize};

use super::grid::{open, stopped};
use super::{Material, SweepError};
use crate::config::TrainingConfig;
use crate::evaluate::{Passes, evaluate};
use crate::export::{Calibration, Precision, export};
use crate::imbalance::Imbalance;
use crate::metrics::Evaluation;
use crate::train::{Observer, Outcome};
use crate::{Checkpoint, TrainError};

/// What one method did.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MethodResult {
    /// Its name on the command line.
    pub method: String,
    /// The last epoch on the honest pictures, by FER2013 labels.
    pub result: Evaluation,
}

/// Every method beside the others, on pictures that chose nothing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ImbalanceReport {
    /// What the pictures measured on are.
    pub measured_on: String,
    /// Expressions from the rarest in training to the commonest, with their training pictures.
    pub classes: Vec<(String, usize)>,
    /// In the order tried.
    pub methods: Vec<MethodResult>,
}

/// The methods that are compared, by name.
#[must_use]
pub fn methods() -> Vec<(&'static str, Imbalance)> {
    vec![
        ("none", Imbalance::None),
        ("inverse-frequency", Imbalance::InverseFrequency),
        ("effective-number", Imbalance::EFFECTIVE_NUMBER),
        ("oversample", Imbalance::Oversample),
        ("logit-adjustment", Imbalance::LOGIT_ADJUSTMENT),
    ]
}

/// Trains one run a method, all else the same, and measures its last epoch on the honest pictures.
/// Nothing is chosen, so that methods that lower accuracy to find rare classes are not punished for
/// it.
///
/// # Errors
/// See [`SweepError`].
pub fn sweep_imbalance(
    folder: &Path,
    config: &TrainingConfig,
    material: &Material,
    stop: &AtomicBool,
    observer: &mut dyn Observer,
) -> Result<ImbalanceReport, SweepError> {
    let mut results = Vec::new();
    for (method, imbalance) in methods() {
        let folder = folder.join(method);
        let mut config = TrainingConfig {
            name: format!("{}-{method}", config.name),
            imbalance,
            ..config.clone()
        };
        config.fit_to(&material.train);
        let mut run = open(&folder, config)?;
        if stopped(stop)
            || run.go(&material.train, &material.valid, stop, observer)? == Outcome::Stopped
        {
            return Err(SweepError::Stopped);
        }
        let result = measure(&folder, material)?;
        results.extend(result.map(|result| MethodResult { method: method.to_owned(), result }));
    }
    let (measured_on, classes) = (material.honest_is.clone(), classes(material));
    Ok(ImbalanceReport { measured_on, classes, methods: results })
}

/// The last epoch on the honest pictures, by FER2013 labels.
fn measure(folder: &Path, material: &Material) -> Result<Option<Evaluation>, TrainError> {
    let (checkpoint, plan) = Checkpoint::read(&folder.join("last.safetensors"))?;
    let average = &checkpoint.state.average;
    let file = export(&plan, average, |_| Calibration::NONE, Precision::Single);
    let classifier = Classifier::from_safetensors(&file)?;
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let report = evaluate(&classifier, &material.honest, Passes::One, threads);
    Ok(report.results.into_iter().find(|r| r.label_set == LabelSet::Fer2013))
}

fn classes(material: &Material) -> Vec<(String, usize)> {
    let labels = || material.train.examples.iter().filter_map(|e| e.label);
    let expressions = LabelSet::Fer2013.expressions().iter().enumerate();
    let mut classes: Vec<(String, usize)> = expressions
        .map(|(i, e)| (e.to_string(), labels().filter(|label| *label == i).count()))
        .filter(|(_, images)| *images > 0)
        .collect();
    classes.sort_by_key(|(_, images)| *images);
    classes
}
