//! One forward pass with everything kept.

use super::matmul::turned;
use super::network::Network;
use super::shape::Shape;

/// A value of one forward pass. Images are `[channels, height, width]`, vectors `[features]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Traced {
    /// Lengths of its axes.
    pub shape: Vec<usize>,
    /// What its layer's activation was applied to.
    pub before_activation: Vec<f32>,
    /// The value itself.
    pub values: Vec<f32>,
}

/// Runs every layer on one face's input.
pub(super) fn trace(network: &Network, input: &[f32]) -> Vec<Traced> {
    let mut scratch = vec![0.0; network.scratch];
    let mut values = vec![input.to_vec()];
    let mut traced = vec![traced(network.shapes[0], input.to_vec(), input)];
    for (step, shape) in network.steps.iter().zip(&network.shapes[1..]) {
        let mut out = vec![0.0; shape.len()];
        let [first, second] = step.inputs.map(|value| &values[value]);
        step.layer.run(first, second, &mut out, &mut scratch);
        let before = out.clone();
        step.activation.apply(&mut out);
        traced.push(self::traced(*shape, before, &out));
        values.push(out);
    }
    traced
}

fn traced(shape: Shape, before: Vec<f32>, after: &[f32]) -> Traced {
    match shape {
        Shape::Vector(features) => {
            Traced { shape: vec![features], before_activation: before, values: after.to_vec() }
        }
        Shape::Image { channels, height, width } => Traced {
            shape: vec![channels, height, width],
            before_activation: turned(&before, height * width, channels),
            values: turned(after, height * width, channels),
        },
    }
}
