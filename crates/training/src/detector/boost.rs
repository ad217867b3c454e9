//! One tree of a gentle boost (Friedman et al. 2000): each leaf answers with the weighted mean of
//! its targets, each node asks the random question that leaves the least squared error.

use attune_vision::detect::trees::{DEPTH, GRID, Tree};

use super::patch::Patch;
use crate::parallel::{in_parallel, part};

/// A window with what it is and what the trees so far make of it.
pub struct Sample {
    /// What it looks like.
    pub patch: Patch,
    /// 1 for a face, -1 for none.
    pub target: f32,
    /// Sum of leaves so far.
    pub sum: f32,
}

/// Questions tried for every node.
const QUESTIONS: usize = 512;

/// Weights of faces and of the rest add up to one half each.
fn weights(samples: &[Sample]) -> Vec<f32> {
    let raw: Vec<f32> = samples.iter().map(|s| (-s.target * s.sum).clamp(-20.0, 20.0).exp()).collect();
    let total = |sign: f32| -> f32 {
        raw.iter().zip(samples).filter(|(_, s)| s.target == sign).map(|(w, _)| w).sum()
    };
    let totals = [total(-1.0).max(1e-20), total(1.0).max(1e-20)];
    raw.iter().zip(samples).map(|(w, s)| 0.5 * w / totals[usize::from(s.target > 0.0)]).collect()
}

/// The next tree; `least` is left open.
pub fn grow(samples: &[Sample], rng: &mut fastrand::Rng, threads: usize) -> Tree {
    let weights = weights(samples);
    let mut tree = Tree {
        tests: [[0; 2]; (1 << DEPTH) - 1],
        leaves: [0.0; 1 << DEPTH],
        least: f32::NEG_INFINITY,
    };
    let mut nodes: Vec<Vec<u32>> = vec![(0..samples.len() as u32).collect()];
    for depth in 0..DEPTH {
        let first = (1 << depth) - 1;
        let mut children = Vec::with_capacity(nodes.len() * 2);
        for (i, members) in nodes.iter().enumerate() {
            let question = best_question(samples, &weights, members, rng, threads);
            tree.tests[first + i] = question;
            let (yes, no): (Vec<u32>, Vec<u32>) =
                members.iter().partition(|m| samples[**m as usize].patch.brighter(question));
            children.extend([no, yes]);
        }
        nodes = children;
    }
    for (leaf, members) in tree.leaves.iter_mut().zip(&nodes) {
        let sum = |value: fn(f32) -> f32| -> f32 {
            members.iter().map(|m| weights[*m as usize] * value(samples[*m as usize].target)).sum()
        };
        let total = sum(|_| 1.0);
        *leaf = if total > 0.0 { sum(|t| t) / (total + 1e-7) } else { 0.0 };
    }
    tree
}

/// The question after which the two halves' targets differ most from each other.
fn best_question(
    samples: &[Sample],
    weights: &[f32],
    members: &[u32],
    rng: &mut fastrand::Rng,
    threads: usize,
) -> [u16; 2] {
    let point = |rng: &mut fastrand::Rng| rng.u16(..(GRID * GRID) as u16);
    let questions: Vec<[u16; 2]> = (0..QUESTIONS).map(|_| [point(rng), point(rng)]).collect();
    let parts = in_parallel(threads, |i| {
        tally(samples, weights, &members[part(members.len(), i, threads)], &questions)
    });
    let mut sums = vec![[0f64; 2]; QUESTIONS];
    let mut whole = [0f64; 2];
    for (tallies, total) in parts {
        for (sum, more) in sums.iter_mut().zip(tallies) {
            sum[0] += f64::from(more[0]);
            sum[1] += f64::from(more[1]);
        }
        whole[0] += f64::from(total[0]);
        whole[1] += f64::from(total[1]);
    }
    let gain = |yes: &[f64; 2]| {
        let no = [whole[0] - yes[0], whole[1] - yes[1]];
        yes[1] * yes[1] / yes[0].max(1e-12) + no[1] * no[1] / no[0].max(1e-12)
    };
    let best = (0..QUESTIONS).max_by(|a, b| gain(&sums[*a]).total_cmp(&gain(&sums[*b])));
    best.map_or([0, 1], |i| questions[i])
}

/// For every question the weight, and the weight times target, of the windows that say yes; and
/// both of all windows.
fn tally(
    samples: &[Sample],
    weights: &[f32],
    members: &[u32],
    questions: &[[u16; 2]],
) -> (Vec<[f32; 2]>, [f32; 2]) {
    let mut sums = vec![[0f32; 2]; questions.len()];
    let mut whole = [0f32; 2];
    for member in members {
        let (sample, weight) = (&samples[*member as usize], weights[*member as usize]);
        let signed = weight * sample.target;
        for (sum, question) in sums.iter_mut().zip(questions) {
            let yes = f32::from(sample.patch.brighter(*question));
            sum[0] += yes * weight;
            sum[1] += yes * signed;
        }
        whole[0] += weight;
        whole[1] += signed;
    }
    (sums, whole)
}
