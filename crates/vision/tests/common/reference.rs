//! A network run the slow way, straight from the definitions: `[channels, height, width]`, f64.
#![allow(dead_code)]

use attune_vision::FaceCrop;
use attune_vision::graph::{Activation, Node};

use crate::common::{Net, Tensor};

/// Channels, height, width and the numbers; a vector has height and width 1.
#[derive(Clone)]
struct Value([usize; 3], Vec<f64>);

impl Value {
    /// Zero outside.
    fn at(&self, channel: usize, y: isize, x: isize) -> f64 {
        let [_, height, width] = self.0;
        let inside = (0..height as isize).contains(&y) && (0..width as isize).contains(&x);
        if inside { self.1[(channel * height + y as usize) * width + x as usize] } else { 0.0 }
    }
}

fn made(shape: [usize; 3], f: impl Fn(usize, isize, isize) -> f64) -> Value {
    let mut numbers = Vec::new();
    for channel in 0..shape[0] {
        for y in 0..shape[1] as isize {
            for x in 0..shape[2] as isize {
                numbers.push(f(channel, y, x));
            }
        }
    }
    Value(shape, numbers)
}

fn activated(mut value: Value, activation: Activation) -> Value {
    for x in &mut value.1 {
        *x = match activation {
            Activation::None => *x,
            Activation::Relu => x.max(0.0),
            Activation::Sigmoid => 1.0 / (1.0 + (-*x).exp()),
            Activation::Silu => *x / (1.0 + (-*x).exp()),
        };
    }
    value
}

fn conv(
    input: &Value,
    weight: &Tensor,
    bias: &Tensor,
    [stride, padding, groups]: [usize; 3],
) -> Value {
    let [outputs, inputs, size] = [weight.0[0], weight.0[1], weight.0[2]];
    let side = |length: usize| (length + 2 * padding - size) / stride + 1;
    made([outputs, side(input.0[1]), side(input.0[2])], |out, y, x| {
        let mut sum = f64::from(bias.1[out]);
        for channel in 0..inputs {
            for i in 0..size {
                for j in 0..size {
                    let w = weight.1[((out * inputs + channel) * size + i) * size + j];
                    let source = out / (outputs / groups) * inputs + channel;
                    let y = y * stride as isize + i as isize - padding as isize;
                    let x = x * stride as isize + j as isize - padding as isize;
                    sum += f64::from(w) * input.at(source, y, x);
                }
            }
        }
        sum
    })
}

fn linear(input: &Value, weight: &Tensor, bias: &Tensor) -> Value {
    let rows = weight.1.chunks(input.1.len()).zip(&bias.1);
    let sums = rows.map(|(row, b)| {
        row.iter().zip(&input.1).map(|(w, x)| f64::from(*w) * x).sum::<f64>() + f64::from(*b)
    });
    Value([bias.1.len(), 1, 1], sums.collect())
}

fn step(net: &Net, node: &Node, values: &[Value]) -> Value {
    match node {
        Node::Conv { input, weight, bias, stride, padding, groups, activation } => {
            let (weight, bias) = (&net.tensors[weight], &net.tensors[bias]);
            activated(
                conv(&values[*input], weight, bias, [*stride, *padding, *groups]),
                *activation,
            )
        }
        Node::Linear { input, weight, bias, activation } => {
            let (weight, bias) = (&net.tensors[weight], &net.tensors[bias]);
            activated(linear(&values[*input], weight, bias), *activation)
        }
        Node::MaxPool { input, size, stride } => {
            let input = &values[*input];
            let side = |length: usize| (length - size) / stride + 1;
            made([input.0[0], side(input.0[1]), side(input.0[2])], |channel, y, x| {
                let window = (0..size * size).map(|i| {
                    let (i, j) = ((i / size) as isize, (i % size) as isize);
                    input.at(channel, y * *stride as isize + i, x * *stride as isize + j)
                });
                window.fold(f64::NEG_INFINITY, f64::max)
            })
        }
        Node::GlobalAvgPool { input } => {
            let input = &values[*input];
            let pixels = input.0[1] * input.0[2];
            let means = input.1.chunks(pixels).map(|c| c.iter().sum::<f64>() / pixels as f64);
            Value([input.0[0], 1, 1], means.collect())
        }
        Node::Add { left, right, activation } => {
            let (left, right) = (&values[*left], &values[*right]);
            let sums = left.1.iter().zip(&right.1).map(|(a, b)| a + b);
            activated(Value(left.0, sums.collect()), *activation)
        }
        Node::Scale { input, by } => {
            let by = &values[*by].1;
            let input = &values[*input];
            made(input.0, |channel, y, x| input.at(channel, y, x) * by[channel])
        }
    }
}

/// The logits of every head.
pub fn run(net: &Net, crop: &FaceCrop) -> Vec<Vec<f64>> {
    let values = values(net, crop);
    net.spec.heads.iter().map(|head| values[head.value].clone()).collect()
}

/// Every value, the input first.
pub fn values(net: &Net, crop: &FaceCrop) -> Vec<Vec<f64>> {
    changed_values(net, crop, 0, |_| {})
}

/// The same where one value is changed before anything reads it.
pub fn changed_values(
    net: &Net,
    crop: &FaceCrop,
    value: usize,
    change: impl Fn(&mut [f64]),
) -> Vec<Vec<f64>> {
    let side = net.spec.input_size;
    let input = crop.input(side).into_iter().map(f64::from).collect();
    let mut values = vec![Value([1, side, side], input)];
    for index in 0..=net.spec.nodes.len() {
        if index > 0 {
            values.push(step(net, &net.spec.nodes[index - 1], &values));
        }
        if index == value {
            change(&mut values[index].1);
        }
    }
    values.into_iter().map(|value| value.1).collect()
}
