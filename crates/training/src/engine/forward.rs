use super::arrange::Arranged;
use super::memory::Saved;
use super::{activation, conv, depthwise, layers, matmul, norm};
use crate::network::dropout;
use crate::network::plan::{Activation, Affine, Layer, TensorId, ValueShape};

/// One layer on its way forward: what it reads, and what it fills.
pub(super) struct Forward<'a> {
    pub index: usize,
    pub arranged: &'a Arranged,
    pub shapes: &'a [ValueShape],
    /// The values made so far.
    pub made: &'a [Vec<f32>],
    pub out: &'a mut Vec<f32>,
    pub saved: &'a mut Saved,
    pub scratch: &'a mut [Vec<f32>; 2],
}

impl Forward<'_> {
    pub fn run(&mut self, layer: &Layer, seed: u64) {
        let (made, shapes) = (self.made, self.shapes);
        match *layer {
            Layer::Conv { input, weight, affine, groups, activation, .. } => {
                self.convolve(input, weight, groups);
                self.finish(affine, activation);
            }
            Layer::Linear { input, weight, bias, activation } => {
                self.multiply(input, weight);
                self.finish(Affine::Bias(bias), activation);
            }
            Layer::MaxPool { input, .. } => {
                let windows = &self.arranged.windows[self.index];
                layers::max_pool(windows, &made[input], self.out, &mut self.saved.places);
            }
            Layer::GlobalAvgPool { input } => {
                layers::global_avg_pool(&made[input], shapes[input], self.out);
            }
            Layer::Dropout { input, rate } => {
                self.saved.pre = dropout::factors(seed, self.index + 1, rate, self.out.len());
                layers::multiply(&made[input], &self.saved.pre, self.out);
            }
            Layer::Add { left, right, activation } => {
                layers::add(&made[left], &made[right], &mut self.saved.pre);
                activation::apply(activation, &self.saved.pre, self.out);
            }
            Layer::Scale { input, by } => {
                layers::scale(&made[input], &made[by], shapes[input], self.out);
            }
        }
    }

    fn convolve(&mut self, input: usize, weight: TensorId, groups: usize) {
        let (windows, weights) = (&self.arranged.windows[self.index], self.arranged.weight(weight));
        let (input, sums) = (&self.made[input], &mut self.saved.pre);
        if groups == 1 {
            conv::forward(windows, input, weights, sums, self.scratch);
        } else {
            depthwise::forward(windows, input, weights, sums);
        }
    }

    fn multiply(&mut self, input: usize, weight: TensorId) {
        let outputs = self.shapes[self.index + 1].channels;
        let weights = self.arranged.weight(weight);
        matmul::forward(&self.made[input], weights, outputs, &mut self.saved.pre);
    }

    /// From the saved sums to the layer's value.
    fn finish(&mut self, affine: Affine, activation: Activation) {
        let Saved { pre, norm: measured, .. } = &mut *self.saved;
        match affine {
            Affine::Norm(norm) => {
                *measured = norm::measure(pre, self.arranged.norm(norm));
                norm::apply(pre, measured, activation, self.out);
            }
            Affine::Bias(bias) => {
                layers::add_bias(pre, self.arranged.weight(bias));
                activation::apply(activation, pre, self.out);
            }
        }
    }
}
