//! What a model card is made of.

use std::path::Path;

use attune_vision::graph::Head;
use attune_vision::{Classifier, ModelError};
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::config::TrainingConfig;
use crate::data::Dataset;
use crate::evaluate::{
    Audit, Passes, Report, Robustness, Study, audit, evaluate, robustness, study,
};
use crate::export::ServedModel;
use crate::precisions::{Precisions, StoredAs, precisions};
use crate::schedule::Moment;
use crate::seeds::SeedSummary;
use crate::train::EpochRecord;

/// Why there is no card.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CardError {
    /// The model cannot be served.
    #[error("the model cannot be read: {0}")]
    Model(#[from] ModelError),
    /// The template is broken or asks for what there is not.
    #[error("the card's template cannot be filled in: {0:#}")]
    Template(#[from] minijinja::Error),
    /// The history names no epoch.
    #[error("the run's history holds no epoch with validation accuracies")]
    History,
}

/// A file of JSON that a run left behind.
#[derive(Clone, Debug, Serialize)]
pub struct Record {
    /// Its path.
    pub path: String,
    /// What it holds.
    pub content: Value,
}

/// What a run left behind.
#[derive(Clone, Debug, Serialize)]
pub struct RunRecord {
    config: Record,
    history: Record,
    /// The epoch with the highest mean of validation accuracies.
    best_epoch: u64,
    /// Epochs that were finished.
    epochs: usize,
    /// Of training, from first to last.
    hours: f64,
    /// Leading epochs whose learning rate was not what the configuration gives: the run was
    /// planned otherwise when they were trained.
    replanned: usize,
    /// The runs whose weights or answers this one used, and theirs, from the first to the last.
    #[serde(skip)]
    ancestors: Vec<Self>,
    /// Files that it or an ancestor began with and whose runs left no records here.
    #[serde(skip)]
    untold: Vec<String>,
}

impl RunRecord {
    /// Reads a run's configuration and history.
    ///
    /// # Errors
    /// A history without epochs.
    pub fn new(config: Record, history: Record) -> Result<Self, CardError> {
        let epochs = history.content.as_array().map(Vec::as_slice).unwrap_or_default();
        let best = epochs.iter().filter_map(|e| Some((selection(e)?, e["epoch"].as_u64()?)));
        // As in training, the first of equals.
        let best = best.reduce(|best, next| if next.0 > best.0 { next } else { best });
        let (_, best_epoch) = best.ok_or(CardError::History)?;
        let seconds = epochs.last().and_then(|e| e["seconds"].as_f64()).unwrap_or(0.0);
        let (epochs, hours) = (epochs.len(), seconds / 3600.0);
        let (ancestors, untold) = (Vec::new(), Vec::new());
        Ok(Self { config, history, best_epoch, epochs, hours, replanned: 0, ancestors, untold })
    }

    /// Adds the records of the runs that this one was started from or taught by, and of theirs,
    /// as `read` finds them by name; each once, and none before its own ancestors. Where it finds
    /// none, the file they gave is remembered instead.
    ///
    /// # Errors
    /// What `read` refuses.
    pub fn trace<E>(
        &mut self,
        read: &mut impl FnMut(&str) -> Result<Option<Self>, E>,
    ) -> Result<(), E> {
        let mut found = Found { known: Vec::new(), untold: Vec::new(), seen: vec![self.name()] };
        self.trace_into(&mut found, read)?;
        (self.ancestors, self.untold) = (found.known, found.untold);
        Ok(())
    }

    fn trace_into<E>(
        &self,
        found: &mut Found,
        read: &mut impl FnMut(&str) -> Result<Option<Self>, E>,
    ) -> Result<(), E> {
        for (name, file) in self.parents() {
            if found.seen.contains(&name) {
                continue;
            }
            found.seen.push(name.clone());
            match read(&name)? {
                None => found.untold.push(file),
                Some(parent) => {
                    parent.trace_into(found, read)?;
                    found.known.push(parent);
                }
            }
        }
        Ok(())
    }

    fn name(&self) -> String {
        self.config.content["name"].as_str().unwrap_or_default().to_owned()
    }

    /// The names of the runs whose files this one began with, those of their folders, and the files.
    fn parents(&self) -> Vec<(String, String)> {
        let paths = |key: &str| match &self.config.content[key] {
            Value::Array(paths) => paths.clone(),
            one => vec![one.clone()],
        };
        let folder = |path: Value| {
            let path = path.as_str()?;
            let folder = Path::new(path).parent()?.file_name().unwrap_or_default();
            Some((folder.to_string_lossy().into_owned(), path.to_owned()))
        };
        paths("init").into_iter().chain(paths("teachers")).filter_map(folder).collect()
    }

    /// Compares the history's learning rates with the configuration's, over epochs of as many
    /// pictures. Records of another form compare as equal.
    fn find_replanned(&mut self, pictures: usize) {
        self.ancestors.iter_mut().for_each(|run| run.find_replanned(pictures));
        let config = serde_json::from_value::<TrainingConfig>(self.config.content.clone());
        let history = serde_json::from_value::<Vec<EpochRecord>>(self.history.content.clone());
        let (Ok(config), Ok(history)) = (config, history) else { return };
        let per_epoch = pictures / config.batch_size.max(1);
        let differs = |(i, epoch): &(usize, &EpochRecord)| {
            let step = ((i + 1) * per_epoch).saturating_sub(1);
            let at = Moment { step, per_epoch, epochs: config.epochs, history: &history[..*i] };
            let planned = config.learning_rate_at(at);
            (planned - epoch.learning_rate).abs() > 0.01 * planned.max(1e-4)
        };
        let last = history.iter().enumerate().filter(differs).map(|(i, _)| i + 1).next_back();
        self.replanned = last.unwrap_or(0);
    }
}

/// What [`RunRecord::trace`] has found so far.
struct Found {
    known: Vec<RunRecord>,
    untold: Vec<String>,
    seen: Vec<String>,
}

/// The mean validation accuracy over heads.
fn selection(epoch: &Value) -> Option<f64> {
    let heads = epoch["valid"].as_array()?;
    let accuracies: Option<Vec<f64>> = heads.iter().map(|head| head[1].as_f64()).collect();
    let accuracies = accuracies.filter(|all| !all.is_empty())?;
    Some(accuracies.iter().sum::<f64>() / accuracies.len() as f64)
}

/// What a model card's template may name.
#[derive(Clone, Debug, Serialize)]
pub struct ModelFacts {
    /// Where the card and what it speaks of lie.
    #[serde(flatten)]
    places: Places,
    bytes: usize,
    /// SHA-256 of the file, hexadecimal.
    sha256: String,
    name: String,
    input_size: usize,
    parameters: usize,
    multiply_adds: u64,
    heads: Vec<Head>,
    run: RunRecord,
    /// The run's ancestors in the order they were trained in, and the run itself.
    lineage: Vec<RunRecord>,
    /// Files that some of them began with and of which nothing more is known here.
    untold: Vec<String>,
    /// Whether all weights go back to random numbers, as far as the records tell.
    from_scratch: bool,
    /// Where the pictures came from.
    source: String,
    /// How many of them were trained on.
    training_images: usize,
    /// How many of them the epoch and the calibration were chosen on.
    validation_images: usize,
    /// Whether those are FER2013's splits with the FER+ votes, by their numbers.
    fer2013: bool,
    /// One pass, as `attune evaluate` prints it.
    evaluation: Study,
    /// The same with the mirror image averaged in.
    flip_averaged: Report,
    /// On spoilt pictures, as `attune evaluate --robustness` prints it.
    robustness: Robustness,
    /// On other skin tones and light, as `attune audit` prints it.
    audit: Audit,
    /// The network at every precision that `attune export` writes.
    stored: Vec<StoredAs>,
    /// The checkpoint of which those are, where somebody kept what `attune export --compare`
    /// printed; without, the model file itself was stored anew.
    stored_from: Option<String>,
    /// What runs with other seeds gave, where they left a record.
    seeds: Option<SeedSummary>,
}

/// Where a card and what it speaks of lie.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Places {
    /// The model file.
    pub model: String,
    /// The card; nothing where it is only printed.
    pub card: Option<String>,
    /// Whether this is the model in the program.
    pub in_use: bool,
}

/// What is known of a model besides its file.
#[derive(Clone, Debug)]
pub struct Records {
    /// Its run, with its ancestors.
    pub run: RunRecord,
    /// What `attune export --compare --format json` printed of its checkpoint.
    pub precisions: Option<Precisions>,
    /// What `attune train --seeds` left.
    pub seeds: Option<SeedSummary>,
}

/// Decides where pictures are covered; the seed of `attune evaluate` by default.
const SEED: u64 = 1;

impl ModelFacts {
    /// Measures a model file on the validation split, on `threads` threads.
    ///
    /// # Errors
    /// When the model cannot be served.
    pub fn measure(
        places: Places,
        model: &[u8],
        Records { mut run, precisions: kept, seeds }: Records,
        [train, valid]: [&Dataset; 2],
        threads: usize,
    ) -> Result<Self, CardError> {
        let classifier = Classifier::from_safetensors(model)?;
        let spec = classifier.spec();
        run.find_replanned(train.examples.len());
        let stored_from = kept.as_ref().map(|kept| kept.source.clone());
        let stored = match kept {
            Some(kept) => kept.stored,
            None => precisions(&ServedModel::read(model)?, valid, None, threads)?,
        };
        let lineage: Vec<RunRecord> = run.ancestors.iter().chain([&run]).cloned().collect();
        Ok(Self {
            places,
            bytes: model.len(),
            sha256: Sha256::digest(model).iter().map(|byte| format!("{byte:02x}")).collect(),
            name: spec.name.clone(),
            input_size: spec.input_size,
            parameters: classifier.parameters(),
            multiply_adds: classifier.multiply_adds(),
            heads: spec.heads.clone(),
            lineage,
            from_scratch: run.untold.is_empty(),
            untold: run.untold.clone(),
            run,
            source: train.name.clone(),
            training_images: train.examples.len(),
            validation_images: valid.examples.len(),
            fer2013: is_fer2013(train, valid),
            evaluation: study(&classifier, valid, Some(train), Passes::One, threads),
            flip_averaged: evaluate(&classifier, valid, Passes::FlipAveraged, threads),
            robustness: robustness(&classifier, valid, SEED, threads, |_, _| ()),
            audit: audit(&classifier, valid, threads, |_, _| ()),
            stored,
            stored_from,
            seeds,
        })
    }
}

/// FER2013's `Training` and `PublicTest` with votes, told by how many pictures they hold.
fn is_fer2013(train: &Dataset, valid: &Dataset) -> bool {
    let votes = train.examples.iter().all(|e| e.votes.is_some());
    votes && train.examples.len() == 28_709 && valid.examples.len() == 3_589
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn ancestors_come_once_each_and_after_their_own() {
        let run = |name: &str, init: Value, teachers: &[&str]| {
            let content = json!({"name": name, "init": init, "teachers": teachers});
            let config = Record { path: "config.json".to_owned(), content };
            let content = json!([{"epoch": 1, "seconds": 1.0, "valid": [["fer2013", 0.5]]}]);
            RunRecord::new(config, Record { path: "history.json".to_owned(), content }).unwrap()
        };
        let mut read = |name: &str| match name {
            "a" => Ok(Some(run("a", Value::Null, &[]))),
            "b" => {
                Ok(Some(run("b", json!("runs/a/best.safetensors"), &["runs/a/model.safetensors"])))
            }
            "loop" => Ok(Some(run("loop", json!(["runs/loop/best.safetensors"]), &[]))),
            "gone" => Ok(None),
            other => Err(format!("no {other}")),
        };
        let names = |run: &RunRecord| run.ancestors.iter().map(RunRecord::name).collect::<Vec<_>>();
        let both = json!(["runs/b/best.safetensors", "runs/a/best.safetensors"]);
        let mut last = run("c", both, &["runs/b/model.safetensors"]);
        last.trace(&mut read).unwrap();
        assert_eq!(names(&last), ["a", "b"]);

        let mut circular = run("d", json!("runs/loop/best.safetensors"), &[]);
        circular.trace(&mut read).unwrap();
        assert_eq!(names(&circular), ["loop"]);
        let mut lost = run("e", json!("runs/gone/best.safetensors"), &["runs/a/model.safetensors"]);
        lost.trace(&mut read).unwrap();
        assert_eq!((names(&lost), lost.untold), (vec!["a".into()], vec!["runs/gone/best.safetensors".into()]));
        let mut broken = run("f", json!("runs/broken/best.safetensors"), &[]);
        assert_eq!(broken.trace(&mut read).unwrap_err(), "no broken");
    }

    #[test]
    fn a_run_that_was_shortened_is_told_by_its_learning_rates() {
        let config =
            |epochs| TrainingConfig { epochs, batch_size: 10, ..TrainingConfig::default() };
        let rate = |plan: &TrainingConfig, epoch: usize| {
            let at =
                Moment { step: epoch * 10 - 1, per_epoch: 10, epochs: plan.epochs, history: &[] };
            plan.learning_rate_at(at)
        };
        let epoch = |n: usize| {
            let rate = rate(&config(if n <= 4 { 20 } else { 8 }), n);
            json!({ "epoch": n, "loss": 1.0, "train_accuracy": 0.5, "valid": [["fer2013", 0.5]], "learning_rate": rate, "seconds": 1.0 })
        };
        let record = |content| Record { path: String::new(), content };
        let replanned = |history: Vec<Value>, epochs| {
            let config = record(serde_json::to_value(config(epochs)).unwrap());
            let mut run = RunRecord::new(config, record(json!(history))).unwrap();
            run.find_replanned(105);
            run.replanned
        };
        assert_eq!(replanned((1..=8).map(epoch).collect(), 8), 4);
        assert_eq!(replanned((5..=5).map(epoch).collect(), 8), 1);
        assert_eq!(replanned((1..=4).map(epoch).collect(), 20), 0);
    }

    #[test]
    fn the_best_epoch_is_the_first_with_the_highest_mean() {
        let epoch = |n: u64, a: f64, b: f64| json!({ "epoch": n, "seconds": n * 3600, "valid": [["fer2013", a], ["ferplus", b]] });
        let history = json!([epoch(1, 0.5, 0.7), epoch(2, 0.6, 0.8), epoch(3, 0.7, 0.7)]);
        let record = |content| Record { path: String::new(), content };
        let run = RunRecord::new(record(json!({})), record(history)).unwrap();
        assert_eq!((run.best_epoch, run.epochs, run.hours), (2, 3, 3.0));
        for none in [json!([]), json!({}), json!([{ "epoch": 1 }]), json!([{"valid": []}])] {
            assert!(RunRecord::new(record(json!({})), record(none)).is_err());
        }
    }
}
