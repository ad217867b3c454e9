//! The served graph call by call, as code generated from its ONNX file would run it.

use std::collections::HashMap;

use attune_vision::ModelFile;
use attune_vision::graph::{Activation, ModelSpec, Node};
use burn::tensor::module::{conv2d, max_pool2d};
use burn::tensor::ops::{ConvOptions, MaxPoolOptions};
use burn::tensor::{Device, Tensor, TensorData, activation};

use crate::{Engine, Made, Network};

pub fn make(network: Network<'_>) -> Made {
    let file = ModelFile::read(network.safetensors)?;
    let mut burn = Burn { spec: file.spec.clone(), device: Device::flex(), tensors: HashMap::new() };
    for node in &file.spec.nodes {
        let (Node::Conv { weight, bias, .. } | Node::Linear { weight, bias, .. }) = node else {
            continue;
        };
        for name in [weight, bias] {
            let tensor = file.tensor(name)?;
            let shape = [&[1; 4][tensor.shape.len()..], &tensor.shape[..]].concat();
            let data = TensorData::new(tensor.values, shape);
            burn.tensors.insert(name.clone(), Tensor::from_data(data, &burn.device));
        }
    }
    Ok(Box::new(burn))
}

struct Burn {
    spec: ModelSpec,
    device: Device,
    /// Padded to four axes in front.
    tensors: HashMap<String, Tensor<4>>,
}

impl Engine for Burn {
    fn logits(&mut self, input: &[f32]) -> Vec<f32> {
        let side = self.spec.input_size;
        let image = TensorData::new(input.to_vec(), [1, 1, side, side]);
        // Vectors are images of one pixel.
        let mut values: Vec<Tensor<4>> = vec![Tensor::from_data(image, &self.device)];
        for node in &self.spec.nodes {
            values.push(self.node(node, &values));
        }
        let head = |value: usize| values[value].clone().into_data();
        let heads = self.spec.heads.iter().map(|h| head(h.value));
        heads.flat_map(|data| data.try_into_vec::<f32>().expect("floats")).collect()
    }
}

impl Burn {
    fn tensor(&self, name: &str) -> Tensor<4> {
        self.tensors[name].clone()
    }

    fn vector(&self, name: &str) -> Tensor<1> {
        self.tensor(name).flatten(0, 3)
    }

    fn node(&self, node: &Node, values: &[Tensor<4>]) -> Tensor<4> {
        let value = |i: &usize| values[*i].clone();
        match node {
            Node::Conv { input, weight, bias, stride, padding, groups, activation } => {
                let options = ConvOptions::new([*stride; 2], [*padding; 2], [1; 2], *groups);
                let bias = Some(self.vector(bias));
                activate(conv2d(value(input), self.tensor(weight), bias, options), *activation)
            }
            Node::Linear { input, weight, bias, activation } => {
                let flat: Tensor<2> = value(input).flatten(1, 3);
                let weight: Tensor<2> = self.tensor(weight).flatten(0, 2);
                let y = flat.matmul(weight.transpose()) + self.vector(bias).unsqueeze::<2>();
                let [n, outputs] = y.dims();
                activate(y.reshape([n, outputs, 1, 1]), *activation)
            }
            Node::MaxPool { input, size, stride } => {
                let options = MaxPoolOptions::new([*size; 2]).with_stride([*stride; 2]);
                max_pool2d(value(input), options)
            }
            Node::GlobalAvgPool { input } => value(input).mean_dim(3).mean_dim(2),
            Node::Add { left, right, activation } => {
                activate(value(left) + value(right), *activation)
            }
            Node::Scale { input, by } => value(input) * value(by),
        }
    }
}

fn activate(x: Tensor<4>, activation: Activation) -> Tensor<4> {
    match activation {
        Activation::None => x,
        Activation::Relu => activation::relu(x),
        Activation::Sigmoid => activation::sigmoid(x),
        Activation::Silu => activation::silu(x),
    }
}
