//! A checked network and the memory it runs in.

use super::conv::Conv;
use super::error::ModelError;
use super::layers::{Linear, MaxPool, add, global_avg_pool, scale};
use super::plan::Plan;
use super::shape::Shape;
use super::weights::Weights;
use crate::CROP_SIZE;
use crate::graph::{Activation, Node};

/// A layer ready to run.
pub(super) enum Layer {
    Conv(Box<Conv>),
    Linear(Linear),
    MaxPool(MaxPool),
    GlobalAvgPool { channels: usize, pixels: usize },
    Add,
    Scale { channels: usize, pixels: usize },
}

/// A layer, the values it reads (with a single input both are the same), and what is applied to
/// its result.
pub(super) struct Step {
    pub layer: Layer,
    pub inputs: [usize; 2],
    pub activation: Activation,
}

impl Step {
    /// A layer that nothing is applied to.
    pub fn plain(layer: Layer, inputs: [usize; 2]) -> Self {
        Self { layer, inputs, activation: Activation::None }
    }
}

/// The weights and the order of work; shared by everything that runs it.
pub(crate) struct Network {
    pub parameters: usize,
    pub multiply_adds: u64,
    pub(super) steps: Vec<Step>,
    pub(super) shapes: Vec<Shape>,
    /// Where each value is kept; values that are not needed at the same time share a slot.
    slots: Vec<usize>,
    /// Numbers a face in each slot.
    slot_sizes: Vec<usize>,
    pub(super) scratch: usize,
}

/// The memory of one run, kept from face to face.
#[derive(Clone, Default)]
pub(crate) struct Memory {
    slots: Vec<Vec<f32>>,
    scratch: Vec<f32>,
}

impl Network {
    /// The network of these nodes on a square picture; the values in `outputs` outlast a run.
    ///
    /// # Errors
    /// Nodes and tensors that do not fit each other.
    pub fn new(
        weights: &Weights<'_>,
        nodes: &[Node],
        side: usize,
        outputs: &[usize],
    ) -> Result<Self, ModelError> {
        if side == 0 || side > CROP_SIZE {
            return Err(ModelError::InputSize(side));
        }
        let input = Shape::Image { channels: 1, height: side, width: side };
        let Plan { steps, shapes, parameters, multiply_adds, .. } =
            Plan::new(weights, nodes, input)?;
        let (slots, slot_sizes) = share_slots(&steps, &shapes, outputs);
        let scratch = steps.iter().map(scratch_of).max().unwrap_or(0);
        Ok(Self { parameters, multiply_adds, steps, shapes, slots, slot_sizes, scratch })
    }

    /// Numbers of a value for one face, `None` for a value that no node makes.
    pub fn value_len(&self, value: usize) -> Option<usize> {
        self.shapes.get(value).map(|shape| shape.len())
    }

    /// Makes room for `faces` at a time and gives the input to fill.
    pub fn input<'m>(&self, memory: &'m mut Memory, faces: usize) -> &'m mut [f32] {
        memory.slots.resize(self.slot_sizes.len(), Vec::new());
        for (slot, size) in memory.slots.iter_mut().zip(&self.slot_sizes) {
            slot.resize(slot.len().max(size * faces), 0.0);
        }
        memory.scratch.resize(self.scratch, 0.0);
        &mut memory.slots[self.slots[0]][..self.shapes[0].len() * faces]
    }

    /// Runs every layer on the input of `faces` faces.
    pub fn run(&self, memory: &mut Memory, faces: usize) {
        for (index, step) in self.steps.iter().enumerate() {
            let slot = self.slots[index + 1];
            let mut buffer = std::mem::take(&mut memory.slots[slot]);
            let out = &mut buffer[..self.shapes[index + 1].len() * faces];
            let [first, second] = step.inputs.map(|value| self.value(&memory.slots, value, faces));
            step.layer.run(first, second, out, &mut memory.scratch);
            step.activation.apply(out);
            memory.slots[slot] = buffer;
        }
    }

    /// One of the outputs after a run, one row a face.
    pub fn output<'m>(&self, memory: &'m Memory, output: usize, faces: usize) -> &'m [f32] {
        self.value(&memory.slots, output, faces)
    }

    fn value<'m>(&self, slots: &'m [Vec<f32>], value: usize, faces: usize) -> &'m [f32] {
        &slots[self.slots[value]][..self.shapes[value].len() * faces]
    }
}

impl Layer {
    pub fn run(&self, first: &[f32], second: &[f32], out: &mut [f32], scratch: &mut [f32]) {
        match self {
            Self::Conv(conv) => conv.run(first, out, scratch),
            Self::Linear(linear) => linear.run(first, out),
            Self::MaxPool(pool) => pool.run(first, out),
            Self::GlobalAvgPool { channels, pixels } => {
                global_avg_pool(first, *channels, *pixels, out);
            }
            Self::Add => add(first, second, out),
            Self::Scale { channels, pixels } => scale(first, second, [*channels, *pixels], out),
        }
    }
}

fn scratch_of(step: &Step) -> usize {
    match &step.layer {
        Layer::Conv(conv) => conv.scratch(),
        _ => 0,
    }
}

/// Gives every value a slot: a new value takes one whose value nobody reads any more.
fn share_slots(steps: &[Step], shapes: &[Shape], outputs: &[usize]) -> (Vec<usize>, Vec<usize>) {
    let last_read = last_reads(steps, outputs);
    let (mut slots, mut sizes, mut free) = (Vec::new(), Vec::new(), Vec::new());
    for (value, shape) in shapes.iter().enumerate() {
        let slot = free.pop().unwrap_or(sizes.len());
        if slot == sizes.len() {
            sizes.push(0);
        }
        sizes[slot] = shape.len().max(sizes[slot]);
        slots.push(slot);
        free.extend((0..=value).filter(|v| last_read[*v] == value).map(|v| slots[v]));
    }
    (slots, sizes)
}

/// For each value, the last value that is made from it: itself if none is, none for outputs.
fn last_reads(steps: &[Step], outputs: &[usize]) -> Vec<usize> {
    let mut last: Vec<usize> = (0..=steps.len()).collect();
    for (index, step) in steps.iter().enumerate() {
        step.inputs.iter().for_each(|value| last[*value] = index + 1);
    }
    for output in outputs {
        if let Some(last) = last.get_mut(*output) {
            *last = usize::MAX;
        }
    }
    last
}
