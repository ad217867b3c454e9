//! Back-propagation through the served graph: the gradient of one logit with respect to a value.

use attune_vision::graph::{Activation, Node};
use attune_vision::{Tensor, Traced};

use crate::export::ServedModel;

/// How number `logit[1]` of value `logit[0]` moves with each number of value `to`, on the pass that
/// was traced.
pub(super) fn gradient(
    model: &ServedModel,
    trace: &[Traced],
    logit: [usize; 2],
    to: usize,
) -> Vec<f32> {
    let mut gradients: Vec<_> = trace.iter().map(|value| vec![0.0; value.values.len()]).collect();
    gradients[logit[0]][logit[1]] = 1.0;
    for index in (to..logit[0]).rev() {
        let node = &model.spec.nodes[index];
        let mut out = std::mem::take(&mut gradients[index + 1]);
        if out.iter().any(|g| *g != 0.0) {
            activation(node).undo(&trace[index + 1], &mut out);
            Backward { model, trace, out, shape: &trace[index + 1].shape }
                .through(node, &mut gradients);
        }
    }
    std::mem::take(&mut gradients[to])
}

fn activation(node: &Node) -> Activation {
    match node {
        Node::Conv { activation, .. }
        | Node::Linear { activation, .. }
        | Node::Add { activation, .. } => *activation,
        Node::MaxPool { .. } | Node::GlobalAvgPool { .. } | Node::Scale { .. } => Activation::None,
    }
}

trait Undo {
    /// From the gradient after an activation to the one before it.
    fn undo(self, value: &Traced, gradient: &mut [f32]);
}

impl Undo for Activation {
    fn undo(self, value: &Traced, gradient: &mut [f32]) {
        let slope = |x: f32| {
            let sigmoid = 1.0 / (1.0 + (-x).exp());
            match self {
                Self::None => 1.0,
                Self::Relu => f32::from(u8::from(x > 0.0)),
                Self::Sigmoid => sigmoid * (1.0 - sigmoid),
                Self::Silu => sigmoid * (1.0 + x * (1.0 - sigmoid)),
            }
        };
        gradient.iter_mut().zip(&value.before_activation).for_each(|(g, x)| *g *= slope(*x));
    }
}

/// A node's result on its way back.
struct Backward<'a> {
    model: &'a ServedModel,
    trace: &'a [Traced],
    /// The gradient before the activation.
    out: Vec<f32>,
    /// Of the node's result.
    shape: &'a [usize],
}

impl Backward<'_> {
    /// Adds to the gradients of what the node reads.
    fn through(&self, node: &Node, gradients: &mut [Vec<f32>]) {
        match node {
            Node::Conv { input, weight, stride, padding, groups, .. } => {
                let Some(weight) = self.model.tensor(weight) else { return };
                let window = Window { stride: *stride, padding: *padding, groups: *groups };
                self.conv(weight, &window, &self.trace[*input].shape, &mut gradients[*input]);
            }
            Node::Linear { input, weight, .. } => {
                let Some(weight) = self.model.tensor(weight) else { return };
                let rows = weight.values.chunks_exact(gradients[*input].len());
                for (row, g) in rows.zip(&self.out) {
                    add(&mut gradients[*input], row.iter().map(|w| w * g));
                }
            }
            Node::MaxPool { input, size, stride } => {
                self.max_pool(&self.trace[*input], [*size, *stride], &mut gradients[*input]);
            }
            Node::GlobalAvgPool { input } => {
                let pixels = gradients[*input].len() / self.out.len();
                for (channel, g) in gradients[*input].chunks_exact_mut(pixels).zip(&self.out) {
                    channel.iter_mut().for_each(|sum| *sum += g / pixels as f32);
                }
            }
            Node::Add { left, right, .. } => {
                add(&mut gradients[*left], self.out.iter().copied());
                add(&mut gradients[*right], self.out.iter().copied());
            }
            Node::Scale { input, by } => {
                let factors = &self.trace[*by].values;
                let pixels = self.out.len() / factors.len();
                let scaled = self.out.iter().enumerate().map(|(i, g)| g * factors[i / pixels]);
                add(&mut gradients[*input], scaled);
                let products = self.out.iter().zip(&self.trace[*input].values).map(|(g, x)| g * x);
                let products: Vec<f32> = products.collect();
                add(&mut gradients[*by], products.chunks_exact(pixels).map(|c| c.iter().sum()));
            }
        }
    }

    fn conv(&self, weight: &Tensor, window: &Window, input: &[usize], sums: &mut [f32]) {
        let ([outputs, depth, size], [_, height, width]) = (three(&weight.shape), three(input));
        let [_, down, across] = three(self.shape);
        let planes = weight.values.chunks_exact(size * size);
        for (i, kernel) in planes.enumerate() {
            let (output, channel) = (i / depth, i % depth);
            let channel = output / (outputs / window.groups) * depth + channel;
            let sums = &mut sums[channel * height * width..][..height * width];
            let out = &self.out[output * down * across..][..down * across];
            for (place, g) in out.iter().enumerate().filter(|(_, g)| **g != 0.0) {
                for (k, w) in kernel.iter().enumerate() {
                    let y = window.source(place / across, k / size, height);
                    let x = window.source(place % across, k % size, width);
                    if let (Some(y), Some(x)) = (y, x) {
                        sums[y * width + x] += g * w;
                    }
                }
            }
        }
    }

    /// To the first of the largest numbers of each window.
    fn max_pool(&self, input: &Traced, [size, stride]: [usize; 2], sums: &mut [f32]) {
        let ([_, height, width], [_, down, across]) = (three(&input.shape), three(self.shape));
        for (i, g) in self.out.iter().enumerate() {
            let (channel, y, x) = (i / (down * across), i / across % down, i % across);
            let corner = (channel * height + y * stride) * width + x * stride;
            let places = (0..size * size).map(|k| corner + k / size * width + k % size);
            let larger = |a: usize, b: usize| if input.values[b] > input.values[a] { b } else { a };
            if let Some(largest) = places.reduce(larger) {
                sums[largest] += g;
            }
        }
    }
}

struct Window {
    stride: usize,
    padding: usize,
    groups: usize,
}

impl Window {
    /// Which input an output's window has at `k`; `None` in the padding.
    fn source(&self, output: usize, k: usize, limit: usize) -> Option<usize> {
        (output * self.stride + k).checked_sub(self.padding).filter(|i| *i < limit)
    }
}

/// The first three lengths of a shape that has them.
fn three(shape: &[usize]) -> [usize; 3] {
    std::array::from_fn(|axis| shape.get(axis).copied().unwrap_or(1))
}

fn add(sums: &mut [f32], more: impl Iterator<Item = f32>) {
    sums.iter_mut().zip(more).for_each(|(sum, more)| *sum += more);
}
