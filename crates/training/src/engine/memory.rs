use super::norm::Measured;
use crate::network::plan::{Layer, Plan, ValueShape};

/// What the layers of one shard leave for the way back.
#[derive(Debug)]
pub(super) struct Memory {
    /// `[images, pixels, channels]` of every value.
    pub values: Vec<Vec<f32>>,
    /// Gradients of the loss with respect to them.
    pub gradients: Vec<Vec<f32>>,
    /// By layer.
    pub saved: Vec<Saved>,
    /// Spread-out windows and their gradients.
    pub scratch: [Vec<f32>; 2],
}

/// What one layer keeps besides its value.
#[derive(Debug, Default)]
pub(super) struct Saved {
    has_pre: bool,
    /// Sums before batch norm or the activation; the factors of a dropout.
    pub pre: Vec<f32>,
    /// Of a batch norm.
    pub norm: Measured,
    /// Where the largest of each window stood in the input.
    pub places: Vec<u32>,
}

impl Memory {
    pub fn new(plan: &Plan) -> Self {
        let values = plan.layers.len() + 1;
        Self {
            values: vec![Vec::new(); values],
            gradients: vec![Vec::new(); values],
            saved: plan.layers.iter().map(Saved::of).collect(),
            scratch: [Vec::new(), Vec::new()],
        }
    }

    /// Sizes everything for `images` images; gradients start at zero.
    pub fn prepare(&mut self, shapes: &[ValueShape], images: usize) {
        for (i, shape) in shapes.iter().enumerate() {
            let len = images * shape.len();
            self.values[i].resize(len, 0.0);
            self.gradients[i].clear();
            self.gradients[i].resize(len, 0.0);
        }
        for (saved, shape) in self.saved.iter_mut().zip(&shapes[1..]) {
            let len = if saved.has_pre { images * shape.len() } else { 0 };
            saved.pre.resize(len, 0.0);
        }
    }
}

impl Saved {
    fn of(layer: &Layer) -> Self {
        let has_pre =
            matches!(layer, Layer::Conv { .. } | Layer::Linear { .. } | Layer::Add { .. });
        Self { has_pre, ..Self::default() }
    }
}
