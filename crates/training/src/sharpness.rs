//! Sharpness-aware minimisation (Foret et al. 2021): gradients are taken not where the weights are
//! but a little uphill of them, which prefers wide minima; on labels as noisy as FER2013's that
//! keeps a network from learning single pictures by heart.

use crate::backend::Worker;
use crate::network::Tensors;
use crate::network::shard::{Batch, ShardGradients};

/// Keeps a vanishing gradient from being divided by 0.
const EPSILON: f64 = 1e-12;

/// One shard's gradients at the top of the slope within `radius` (L2, over all trained weights) of
/// `weights`; with a radius of 0 those at `weights` themselves. Each shard climbs its own slope
/// (m-sharpness). Loss, logits and batch norm's statistics are those at `weights`.
pub(crate) fn gradients(
    worker: &mut Worker,
    weights: &Tensors,
    batch: Batch,
    whole_batch: usize,
    radius: f32,
) -> ShardGradients {
    if radius <= 0.0 {
        return worker.gradients(weights, batch, whole_batch);
    }
    let here = worker.gradients(weights, batch.clone(), whole_batch);
    let top = uphill(weights, &here.gradients, radius);
    let gradients = worker.gradients(&top, batch, whole_batch).gradients;
    ShardGradients { gradients, ..here }
}

/// `weights` moved by `radius` along the gradient; tensors without a gradient stay.
fn uphill(weights: &Tensors, gradients: &[Vec<f32>], radius: f32) -> Tensors {
    let squares = gradients.iter().flatten().map(|g| f64::from(*g).powi(2));
    let scale = (f64::from(radius) / (squares.sum::<f64>().sqrt() + EPSILON)) as f32;
    let moved = |(weights, gradient): (&Vec<f32>, &Vec<f32>)| {
        let mut moved = weights.clone();
        moved.iter_mut().zip(gradient).for_each(|(w, g)| *w += scale * g);
        moved
    };
    Tensors(weights.0.iter().zip(gradients).map(moved).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_climb_is_as_long_as_asked_and_leaves_what_is_not_trained() {
        let weights = Tensors(vec![vec![1.0, 2.0], vec![5.0], vec![3.0]]);
        let top = uphill(&weights, &[vec![3.0, 0.0], vec![], vec![4.0]], 0.5);
        let expected = [vec![1.3, 2.0], vec![5.0], vec![3.4]];
        for (moved, expected) in top.0.iter().flatten().zip(expected.iter().flatten()) {
            assert!((moved - expected).abs() < 1e-6, "{top:?}");
        }
        let flat = uphill(&weights, &[vec![0.0; 2], vec![], vec![0.0]], 0.5);
        assert_eq!(flat.0, weights.0);
    }
}
