//! Every network trains, and what is served answers as what was trained.

#![allow(clippy::unwrap_used)]

mod common;

use attune_training::network::replica::Replica;
use attune_training::network::{ModelConfig, Preset, Tensors, presets};
use attune_training::{Calibration, Checkpoint, Outcome, Precision, Run, TrainingConfig, export};
use attune_vision::{Classifier, FaceCrop};
use common::{faces, go};

const SIDE: usize = 24;

fn trains_and_serves(model: ModelConfig) {
    let folder = tempfile::tempdir().unwrap();
    let config = TrainingConfig {
        model,
        input_size: SIDE,
        epochs: 1,
        batch_size: 8,
        learning_rate: 0.01,
        ema_decay: 0.5,
        ..TrainingConfig::default()
    };
    let run = Run::start(folder.path(), config).unwrap();
    assert_eq!(go(run, 2).0, Outcome::Stopped);
    let (checkpoint, plan) = Checkpoint::read(&folder.path().join("last.safetensors")).unwrap();
    assert_ne!(checkpoint.state.weights, Tensors::init(&plan, checkpoint.config.seed));

    let weights = &checkpoint.state.weights;
    let crops: Vec<FaceCrop> = faces(10, 5).examples.into_iter().map(|e| e.crop).collect();
    let images: Vec<f32> = crops.iter().flat_map(|c| c.input(SIDE)).collect();
    let trained = Replica::new(&plan, weights, false).logits(images.clone(), crops.len());
    let file = export(&plan, weights, |_| Calibration::NONE, Precision::Single);
    let mut classifier = Classifier::from_safetensors(&file).unwrap();
    assert_eq!(classifier.multiply_adds(), plan.multiply_adds);
    let served = classifier.logits_batch(&crops);
    assert_eq!(served, classifier.logits_of_inputs(&images));
    let spread = trained.iter().flatten().fold(1.0f32, |m, x| m.max(x.abs()));
    for (a, b) in trained.iter().flatten().zip(served.iter().flatten()) {
        assert!((a - b).abs() <= 1e-4 * spread, "{a} {b}");
    }
}

/// One test a network, so that they run side by side.
macro_rules! each {
    ($($test:ident: $name:literal),+ $(,)?) => {
        $(#[test]
        fn $test() {
            trains_and_serves(ModelConfig::preset($name).unwrap());
        })+

        #[test]
        fn no_preset_is_left_out() {
            let names: Vec<_> = presets().iter().map(|Preset { name, .. }| *name).collect();
            assert_eq!(names, [$($name),+]);
        }
    };
}

each! {
    attune: "attune",
    conv4: "conv4",
    conv3: "conv3",
    three_stage: "three-stage",
    vgg: "vgg",
    resnet: "resnet",
    separable: "separable",
    efficientnet_b0: "efficientnet-b0",
    efficientnet_b1: "efficientnet-b1",
    efficientnet_b2: "efficientnet-b2",
    efficientnet_b3: "efficientnet-b3",
}
