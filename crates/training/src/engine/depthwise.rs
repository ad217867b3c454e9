//! Convolutions of every channel by itself; `weights` is `[place, channels]`.

use super::activation::simd;
use super::windows::Windows;

/// Calls `each` with the position of an output pixel, of the place in the weights, and of the
/// input pixel under it, all as the first of their channels.
#[inline(always)]
fn each_place(windows: &Windows, pixels: usize, mut each: impl FnMut(usize, usize, usize)) {
    let (channels, side) = (windows.input.channels, windows.input.side);
    for pixel in 0..pixels {
        let [image, y, x] = windows.position(pixel);
        for place in 0..windows.size * windows.size {
            let row = windows.source(y, place / windows.size);
            let column = windows.source(x, place % windows.size);
            let (Some(row), Some(column)) = (row, column) else { continue };
            let source = (image * side + row) * side + column;
            each(pixel * channels, place * channels, source * channels);
        }
    }
}

pub(super) fn forward(windows: &Windows, input: &[f32], weights: &[f32], out: &mut [f32]) {
    let channels = windows.input.channels;
    out.fill(0.0);
    simd(|| {
        each_place(windows, out.len() / channels, |pixel, place, source| {
            let sums = &mut out[pixel..pixel + channels];
            let (w, x) = (&weights[place..place + channels], &input[source..source + channels]);
            for ((sum, w), x) in sums.iter_mut().zip(w).zip(x) {
                *sum += w * x;
            }
        });
    });
}

pub(super) fn backward(
    windows: &Windows,
    [input, from]: [&[f32]; 2],
    weights: &[f32],
    found: &mut [f32],
    to: Option<&mut [f32]>,
) {
    let channels = windows.input.channels;
    let pixels = from.len() / channels;
    found.fill(0.0);
    simd(|| {
        each_place(windows, pixels, |pixel, place, source| {
            let sums = &mut found[place..place + channels];
            let (g, x) = (&from[pixel..pixel + channels], &input[source..source + channels]);
            for ((sum, g), x) in sums.iter_mut().zip(g).zip(x) {
                *sum += g * x;
            }
        });
    });
    let Some(to) = to else { return };
    simd(|| {
        each_place(windows, pixels, |pixel, place, source| {
            let sums = &mut to[source..source + channels];
            let (g, w) = (&from[pixel..pixel + channels], &weights[place..place + channels]);
            for ((sum, g), w) in sums.iter_mut().zip(g).zip(w) {
                *sum += g * w;
            }
        });
    });
}
