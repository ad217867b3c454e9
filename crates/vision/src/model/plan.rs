//! From a description and its tensors to layers that run: everything is checked here, once.

use attune_core::LabelSet;

use super::conv::{Conv, Geometry};
use super::error::{HeadProblem, ModelError, NodeProblem};
use super::layers::{Linear, MaxPool};
use super::matmul::{Factor, turned};
use super::network::{Layer, Step};
use super::shape::Shape;
use super::weights::{Weights, wrong_shape};
use crate::graph::{Activation, Head, Node};

/// The most weights and biases.
const MOST_PARAMETERS: usize = 1 << 26;
/// The most numbers in all values of one face together.
const MOST_NUMBERS: usize = 1 << 23;
/// The most elementary steps for one face.
const MOST_WORK: u64 = 1 << 34;

/// The layers so far, and the shapes of the values they make.
pub(super) struct Plan<'a> {
    weights: &'a Weights<'a>,
    pub steps: Vec<Step>,
    pub shapes: Vec<Shape>,
    pub parameters: usize,
    pub multiply_adds: u64,
    numbers: usize,
    work: u64,
}

impl<'a> Plan<'a> {
    pub fn new(weights: &'a Weights<'a>, nodes: &[Node], input: Shape) -> Result<Self, ModelError> {
        let (steps, shapes, numbers) = (Vec::new(), vec![input], input.len());
        let (parameters, multiply_adds, work) = (0, 0, 0);
        let mut plan = Self { weights, steps, shapes, parameters, multiply_adds, numbers, work };
        for node in nodes {
            plan.push(node)?;
        }
        Ok(plan)
    }

    fn push(&mut self, node: &Node) -> Result<(), ModelError> {
        let (step, shape, work) = match node {
            Node::Conv { input, .. } => self.conv(*input, node)?,
            Node::Linear { input, weight, bias, activation } => {
                self.linear(*input, [weight, bias], *activation)?
            }
            Node::MaxPool { input, size, stride } => self.max_pool(*input, *size, *stride)?,
            Node::GlobalAvgPool { input } => self.global_avg_pool(*input)?,
            Node::Add { left, right, activation } => self.add([*left, *right], *activation)?,
            Node::Scale { input, by } => self.scale([*input, *by])?,
        };
        self.work = self.work.saturating_add(work);
        self.numbers = self.numbers.saturating_add(shape.len());
        let memory = self.parameters > MOST_PARAMETERS || self.numbers > MOST_NUMBERS;
        if memory || self.work > MOST_WORK {
            return Err(self.fault(NodeProblem::TooLarge));
        }
        self.steps.push(step);
        self.shapes.push(shape);
        Ok(())
    }

    fn fault(&self, problem: NodeProblem) -> ModelError {
        ModelError::Node { node: self.steps.len(), problem }
    }

    fn shape(&self, value: usize) -> Result<Shape, ModelError> {
        self.shapes.get(value).copied().ok_or_else(|| self.fault(NodeProblem::Order(value)))
    }

    /// Channels, height and width.
    fn image(&self, value: usize) -> Result<[usize; 3], ModelError> {
        match self.shape(value)? {
            Shape::Image { channels, height, width } => Ok([channels, height, width]),
            Shape::Vector(_) => Err(self.fault(NodeProblem::NotAnImage(value))),
        }
    }

    /// Where a window of `size` fits along an axis, counted in steps of `stride`.
    fn places(&self, length: usize, size: usize, stride: usize) -> Result<usize, ModelError> {
        let spare = length.checked_sub(size).filter(|_| size > 0);
        let spare = spare.ok_or_else(|| self.fault(NodeProblem::Window))?;
        let steps = spare.checked_div(stride).ok_or_else(|| self.fault(NodeProblem::Step))?;
        Ok(steps + 1)
    }

    /// The shape of an image value, if it is not too large.
    fn image_shape(&self, [channels, height, width]: [usize; 3]) -> Result<Shape, ModelError> {
        let numbers = channels.checked_mul(height).and_then(|n| n.checked_mul(width));
        numbers
            .filter(|n| *n <= MOST_NUMBERS)
            .map(|_| Shape::Image { channels, height, width })
            .ok_or_else(|| self.fault(NodeProblem::TooLarge))
    }

    fn conv(&mut self, value: usize, node: &Node) -> Made {
        let Node::Conv { weight, bias, stride, padding, groups, activation, .. } = node else {
            return Err(self.fault(NodeProblem::Shapes));
        };
        let input = self.image(value)?;
        let tensor = self.weights.tensor(weight)?;
        let (outputs, size) = match tensor.shape[..] {
            [out, per_group, high, wide]
                if out > 0 && high == wide && per_group.checked_mul(*groups) == Some(input[0]) =>
            {
                (out, high)
            }
            _ => {
                let needed = format!("[outputs, {} / {groups}, size, size]", input[0]);
                return Err(wrong_shape(weight, tensor.shape, needed));
            }
        };
        if *groups == 0 || outputs % groups != 0 {
            return Err(self.fault(NodeProblem::Groups));
        }
        if *padding >= size.max(1) {
            return Err(self.fault(NodeProblem::Window));
        }
        let height = self.places(input[1] + 2 * padding, size, *stride)?;
        let width = self.places(input[2] + 2 * padding, size, *stride)?;
        let output = [outputs, height, width];
        let shape = self.image_shape(output)?;
        let (stride, padding, groups) = (*stride, *padding, *groups);
        let geometry = Geometry { input, output, size, stride, padding, groups };
        let bias = self.weights.bias(bias, outputs)?;
        let multiply_adds = shape.len() as u64 * geometry.depth() as u64;
        self.count(tensor.values.len() + outputs, multiply_adds);
        let layer = Layer::Conv(Box::new(Conv::new(&tensor.values, bias, geometry)));
        let step = Step { layer, inputs: [value; 2], activation: *activation };
        Ok((step, shape, multiply_adds))
    }

    fn linear(&mut self, value: usize, names: [&str; 2], activation: Activation) -> Made {
        let shape = self.shape(value)?;
        let tensor = self.weights.tensor(names[0])?;
        let outputs = match tensor.shape[..] {
            [outputs, inputs] if outputs > 0 && inputs == shape.len() => outputs,
            _ => {
                let needed = format!("[outputs, {}]", shape.len());
                return Err(wrong_shape(names[0], tensor.shape, needed));
            }
        };
        let bias = self.weights.bias(names[1], outputs)?;
        let multiply_adds = tensor.values.len() as u64;
        self.count(tensor.values.len() + outputs, multiply_adds);
        let by_input = transposed(&tensor.values, shape, outputs);
        let weights = Factor::new(&by_input, shape.len(), outputs);
        let layer = Layer::Linear(Linear { weights, bias });
        let step = Step { layer, inputs: [value; 2], activation };
        Ok((step, Shape::Vector(outputs), multiply_adds))
    }

    fn max_pool(&mut self, value: usize, size: usize, stride: usize) -> Made {
        let input = self.image(value)?;
        let height = self.places(input[1], size, stride)?;
        let width = self.places(input[2], size, stride)?;
        let output = [input[0], height, width];
        let shape = self.image_shape(output)?;
        let layer = Layer::MaxPool(MaxPool { input, output, size, stride });
        let work = shape.len() as u64 * (size * size) as u64;
        Ok((Step::plain(layer, [value; 2]), shape, work))
    }

    fn global_avg_pool(&mut self, value: usize) -> Made {
        let [channels, height, width] = self.image(value)?;
        let layer = Layer::GlobalAvgPool { channels, pixels: height * width };
        let work = (channels * height * width) as u64;
        Ok((Step::plain(layer, [value; 2]), Shape::Vector(channels), work))
    }

    fn add(&mut self, inputs: [usize; 2], activation: Activation) -> Made {
        let (left, right) = (self.shape(inputs[0])?, self.shape(inputs[1])?);
        if left != right {
            return Err(self.fault(NodeProblem::Shapes));
        }
        Ok((Step { layer: Layer::Add, inputs, activation }, left, left.len() as u64))
    }

    fn scale(&mut self, inputs: [usize; 2]) -> Made {
        let [channels, height, width] = self.image(inputs[0])?;
        if self.shape(inputs[1])? != Shape::Vector(channels) {
            return Err(self.fault(NodeProblem::Shapes));
        }
        let layer = Layer::Scale { channels, pixels: height * width };
        let shape = Shape::Image { channels, height, width };
        Ok((Step::plain(layer, inputs), shape, shape.len() as u64))
    }

    fn count(&mut self, parameters: usize, multiply_adds: u64) {
        self.parameters = self.parameters.saturating_add(parameters);
        self.multiply_adds = self.multiply_adds.saturating_add(multiply_adds);
    }
}

/// A layer, the shape it makes and its elementary steps for one face.
type Made = Result<(Step, Shape, u64), ModelError>;

/// Dense weights from `[out, in]` to `[in, out]`, where an image comes with channels innermost.
fn transposed(weights: &[f32], input: Shape, outputs: usize) -> Vec<f32> {
    let by_channel = turned(weights, outputs, input.len());
    let Shape::Image { height, width, .. } = input else { return by_channel };
    let mut by_pixel = Vec::with_capacity(weights.len());
    for pixel in 0..height * width {
        let rows = by_channel.chunks_exact(outputs).skip(pixel).step_by(height * width);
        rows.for_each(|row| by_pixel.extend_from_slice(row));
    }
    by_pixel
}

pub(super) fn check_heads(heads: &[Head], shapes: &[Shape]) -> Result<(), ModelError> {
    if heads.is_empty() {
        return Err(ModelError::Head(HeadProblem::None));
    }
    let mut seen: Vec<LabelSet> = Vec::new();
    for head in heads {
        let set = head.label_set;
        check_head(head, shapes).map_err(ModelError::Head)?;
        if seen.contains(&set) {
            return Err(ModelError::Head(HeadProblem::Twice(set)));
        }
        seen.push(set);
    }
    Ok(())
}

fn check_head(head: &Head, shapes: &[Shape]) -> Result<(), HeadProblem> {
    let set = head.label_set;
    if shapes.get(head.value) != Some(&Shape::Vector(set.expressions().len())) {
        return Err(HeadProblem::Shape(set));
    }
    if !head.temperature.is_finite() || head.temperature <= 0.0 {
        return Err(HeadProblem::Temperature(set));
    }
    if !(0.0..=1.0).contains(&head.declare_above) {
        return Err(HeadProblem::Threshold(set));
    }
    Ok(())
}
