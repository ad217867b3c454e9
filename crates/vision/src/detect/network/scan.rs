//! A small convolutional network run over a whole picture at once.

use super::spec::StageSpec;
use crate::graph::{Activation, Node};
use crate::model::matmul::{Factor, turned};
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

/// A convolution without padding; its weights are `[size * inputs][outputs]` a line of the window.
struct Layer {
    lines: Vec<Factor>,
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
        let depth = size * inputs;
        let line = |line: &[f32]| Factor::new(line, depth, outputs);
        let lines = weights.chunks_exact((depth * outputs).max(1)).map(line).collect();
        Ok(Self { lines, bias, size, stride: *stride, inputs, rectified })
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
        let runs = if whole { 1 } else { to.height };
        let rows = if whole { to.values.len() / outputs } else { to.width };
        for run in 0..runs {
            let out = &mut to.values[run * to.pitch * outputs..];
            for (line, factor) in self.lines.iter().enumerate() {
                let start = (run * self.stride + line) * from.pitch * self.inputs;
                let step = self.stride * self.inputs;
                factor.add_product(out, outputs, &from.values[start..], step, rows);
            }
        }
        if self.rectified {
            to.values.iter_mut().for_each(|x| *x = x.max(0.0));
        }
    }
}

#[cfg(test)]
mod tests {
    use safetensors::tensor::{Dtype, TensorView};

    use super::*;
    use crate::graph::METADATA_KEY;
    use crate::model::{Memory, Network, described};

    /// Three convolutions of random weights, as a file without a description of its own.
    fn file() -> Vec<u8> {
        let mut state = 7u32;
        let mut tensor = |shape: &[usize]| {
            let numbers = (0..shape.iter().product()).flat_map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                ((state >> 8) as f32 / (1 << 24) as f32 - 0.5).to_le_bytes()
            });
            numbers.collect::<Vec<u8>>()
        };
        let shapes: [(&str, &[usize]); 6] = [
            ("a", &[5, 1, 4, 4]),
            ("a.bias", &[5]),
            ("b", &[3, 5, 3, 3]),
            ("b.bias", &[3]),
            ("c", &[2, 3, 1, 1]),
            ("c.bias", &[2]),
        ];
        let stored: Vec<_> =
            shapes.iter().map(|(name, s)| (*name, s.to_vec(), tensor(s))).collect();
        let views = stored.iter().map(|(name, shape, bytes)| {
            (*name, TensorView::new(Dtype::F32, shape.clone(), bytes).unwrap())
        });
        let metadata = [(METADATA_KEY.to_owned(), "{}".to_owned())].into();
        safetensors::serialize(views, Some(metadata)).unwrap()
    }

    fn spec() -> StageSpec {
        let conv = |input: usize, name: &str, stride, activation| Node::Conv {
            input,
            weight: name.to_owned(),
            bias: format!("{name}.bias"),
            stride,
            padding: 0,
            groups: 1,
            activation,
        };
        StageSpec {
            input_size: 8,
            nodes: vec![
                conv(0, "a", 2, Activation::Relu),
                conv(1, "b", 1, Activation::Relu),
                conv(2, "c", 1, Activation::None),
            ],
            outputs: vec![3],
            least: 0.0,
            most_shared: 1.0,
            most: 9,
        }
    }

    #[test]
    fn a_whole_picture_gives_what_its_windows_give() {
        let (bytes, spec) = (file(), spec());
        let (_, weights): (serde_json::Value, _) = described(&bytes).unwrap();
        let scan = Scan::new(&weights, &spec).unwrap();
        let network = Network::new(&weights, &spec.nodes, 8, &[3]).unwrap();
        for (width, height) in [(8, 8), (23, 14), (9, 31), (7, 40)] {
            let pixels: Vec<u8> = (0..width * height).map(|i| (i * i % 253) as u8).collect();
            let (mut scanned, mut memory) = (0, ScanMemory::default());
            let least = f32::NEG_INFINITY;
            scan.run(&pixels, [width, height], &mut memory, least, |column, row, surplus| {
                let (x, y) = (column * scan.stride, row * scan.stride);
                let mut single = Memory::default();
                let input = network.input(&mut single, 1);
                for (i, value) in input.iter_mut().enumerate() {
                    *value = scan_input(pixels[(y + i / 8) * width + x + i % 8]);
                }
                network.run(&mut single, 1);
                let logits = network.output(&single, 3, 1);
                assert!((logits[1] - logits[0] - surplus).abs() < 1e-4, "{x} {y}");
                scanned += 1;
            });
            let places = |side: usize| (side + 2).saturating_sub(8) / 2;
            assert_eq!(scanned, places(width) * places(height), "{width} x {height}");
        }
    }

    #[test]
    fn networks_that_cannot_run_over_a_picture_are_refused() {
        let bytes = file();
        let (_, weights): (serde_json::Value, _) = described(&bytes).unwrap();
        let refused = |change: fn(&mut StageSpec)| {
            let mut spec = spec();
            change(&mut spec);
            Scan::new(&weights, &spec).is_err()
        };
        assert!(!refused(|_| {}));
        assert!(refused(|spec| spec.nodes.clear()));
        assert!(refused(|spec| spec.input_size = 9));
        assert!(refused(|spec| drop(spec.nodes.pop())));
        assert!(refused(|spec| spec.nodes.swap(0, 1)));
        assert!(refused(|spec| spec.nodes[1] = Node::GlobalAvgPool { input: 1 }));
    }
}
