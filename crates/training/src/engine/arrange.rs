use super::norm::NormWeights;
use super::windows::Windows;
use crate::network::Tensors;
use crate::network::plan::{Layer, NORM_EPSILON, Norm, Plan, TensorId, ValueShape};

/// The tensors of a plan in the order the kernels read them, and their gradients likewise.
///
/// Kernels `[out, in, place]` stand as `[place, in, out]`, and so do the weights of a dense layer
/// that reads an image (a place is a pixel there).
#[derive(Debug)]
pub(super) struct Arranged {
    weights: Vec<Vec<f32>>,
    found: Vec<Vec<f32>>,
    /// `[out, in, places]` of every tensor.
    orders: Vec<[usize; 3]>,
    trained: Vec<bool>,
    /// By layer; of no meaning for layers without windows.
    pub windows: Vec<Windows>,
}

impl Arranged {
    pub fn new(plan: &Plan, shapes: &[ValueShape]) -> Self {
        let mut orders: Vec<[usize; 3]> = plan.tensors.iter().map(|t| [1, 1, t.len()]).collect();
        let mut windows = vec![Windows::default(); plan.layers.len()];
        for (i, layer) in plan.layers.iter().enumerate() {
            let (input, output) = (shapes[first_input(layer)], shapes[i + 1]);
            match *layer {
                Layer::Conv { weight, stride, padding, .. } => {
                    let shape = &plan.tensors[weight].shape;
                    orders[weight] = [shape[0], shape[1], shape[2] * shape[3]];
                    windows[i] = Windows { input, output, size: shape[2], stride, padding };
                }
                Layer::Linear { weight, .. } => {
                    orders[weight] = [output.channels, input.channels, input.side * input.side];
                }
                Layer::MaxPool { size, stride, .. } => {
                    windows[i] = Windows { input, output, size, stride, padding: 0 };
                }
                _ => {}
            }
        }
        let zeros: Vec<Vec<f32>> = plan.tensors.iter().map(|t| vec![0.0; t.len()]).collect();
        let trained = plan.tensors.iter().map(|t| t.is_trained()).collect();
        Self { weights: zeros.clone(), found: zeros, orders, trained, windows }
    }

    pub fn load(&mut self, tensors: &Tensors) {
        for ((to, from), order) in self.weights.iter_mut().zip(&tensors.0).zip(&self.orders) {
            each_place(*order, |canonical, arranged| to[arranged] = from[canonical]);
        }
    }

    /// In the plan's order; empty for what is not trained.
    pub fn gradients(&self) -> Vec<Vec<f32>> {
        let one = |((found, order), trained): ((&Vec<f32>, &[usize; 3]), &bool)| {
            let mut canonical = vec![0.0; if *trained { found.len() } else { 0 }];
            if *trained {
                each_place(*order, |to, from| canonical[to] = found[from]);
            }
            canonical
        };
        self.found.iter().zip(&self.orders).zip(&self.trained).map(one).collect()
    }

    pub fn weight(&self, id: TensorId) -> &[f32] {
        &self.weights[id]
    }

    pub fn gradient(&mut self, id: TensorId) -> &mut [f32] {
        &mut self.found[id]
    }

    /// A tensor and its gradient.
    pub fn pair(&mut self, id: TensorId) -> (&[f32], &mut [f32]) {
        (&self.weights[id], &mut self.found[id])
    }

    /// The windows of a convolution, its weights and their gradient.
    pub fn conv(&mut self, layer: usize, id: TensorId) -> (&Windows, &[f32], &mut [f32]) {
        (&self.windows[layer], &self.weights[id], &mut self.found[id])
    }

    pub fn norm(&self, norm: Norm) -> NormWeights<'_> {
        let (gamma, beta) = (self.weight(norm.gamma), self.weight(norm.beta));
        NormWeights { gamma, beta, epsilon: NORM_EPSILON }
    }
}

fn first_input(layer: &Layer) -> usize {
    match *layer {
        Layer::Conv { input, .. }
        | Layer::Linear { input, .. }
        | Layer::MaxPool { input, .. }
        | Layer::GlobalAvgPool { input }
        | Layer::Dropout { input, .. }
        | Layer::Scale { input, .. } => input,
        Layer::Add { left, .. } => left,
    }
}

/// Outputs handled together, so that both orders are walked a cache line at a time.
const BLOCK: usize = 16;

/// Calls `each` with the position of every element in `[out, in, places]` and in
/// `[places, in, out]`.
fn each_place([outputs, inputs, places]: [usize; 3], mut each: impl FnMut(usize, usize)) {
    for block in (0..outputs).step_by(BLOCK) {
        for input in 0..inputs {
            for place in 0..places {
                let row = (place * inputs + input) * outputs;
                for output in block..outputs.min(block + BLOCK) {
                    each((output * inputs + input) * places + place, row + output);
                }
            }
        }
    }
}
