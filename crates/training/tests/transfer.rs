//! Weights from other files, frozen layers, and what transfer learning is worth.

// Helpers unwrap, and a skipped test says so.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

mod common;

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use attune_core::LabelSet;
use attune_training::data::{Dataset, Split};
use attune_training::network::{ModelConfig, Plan, Tensors};
use attune_training::{Calibration, Precision, Run, Taken, TrainingConfig, export};
use attune_vision::{Classifier, FaceCrop};
use common::{StopAfter, faces, go, last, small};

/// A run's checkpoint and the model file of the same weights.
fn pretrained(folder: &Path) -> [PathBuf; 2] {
    let run = folder.join("pretrained");
    go(Run::start(&run, small()).unwrap(), usize::MAX);
    let model = folder.join("model.safetensors");
    std::fs::write(&model, served(&small().plan(), &last(&run).state.average)).unwrap();
    [run.join("last.safetensors"), model]
}

fn served(plan: &Plan, tensors: &Tensors) -> Vec<u8> {
    export(plan, tensors, |_| Calibration::NONE, Precision::Single)
}

fn logits(plan: &Plan, tensors: &Tensors) -> Vec<f32> {
    let mut classifier = Classifier::from_safetensors(&served(plan, tensors)).unwrap();
    let crops: Vec<FaceCrop> = faces(6, 7).examples.into_iter().map(|e| e.crop).collect();
    classifier.logits_batch(&crops).concat()
}

/// A run that has only just begun.
fn begun(folder: &Path, config: TrainingConfig) -> (Taken, Plan, Tensors) {
    let folder = tempfile::tempdir_in(folder).unwrap();
    let run = Run::start(folder.path(), config.clone()).unwrap();
    let taken = run.taken().unwrap().clone();
    (taken, config.plan(), last(folder.path()).state.weights)
}

#[test]
fn a_run_starts_where_a_checkpoint_or_a_model_file_ended() {
    let folder = tempfile::tempdir().unwrap();
    let files = pretrained(folder.path());
    let ended = last(&folder.path().join("pretrained")).state.average;
    let expected = logits(&small().plan(), &ended);
    for init in files {
        for freeze in [vec![], vec!["stem".to_owned(), "stage2.conv1".to_owned()]] {
            let config = TrainingConfig { init: vec![init.clone()], freeze, ..small() };
            let (taken, plan, weights) = begun(folder.path(), config);
            assert_eq!((taken.fresh, taken.unused.len()), (vec![], 0), "{init:?}");
            let found = logits(&plan, &weights);
            let close = |(a, b): (&f32, &f32)| (a - b).abs() < 1e-3;
            assert!(found.iter().zip(&expected).all(close), "{init:?}: {found:?} {expected:?}");
        }
    }
}

#[test]
fn eight_bit_model_files_can_be_started_from() {
    let folder = tempfile::tempdir().unwrap();
    pretrained(folder.path());
    let ended = last(&folder.path().join("pretrained")).state.average;
    let small_file = export(&small().plan(), &ended, |_| Calibration::NONE, Precision::Int8);
    let init = folder.path().join("int8.safetensors");
    std::fs::write(&init, small_file).unwrap();
    let (taken, ..) = begun(folder.path(), TrainingConfig { init: vec![init], ..small() });
    assert_eq!((taken.fresh, taken.unused.len()), (vec![], 0));
}

#[test]
fn what_does_not_fit_starts_fresh_and_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let [_, init] = pretrained(folder.path());
    let model = ModelConfig::Attune { stages: vec![8, 8, 12] };
    let config = TrainingConfig { init: vec![init], model, ..small() };
    let (taken, ..) = begun(folder.path(), config.clone());
    assert!(taken.layers.contains(&"stage2.conv1".to_owned()));
    let fresh: Vec<&str> = taken.fresh.iter().map(|(name, _)| name.as_str()).collect();
    assert!(fresh.contains(&"stage3.conv1") && fresh.contains(&"head.fer2013"), "{fresh:?}");
    let head = taken.fresh.iter().find(|(name, _)| name == "head.fer2013").unwrap();
    assert_eq!(head.1, "has shape [7, 8] in the file, [7, 12] here");

    let other = TrainingConfig { model: ModelConfig::ThreeStage, input_size: 24, ..config.clone() };
    let refused = Run::start(&folder.path().join("other"), other);
    assert!(refused.is_err_and(|e| e.to_string().contains("no weights for this network")));
    let gone = TrainingConfig { init: vec!["gone".into()], ..config };
    assert!(Run::start(&folder.path().join("gone"), gone).is_err());
}

#[test]
fn several_files_start_a_run_from_their_mean() {
    let folder = tempfile::tempdir().unwrap();
    let ended = ["one", "two", "three"].map(|name| {
        let run = folder.path().join(name);
        go(Run::start(&run, TrainingConfig { seed: name.len() as u64, ..small() }).unwrap(), 1);
        run.join("last.safetensors")
    });
    let alone = ended
        .clone()
        .map(|init| begun(folder.path(), TrainingConfig { init: vec![init], ..small() }).2);
    let config = TrainingConfig { init: ended.to_vec(), ..small() };
    let (taken, _, mean) = begun(folder.path(), config);
    assert_eq!(taken.fresh, []);
    for (i, tensor) in mean.0.iter().enumerate() {
        for (j, mean) in tensor.iter().enumerate() {
            let expected = alone.iter().map(|one| one.0[i][j]).sum::<f32>() / 3.0;
            assert!((mean - expected).abs() < 1e-5 * expected.abs().max(1.0));
        }
    }
}

#[test]
fn files_with_other_layers_than_the_first_have_no_mean_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let [whole, _] = pretrained(folder.path());
    let one = folder.path().join("one");
    let label_sets = vec![LabelSet::Fer2013];
    go(Run::start(&one, TrainingConfig { label_sets, ..small() }).unwrap(), 1);
    let init = vec![whole, one.join("last.safetensors")];
    let refused = Run::start(&folder.path().join("mean"), TrainingConfig { init, ..small() });
    assert!(refused.is_err_and(|e| e.to_string().contains("its layers are not those of")));
}

#[test]
fn configurations_of_one_start_or_none_are_still_read() {
    let read = |init: &str| -> TrainingConfig {
        serde_json::from_str(&format!("{{\"init\": {init}}}")).unwrap()
    };
    assert_eq!(read("null").init, Vec::<PathBuf>::new());
    assert_eq!(read("\"a\"").init, [PathBuf::from("a")]);
    assert_eq!(read("[\"a\", \"b\"]").init, [PathBuf::from("a"), PathBuf::from("b")]);
}

#[test]
fn a_head_of_another_label_set_starts_fresh() {
    let folder = tempfile::tempdir().unwrap();
    let one = folder.path().join("one");
    let label_sets = vec![LabelSet::Fer2013];
    go(Run::start(&one, TrainingConfig { label_sets, ..small() }).unwrap(), 1);
    let init = vec![one.join("last.safetensors")];
    let (taken, ..) = begun(folder.path(), TrainingConfig { init, ..small() });
    assert_eq!(taken.fresh, [("head.ferplus".to_owned(), "is not in the file".to_owned())]);
}

#[test]
fn frozen_layers_stay_to_the_bit_while_the_others_train() {
    let folder = tempfile::tempdir().unwrap();
    let [init, _] = pretrained(folder.path());
    let freeze = vec!["body".to_owned()];
    let config = TrainingConfig { init: vec![init], freeze, ..small() };
    let run = folder.path().join("frozen");
    let plan = config.plan();
    let before = {
        let run = Run::start(&run, config).unwrap();
        let weights = last(&folder.path().join("frozen")).state.weights;
        go(run, usize::MAX);
        weights
    };
    let after = last(&run).state;
    for (i, spec) in plan.tensors.iter().enumerate() {
        let same = before.0[i] == after.weights.0[i] && before.0[i] == after.average.0[i];
        assert_eq!(same, !spec.name.starts_with("head."), "{}", spec.name);
    }
}

/// Faces of four expressions as no network has seen them: negatives.
fn foreign(data: &Dataset, first: usize, n: usize) -> Dataset {
    let mut examples = Vec::new();
    let wanted = |label: Option<usize>| label.is_some_and(|label| [0, 3, 5, 6].contains(&label));
    for example in data.examples.iter().filter(|e| wanted(e.label)).skip(first).take(n) {
        let pixels = example.crop.pixels();
        let turned: Vec<u8> = pixels.iter().map(|p| 255 - p).collect();
        let mut example = example.clone();
        example.crop = FaceCrop::from_pixels(&turned).unwrap();
        example.votes = None;
        examples.push(example);
    }
    Dataset { name: "foreign".to_owned(), examples, splits_told_apart: true }
}

#[test]
fn fine_tuning_beats_training_from_scratch_on_a_small_foreign_set() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");
    let root = std::env::var_os("ATTUNE_DATA").map_or_else(|| root.into(), PathBuf::from);
    let Ok(data) = Dataset::read(&root.join("fer2013"), Split::Train) else {
        eprintln!("skipped: {} has no fer2013", root.display());
        return;
    };
    let (train, valid) = (foreign(&data, 0, 256), foreign(&data, 4000, 256));
    let model = concat!(env!("CARGO_MANIFEST_DIR"), "/../../models/attune.safetensors");
    let best = |init: Option<&str>| {
        let folder = tempfile::tempdir().unwrap();
        let mut config = TrainingConfig {
            init: init.map(PathBuf::from).into_iter().collect(),
            input_size: 48,
            epochs: 6,
            batch_size: 16,
            learning_rate: 0.02,
            ema_decay: 0.9,
            ..TrainingConfig::default()
        };
        config.fit_to(&train);
        let mut run = Run::start(folder.path(), config).unwrap();
        let stop = AtomicBool::new(false);
        let mut observer = StopAfter { left: usize::MAX.into(), stop: &stop, epochs: vec![] };
        run.go(&train, &valid, &stop, &mut observer).unwrap();
        run.best().unwrap().selection()
    };
    let (scratch, tuned) = (best(None), best(Some(model)));
    eprintln!("from scratch {scratch:.3}, fine-tuned {tuned:.3} (n = 256)");
    assert!(tuned > scratch + 0.05, "from scratch {scratch:.3}, fine-tuned {tuned:.3}");
}
