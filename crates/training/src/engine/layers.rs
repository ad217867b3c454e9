//! The layers besides convolutions and batch norm. What goes back is added to what is there.

use super::activation::simd;
use super::windows::Windows;
use crate::network::plan::ValueShape;

pub(super) fn add_bias(sums: &mut [f32], bias: &[f32]) {
    for row in sums.chunks_exact_mut(bias.len()) {
        row.iter_mut().zip(bias).for_each(|(x, b)| *x += b);
    }
}

/// Sets `to` to the sum of all rows.
pub(super) fn sum_rows(rows: &[f32], to: &mut [f32]) {
    to.fill(0.0);
    for row in rows.chunks_exact(to.len()) {
        to.iter_mut().zip(row).for_each(|(sum, x)| *sum += x);
    }
}

pub(super) fn add(left: &[f32], right: &[f32], out: &mut [f32]) {
    simd(|| {
        for ((sum, a), b) in out.iter_mut().zip(left).zip(right) {
            *sum = a + b;
        }
    });
}

pub(super) fn accumulate(from: &[f32], to: &mut [f32]) {
    simd(|| {
        for (to, from) in to.iter_mut().zip(from) {
            *to += from;
        }
    });
}

pub(super) fn multiply(left: &[f32], right: &[f32], out: &mut [f32]) {
    for ((product, a), b) in out.iter_mut().zip(left).zip(right) {
        *product = a * b;
    }
}

pub(super) fn add_product(left: &[f32], right: &[f32], to: &mut [f32]) {
    for ((sum, a), b) in to.iter_mut().zip(left).zip(right) {
        *sum += a * b;
    }
}

/// Also writes where in the input each largest number stood.
pub(super) fn max_pool(windows: &Windows, input: &[f32], out: &mut [f32], places: &mut Vec<u32>) {
    let (channels, side) = (windows.input.channels, windows.input.side);
    places.resize(out.len(), 0);
    out.fill(f32::NEG_INFINITY);
    let pixels = out.chunks_exact_mut(channels).zip(places.chunks_exact_mut(channels));
    for (pixel, (largest, places)) in pixels.enumerate() {
        let [image, y, x] = windows.position(pixel);
        for k in 0..windows.size * windows.size {
            let row = image * side + y * windows.stride + k / windows.size;
            let from = (row * side + x * windows.stride + k % windows.size) * channels;
            for c in 0..channels {
                if input[from + c] > largest[c] {
                    largest[c] = input[from + c];
                    places[c] = (from + c) as u32;
                }
            }
        }
    }
}

pub(super) fn max_pool_back(from: &[f32], places: &[u32], to: &mut [f32]) {
    for (gradient, place) in from.iter().zip(places) {
        to[*place as usize] += gradient;
    }
}

pub(super) fn global_avg_pool(input: &[f32], shape: ValueShape, out: &mut [f32]) {
    let pixels = (shape.side * shape.side) as f32;
    let images = input.chunks_exact(shape.len()).zip(out.chunks_exact_mut(shape.channels));
    for (image, means) in images {
        sum_rows(image, means);
        means.iter_mut().for_each(|sum| *sum /= pixels);
    }
}

pub(super) fn global_avg_pool_back(from: &[f32], shape: ValueShape, to: &mut [f32]) {
    let share = 1.0 / (shape.side * shape.side) as f32;
    let images = to.chunks_exact_mut(shape.len()).zip(from.chunks_exact(shape.channels));
    for (image, gradients) in images {
        for pixel in image.chunks_exact_mut(shape.channels) {
            pixel.iter_mut().zip(gradients).for_each(|(to, g)| *to += share * g);
        }
    }
}

/// Every channel of every image times its factor.
pub(super) fn scale(input: &[f32], factors: &[f32], shape: ValueShape, out: &mut [f32]) {
    each_pixel(input, factors, shape, out, |out, x, factor| *out = x * factor);
}

/// Adds every channel of every image times its factor.
pub(super) fn scale_back(from: &[f32], factors: &[f32], shape: ValueShape, to: &mut [f32]) {
    each_pixel(from, factors, shape, to, |to, g, factor| *to += g * factor);
}

#[inline(always)]
fn each_pixel(
    from: &[f32],
    factors: &[f32],
    shape: ValueShape,
    to: &mut [f32],
    change: impl Fn(&mut f32, f32, f32),
) {
    let channels = shape.channels;
    simd(|| {
        let images = from.chunks_exact(shape.len()).zip(to.chunks_exact_mut(shape.len()));
        for ((from, to), factors) in images.zip(factors.chunks_exact(channels)) {
            for (from, to) in from.chunks_exact(channels).zip(to.chunks_exact_mut(channels)) {
                for ((to, from), factor) in to.iter_mut().zip(from).zip(factors) {
                    change(to, *from, *factor);
                }
            }
        }
    });
}

/// Adds, for every channel of every image, the sum of gradients times values.
pub(super) fn scale_factors_back(from: &[f32], image: &[f32], shape: ValueShape, to: &mut [f32]) {
    let channels = shape.channels;
    simd(|| {
        let images = from.chunks_exact(shape.len()).zip(image.chunks_exact(shape.len()));
        for ((from, image), to) in images.zip(to.chunks_exact_mut(channels)) {
            for (from, image) in from.chunks_exact(channels).zip(image.chunks_exact(channels)) {
                for ((to, from), x) in to.iter_mut().zip(from).zip(image) {
                    *to += from * x;
                }
            }
        }
    });
}

/// The cross-entropy of logits to targets over `whole_batch`, and its gradient (set).
///
/// A row of targets adds up to its image's weight in the loss.
pub(super) fn cross_entropy(
    logits: &[f32],
    targets: &[f32],
    classes: usize,
    whole_batch: usize,
    gradients: &mut [f32],
) -> f32 {
    let whole = whole_batch as f32;
    let mut loss = 0f64;
    let rows = logits.chunks_exact(classes).zip(targets.chunks_exact(classes));
    for ((logits, targets), gradients) in rows.zip(gradients.chunks_exact_mut(classes)) {
        let largest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let total: f32 = logits.iter().map(|x| (x - largest).exp()).sum();
        let weight: f32 = targets.iter().sum();
        for ((x, target), gradient) in logits.iter().zip(targets).zip(gradients) {
            let log_probability = x - largest - total.ln();
            loss -= f64::from(target * log_probability);
            *gradient = (weight * log_probability.exp() - target) / whole;
        }
    }
    (loss / f64::from(whole)) as f32
}
