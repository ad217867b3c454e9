//! Faces simple enough to be learnt in a second.

// Each test file uses a part of it.
#![allow(dead_code, clippy::unwrap_used)]

use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use attune_training::data::{Dataset, Example, Votes};
use attune_training::network::ModelConfig;
use attune_training::{
    Checkpoint, EpochRecord, Observer, Outcome, Run, StepReport, TrainingConfig,
};
use attune_vision::FaceCrop;

/// Happy faces and sad ones in turn.
pub fn faces(n: usize, seed: u64) -> Dataset {
    let mut rng = fastrand::Rng::with_seed(seed);
    let examples = (0..n).map(|i| example(i % 2 == 0, &mut rng)).collect();
    Dataset { name: "made".to_owned(), examples, splits_told_apart: true }
}

/// The top half is brighter than the bottom, or the other way round.
fn example(top: bool, rng: &mut fastrand::Rng) -> Example {
    let pixel = |i: usize| if (i < 48 * 24) == top { 150 } else { 80 };
    let pixels: Vec<u8> = (0..48 * 48).map(|i| pixel(i) + rng.u8(0..60)).collect();
    let (label, vote) = if top { (3, 1) } else { (4, 3) };
    let mut votes = [0; 10];
    votes[vote] = 10;
    Example {
        crop: FaceCrop::from_pixels(&pixels).unwrap(),
        label: Some(label),
        votes: Some(Votes(votes)),
    }
}

/// A network of two thin stages on 16 x 16 pixels.
pub fn small() -> TrainingConfig {
    TrainingConfig {
        model: ModelConfig::Attune { stages: vec![8, 8] },
        input_size: 16,
        epochs: 3,
        batch_size: 16,
        learning_rate: 0.05,
        ema_decay: 0.9,
        ..TrainingConfig::default()
    }
}

/// Asks for a stop after some steps.
pub struct StopAfter<'a> {
    pub left: AtomicUsize,
    pub stop: &'a AtomicBool,
    pub epochs: Vec<EpochRecord>,
}

impl Observer for StopAfter<'_> {
    fn step(&mut self, _: &StepReport) {
        if self.left.fetch_sub(1, Ordering::Relaxed) == 1 {
            self.stop.store(true, Ordering::Relaxed);
        }
    }

    fn epoch(&mut self, record: &EpochRecord, _: bool) {
        self.epochs.push(record.clone());
    }
}

/// Goes on for some steps.
pub fn go(mut run: Run, steps: usize) -> (Outcome, Vec<EpochRecord>) {
    let stop = AtomicBool::new(false);
    let mut observer = StopAfter { left: steps.into(), stop: &stop, epochs: vec![] };
    let outcome = run.go(&faces(64, 1), &faces(32, 2), &stop, &mut observer).unwrap();
    (outcome, observer.epochs)
}

/// Where a run stands.
pub fn last(folder: &Path) -> Checkpoint {
    Checkpoint::read(&folder.join("last.safetensors")).unwrap().0
}
