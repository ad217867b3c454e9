//! The engine against the definitions.

#![allow(clippy::unwrap_used)]

#[path = "common/mod.rs"]
mod common;
#[path = "common/reference.rs"]
mod reference;

use attune_core::LabelSet;
use attune_vision::Classifier;
use attune_vision::graph::{Activation, Node};
use common::{Net, Random};
use safetensors::Dtype;

/// Runs faces one by one, together, and by the definitions; all must agree.
fn check(net: &Net, what: &str) {
    let mut random = Random::new(3);
    let crops: Vec<_> = (0..19).map(|_| random.crop()).collect();
    for dtype in [Dtype::F32, Dtype::F16] {
        let mut classifier = Classifier::from_safetensors(&net.file(dtype)).unwrap();
        let together = classifier.logits_batch(&crops);
        for (i, crop) in crops.iter().enumerate().step_by(6) {
            let expected = reference::run(net, crop);
            for (head, (expected, rows)) in expected.iter().zip(&together).enumerate() {
                let set = net.spec.heads[head].label_set;
                let alone = classifier.logits(crop, set).unwrap();
                let row = &rows[i * expected.len()..][..expected.len()];
                assert_eq!(alone.len(), expected.len());
                for (j, exact) in expected.iter().enumerate() {
                    for number in [alone[j], row[j]] {
                        let error = (f64::from(number) - exact).abs() / exact.abs().max(1.0);
                        assert!(error < 1e-4, "{what}, {dtype:?}: {number}, not {exact}");
                    }
                }
            }
        }
    }
}

#[test]
fn a_residual_network_with_squeeze_and_excitation() {
    let net = Net::residual_network();
    let classifier = Classifier::from_safetensors(&net.file(Dtype::F32)).unwrap();
    assert!((30_000_000..34_000_000).contains(&classifier.multiply_adds()));
    let parameters: usize = net.tensors.values().map(|t| t.1.len()).sum();
    assert_eq!(classifier.parameters(), parameters);
    check(&net, "residual network");
}

#[test]
fn convolutions_of_every_kind() {
    // Side of the input, channels before, outputs, window, stride, padding, groups.
    let cases = [
        [48, 1, 3, 3, 1, 1, 1],
        [43, 5, 7, 3, 2, 1, 1],
        [21, 6, 4, 5, 3, 2, 1],
        [17, 3, 9, 7, 2, 3, 1],
        [9, 4, 17, 1, 1, 0, 1],
        [9, 4, 6, 1, 2, 0, 1],
        [11, 33, 33, 3, 1, 1, 33],
        [12, 20, 20, 5, 2, 2, 20],
        [13, 6, 9, 3, 2, 1, 3],
        [8, 4, 8, 3, 1, 0, 4],
        [5, 2, 5, 5, 1, 0, 1],
        [7, 8, 8, 2, 2, 0, 2],
        [30, 64, 70, 4, 1, 2, 1],
        [3, 512, 33, 3, 1, 1, 1],
    ];
    for case @ [side, channels, outputs, size, stride, padding, groups] in cases {
        for activation in [Activation::None, Activation::Silu] {
            let mut net = Net::new(side);
            let wide = net.conv(0, [channels, 1, 1], [1, 0, 1], Activation::Sigmoid);
            let shape = [outputs, channels / groups, size];
            let value = net.conv(wide, shape, [stride, padding, groups], activation);
            let across = (side + 2 * padding - size) / stride + 1;
            net.head(LabelSet::FerPlus, value, outputs * across * across);
            check(&net, &format!("{case:?}"));
        }
    }
}

#[test]
fn pools_and_sums() {
    for (side, size, stride) in [(48, 2, 2), (47, 3, 2), (11, 3, 1), (6, 6, 1), (9, 2, 3)] {
        let mut net = Net::new(side);
        let image = net.conv(0, [10, 1, 3], [1, 1, 1], Activation::None);
        let pooled = net.push(Node::MaxPool { input: image, size, stride });
        let flat = net.push(Node::GlobalAvgPool { input: pooled });
        let by = net.linear(flat, [10, 10], Activation::Silu);
        let scaled = net.push(Node::Scale { input: pooled, by });
        let sum = Node::Add { left: scaled, right: pooled, activation: Activation::Relu };
        let sum = net.push(sum);
        let across = (side - size) / stride + 1;
        net.head(LabelSet::Fer2013, sum, 10 * across * across);
        net.head(LabelSet::FerPlus, flat, 10);
        check(&net, &format!("{side}, {size}, {stride}"));
    }
}

#[test]
fn the_ferplus_head_is_read_where_there_is_one() {
    let mut random = Random::new(5);
    let crop = random.crop();
    let mut net = Net::residual_network();
    let mut both = Classifier::from_safetensors(&net.file(Dtype::F16)).unwrap();
    let probabilities = both.classify(&crop).unwrap();
    assert_eq!(probabilities.label_set(), LabelSet::FerPlus);
    let logits = both.logits(&crop, LabelSet::FerPlus).unwrap();
    assert_eq!(probabilities.values(), attune_core::softmax(logits, 1.5));
    net.spec.heads.truncate(1);
    let mut one = Classifier::from_safetensors(&net.file(Dtype::F16)).unwrap();
    assert_eq!(one.classify(&crop).unwrap().label_set(), LabelSet::Fer2013);
    assert_eq!(one.logits(&crop, LabelSet::FerPlus), None);
    assert_eq!(one.clone().logits_batch(&[]), [[0.0; 0]]);
}

#[test]
fn a_trace_keeps_every_value_of_a_pass() {
    let mut net = Net::residual_network();
    let shortcut = net.spec.nodes.len();
    let silu = net.conv(0, [3, 1, 5], [2, 1, 1], Activation::Silu);
    let mut classifier = Classifier::from_safetensors(&net.file(Dtype::F32)).unwrap();
    let crop = Random::new(4).crop();
    let input = crop.input(net.spec.input_size);
    let trace = classifier.trace(&input).unwrap();
    assert_eq!((trace.len(), &trace[0].values), (net.spec.nodes.len() + 1, &input));
    assert_eq!((shortcut + 1, &trace[silu].shape), (silu, &vec![3, 21, 21]));
    for (before, after) in trace[silu].before_activation.iter().zip(&trace[silu].values) {
        assert!((before / (1.0 + (-before).exp()) - after).abs() < 1e-5);
    }
    for head in &net.spec.heads {
        assert_eq!(Some(&trace[head.value].values[..]), classifier.logits(&crop, head.label_set));
    }
    let definition = reference::values(&net, &crop);
    for (value, (traced, exact)) in trace.iter().zip(&definition).enumerate() {
        let close = |(a, b): (&f32, &f64)| (f64::from(*a) - b).abs() < 1e-3 * b.abs().max(1.0);
        assert!(traced.values.iter().zip(exact).all(close), "value {value}");
    }
    assert_eq!(classifier.trace(&input[1..]), None);
}

#[test]
fn the_way_of_storing_weights_changes_nothing_but_the_size() {
    let net = Net::residual_network();
    let crop = Random::new(6).crop();
    let [single, half, eight_bit] = [Dtype::F32, Dtype::F16, Dtype::I8].map(|dtype| {
        let file = net.file(dtype);
        let logits =
            Classifier::from_safetensors(&file).unwrap().logits_batch(std::slice::from_ref(&crop));
        (file.len(), logits)
    });
    assert_eq!((&single.1, &single.1), (&half.1, &eight_bit.1));
    assert!(half.0 * 19 < single.0 * 10 && eight_bit.0 * 37 < single.0 * 10, "{}", eight_bit.0);
}
