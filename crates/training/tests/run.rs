//! A run that is stopped and resumed gives the weights of one that never was, to the bit; and
//! what burn computes is what serving computes.

// Helpers outside of the test functions unwrap as tests do.
#![allow(clippy::unwrap_used)]

mod common;

use std::sync::atomic::AtomicBool;

use attune_core::LabelSet;
use attune_training::network::Tensors;
use attune_training::network::replica::Replica;
use attune_training::{
    Calibration, Checkpoint, Outcome, Precision, Run, TrainError, TrainingConfig, export,
};
use attune_vision::{Classifier, FaceCrop};
use common::{StopAfter, faces, go, last, small};

#[test]
fn a_resumed_run_equals_an_unbroken_one() {
    let (whole, broken) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (outcome, epochs) = go(Run::start(whole.path(), small()).unwrap(), usize::MAX);
    assert_eq!((outcome, epochs.len()), (Outcome::Finished, 3));
    assert!(epochs[2].selection() > 0.9, "it learns: {epochs:?}");

    assert_eq!(go(Run::start(broken.path(), small()).unwrap(), 6).0, Outcome::Stopped);
    assert_eq!(go(Run::resume(broken.path()).unwrap(), 3).0, Outcome::Stopped);
    assert_eq!(go(Run::resume(broken.path()).unwrap(), usize::MAX).0, Outcome::Finished);

    let (a, b) = (last(whole.path()), last(broken.path()));
    assert_eq!(a.state, b.state);
    let accuracies = |c: &Checkpoint| c.history.iter().map(|e| e.valid.clone()).collect::<Vec<_>>();
    assert_eq!(accuracies(&a), accuracies(&b));
    assert_eq!(
        a.history.iter().map(|e| e.loss).collect::<Vec<_>>(),
        b.history.iter().map(|e| e.loss).collect::<Vec<_>>()
    );
}

#[test]
fn a_run_goes_on_only_with_its_own_pictures() {
    let folder = tempfile::tempdir().unwrap();
    go(Run::start(folder.path(), small()).unwrap(), 1);
    let mut run = Run::resume(folder.path()).unwrap();
    let mut observer = StopAfter { left: 1.into(), stop: &AtomicBool::new(false), epochs: vec![] };
    let other = run.go(&faces(64, 9), &faces(32, 2), &AtomicBool::new(false), &mut observer);
    assert!(other.is_err_and(|e| e.to_string().contains("other training pictures")));
    let other = run.go(&faces(64, 1), &faces(30, 2), &AtomicBool::new(false), &mut observer);
    assert!(other.is_err_and(|e| e.to_string().contains("other validation pictures")));
}

#[test]
#[cfg(unix)]
fn two_runs_never_share_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    let run = Run::start(folder.path(), small()).unwrap();
    assert!(!Run::is_under_way(folder.path()), "no step was taken");
    for second in [Run::resume(folder.path()), Run::start(folder.path(), small())] {
        assert!(matches!(second, Err(TrainError::Busy(_))));
    }
    go(run, 1);
    assert!(Run::is_under_way(folder.path()) && Run::resume(folder.path()).is_ok());
}

#[test]
fn too_few_pictures_leave_the_folder_free() {
    let folder = tempfile::tempdir().unwrap();
    let mut run = Run::start(folder.path(), small()).unwrap();
    let mut observer = StopAfter { left: 1.into(), stop: &AtomicBool::new(false), epochs: vec![] };
    let few = run.go(&faces(15, 1), &faces(32, 2), &AtomicBool::new(false), &mut observer);
    assert!(matches!(few, Err(TrainError::TooFew(15, 16))));
    assert!(!Run::is_under_way(folder.path()));
}

#[test]
fn the_configuration_is_on_disk_before_the_first_step() {
    let folder = tempfile::tempdir().unwrap();
    let run = Run::start(folder.path(), small()).unwrap();
    assert_eq!(last(folder.path()).state.step, 0, "a crash from here on can be resumed");
    let text = std::fs::read_to_string(folder.path().join("config.json")).unwrap();
    assert_eq!(&serde_json::from_str::<TrainingConfig>(&text).unwrap(), run.config());
}

#[test]
fn a_broken_checkpoint_is_refused_and_the_old_one_survives() {
    let folder = tempfile::tempdir().unwrap();
    go(Run::start(folder.path(), small()).unwrap(), 1);
    let path = folder.path().join("last.safetensors");
    let (whole, plan) = Checkpoint::read(&path).unwrap();
    let bytes = std::fs::read(&path).unwrap();
    for cut in [0, 7, 100, bytes.len() - 1] {
        std::fs::write(&path, &bytes[..cut]).unwrap();
        assert!(Run::resume(folder.path()).is_err(), "cut at {cut}");
    }
    whole.write(&plan, &path).unwrap();
    let blocked = folder.path().join("last.safetensors.partial");
    std::fs::create_dir(&blocked).unwrap();
    assert!(whole.write(&plan, &path).is_err(), "the partial file cannot be made");
    assert_eq!(last(folder.path()).state, whole.state);
}

#[test]
fn burn_and_serving_give_the_same_logits() {
    let plan = TrainingConfig::default().model.plan("test", 44);
    let mut tensors = Tensors::init(&plan, 7);
    let mut rng = fastrand::Rng::with_seed(3);
    for (numbers, spec) in tensors.0.iter_mut().zip(&plan.tensors) {
        if spec.shape.len() == 1 {
            numbers.iter_mut().for_each(|x| *x = x.mul_add(0.8, 0.3 * rng.f32()));
        }
    }
    let crops: Vec<FaceCrop> = faces(20, 5).examples.into_iter().map(|e| e.crop).collect();
    let images: Vec<f32> = crops.iter().flat_map(|c| c.input(44)).collect();
    let trained = Replica::new(&plan, &tensors, false).logits(images, crops.len());
    for (precision, tolerance) in [(Precision::Single, 1e-4), (Precision::Half, 2e-2)] {
        let file = export(&plan, &tensors, |_| Calibration::NONE, precision);
        let mut classifier = Classifier::from_safetensors(&file).unwrap();
        assert_eq!(classifier.spec().heads[1].label_set, LabelSet::FerPlus);
        let served = classifier.logits_batch(&crops);
        let spread = trained.iter().flatten().fold(0.0f32, |m, x| m.max(x.abs()));
        for (a, b) in trained.iter().flatten().zip(served.iter().flatten()) {
            assert!((a - b).abs() <= tolerance * spread.max(1.0), "{a} {b} {precision:?}");
        }
    }
}
