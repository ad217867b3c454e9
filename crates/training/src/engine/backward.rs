use super::arrange::Arranged;
use super::memory::Saved;
use super::{activation, conv, depthwise, layers, matmul, norm};
use crate::network::plan::{Activation, Affine, Layer, Norm, TensorId, ValueShape};

/// One layer on its way back: from the gradient of its value to those of what it read.
pub(super) struct Backward<'a> {
    pub index: usize,
    pub arranged: &'a mut Arranged,
    pub shapes: &'a [ValueShape],
    pub values: &'a [Vec<f32>],
    /// Gradients of the values made before this layer's.
    pub below: &'a mut [Vec<f32>],
    /// The gradient of this layer's value, worked on in place.
    pub from: &'a mut Vec<f32>,
    pub saved: &'a mut Saved,
    pub scratch: &'a mut [Vec<f32>; 2],
}

impl Backward<'_> {
    pub fn run(&mut self, layer: &Layer) {
        let (values, shapes) = (self.values, self.shapes);
        match *layer {
            Layer::Conv { input, weight, affine, groups, activation, .. } => {
                self.unwind(affine, activation);
                self.convolve(input, weight, groups);
            }
            Layer::Linear { input, weight, bias, activation } => {
                self.unwind(Affine::Bias(bias), activation);
                self.multiply(input, weight);
            }
            Layer::MaxPool { input, .. } => {
                layers::max_pool_back(self.from, &self.saved.places, &mut self.below[input]);
            }
            Layer::GlobalAvgPool { input } => {
                layers::global_avg_pool_back(self.from, shapes[input], &mut self.below[input]);
            }
            Layer::Dropout { input, .. } => {
                layers::add_product(self.from, &self.saved.pre, &mut self.below[input]);
            }
            Layer::Add { left, right, activation } => {
                activation::backward(activation, &self.saved.pre, self.from);
                layers::accumulate(self.from, &mut self.below[left]);
                layers::accumulate(self.from, &mut self.below[right]);
            }
            Layer::Scale { input, by } => {
                let (image, factors, shape) = (&values[input], &values[by], shapes[input]);
                layers::scale_back(self.from, factors, shape, &mut self.below[input]);
                layers::scale_factors_back(self.from, image, shape, &mut self.below[by]);
            }
        }
    }

    /// From the gradient of the layer's value to that of the sums before norm and activation.
    fn unwind(&mut self, affine: Affine, activation: Activation) {
        match affine {
            Affine::Norm(norm) => self.through_norm(norm, activation),
            Affine::Bias(bias) => {
                activation::backward(activation, &self.saved.pre, self.from);
                layers::sum_rows(self.from, self.arranged.gradient(bias));
            }
        }
    }

    fn through_norm(&mut self, id: Norm, activation: Activation) {
        let Saved { pre, norm, .. } = &*self.saved;
        let found = norm::backward(pre, norm, activation, self.from);
        self.arranged.gradient(id.gamma).copy_from_slice(&found.gamma);
        self.arranged.gradient(id.beta).copy_from_slice(&found.beta);
        norm::pull_back(pre, &found.pull, self.from);
    }

    fn convolve(&mut self, input: usize, weight: TensorId, groups: usize) {
        // Nobody asks how the picture should change.
        let to = (input > 0).then(|| &mut self.below[input][..]);
        let (windows, weights, found) = self.arranged.conv(self.index, weight);
        let known = [&self.values[input][..], &self.from[..]];
        if groups == 1 {
            conv::backward(windows, known, weights, found, to, self.scratch);
        } else {
            depthwise::backward(windows, known, weights, found, to);
        }
    }

    fn multiply(&mut self, input: usize, weight: TensorId) {
        let outputs = self.shapes[self.index + 1].channels;
        let (weights, found) = self.arranged.pair(weight);
        let known = [&self.values[input][..], &self.from[..]];
        matmul::backward(known, weights, outputs, found, &mut self.below[input]);
    }
}
