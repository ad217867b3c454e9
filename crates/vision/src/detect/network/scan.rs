//! A small convolutional network run over a whole picture at once.

use super::spec::StageSpec;
use crate::graph::{Activation, Node};
use crate::model::matmul::{add_product_of_windows, turned};
use crate::model::{ModelError, NodeProblem, Weights, wrong_shape};

/// Grey values become `(grey - MIDDLE) * CONTRAST`.
const MIDDLE: f32 = 128.0;
const CONTRAST: f32 = 1.0 / 64.0;

/// What the scan sees of a grey value. No window is standardised here, since windows overlap.
#[must_use]
pub fn scan_input(grey: u8) -> f32 {
    (f32::from(grey) - MIDDLE) * CONTRAST
}

/// The network; windows of [`window`](Self::window) pixels, [`stride`](Self::stride) apart.
pub(super) struct Scan {
    layers: Vec<Layer>,
    pub window: usize,
    pub stride: usize,
}

/// A convolution without padding; its weights are `[size * size * inputs][outputs]`.
struct Layer {
    weights: Vec<f32>,
    bias: Vec<f32>,
    size: usize,
    stride: usize,
    inputs: usize,
    rectified: bool,
}

/// Values of one layer over a picture, channels innermost. Rows begin `pitch` pixels apart; of
/// each only the first `width` count.
#[derive(Clone, Default)]
struct Map {
    values: Vec<f32>,
    width: usize,
    height: usize,
    pitch: usize,
}

/// The memory of a run, kept from picture to picture.
#[derive(Clone, Default)]
pub(super) struct ScanMemory([Map; 2]);

impl Scan {
    pub fn new(weights: &Weights<'_>, spec: &StageSpec) -> Result<Self, ModelError> {
        let mut layers: Vec<Layer> = Vec::new();
        for (index, node) in spec.nodes.iter().enumerate() {
            let inputs = layers.last().map_or(1, |layer: &Layer| layer.bias.len());
            layers.push(Layer::new(weights, node, index, inputs)?);
        }
        let fault = |problem| ModelError::Node { node: spec.nodes.len(), problem };
        if layers.last().is_none_or(|layer| layer.bias.len() != 2) {
            return Err(fault(NodeProblem::Shapes));
        }
        let stride = layers[0].stride;
        let window = layers[0].size
            + layers[1..].iter().map(|layer| (layer.size - 1) * stride).sum::<usize>();
        if window != spec.input_size {
            return Err(fault(NodeProblem::Window));
        }
        Ok(Self { layers, window, stride })
    }

    /// Calls `found` with the column and row of every window, in strides, and the difference of
    /// its logits, where that is at least `least`.
    pub fn run(
        &self,
        pixels: &[u8],
        [width, height]: [usize; 2],
        memory: &mut ScanMemory,
        least: f32,
        mut found: impl FnMut(usize, usize, f32),
    ) {
        let [mut from, mut to] = memory.0.each_mut();
        from.values.clear();
        from.values.extend(pixels.iter().map(|grey| scan_input(*grey)));
        (from.width, from.height, from.pitch) = (width, height, width);
        for layer in &self.layers {
            layer.run(from, to);
            std::mem::swap(&mut from, &mut to);
        }
        for (y, row) in from.values.chunks(2 * from.pitch).take(from.height).enumerate() {
            for (x, logits) in row.as_chunks::<2>().0.iter().take(from.width).enumerate() {
                let surplus = logits[1] - logits[0];
                if surplus >= least {
                    found(x, y, surplus);
                }
            }
        }
    }
}

impl Layer {
    fn new(
        weights: &Weights<'_>,
        node: &Node,
        index: usize,
        inputs: usize,
    ) -> Result<Self, ModelError> {
        let fault = |problem| ModelError::Node { node: index, problem };
        let Node::Conv { input, weight, bias, stride, padding: 0, groups: 1, activation } = node
        else {
            return Err(fault(NodeProblem::Shapes));
        };
        if *input != index {
            return Err(fault(NodeProblem::Order(*input)));
        }
        if *stride == 0 || (index > 0 && *stride > 1) {
            return Err(fault(NodeProblem::Step));
        }
        let rectified = match activation {
            Activation::None => false,
            Activation::Relu => true,
            Activation::Sigmoid | Activation::Silu => return Err(fault(NodeProblem::Shapes)),
        };
        let tensor = weights.tensor(weight)?;
        let (outputs, size) = match tensor.shape[..] {
            [outputs, from, high, wide] if outputs > 0 && from == inputs && high == wide => {
                (outputs, high)
            }
            _ => {
                let needed = format!("[outputs, {inputs}, size, size]");
                return Err(wrong_shape(weight, tensor.shape, needed));
            }
        };
        if size == 0 || size > 16 {
            return Err(fault(NodeProblem::Window));
        }
        let bias = weights.bias(bias, outputs)?;
        let by_channel = turned(&tensor.values, outputs, size * size * inputs);
        let mut weights = Vec::with_capacity(by_channel.len());
        for place in 0..size * size {
            let rows = by_channel.chunks_exact(outputs).skip(place).step_by(size * size);
            rows.for_each(|row| weights.extend_from_slice(row));
        }
        Ok(Self { weights, bias, size, stride: *stride, inputs, rectified })
    }

    /// Sums over one row of the window at a time: neighbouring windows are rows of a matrix that
    /// overlap in memory. Without a stride the picture's rows need no telling apart either.
    fn run(&self, from: &Map, to: &mut Map) {
        let places = |length: usize| (length + self.stride).saturating_sub(self.size) / self.stride;
        (to.width, to.height) = (places(from.width), places(from.height));
        let outputs = self.bias.len();
        let whole = self.stride == 1;
        to.pitch = if whole { from.pitch } else { to.width };
        to.values.clear();
        if to.width == 0 || to.height == 0 {
            (to.width, to.height) = (0, 0);
            return;
        }
        for _ in 0..to.pitch * (to.height - 1) + to.width {
            to.values.extend_from_slice(&self.bias);
        }
        let depth = self.size * self.inputs;
        let runs = if whole { 1 } else { to.height };
        let rows = if whole { to.values.len() / outputs } else { to.width };
        for run in 0..runs {
            let out = &mut to.values[run * to.pitch * outputs..];
            for line in 0..self.size {
                let start = (run * self.stride + line) * from.pitch * self.inputs;
                let weights = &self.weights[line * depth * outputs..][..depth * outputs];
                let step = self.stride * self.inputs;
                add_product_of_windows(out, &from.values[start..], step, weights, [
                    rows, depth, outputs,
                ]);
            }
        }
        if self.rectified {
            to.values.iter_mut().for_each(|x| *x = x.max(0.0));
        }
    }
}
