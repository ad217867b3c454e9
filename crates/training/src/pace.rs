//! How fast training steps are taken, apart from checkpoints and validation.

use std::time::{Duration, Instant};

use attune_vision::{CROP_SIZE, FaceCrop};

use crate::backend::Worker;
use crate::batches::{self, Source};
use crate::config::{InvalidConfig, TrainingConfig};
use crate::data::{Dataset, Example, Votes};
use crate::distill::Teachers;
use crate::imbalance::Balance;
use crate::network::Tensors;
use crate::optimizer::State;
use crate::train::work;

/// Steps before the clock starts: memory is laid out in them.
const WARM_UP: usize = 2;

/// Images a second through augmentation, forward, backward and update, measured on made-up
/// pictures over at least `least` and at least three steps.
///
/// # Errors
/// A setting out of range.
pub fn images_per_second(config: &TrainingConfig, least: Duration) -> Result<f64, InvalidConfig> {
    config.check()?;
    let data = noise(config.batch_size);
    let draws = batches::order(config, 0, &data);
    let plan = config.plan();
    let mut state = State::new(&plan, Tensors::init(&plan, config.seed), config.optimizer);
    let mut workers = Worker::team(config, &plan);
    let balance = Balance::of(config.imbalance, &plan, &data);
    let teachers = Teachers::default();
    let source =
        Source { config, plan: &plan, data: &data, balance: &balance, teachers: &teachers };
    let mut step = || {
        let shards = work(&source, &state.weights, 0, &draws, &mut workers);
        state.apply(&plan, config, &shards, 1e-4);
    };
    (0..WARM_UP).for_each(|_| step());
    let begin = Instant::now();
    let mut steps = 0;
    while steps < 3 || begin.elapsed() < least {
        step();
        steps += 1;
    }
    Ok((steps * config.batch_size) as f64 / begin.elapsed().as_secs_f64())
}

/// Noise with labels and votes: what a step costs does not depend on what it sees.
fn noise(images: usize) -> Dataset {
    let mut rng = fastrand::Rng::with_seed(1);
    let one = |i: usize| {
        let pixels: Vec<u8> = (0..CROP_SIZE * CROP_SIZE).map(|_| rng.u8(..)).collect();
        let mut votes = [0; 10];
        votes[i % 8] = 10;
        let crop = FaceCrop::from_pixels(&pixels)?;
        Some(Example { crop, label: Some(i % 7), votes: Some(Votes(votes)) })
    };
    let examples = (0..images).filter_map(one).collect();
    Dataset { name: "noise".to_owned(), examples, splits_told_apart: true }
}
