//! Convolution on images with the channels innermost.

use super::matmul::{Factor, turned};

/// A convolution with its weights in the order the kernels read them.
pub(super) struct Conv {
    weights: Arranged,
    bias: Vec<f32>,
    geometry: Geometry,
}

enum Arranged {
    /// A matrix a group, with one row an input of the window: `[size * size * in / groups]` times
    /// `[out / groups]`.
    Groups(Vec<Factor>),
    /// `[size * size][channels]`.
    Depthwise(Vec<f32>),
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
    fn scratch(&self) -> usize {
        if self.is_depthwise() || self.is_pointwise() { 0 } else { self.tile() * self.depth() }
    }

    /// Where a window's row `k` begins, as a row of the input; `None` in the padding.
    fn source(&self, output: usize, k: usize, limit: usize) -> Option<usize> {
        (output * self.stride + k).checked_sub(self.padding).filter(|i| *i < limit)
    }

    /// Weights from `[out, in / groups, size, size]` to the kernels' order.
    fn arrange(&self, weights: &[f32]) -> Arranged {
        let (depth, window) = (self.depth(), self.size * self.size);
        if self.is_depthwise() {
            return Arranged::Depthwise(turned(weights, self.groups, window));
        }
        let outputs = self.output[0] / self.groups;
        let groups = weights.chunks_exact((depth * outputs).max(1)).map(|group| {
            let places_innermost = turned(group, outputs, depth);
            let mut rows = Vec::with_capacity(group.len());
            for place in 0..window {
                let of_place = places_innermost.chunks_exact(outputs).skip(place).step_by(window);
                of_place.for_each(|row| rows.extend_from_slice(row));
            }
            Factor::new(&rows, depth, outputs)
        });
        Arranged::Groups(groups.collect())
    }
}

impl Conv {
    /// From weights `[out, in / groups, size, size]`.
    pub fn new(weights: &[f32], bias: Vec<f32>, geometry: Geometry) -> Self {
        Self { weights: geometry.arrange(weights), bias, geometry }
    }

    /// Convolves as many images as `input` holds; `scratch` has [`Geometry::scratch`] numbers.
    pub fn run(&self, input: &[f32], out: &mut [f32], scratch: &mut [f32]) {
        out.chunks_exact_mut(self.bias.len()).for_each(|pixel| pixel.copy_from_slice(&self.bias));
        match &self.weights {
            Arranged::Depthwise(weights) => self.depthwise(weights, input, out),
            Arranged::Groups(factors) => match &factors[..] {
                [one] if self.geometry.is_pointwise() => {
                    one.add_all(out, input, input.len() / self.geometry.input[0]);
                }
                factors => self.tiles(factors, input, out, scratch),
            },
        }
    }

    /// Numbers of scratch memory needed.
    pub fn scratch(&self) -> usize {
        self.geometry.scratch()
    }

    fn tiles(&self, factors: &[Factor], input: &[f32], out: &mut [f32], scratch: &mut [f32]) {
        let g = &self.geometry;
        let (depth, outputs) = (g.depth(), g.output[0] / g.groups);
        for (index, tile) in out.chunks_mut(g.tile() * g.output[0]).enumerate() {
            let pixels = tile.len() / g.output[0];
            for (group, factor) in factors.iter().enumerate() {
                g.spread(input, index * g.tile(), group, &mut scratch[..pixels * depth]);
                let tile = &mut tile[group * outputs..];
                factor.add_product(tile, g.output[0], scratch, depth, pixels);
            }
        }
    }

    fn depthwise(&self, weights: &[f32], input: &[f32], out: &mut [f32]) {
        let g = &self.geometry;
        let ([channels, height, width], [_, _, across]) = (g.input, g.output);
        let images = input.chunks_exact(channels * height * width);
        for (image, out) in images.zip(out.chunks_exact_mut(g.output.iter().product())) {
            for (i, pixel) in out.chunks_exact_mut(channels).enumerate() {
                for (place, weights) in weights.chunks_exact(channels).enumerate() {
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
