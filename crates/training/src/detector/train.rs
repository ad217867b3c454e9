use attune_vision::detect::trees::PixelTrees;
use attune_vision::{FaceCrop, Frame};

use super::boost::{Sample, grow};
use super::mine::Backgrounds;
use super::positives::{Jitter, window};
use crate::parallel::in_parallel;

/// How a cascade is trained.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Trees of each stage; windows without faces are mined anew after each.
    pub stages: Vec<usize>,
    /// Share of the faces that a stage may lose.
    pub lost: f64,
    /// Windows around every face.
    pub jitters: usize,
    /// Windows without faces in every stage.
    pub negatives: usize,
    /// Windows tried for them at most.
    pub tries: u64,
    /// Starts every random choice.
    pub seed: u64,
    /// Threads.
    pub threads: usize,
}

/// What a stage reached.
#[derive(Clone, Debug)]
pub struct Stage {
    /// Trees so far.
    pub trees: usize,
    /// Share of the faces still let through.
    pub kept: f64,
    /// Share of windows without faces that the trees before this stage let through.
    pub passed: f64,
}

/// Grows the cascade; `report` hears of every stage.
pub fn train(
    faces: &[FaceCrop],
    backgrounds: &[Frame],
    settings: &Settings,
    report: &mut dyn FnMut(&Stage),
) -> PixelTrees {
    let mut rng = fastrand::Rng::with_seed(settings.seed);
    let backgrounds = Backgrounds::new(backgrounds);
    let mut samples = positives(faces, settings, &mut rng);
    let all = samples.len();
    let mut trees = PixelTrees::default();
    for size in &settings.stages {
        samples.retain(|s| s.target > 0.0);
        let kept = samples.len();
        let passed = add_negatives(&mut samples, &backgrounds, &trees, settings, &mut rng);
        if samples.len() - kept < settings.negatives / 10 {
            break;
        }
        for _ in 0..*size {
            let tree = grow(&samples, &mut rng, settings.threads);
            for sample in &mut samples {
                sample.sum += tree.leaves[tree.leaf(|test| sample.patch.brighter(test))];
            }
            trees.0.push(tree);
        }
        let least = threshold(&samples, settings.lost);
        if let Some(last) = trees.0.last_mut() {
            last.least = least;
        }
        samples.retain(|s| s.sum >= least);
        let kept = samples.iter().filter(|s| s.target > 0.0).count() as f64 / all as f64;
        report(&Stage { trees: trees.0.len(), kept, passed });
    }
    trees
}

fn positives(faces: &[FaceCrop], settings: &Settings, rng: &mut fastrand::Rng) -> Vec<Sample> {
    let mut samples = Vec::with_capacity(faces.len() * settings.jitters);
    for face in faces {
        for _ in 0..settings.jitters {
            if let Some(patch) = window(face, Jitter::default(), rng) {
                samples.push(Sample { patch, target: 1.0, sum: 0.0 });
            }
        }
    }
    samples
}

/// The sum that all but `lost` of the faces reach.
fn threshold(samples: &[Sample], lost: f64) -> f32 {
    let mut sums: Vec<f32> = samples.iter().filter(|s| s.target > 0.0).map(|s| s.sum).collect();
    sums.sort_by(f32::total_cmp);
    sums.get((sums.len() as f64 * lost) as usize).copied().unwrap_or(0.0)
}

/// The share of windows that passed.
fn add_negatives(
    samples: &mut Vec<Sample>,
    backgrounds: &Backgrounds,
    trees: &PixelTrees,
    settings: &Settings,
    rng: &mut fastrand::Rng,
) -> f64 {
    let threads = settings.threads;
    let seeds: Vec<u64> = (0..threads).map(|_| rng.u64(..)).collect();
    let found = in_parallel(threads, |i| {
        let mut rng = fastrand::Rng::with_seed(seeds[i]);
        let (wanted, tries) = (settings.negatives / threads, settings.tries / threads as u64);
        backgrounds.mine(trees, wanted, tries, &mut rng)
    });
    let (mut passed, mut tried) = (0, 0);
    for (windows, tries) in found {
        (passed, tried) = (passed + windows.len(), tried + tries);
        let sample = |(patch, sum)| Sample { patch, target: -1.0, sum };
        samples.extend(windows.into_iter().map(sample));
    }
    passed as f64 / tried.max(1) as f64
}
