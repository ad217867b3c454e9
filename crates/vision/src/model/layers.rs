//! The layers besides convolution, and what is applied after them. Images have their channels
//! innermost; every function takes as many images or vectors as the slices hold.

use super::matmul::Factor;
use crate::graph::Activation;

impl Activation {
    pub(super) fn apply(self, values: &mut [f32]) {
        match self {
            Self::None => {}
            Self::Relu => values.iter_mut().for_each(|x| *x = x.max(0.0)),
            Self::Sigmoid => values.iter_mut().for_each(|x| *x = sigmoid(*x)),
            Self::Silu => values.iter_mut().for_each(|x| *x *= sigmoid(*x)),
        }
    }
}

fn sigmoid(x: f32) -> f32 {
    1.0 / (1.0 + (-x).exp())
}

/// A dense layer; its weights are `[in, out]`.
pub(super) struct Linear {
    pub weights: Factor,
    pub bias: Vec<f32>,
}

impl Linear {
    pub fn run(&self, input: &[f32], out: &mut [f32]) {
        let outputs = self.bias.len();
        out.chunks_exact_mut(outputs).for_each(|vector| vector.copy_from_slice(&self.bias));
        let rows = out.len() / outputs;
        self.weights.add_all(out, input, rows);
    }
}

/// The largest of each window.
#[derive(Clone, Copy)]
pub(super) struct MaxPool {
    /// Channels, height and width.
    pub input: [usize; 3],
    pub output: [usize; 3],
    pub size: usize,
    pub stride: usize,
}

impl MaxPool {
    pub fn run(&self, input: &[f32], out: &mut [f32]) {
        let ([channels, height, width], [_, down, across]) = (self.input, self.output);
        for (i, pixel) in out.chunks_exact_mut(channels).enumerate() {
            let (image, y, x) = (i / (down * across), i / across % down, i % across);
            pixel.fill(f32::NEG_INFINITY);
            for place in 0..self.size * self.size {
                let y = image * height + y * self.stride + place / self.size;
                let from = (y * width + x * self.stride + place % self.size) * channels;
                let source = &input[from..from + channels];
                pixel.iter_mut().zip(source).for_each(|(max, v)| *max = max.max(*v));
            }
        }
    }
}

/// The mean of each channel.
pub(super) fn global_avg_pool(input: &[f32], channels: usize, pixels: usize, out: &mut [f32]) {
    let images = input.chunks_exact(channels * pixels);
    for (image, means) in images.zip(out.chunks_exact_mut(channels)) {
        means.fill(0.0);
        for pixel in image.chunks_exact(channels) {
            means.iter_mut().zip(pixel).for_each(|(sum, v)| *sum += v);
        }
        means.iter_mut().for_each(|sum| *sum /= pixels as f32);
    }
}

/// Elementwise sum.
pub(super) fn add(left: &[f32], right: &[f32], out: &mut [f32]) {
    for ((sum, a), b) in out.iter_mut().zip(left).zip(right) {
        *sum = a + b;
    }
}

/// Each channel times its factor; `by` has `channels` numbers an image.
pub(super) fn scale(input: &[f32], by: &[f32], [channels, pixels]: [usize; 2], out: &mut [f32]) {
    let images = input.chunks_exact(channels * pixels).zip(out.chunks_exact_mut(channels * pixels));
    for ((image, out), factors) in images.zip(by.chunks_exact(channels)) {
        for (pixel, out) in image.chunks_exact(channels).zip(out.chunks_exact_mut(channels)) {
            for ((product, value), factor) in out.iter_mut().zip(pixel).zip(factors) {
                *product = value * factor;
            }
        }
    }
}
