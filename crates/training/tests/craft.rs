//! Optimizers, schedules, methods against imbalance and teachers in whole runs.

#![allow(clippy::unwrap_used)]

mod common;

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use attune_core::{Expression, LabelSet};
use attune_training::network::ModelConfig;
use attune_training::{
    Calibration, Imbalance, OptimizerKind, Outcome, Precision, Run, Schedule, TrainingConfig,
    export,
};
use attune_vision::Classifier;
use common::{StopAfter, faces, go, last, small};

/// A trained model's file.
fn teacher(folder: &Path) -> PathBuf {
    let run = folder.join("teacher");
    go(Run::start(&run, small()).unwrap(), usize::MAX);
    let (plan, average) = (small().plan(), last(&run).state.average);
    let path = folder.join("teacher.safetensors");
    let file = export(&plan, &average, |_| Calibration::NONE, Precision::Single);
    std::fs::write(&path, file).unwrap();
    path
}

#[test]
fn whatever_the_craft_a_resumed_run_equals_an_unbroken_one() {
    let folder = tempfile::tempdir().unwrap();
    let teachers = vec![teacher(folder.path())];
    let crafts = [
        TrainingConfig {
            optimizer: OptimizerKind::Adam,
            learning_rate: 1e-3,
            schedule: Schedule::Plateau { patience: 1, factor: 0.5 },
            imbalance: Imbalance::Oversample,
            ..small()
        },
        TrainingConfig {
            model: ModelConfig::Vgg { stages: vec![4, 8], convolutions: 1, dense: 8 },
            optimizer: OptimizerKind::AdamW,
            learning_rate: 1e-3,
            schedule: Schedule::OneCycle,
            imbalance: Imbalance::InverseFrequency,
            ..small()
        },
        TrainingConfig {
            schedule: Schedule::Step { every: 1, factor: 0.5 },
            imbalance: Imbalance::LOGIT_ADJUSTMENT,
            teachers,
            patience: Some(2),
            ..small()
        },
    ];
    for (i, config) in crafts.into_iter().enumerate() {
        let [whole, broken] = ["whole", "broken"].map(|n| folder.path().join(format!("{n}{i}")));
        let outcome = go(Run::start(&whole, config.clone()).unwrap(), usize::MAX);
        assert_eq!(outcome.0, Outcome::Finished);
        go(Run::start(&broken, config).unwrap(), 6);
        go(Run::resume(&broken).unwrap(), usize::MAX);
        let (a, b) = (last(&whole), last(&broken));
        assert!(a.state == b.state, "craft {i}");
        let rates = |c: &attune_training::Checkpoint| {
            c.history.iter().map(|e| (e.learning_rate, e.loss)).collect::<Vec<_>>()
        };
        assert_eq!(rates(&a), rates(&b), "craft {i}");
    }
}

#[test]
fn patience_ends_a_run_that_gets_no_better() {
    let folder = tempfile::tempdir().unwrap();
    let config = TrainingConfig { learning_rate: 1e-12, patience: Some(2), epochs: 9, ..small() };
    let (outcome, epochs) = go(Run::start(folder.path(), config).unwrap(), usize::MAX);
    assert_eq!((outcome, epochs.len()), (Outcome::Finished, 3));
    let again = go(Run::resume(folder.path()).unwrap(), usize::MAX);
    assert_eq!((again.0, again.1.len()), (Outcome::Finished, 0), "it stays ended");
}

#[test]
fn a_student_learns_from_teachers_without_any_label() {
    let folder = tempfile::tempdir().unwrap();
    let teachers = vec![teacher(folder.path())];
    let config = TrainingConfig { teachers, distill_share: 1.0, seed: 9, epochs: 12, ..small() };
    let mut unlabelled = faces(64, 1);
    unlabelled.examples.iter_mut().for_each(|e| (e.label, e.votes) = (None, None));
    let mut run = Run::start(&folder.path().join("student"), config).unwrap();
    let stop = AtomicBool::new(false);
    let mut observer = StopAfter { left: usize::MAX.into(), stop: &stop, epochs: vec![] };
    run.go(&unlabelled, &faces(32, 2), &stop, &mut observer).unwrap();
    assert!(run.best().unwrap().selection() > 0.9, "{:?}", run.history());
}

#[test]
fn a_run_goes_on_only_with_its_own_teachers() {
    let folder = tempfile::tempdir().unwrap();
    let path = teacher(folder.path());
    let config = TrainingConfig { teachers: vec![path.clone()], ..small() };
    let run = folder.path().join("student");
    go(Run::start(&run, config).unwrap(), 1);
    let config = TrainingConfig { seed: 5, ..small() };
    let plan = config.plan();
    let other = attune_training::network::Tensors::init(&plan, 5);
    let file = export(&plan, &other, |_| Calibration::NONE, Precision::Single);
    std::fs::write(&path, file).unwrap();
    assert!(Run::resume(&run).is_err_and(|e| e.to_string().contains("other teachers")));
    std::fs::remove_file(&path).unwrap();
    assert!(Run::resume(&run).is_err_and(|e| e.to_string().contains("could not be read")));
}

#[test]
fn expressions_that_the_data_lacks_are_never_answered() {
    let folder = tempfile::tempdir().unwrap();
    let mut config = small();
    config.fit_to(&faces(8, 1));
    assert_eq!(config.expressions, [Expression::Happy, Expression::Sad]);
    let plan = config.plan();
    go(Run::start(folder.path(), config).unwrap(), usize::MAX);
    let average = last(folder.path()).state.average;
    for precision in [Precision::Single, Precision::Half] {
        let file = export(&plan, &average, |_| Calibration::NONE, precision);
        let mut classifier = Classifier::from_safetensors(&file).unwrap();
        for example in faces(8, 3).examples {
            let p = classifier.classify(&example.crop).unwrap();
            assert_eq!(p.label_set(), LabelSet::FerPlus);
            assert!(p.of(Expression::Happy) + p.of(Expression::Sad) > 0.999_99, "{p:?}");
            assert_eq!(p.of(Expression::Angry), 0.0);
        }
    }
}

#[test]
fn methods_against_imbalance_find_more_of_the_rare_class() {
    let mut rare = faces(512, 1);
    let mut sad = 0;
    rare.examples.retain(|e| {
        sad += usize::from(e.label == Some(4));
        e.label == Some(3) || sad <= 24
    });
    // Hard to tell apart: a tenth of each picture's contrast, under noise of its own.
    let noisy = |data: &mut attune_training::data::Dataset, seed| {
        let mut rng = fastrand::Rng::with_seed(seed);
        for example in &mut data.examples {
            let pixels: Vec<u8> =
                example.crop.pixels().iter().map(|p| 90 + p / 10 + rng.u8(0..120)).collect();
            example.crop = attune_vision::FaceCrop::from_pixels(&pixels).unwrap();
            example.votes = None;
        }
    };
    let mut valid = faces(128, 2);
    noisy(&mut rare, 5);
    noisy(&mut valid, 6);
    let recall = |imbalance| {
        let folder = tempfile::tempdir().unwrap();
        let model = ModelConfig::Vgg { stages: vec![8], convolutions: 1, dense: 16 };
        let augmentation = attune_training::augment::Augmentation::none();
        let mut config = TrainingConfig { imbalance, model, epochs: 6, augmentation, ..small() };
        config.fit_to(&rare);
        let plan = config.plan();
        let mut run = Run::start(folder.path(), config).unwrap();
        let stop = AtomicBool::new(false);
        let mut observer = StopAfter { left: usize::MAX.into(), stop: &stop, epochs: vec![] };
        run.go(&rare, &valid, &stop, &mut observer).unwrap();
        let average = last(folder.path()).state.average;
        let file = export(&plan, &average, |_| Calibration::NONE, Precision::Single);
        let classifier = Classifier::from_safetensors(&file).unwrap();
        let passes = attune_training::Passes::One;
        let report = attune_training::evaluate(&classifier, &valid, passes, 1);
        report.results[0].per_class["sad"].recall
    };
    let without = recall(Imbalance::None);
    for method in [Imbalance::InverseFrequency, Imbalance::Oversample, Imbalance::LOGIT_ADJUSTMENT]
    {
        let with = recall(method);
        assert!(with > without + 0.05, "{method:?}: {with}, without {without}");
    }
}
