//! Convolutions as products of spread-out windows and weights.

use super::matmul::{View, product};
use super::windows::Windows;

/// Numbers of windows spread out at a time, so that they stay in a core's cache.
const TILE: usize = 1 << 17;

fn tile(windows: &Windows) -> usize {
    (TILE / windows.depth()).clamp(64, 1024)
}

/// Sums of all windows, `[pixels, out]`; `weights` is `[depth, out]`.
pub(super) fn forward(
    windows: &Windows,
    input: &[f32],
    weights: &[f32],
    out: &mut [f32],
    [scratch, _]: &mut [Vec<f32>; 2],
) {
    let (depth, outputs) = (windows.depth(), windows.output.channels);
    let weights = View::rows(weights, outputs);
    if windows.is_pointwise() {
        let sizes = [out.len() / outputs, depth, outputs];
        return product(out, false, View::rows(input, depth), weights, sizes);
    }
    for (index, out) in out.chunks_mut(tile(windows) * outputs).enumerate() {
        let pixels = out.len() / outputs;
        scratch.resize(pixels * depth, 0.0);
        windows.spread(input, index * tile(windows), scratch);
        product(out, false, View::rows(scratch, depth), weights, [pixels, depth, outputs]);
    }
}

/// Gradients of the weights (set) and, where `to` is there, of the input (added to).
pub(super) fn backward(
    windows: &Windows,
    [input, from]: [&[f32]; 2],
    weights: &[f32],
    found: &mut [f32],
    mut to: Option<&mut [f32]>,
    [spread, gradients]: &mut [Vec<f32>; 2],
) {
    let (depth, outputs) = (windows.depth(), windows.output.channels);
    let weights = View::rows(weights, outputs).turned();
    if windows.is_pointwise() {
        let (pixels, from) = (from.len() / outputs, View::rows(from, outputs));
        product(found, false, View::rows(input, depth).turned(), from, [depth, pixels, outputs]);
        if let Some(to) = to {
            product(to, true, from, weights, [pixels, outputs, depth]);
        }
        return;
    }
    for (index, from) in from.chunks(tile(windows) * outputs).enumerate() {
        let (pixels, first) = (from.len() / outputs, index * tile(windows));
        let from = View::rows(from, outputs);
        spread.resize(pixels * depth, 0.0);
        windows.spread(input, first, spread);
        let rows = View::rows(spread, depth).turned();
        product(found, index > 0, rows, from, [depth, pixels, outputs]);
        if let Some(to) = to.as_deref_mut() {
            gradients.resize(pixels * depth, 0.0);
            product(gradients, false, from, weights, [pixels, outputs, depth]);
            windows.gather(gradients, first, to);
        }
    }
}
