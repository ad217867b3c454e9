//! The engine and burn compute the same loss and gradients.

// Helpers outside of the test functions unwrap as tests do.
#![allow(clippy::unwrap_used)]

use attune_core::LabelSet;
use attune_training::engine::Engine;
use attune_training::network::plan::{Activation, Kernel, Plan, PlanBuilder};
use attune_training::network::replica::Replica;
use attune_training::network::shard::{Batch, ShardGradients};
use attune_training::network::{ModelConfig, Tensors};

/// A small network of every kind of layer.
fn every_layer() -> Plan {
    let (mut b, x) = PlanBuilder::new("every", 17);
    let x = b.conv_bias("a", x, 6, Kernel::valid(3, 1), Activation::Silu);
    let x = b.max_pool(x, 2, 2);
    let x = b.dropout(x, 0.25);
    let wide = b.conv("b", x, 20, Kernel::same(1, 1), Activation::Silu);
    let deep = b.depthwise("c", wide, Kernel::same(3, 1), Activation::Relu);
    let deep = b.squeeze_excite("d", deep, 4);
    let sum = b.add(wide, deep, Activation::Relu);
    let x = b.depthwise("e", sum, Kernel::same(5, 2), Activation::None);
    let x = b.conv("f", x, 24, Kernel::same(3, 2), Activation::Relu);
    let dense = b.linear("g", x, 19, Activation::Relu);
    let dense = b.dropout(dense, 0.5);
    let pooled = b.global_avg_pool(x);
    b.head(LabelSet::Fer2013, dense);
    b.head(LabelSet::FerPlus, pooled);
    b.finish()
}

fn random(len: usize, rng: &mut fastrand::Rng) -> Vec<f32> {
    (0..len).map(|_| rng.f32() * 2.0 - 1.0).collect()
}

fn batch(plan: &Plan, images: usize) -> Batch {
    let mut rng = fastrand::Rng::with_seed(5);
    let targets = |classes| random(images * classes, &mut fastrand::Rng::with_seed(classes as u64));
    let positive = |classes: usize| targets(classes).iter().map(|t| t.abs() / 8.0).collect();
    Batch {
        len: images,
        images: random(images * plan.input_size * plan.input_size, &mut rng),
        targets: vec![positive(7), positive(8)],
        seed: 11,
        logit_shift: vec![random(7, &mut rng), random(8, &mut rng)],
    }
}

/// Every tensor away from the start that batch norm's identity is.
fn shaken(plan: &Plan) -> Tensors {
    let mut tensors = Tensors::init(plan, 3);
    let mut rng = fastrand::Rng::with_seed(9);
    for numbers in &mut tensors.0 {
        numbers.iter_mut().for_each(|x| *x += 0.1 * (rng.f32() - 0.5));
    }
    tensors
}

fn close(name: &str, ours: &[f32], theirs: &[f32]) {
    assert_eq!(ours.len(), theirs.len(), "{name}");
    let size = theirs.iter().fold(1e-4f32, |m, x| m.max(x.abs()));
    for (i, (a, b)) in ours.iter().zip(theirs).enumerate() {
        assert!((a - b).abs() <= 2e-3 * size, "{name}[{i}]: {a} and {b}, of size {size}");
    }
}

fn same(plan: &Plan, ours: &ShardGradients, theirs: &ShardGradients) {
    close("loss", &[ours.loss], &[theirs.loss]);
    for (a, b) in ours.logits.iter().zip(&theirs.logits) {
        close("logits", a, b);
    }
    for (a, b) in ours.statistics.iter().zip(&theirs.statistics) {
        assert_eq!(a.norm, b.norm);
        close("mean", &a.mean, &b.mean);
        close("variance", &a.variance, &b.variance);
    }
    assert_eq!(ours.statistics.len(), theirs.statistics.len());
    for ((a, b), spec) in ours.gradients.iter().zip(&theirs.gradients).zip(&plan.tensors) {
        close(&spec.name, a, b);
    }
}

#[test]
fn the_engine_and_burn_give_the_same_gradients() {
    for plan in [every_layer(), ModelConfig::Attune { stages: vec![8, 16, 40] }.plan("a", 24)] {
        let (tensors, batch) = (shaken(&plan), batch(&plan, 6));
        let theirs = Replica::new(&plan, &tensors, true).gradients(batch.clone(), 9);
        let mut engine = Engine::new(&plan);
        same(&plan, &engine.gradients(&tensors, &batch, 9), &theirs);
        same(&plan, &engine.gradients(&tensors, &batch, 9), &theirs);
    }
}
