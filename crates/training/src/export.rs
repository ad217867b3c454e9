//! From a trained plan to files that others run: batch norm is folded into the convolutions, and
//! the [`ServedModel`] that comes of it is written as the model file that serving reads, or as ONNX.

mod onnx;
mod precision;
mod served;

use attune_core::LabelSet;
use attune_vision::Tensor;
use attune_vision::graph::{FORMAT, Head, ModelSpec, Node};
use serde::{Deserialize, Serialize};

pub use self::onnx::OnnxOutputs;
pub use self::precision::Precision;
pub use self::served::ServedModel;
pub(crate) use self::served::write;

use crate::metrics::{AbstentionRule, Answer, fit_temperature};
use crate::network::Tensors;
use crate::network::plan::{Affine, Layer, NORM_EPSILON, Norm, Plan};

/// How a head's logits become probabilities and when it keeps silent.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Calibration {
    /// Divides the logits.
    pub temperature: f32,
    /// Below this highest probability the answer is "can't tell".
    pub declare_above: f32,
}

impl Calibration {
    /// Logits as they are, always declared.
    pub const NONE: Self = Self { temperature: 1.0, declare_above: 0.0 };

    /// Fits the temperature on validation answers and keeps silent as `rule` says of them.
    #[must_use]
    pub fn fit(answers: &[Answer], rule: AbstentionRule) -> Self {
        let temperature = fit_temperature(answers);
        let chosen = rule.choose(answers, temperature);
        Self { temperature, declare_above: chosen.map_or(0.0, |point| point.threshold as f32) }
    }
}

/// The bytes of a safetensors file that [`attune_vision`] serves.
#[must_use]
pub fn export(
    plan: &Plan,
    tensors: &Tensors,
    calibration: impl Fn(LabelSet) -> Calibration,
    precision: Precision,
) -> Vec<u8> {
    let Folded { stored, nodes, values, .. } = Folded::new(plan, tensors);
    let head = |(label_set, value): &(LabelSet, usize)| {
        let Calibration { temperature, declare_above } = calibration(*label_set);
        Head { label_set: *label_set, value: values[*value], temperature, declare_above }
    };
    let spec = ModelSpec {
        format: FORMAT,
        name: plan.name.clone(),
        input_size: plan.input_size,
        nodes,
        heads: plan.heads.iter().map(head).collect(),
    };
    ServedModel { spec, tensors: stored }.to_safetensors(precision)
}

/// Collects the nodes and tensors of a model file.
pub(crate) struct Folded<'a> {
    plan: &'a Plan,
    tensors: &'a Tensors,
    pub stored: Vec<(String, Tensor)>,
    pub nodes: Vec<Node>,
    /// The served value of each of the plan's.
    pub values: Vec<usize>,
}

impl<'a> Folded<'a> {
    pub fn new(plan: &'a Plan, tensors: &'a Tensors) -> Self {
        let (stored, nodes, values) = (Vec::new(), Vec::new(), vec![0]);
        let mut folded = Self { plan, tensors, stored, nodes, values };
        plan.layers.iter().for_each(|layer| folded.layer(layer));
        folded
    }

    fn layer(&mut self, layer: &Layer) {
        let node = self.node(layer);
        self.nodes.extend(node);
        let value = match *layer {
            Layer::Dropout { input, .. } => self.values[input],
            _ => self.nodes.len(),
        };
        self.values.push(value);
    }

    /// `None` for what serving leaves out.
    fn node(&mut self, layer: &Layer) -> Option<Node> {
        let from = self.values.clone();
        Some(match *layer {
            Layer::Conv { input, weight, affine, stride, padding, groups, activation } => {
                let (weight, bias) = match affine {
                    Affine::Norm(norm) => self.fold(weight, norm),
                    Affine::Bias(bias) => (self.keep(weight), self.keep(bias)),
                };
                let input = from[input];
                Node::Conv { input, weight, bias, stride, padding, groups, activation }
            }
            Layer::Linear { input, weight, bias, activation } => {
                let (weight, bias) = (self.keep(weight), self.keep(bias));
                Node::Linear { input: from[input], weight, bias, activation }
            }
            Layer::MaxPool { input, size, stride } => {
                Node::MaxPool { input: from[input], size, stride }
            }
            Layer::GlobalAvgPool { input } => Node::GlobalAvgPool { input: from[input] },
            Layer::Dropout { .. } => return None,
            Layer::Add { left, right, activation } => {
                Node::Add { left: from[left], right: from[right], activation }
            }
            Layer::Scale { input, by } => Node::Scale { input: from[input], by: from[by] },
        })
    }

    fn keep(&mut self, id: usize) -> String {
        let spec = &self.plan.tensors[id];
        self.store(&spec.name, &spec.shape, self.tensors.0[id].clone());
        spec.name.clone()
    }

    /// `gamma (conv(x) - mean) / sqrt(variance + epsilon) + beta` as one weight and one bias.
    fn fold(&mut self, id: usize, norm: Norm) -> (String, String) {
        let spec = &self.plan.tensors[id];
        let [gamma, beta, mean, variance] =
            [norm.gamma, norm.beta, norm.mean, norm.variance].map(|id| &self.tensors.0[id]);
        let scale: Vec<f32> =
            gamma.iter().zip(variance).map(|(g, v)| g / (v + NORM_EPSILON).sqrt()).collect();
        let per_channel = spec.len() / scale.len();
        let rows = self.tensors.0[id].chunks(per_channel).zip(&scale);
        let weight = rows.flat_map(|(row, s)| row.iter().map(move |w| w * s)).collect();
        let bias = (0..scale.len()).map(|c| beta[c] - mean[c] * scale[c]).collect();
        let bias_name = spec.name.replace(".weight", ".bias");
        self.store(&spec.name, &spec.shape, weight);
        self.store(&bias_name, &[scale.len()], bias);
        (spec.name.clone(), bias_name)
    }

    fn store(&mut self, name: &str, shape: &[usize], values: Vec<f32>) {
        self.stored.push((name.to_owned(), Tensor { shape: shape.to_vec(), values }));
    }
}
