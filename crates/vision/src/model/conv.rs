//! Convolution on images with the channels innermost.

use super::matmul::{add_product, turned};

/// A convolution with its weights in the order the kernels read them.
pub(super) struct Conv {
    /// One row an input of the window, `[groups][size * size * in / groups][out / groups]`;
    /// for a depthwise convolution `[size * size][channels]`.
    pub weights: Vec<f32>,
    pub bias: Vec<f32>,
    pub geometry: Geometry,
}

/// The sizes of a convolution: channels, height and width on both sides, and its window.
#[derive(Clone, Copy)]
pub(super) struct Geometry {
    pub input: [usize; 3],
    pub output: [usize; 3],
    pub size: usize,
    pub stride: usize,
    pub padding: usize,
    pub groups: usize,
}

/// The most numbers that windows are spread out to at a time, to stay in a core's cache.
const TILE: usize = 1 << 16;

impl Geometry {
    fn is_depthwise(&self) -> bool {
        self.groups > 1 && self.input[0] == self.groups && self.output[0] == self.groups
    }

    fn is_pointwise(&self) -> bool {
        (self.size, self.stride, self.padding, self.groups) == (1, 1, 0, 1)
    }

    /// Inputs that make one output.
    pub fn depth(&self) -> usize {
        self.size * self.size * self.input[0] / self.groups
    }

    /// Output pixels worked on at a time.
    fn tile(&self) -> usize {
        (TILE / self.depth().max(1)).clamp(16, 512)
    }

    /// Numbers of scratch memory needed.
    pub fn scratch(&self) -> usize {
        if self.is_depthwise() || self.is_pointwise() { 0 } else { self.tile() * self.depth() }
    }

    /// Where a window's row `k` begins, as a row of the input; `None` in the padding.
    fn source(&self, output: usize, k: usize, limit: usize) -> Option<usize> {
        (output * self.stride + k).checked_sub(self.padding).filter(|i| *i < limit)
    }

    /// Weights from `[out, in / groups, size, size]` to the kernels' order.
    pub fn arrange(&self, weights: &[f32]) -> Vec<f32> {
        let (depth, window) = (self.depth(), self.size * self.size);
        if self.is_depthwise() {
            return turned(weights, self.groups, window);
        }
        let outputs = self.output[0] / self.groups;
        let mut arranged = Vec::with_capacity(weights.len());
        for group in weights.chunks_exact(depth * outputs) {
            let places_innermost = turned(group, outputs, depth);
            for place in 0..window {
                let rows = places_innermost.chunks_exact(outputs).skip(place).step_by(window);
                rows.for_each(|row| arranged.extend_from_slice(row));
            }
        }
        arranged
    }
}

impl Conv {
    /// Convolves as many images as `input` holds; `scratch` has [`Geometry::scratch`] numbers.
    pub fn run(&self, input: &[f32], out: &mut [f32], scratch: &mut [f32]) {
        out.chunks_exact_mut(self.bias.len()).for_each(|pixel| pixel.copy_from_slice(&self.bias));
        if self.geometry.is_depthwise() {
            self.depthwise(input, out);
        } else if self.geometry.is_pointwise() {
            let [inputs, outputs] = [self.geometry.input[0], self.geometry.output[0]];
            let sizes = [input.len() / inputs, inputs, outputs];
            add_product(out, outputs, input, &self.weights, sizes);
        } else {
            self.tiles(input, out, scratch);
        }
    }

    fn tiles(&self, input: &[f32], out: &mut [f32], scratch: &mut [f32]) {
        let g = &self.geometry;
        let (depth, outputs) = (g.depth(), g.output[0] / g.groups);
        for (index, tile) in out.chunks_mut(g.tile() * g.output[0]).enumerate() {
            let pixels = tile.len() / g.output[0];
            for (group, weights) in self.weights.chunks_exact(depth * outputs).enumerate() {
                g.spread(input, index * g.tile(), group, &mut scratch[..pixels * depth]);
                let sizes = [pixels, depth, outputs];
                add_product(&mut tile[group * outputs..], g.output[0], scratch, weights, sizes);
            }
        }
    }

    fn depthwise(&self, input: &[f32], out: &mut [f32]) {
        let g = &self.geometry;
        let ([channels, height, width], [_, _, across]) = (g.input, g.output);
        let images = input.chunks_exact(channels * height * width);
        for (image, out) in images.zip(out.chunks_exact_mut(g.output.iter().product())) {
            for (i, pixel) in out.chunks_exact_mut(channels).enumerate() {
                for (place, weights) in self.weights.chunks_exact(channels).enumerate() {
                    let y = g.source(i / across, place / g.size, height);
                    let x = g.source(i % across, place % g.size, width);
                    let (Some(y), Some(x)) = (y, x) else { continue };
                    let source = &image[(y * width + x) * channels..][..channels];
                    let products = source.iter().zip(weights).map(|(a, b)| a * b);
                    pixel.iter_mut().zip(products).for_each(|(sum, product)| *sum += product);
                }
            }
        }
    }
}

impl Geometry {
    /// Writes the window of each output pixel from `first` on as one row.
    fn spread(&self, input: &[f32], first: usize, group: usize, rows: &mut [f32]) {
        let [channels, height, width] = self.input;
        let [_, down, across] = self.output;
        for (i, row) in rows.chunks_exact_mut(self.depth()).enumerate() {
            let pixel = first + i;
            let (image, y, x) = (pixel / (down * across), pixel / across % down, pixel % across);
            let image = &input[image * channels * height * width..][..channels * height * width];
            for (k, line) in row.chunks_exact_mut(row_length(self)).enumerate() {
                match self.source(y, k, height) {
                    Some(y) => self.spread_line(&image[y * width * channels..], x, group, line),
                    None => line.fill(0.0),
                }
            }
        }
    }

    /// One row of one window: `size` pixels of the group's channels.
    fn spread_line(&self, source: &[f32], x: usize, group: usize, line: &mut [f32]) {
        let [channels, _, width] = self.input;
        let start = x * self.stride;
        if self.groups == 1 && start >= self.padding && start + self.size <= width + self.padding {
            let from = (start - self.padding) * channels;
            line.copy_from_slice(&source[from..from + line.len()]);
            return;
        }
        let channels_used = channels / self.groups;
        for (k, cell) in line.chunks_exact_mut(channels_used).enumerate() {
            match self.source(x, k, width) {
                Some(x) => {
                    let from = x * channels + group * channels_used;
                    cell.copy_from_slice(&source[from..from + channels_used]);
                }
                None => cell.fill(0.0),
            }
        }
    }
}

fn row_length(geometry: &Geometry) -> usize {
    geometry.size * geometry.input[0] / geometry.groups
}
