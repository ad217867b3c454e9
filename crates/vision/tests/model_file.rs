//! Model files that are damaged, wrong or hostile: each is refused or runs, and nothing panics.

#![allow(clippy::unwrap_used)]

#[path = "common/mod.rs"]
mod common;

use attune_core::LabelSet;
use attune_vision::graph::{Activation, Node};
use attune_vision::{Classifier, HeadProblem, ModelError, NodeProblem, TensorProblem};
use common::{Net, Random, Stored, f32_bytes};
use proptest::prelude::*;
use safetensors::Dtype;

fn small() -> Net {
    let mut net = Net::new(12);
    let image = net.conv(0, [4, 1, 3], [2, 1, 1], Activation::Relu);
    let narrow = net.conv(image, [4, 1, 3], [1, 1, 4], Activation::Silu);
    let pooled = net.push(Node::MaxPool { input: narrow, size: 2, stride: 1 });
    let mean = net.push(Node::GlobalAvgPool { input: pooled });
    let by = net.linear(mean, [4, 4], Activation::Sigmoid);
    let scaled = net.push(Node::Scale { input: pooled, by });
    let sum = net.push(Node::Add { left: scaled, right: pooled, activation: Activation::None });
    net.head(LabelSet::FerPlus, sum, 4 * 25);
    net
}

/// Reads the bytes and, if they are a model, runs it.
fn survive(bytes: &[u8]) {
    if let Ok(mut classifier) = Classifier::from_safetensors(bytes) {
        let crop = Random::new(1).crop();
        let _ = classifier.classify(&crop);
        let _ = classifier.logits_batch(&[crop.clone(), crop]);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..Default::default() })]

    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        survive(&bytes);
    }

    #[test]
    fn damaged_bytes(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        cut in prop::option::of(any::<prop::sample::Index>()),
        header in any::<bool>(),
        eight_bit in any::<bool>(),
    ) {
        let mut bytes = small().file(if eight_bit { Dtype::I8 } else { Dtype::F16 });
        let end = if header { 1700.min(bytes.len()) } else { bytes.len() };
        for (index, byte) in changes {
            bytes[index.index(end)] = byte;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        survive(&bytes);
    }

    /// Other numbers in a well-formed description.
    #[test]
    fn wrong_descriptions(
        changes in prop::collection::vec((any::<prop::sample::Index>(), number()), 1..4),
    ) {
        let mut net = small();
        let json = serde_json::to_string(&net.spec).unwrap();
        let mut parts: Vec<String> = json.split_inclusive(':').map(str::to_owned).collect();
        for (index, number) in changes {
            let at = index.index(parts.len());
            let digits = parts[at].bytes().take_while(u8::is_ascii_digit).count();
            if digits > 0 {
                parts[at].replace_range(..digits, &number.to_string());
            }
        }
        if let Ok(spec) = serde_json::from_str(&parts.concat()) {
            net.spec = spec;
            survive(&net.file(Dtype::F32));
        }
    }
}

/// An 8-bit tensor `t0` of `[outputs, 1, 3, 3]` and scales of any kind beside it.
fn with_scales(outputs: usize, scales: Option<Stored>) -> Vec<u8> {
    let mut net = Net::new(12);
    let image = net.conv(0, [outputs, 1, 3], [2, 1, 1], Activation::Relu);
    let mean = net.push(Node::GlobalAvgPool { input: image });
    net.head(LabelSet::FerPlus, mean, outputs);
    let mut stored: Vec<Stored> = net
        .tensors
        .iter()
        .skip(1)
        .map(|(name, (shape, values))| Stored::new(name, Dtype::F32, shape, f32_bytes(values)))
        .collect();
    let numbers = (0..outputs * 9).map(|i| (i * 37) as u8).collect();
    stored.push(Stored::new("t0", Dtype::I8, &[outputs, 1, 3, 3], numbers));
    stored.extend(scales);
    net.file_of(&stored)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..Default::default() })]

    /// A model runs if every scale is finite and above 0, and is refused by the tensor's name if
    /// not.
    #[test]
    fn any_scales(bits in prop::collection::vec(any::<u32>(), 1..7), given in 1usize..7) {
        let scales: Vec<f32> = bits.iter().map(|b| f32::from_bits(*b)).collect();
        let stored = Stored::new("t0.scale", Dtype::F32, &[scales.len()], f32_bytes(&scales));
        let bytes = with_scales(given, Some(stored));
        let sound = |s: &f32| *s > 0.0 && (*s * 128.0).is_finite();
        match Classifier::from_safetensors(&bytes) {
            Ok(_) => prop_assert!(scales.len() == given && scales.iter().all(|s| *s > 0.0)),
            Err(ModelError::Tensor { name, .. }) => {
                prop_assert!(name.starts_with("t0"));
                prop_assert!(scales.len() != given || !scales.iter().all(sound));
            }
            Err(other) => prop_assert!(false, "{}", other),
        }
    }
}

#[test]
fn each_fault_of_scales_is_named() {
    let stored = |dtype, shape: &[usize], bytes| Some(Stored::new("t0.scale", dtype, shape, bytes));
    let floats = |scales: &[f32]| stored(Dtype::F32, &[scales.len()], f32_bytes(scales));
    let wrong =
        |found: &[usize]| TensorProblem::Shape { found: found.to_vec(), needed: "[3]".to_owned() };
    let cases = [
        (None, "t0.scale", TensorProblem::Missing),
        (floats(&[0.1, 0.0, 0.1]), "t0.scale", TensorProblem::NotPositive),
        (floats(&[0.1, -0.1, 0.1]), "t0.scale", TensorProblem::NotPositive),
        (floats(&[0.1, f32::NAN, 0.1]), "t0.scale", TensorProblem::NotFinite),
        (floats(&[0.1, 3e38, 0.1]), "t0", TensorProblem::NotFinite),
        (floats(&[0.1, 0.1]), "t0.scale", wrong(&[2])),
        (stored(Dtype::F32, &[3, 1], f32_bytes(&[0.1; 3])), "t0.scale", wrong(&[3, 1])),
        (stored(Dtype::I8, &[3], vec![1; 3]), "t0.scale", TensorProblem::Type("I8".to_owned())),
        (stored(Dtype::F64, &[3], vec![1; 24]), "t0.scale", TensorProblem::Type("F64".to_owned())),
    ];
    for (i, (scales, name, problem)) in cases.into_iter().enumerate() {
        let error = Classifier::from_safetensors(&with_scales(3, scales)).err();
        assert!(error.as_ref().is_some_and(|e| tensor(e, name, &problem)), "{i}: {error:?}");
    }
    let sound = Classifier::from_safetensors(&with_scales(3, floats(&[0.1, 0.2, 1e-30])));
    assert!(sound.is_ok(), "{:?}", sound.err());
}

fn number() -> impl Strategy<Value = u64> {
    prop_oneof![0u64..12, Just(1000), Just(1 << 31), Just(u64::MAX >> 1), Just(u64::MAX)]
}

#[test]
fn each_fault_is_named() {
    type Fault = (fn(&mut Net), fn(&ModelError) -> bool);
    let faults: [Fault; 13] = [
        (|n| n.spec.format = 9, |e| matches!(e, ModelError::Format(9))),
        (|n| n.spec.input_size = 49, |e| matches!(e, ModelError::InputSize(49))),
        (|n| n.spec.input_size = 0, |e| matches!(e, ModelError::InputSize(0))),
        (|n| n.spec.heads.clear(), |e| head(e, HeadProblem::None)),
        (
            |n| n.spec.heads[0].temperature = 0.0,
            |e| head(e, HeadProblem::Temperature(LabelSet::FerPlus)),
        ),
        (
            |n| n.spec.heads[0].declare_above = 1.5,
            |e| head(e, HeadProblem::Threshold(LabelSet::FerPlus)),
        ),
        (|n| n.spec.heads[0].value = 2, |e| head(e, HeadProblem::Shape(LabelSet::FerPlus))),
        (
            |n| n.spec.heads.push(n.spec.heads[0].clone()),
            |e| head(e, HeadProblem::Twice(LabelSet::FerPlus)),
        ),
        (
            |n| n.spec.nodes[3] = Node::GlobalAvgPool { input: 4 },
            |e| node(e, 3, NodeProblem::Order(4)),
        ),
        (
            |n| n.spec.nodes[4] = Node::GlobalAvgPool { input: 4 },
            |e| node(e, 4, NodeProblem::NotAnImage(4)),
        ),
        (
            |n| n.spec.nodes[2] = Node::MaxPool { input: 2, size: 7, stride: 1 },
            |e| node(e, 2, NodeProblem::Window),
        ),
        (|n| drop(n.tensors.remove("t3")), |e| tensor(e, "t3", &TensorProblem::Missing)),
        (
            |n| n.tensors.get_mut("t0").unwrap().1[2] = f32::NAN,
            |e| tensor(e, "t0", &TensorProblem::NotFinite),
        ),
    ];
    for (i, (spoil, expected)) in faults.iter().enumerate() {
        let mut net = small();
        spoil(&mut net);
        let error = Classifier::from_safetensors(&net.file(Dtype::F32)).err();
        assert!(error.as_ref().is_some_and(expected), "fault {i}: {error:?}");
    }
    assert!(Classifier::from_safetensors(&small().file(Dtype::F32)).is_ok());
}

fn head(error: &ModelError, expected: HeadProblem) -> bool {
    matches!(error, ModelError::Head(problem) if *problem == expected)
}

fn node(error: &ModelError, at: usize, expected: NodeProblem) -> bool {
    matches!(error, ModelError::Node { node, problem } if (*node, *problem) == (at, expected))
}

fn tensor(error: &ModelError, at: &str, expected: &TensorProblem) -> bool {
    matches!(error, ModelError::Tensor { name, problem } if (&name[..], problem) == (at, expected))
}

#[test]
fn networks_beyond_reason_are_refused() {
    let mut net = Net::new(48);
    let mut value = net.conv(0, [256, 1, 1], [1, 0, 1], Activation::None);
    for _ in 0..2000 {
        value = net.push(Node::Add { left: value, right: value, activation: Activation::None });
    }
    net.head(LabelSet::FerPlus, 0, 48 * 48);
    let error = Classifier::from_safetensors(&net.file(Dtype::F32)).err();
    let large = |e| matches!(e, ModelError::Node { problem: NodeProblem::TooLarge, .. });
    assert!(error.is_some_and(large), "2,000 layers on 256 channels");
}
