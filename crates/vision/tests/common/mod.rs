//! Networks with random weights, as model files and as plain data.
#![allow(dead_code)]

use std::collections::BTreeMap;

use attune_core::LabelSet;
use attune_vision::graph::{Activation, FORMAT, Head, METADATA_KEY, ModelSpec, Node, SCALE_SUFFIX};
use attune_vision::{CROP_SIZE, FaceCrop};
use safetensors::Dtype;
use safetensors::tensor::TensorView;

/// A linear congruential generator: the same numbers everywhere.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub fn next(&mut self) -> u32 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as u32
    }

    /// In [-1, 1].
    pub fn number(&mut self) -> f32 {
        self.next() as f32 / (1u64 << 30) as f32 - 1.0
    }

    pub fn crop(&mut self) -> FaceCrop {
        let pixels: Vec<u8> = (0..CROP_SIZE * CROP_SIZE).map(|_| self.next() as u8).collect();
        FaceCrop::from_pixels(&pixels).unwrap()
    }
}

/// A tensor's shape and values.
pub type Tensor = (Vec<usize>, Vec<f32>);

/// A network in the making. Its layers give back the value they make.
pub struct Net {
    pub spec: ModelSpec,
    pub tensors: BTreeMap<String, Tensor>,
    /// Of what each tensor's numbers are whole multiples, from -64 to 64.
    pub units: BTreeMap<String, f32>,
    random: Random,
}

impl Net {
    pub fn new(input_size: usize) -> Self {
        let (nodes, heads) = (Vec::new(), Vec::new());
        let spec = ModelSpec { format: FORMAT, name: "test".to_owned(), input_size, nodes, heads };
        let (tensors, units) = (BTreeMap::new(), BTreeMap::new());
        Self { spec, tensors, units, random: Random::new(7) }
    }

    pub fn push(&mut self, node: Node) -> usize {
        self.spec.nodes.push(node);
        self.spec.nodes.len()
    }

    /// Random values that F16, and I8 with a scale, hold exactly; of about unit gain.
    fn tensor(&mut self, shape: &[usize]) -> String {
        let fan_in = shape[1..].iter().product::<usize>();
        let gain = if shape.len() == 1 { 0.25 } else { 2.0 / (fan_in as f32).sqrt() };
        let gain = 2f32.powf(gain.log2().round());
        let mut value = || (self.random.number() * 64.0).round() / 64.0 * gain;
        let values = (0..shape.iter().product()).map(|_| value()).collect();
        let name = format!("t{}", self.tensors.len());
        self.tensors.insert(name.clone(), (shape.to_vec(), values));
        self.units.insert(name.clone(), gain / 64.0);
        name
    }

    /// `shape` is outputs, inputs a group and side of the window.
    pub fn conv(
        &mut self,
        input: usize,
        [outputs, inputs, size]: [usize; 3],
        [stride, padding, groups]: [usize; 3],
        activation: Activation,
    ) -> usize {
        let weight = self.tensor(&[outputs, inputs, size, size]);
        let bias = self.tensor(&[outputs]);
        self.push(Node::Conv { input, weight, bias, stride, padding, groups, activation })
    }

    pub fn linear(&mut self, input: usize, [out, inputs]: [usize; 2], act: Activation) -> usize {
        let (weight, bias) = (self.tensor(&[out, inputs]), self.tensor(&[out]));
        self.push(Node::Linear { input, weight, bias, activation: act })
    }

    pub fn head(&mut self, label_set: LabelSet, input: usize, inputs: usize) {
        let value = self.linear(input, [label_set.expressions().len(), inputs], Activation::None);
        self.spec.heads.push(Head { label_set, value, temperature: 1.5, declare_above: 0.4 });
    }

    /// Two 3 x 3 convolutions with squeeze and excitation around a shortcut.
    pub fn residual(
        &mut self,
        input: usize,
        [inputs, outputs]: [usize; 2],
        stride: usize,
    ) -> usize {
        let first = self.conv(input, [outputs, inputs, 3], [stride, 1, 1], Activation::Relu);
        let second = self.conv(first, [outputs, outputs, 3], [1, 1, 1], Activation::None);
        let mean = self.push(Node::GlobalAvgPool { input: second });
        let squeezed = self.linear(mean, [outputs / 8, outputs], Activation::Relu);
        let by = self.linear(squeezed, [outputs, outputs / 8], Activation::Sigmoid);
        let left = self.push(Node::Scale { input: second, by });
        let right = if (inputs, 1) == (outputs, stride) {
            input
        } else {
            self.conv(input, [outputs, inputs, 1], [stride, 0, 1], Activation::None)
        };
        self.push(Node::Add { left, right, activation: Activation::Relu })
    }

    /// A residual network with squeeze and excitation of about 32 million multiply-adds.
    pub fn residual_network() -> Self {
        let mut net = Self::new(44);
        let mut value = net.conv(0, [32, 1, 3], [2, 1, 1], Activation::Relu);
        let mut channels = 32;
        for (outputs, stride) in [(32, 1), (64, 2), (128, 2), (256, 2)] {
            value = net.residual(value, [channels, outputs], stride);
            channels = outputs;
        }
        let pooled = net.push(Node::GlobalAvgPool { input: value });
        net.head(LabelSet::Fer2013, pooled, channels);
        net.head(LabelSet::FerPlus, pooled, channels);
        net
    }

    /// A network that has every operator with every activation.
    pub fn every_operator() -> Self {
        let mut net = Self::new(24);
        let image = net.conv(0, [12, 1, 5], [2, 2, 1], Activation::Silu);
        let depthwise = net.conv(image, [12, 1, 3], [1, 1, 12], Activation::Sigmoid);
        let grouped = net.conv(depthwise, [12, 4, 3], [1, 1, 3], Activation::None);
        let by = net.push(Node::GlobalAvgPool { input: grouped });
        let by = net.linear(by, [6, 12], Activation::Silu);
        let by = net.linear(by, [12, 6], Activation::Sigmoid);
        let scaled = net.push(Node::Scale { input: grouped, by });
        let sum = Node::Add { left: scaled, right: image, activation: Activation::Relu };
        let sum = net.push(sum);
        let pooled = net.push(Node::MaxPool { input: sum, size: 3, stride: 2 });
        let left = net.linear(pooled, [20, 12 * 25], Activation::None);
        let right = net.linear(pooled, [20, 12 * 25], Activation::Relu);
        let joined = net.push(Node::Add { left, right, activation: Activation::Silu });
        net.head(LabelSet::Fer2013, joined, 20);
        net.head(LabelSet::FerPlus, pooled, 12 * 25);
        net
    }

    /// The model file; as I8, weights have scales and biases are F32.
    pub fn file(&self, dtype: Dtype) -> Vec<u8> {
        let mut stored = Vec::new();
        for (name, (shape, values)) in &self.tensors {
            if dtype == Dtype::I8 && shape.len() > 1 {
                let unit = self.units[name];
                let bytes = values.iter().map(|v| (v / unit) as i8 as u8).collect();
                stored.push(Stored::new(name, Dtype::I8, shape, bytes));
                let (scales, name) = (vec![unit; shape[0]], format!("{name}{SCALE_SUFFIX}"));
                stored.push(Stored::new(&name, Dtype::F32, &[shape[0]], f32_bytes(&scales)));
            } else if dtype == Dtype::F16 {
                let bytes = values.iter().flat_map(|v| half(*v).to_le_bytes()).collect();
                stored.push(Stored::new(name, dtype, shape, bytes));
            } else {
                stored.push(Stored::new(name, Dtype::F32, shape, f32_bytes(values)));
            }
        }
        self.file_of(&stored)
    }

    /// A model file of this description and any tensors.
    pub fn file_of(&self, stored: &[Stored]) -> Vec<u8> {
        let views = stored
            .iter()
            .map(|t| (&t.name, TensorView::new(t.dtype, t.shape.clone(), &t.bytes).unwrap()));
        let json = serde_json::to_string(&self.spec).unwrap();
        let metadata = [(METADATA_KEY.to_owned(), json)].into_iter().collect();
        safetensors::serialize(views, Some(metadata)).unwrap()
    }
}

/// A tensor as it stands in a file.
pub struct Stored {
    pub name: String,
    pub dtype: Dtype,
    pub shape: Vec<usize>,
    pub bytes: Vec<u8>,
}

impl Stored {
    pub fn new(name: &str, dtype: Dtype, shape: &[usize], bytes: Vec<u8>) -> Self {
        Self { name: name.to_owned(), dtype, shape: shape.to_vec(), bytes }
    }
}

pub fn f32_bytes(values: &[f32]) -> Vec<u8> {
    values.iter().flat_map(|v| v.to_le_bytes()).collect()
}

/// Normal numbers that binary16 holds exactly, and zero.
fn half(value: f32) -> u16 {
    let bits = value.to_bits();
    let sign = (bits >> 16 & 0x8000) as u16;
    if value == 0.0 {
        return sign;
    }
    let exponent = (bits >> 23 & 255) as i32 - 112;
    assert!((1..31).contains(&exponent) && bits & 0x1fff == 0, "{value} is not in binary16");
    sign | (exponent as u16) << 10 | (bits >> 13 & 1023) as u16
}
