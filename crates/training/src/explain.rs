//! What in a face speaks for an expression, by Grad-CAM (Selvaraju et al. 2017), and what layers
//! make of a face. Works on any model file, through the graph that serving runs.

mod backward;
mod overlay;
mod picture;
mod place;

use attune_core::{Expression, InvalidProbabilities, LabelSet, Probabilities};
use attune_vision::graph::{Head, ModelSpec, Node};
use attune_vision::{Classifier, FaceCrop, ModelError, Traced};

use crate::export::ServedModel;

pub use self::overlay::overlay;
pub use self::picture::contact_sheet;
pub use self::place::{Place, Shown};

/// Cells each way that tell the parts of a face apart.
const LEAST_CELLS: usize = 5;

/// A model that can be asked why.
pub struct Explainer {
    classifier: Classifier,
    model: ServedModel,
    /// `[channels, height, width]` or `[features]` of every value.
    shapes: Vec<Vec<usize>>,
}

/// What is to be explained. What is `None` is chosen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Question {
    /// Whose output: the reading head's unless said.
    pub label_set: Option<LabelSet>,
    /// The likeliest unless said.
    pub expression: Option<Expression>,
    /// The value whose channels are weighed: unless said, the last image before the output that is
    /// fine enough to tell eyes from mouth (at least 5 x 5 cells), or else the last.
    pub layer: Option<usize>,
}

/// Why there is no explanation.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ExplainError {
    /// The model lacks that output.
    #[error("the model has no output for {0}")]
    NoHead(LabelSet),
    /// The output does not tell that expression.
    #[error("the labels of {set} do not include {expression}")]
    NoClass {
        /// The output's label set.
        set: LabelSet,
        /// What was asked for.
        expression: Expression,
    },
    /// No such value, or it is no image, or the output does not depend on it.
    #[error("layer {0} holds no image that the answer is made from")]
    NoLayer(usize),
    /// The network reads its input as a vector from the start.
    #[error("the model makes no image on the way to its answer")]
    NoImage,
    /// The network's numbers overflow.
    #[error("the model gives no usable numbers: {0}")]
    Overflow(#[from] InvalidProbabilities),
}

/// How much each place of a face speaks for an expression.
#[derive(Clone, Debug, PartialEq)]
pub struct GradCam {
    /// Whose output was asked.
    pub label_set: LabelSet,
    /// What is explained.
    pub expression: Expression,
    /// Calibrated, of all that the output tells apart.
    pub probabilities: Probabilities,
    /// The probability from which on the model names an expression.
    pub declare_above: f32,
    /// The value whose channels were weighed.
    pub layer: usize,
    /// That value's channels, height and width.
    pub shape: [usize; 3],
    /// `height * width` numbers from 0 to 1, rows from the top, over the network's input; the
    /// largest is 1, or all are 0 where nothing in the layer speaks for the expression.
    pub heat: Vec<f32>,
}

impl Explainer {
    /// Reads a model file.
    ///
    /// # Errors
    /// What serving refuses.
    pub fn read(model: &[u8]) -> Result<Self, ModelError> {
        let classifier = Classifier::from_safetensors(model)?;
        let side = classifier.spec().input_size;
        let trace = classifier.trace(&vec![0.0; side * side]).unwrap_or_default();
        let shapes = trace.into_iter().map(|value| value.shape).collect();
        Ok(Self { classifier, model: ServedModel::read(model)?, shapes })
    }

    /// What the model file says of itself.
    #[must_use]
    pub fn spec(&self) -> &ModelSpec {
        &self.model.spec
    }

    /// The images that a head's answer is made from, the input left out: their values and shapes.
    #[must_use]
    pub fn layers(&self, head: &Head) -> Vec<(usize, [usize; 3])> {
        let ancestors = ancestors(&self.model.spec.nodes, head.value);
        let image = |value: &usize| match self.shapes.get(*value).map(Vec::as_slice) {
            Some([c, h, w]) if *value > 0 && ancestors[*value] => Some((*value, [*c, *h, *w])),
            _ => None,
        };
        (0..self.shapes.len()).filter_map(|value| image(&value)).collect()
    }

    /// The head of a label set, or the one that the product reads from.
    ///
    /// # Errors
    /// When the model lacks it.
    pub fn head(&self, set: Option<LabelSet>) -> Result<&Head, ExplainError> {
        let Some(set) = set else { return Ok(self.classifier.reading_head()) };
        let head = self.model.spec.heads.iter().find(|head| head.label_set == set);
        head.ok_or(ExplainError::NoHead(set))
    }

    /// Grad-CAM: the channels of a layer, each weighed by the mean of the class logit's gradient
    /// over it, summed, and what is below 0 left out.
    ///
    /// # Errors
    /// When the model cannot answer the question.
    pub fn grad_cam(&self, crop: &FaceCrop, question: Question) -> Result<GradCam, ExplainError> {
        let head = self.head(question.label_set)?;
        let trace = self.trace(crop);
        let logits = &trace[head.value].values;
        let set = head.label_set;
        let probabilities = Probabilities::from_logits(set, logits, head.temperature)?;
        let expression = question.expression.unwrap_or(probabilities.ranked()[0].0);
        let class = set.expressions().iter().position(|e| *e == expression);
        let class = class.ok_or(ExplainError::NoClass { set, expression })?;
        let (layer, shape) = self.layer(head, question.layer)?;
        let gradient = backward::gradient(&self.model, &trace, [head.value, class], layer);
        Ok(GradCam {
            label_set: set,
            expression,
            probabilities,
            declare_above: head.declare_above,
            layer,
            shape,
            heat: heat(&trace[layer].values, &gradient, shape),
        })
    }

    /// How a class logit moves with each number of a value, in the value's order; `None` for a
    /// value or class that is not there.
    #[must_use]
    pub fn gradient(
        &self,
        crop: &FaceCrop,
        head: &Head,
        class: usize,
        value: usize,
    ) -> Option<Vec<f32>> {
        let classes = head.label_set.expressions().len();
        (class < classes && value <= head.value)
            .then(|| backward::gradient(&self.model, &self.trace(crop), [head.value, class], value))
    }

    /// The channels of a layer for a face, `channels * height * width` numbers; `None` where the
    /// value is no image.
    #[must_use]
    pub fn feature_maps(&self, crop: &FaceCrop, layer: usize) -> Option<([usize; 3], Vec<f32>)> {
        let value = self.trace(crop).into_iter().nth(layer)?;
        match value.shape[..] {
            [channels, height, width] => Some(([channels, height, width], value.values)),
            _ => None,
        }
    }

    fn layer(
        &self,
        head: &Head,
        asked: Option<usize>,
    ) -> Result<(usize, [usize; 3]), ExplainError> {
        let layers = self.layers(head);
        match asked {
            None => {
                let fine = |(_, [_, h, w]): &&(usize, [usize; 3])| *h.min(w) >= LEAST_CELLS;
                let chosen = layers.iter().rev().find(fine).or(layers.last());
                chosen.copied().ok_or(ExplainError::NoImage)
            }
            Some(asked) => {
                let found = layers.iter().find(|(value, _)| *value == asked);
                found.copied().ok_or(ExplainError::NoLayer(asked))
            }
        }
    }

    fn trace(&self, crop: &FaceCrop) -> Vec<Traced> {
        let input = crop.input(self.model.spec.input_size);
        self.classifier.trace(&input).unwrap_or_default()
    }
}

/// Which values a value is made from, itself included.
fn ancestors(nodes: &[Node], value: usize) -> Vec<bool> {
    let mut needed = vec![false; nodes.len() + 1];
    needed[value] = true;
    for index in (0..nodes.len()).rev().filter(|index| *index < value) {
        if needed[index + 1] {
            inputs(&nodes[index]).for_each(|input| needed[input] = true);
        }
    }
    needed
}

/// The values that a node reads.
fn inputs(node: &Node) -> impl Iterator<Item = usize> {
    let both = match *node {
        Node::Conv { input, .. }
        | Node::Linear { input, .. }
        | Node::MaxPool { input, .. }
        | Node::GlobalAvgPool { input } => [Some(input), None],
        Node::Add { left, right, .. } => [Some(left), Some(right)],
        Node::Scale { input, by } => [Some(input), Some(by)],
    };
    both.into_iter().flatten()
}

fn heat(values: &[f32], gradient: &[f32], [_, height, width]: [usize; 3]) -> Vec<f32> {
    let pixels = height * width;
    let mut heat = vec![0.0; pixels];
    for (channel, gradient) in values.chunks_exact(pixels).zip(gradient.chunks_exact(pixels)) {
        let weight = gradient.iter().sum::<f32>() / pixels as f32;
        heat.iter_mut().zip(channel).for_each(|(sum, value)| *sum += weight * value);
    }
    let largest = heat.iter().copied().fold(0.0, f32::max);
    let scale = if largest > 0.0 { largest.recip() } else { 0.0 };
    heat.into_iter().map(|sum| (sum * scale).clamp(0.0, 1.0)).collect()
}

impl GradCam {
    /// The calibrated probability of what is explained.
    #[must_use]
    pub fn probability(&self) -> f32 {
        self.probabilities.of(self.expression)
    }

    /// The likeliest expression and its probability.
    #[must_use]
    pub fn likeliest(&self) -> (Expression, f32) {
        self.probabilities.ranked()[0]
    }

    /// What the model names, `None` where it can't tell.
    #[must_use]
    pub fn declared(&self) -> Option<Expression> {
        self.probabilities.declared(self.declare_above)
    }

    /// The heat at a place of the network's input, `x` and `y` from 0 to 1: smooth between the
    /// middles of the layer's cells, even beyond the outermost.
    #[must_use]
    pub fn at(&self, x: f32, y: f32) -> f32 {
        let [_, height, width] = self.shape;
        let along = |place: f32, cells: usize| {
            let place = (place * cells as f32 - 0.5).clamp(0.0, (cells - 1) as f32);
            let low = place.floor() as usize;
            let t = place - place.floor();
            // Without the edges and crosses that straight interpolation draws.
            (low, (low + 1).min(cells - 1), t * t * (3.0 - 2.0 * t))
        };
        let ((top, bottom, down), (left, right, across)) = (along(y, height), along(x, width));
        let row = |y: usize| {
            let [a, b] = [left, right].map(|x| self.heat[y * width + x]);
            a + (b - a) * across
        };
        let [a, b] = [row(top), row(bottom)];
        a + (b - a) * down
    }

    /// Whether anything speaks for the expression.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.heat.iter().all(|heat| *heat == 0.0)
    }

    /// The hottest place, `x` and `y` from 0 to 1 over the network's input.
    #[must_use]
    pub fn peak(&self) -> [f32; 2] {
        let [_, height, width] = self.shape;
        let hotter = |a: usize, b: usize| if self.heat[b] > self.heat[a] { b } else { a };
        let place = (0..self.heat.len()).reduce(hotter).unwrap_or(0);
        let middle = |index: usize, cells: usize| (index as f32 + 0.5) / cells as f32;
        [middle(place % width, width), middle(place / width, height)]
    }

    /// The shares of the heat in the upper, middle and lower third of the input, in which brows and
    /// eyes, nose, and mouth of an upright face are; all 0 where nothing speaks for the expression.
    #[must_use]
    pub fn thirds(&self) -> [f32; 3] {
        const STEPS: usize = 48;
        let mut sums = [0.0; 3];
        for i in 0..STEPS * STEPS {
            let place = |i: usize| (i as f32 + 0.5) / STEPS as f32;
            sums[i / STEPS * 3 / STEPS] += self.at(place(i % STEPS), place(i / STEPS));
        }
        let all = sums.iter().sum::<f32>();
        if all > 0.0 { sums.map(|sum| sum / all) } else { sums }
    }
}
