//! Batch norm (Ioffe and Szegedy 2015) over images with channels innermost, with the activation
//! that follows it.

use super::activation::{simd, slope, value};
use crate::network::plan::Activation;

/// The weights of a batch norm.
pub(super) struct NormWeights<'a> {
    pub gamma: &'a [f32],
    pub beta: &'a [f32],
    pub epsilon: f32,
}

/// What a batch norm found in a batch.
#[derive(Debug, Default)]
pub(super) struct Measured {
    pub mean: Vec<f32>,
    /// Biased.
    pub variance: Vec<f32>,
    /// 1 over the deviation.
    rate: Vec<f32>,
    /// `gamma * rate`: with `shift` the whole norm.
    scale: Vec<f32>,
    shift: Vec<f32>,
}

/// Rows added up in single precision before they go into a double.
const ROWS: usize = 256;

pub(super) fn measure(sums: &[f32], weights: NormWeights<'_>) -> Measured {
    let channels = weights.gamma.len();
    let count = (sums.len() / channels) as f64;
    let [total, squares] = totals(sums, channels);
    let mean: Vec<f64> = total.iter().map(|t| t / count).collect();
    let variance: Vec<f64> =
        squares.iter().zip(&mean).map(|(s, m)| (s / count - m * m).max(0.0)).collect();
    let rate: Vec<f32> =
        variance.iter().map(|v| (1.0 / (v + f64::from(weights.epsilon)).sqrt()) as f32).collect();
    let scale: Vec<f32> = weights.gamma.iter().zip(&rate).map(|(g, r)| g * r).collect();
    let mean: Vec<f32> = mean.iter().map(|m| *m as f32).collect();
    let shift = (0..channels).map(|c| weights.beta[c] - mean[c] * scale[c]).collect();
    let variance = variance.iter().map(|v| *v as f32).collect();
    Measured { mean, variance, rate, scale, shift }
}

/// Sums and sums of squares of every channel.
fn totals(numbers: &[f32], channels: usize) -> [Vec<f64>; 2] {
    let mut totals = [vec![0.0; channels], vec![0.0; channels]];
    let mut part = [vec![0f32; channels], vec![0f32; channels]];
    for rows in numbers.chunks(ROWS * channels) {
        let [sum, square] = &mut part;
        simd(|| {
            for row in rows.chunks_exact(channels) {
                for ((x, sum), square) in row.iter().zip(&mut *sum).zip(&mut *square) {
                    *sum += x;
                    *square += x * x;
                }
            }
        });
        drain(&mut part, &mut totals);
    }
    totals
}

fn drain(parts: &mut [Vec<f32>; 2], totals: &mut [Vec<f64>; 2]) {
    for (part, total) in parts.iter_mut().zip(totals) {
        for (part, total) in part.iter_mut().zip(total) {
            *total += f64::from(std::mem::take(part));
        }
    }
}

pub(super) fn apply(sums: &[f32], norm: &Measured, activation: Activation, out: &mut [f32]) {
    let rows = |activation: Activation, out: &mut [f32]| {
        let channels = norm.scale.len();
        for (row, out) in sums.chunks_exact(channels).zip(out.chunks_exact_mut(channels)) {
            for (((x, out), scale), shift) in row.iter().zip(out).zip(&norm.scale).zip(&norm.shift)
            {
                *out = value(activation, x * scale + shift);
            }
        }
    };
    simd(|| match activation {
        Activation::Relu => rows(Activation::Relu, out),
        Activation::None => rows(Activation::None, out),
        other => rows(other, out),
    });
}

/// Gradients of a batch norm's weights, and how those of the sums follow.
pub(super) struct Backward {
    pub gamma: Vec<f32>,
    pub beta: Vec<f32>,
    pub pull: Pull,
}

/// The gradient of a sum `z` from that of the activation's input `g`: `by_gradient g + by_sum z +
/// constant`, by channel.
pub(super) struct Pull {
    by_gradient: Vec<f32>,
    by_sum: Vec<f32>,
    constant: Vec<f32>,
}

/// Turns gradients of the layer's value into those of the activation's input, in place.
pub(super) fn backward(
    sums: &[f32],
    norm: &Measured,
    activation: Activation,
    gradients: &mut [f32],
) -> Backward {
    let channels = norm.mean.len();
    let count = (sums.len() / channels) as f32;
    let mut totals = [vec![0.0; channels], vec![0.0; channels]];
    let mut part = [vec![0f32; channels], vec![0f32; channels]];
    let size = ROWS * channels;
    for (sums, gradients) in sums.chunks(size).zip(gradients.chunks_mut(size)) {
        through_activation(sums, norm, activation, gradients, &mut part);
        drain(&mut part, &mut totals);
    }
    let single = |numbers: &[f64]| numbers.iter().map(|x| *x as f32).collect::<Vec<f32>>();
    let beta = single(&totals[0]);
    let gamma: Vec<f32> = (0..channels)
        .map(|c| {
            let centred = totals[1][c] - f64::from(norm.mean[c]) * totals[0][c];
            (centred * f64::from(norm.rate[c])) as f32
        })
        .collect();
    let by_sum = (0..channels).map(|c| -norm.scale[c] * norm.rate[c] * gamma[c] / count).collect();
    let constant = (0..channels)
        .map(|c| norm.scale[c] * (norm.mean[c] * norm.rate[c] * gamma[c] - beta[c]) / count)
        .collect();
    let pull = Pull { by_gradient: norm.scale.clone(), by_sum, constant };
    Backward { gamma, beta, pull }
}

fn through_activation(
    sums: &[f32],
    norm: &Measured,
    activation: Activation,
    gradients: &mut [f32],
    [total, with_sum]: &mut [Vec<f32>; 2],
) {
    let channels = norm.mean.len();
    let (scale, shift) = (&norm.scale[..channels], &norm.shift[..channels]);
    let (total, with_sum) = (&mut total[..channels], &mut with_sum[..channels]);
    let mut rows = |activation: Activation| {
        for (row, gradients) in
            sums.chunks_exact(channels).zip(gradients.chunks_exact_mut(channels))
        {
            for c in 0..channels {
                let g = gradients[c] * slope(activation, row[c] * scale[c] + shift[c]);
                gradients[c] = g;
                total[c] += g;
                with_sum[c] += g * row[c];
            }
        }
    };
    simd(|| match activation {
        Activation::Relu => rows(Activation::Relu),
        Activation::None => rows(Activation::None),
        other => rows(other),
    });
}

/// Gradients of the sums in place of those of the activation's input.
pub(super) fn pull_back(sums: &[f32], pull: &Pull, gradients: &mut [f32]) {
    let Pull { by_gradient, by_sum, constant } = pull;
    let channels = constant.len();
    simd(|| {
        for (row, gradients) in
            sums.chunks_exact(channels).zip(gradients.chunks_exact_mut(channels))
        {
            for ((((z, g), a), b), c) in
                row.iter().zip(gradients).zip(by_gradient).zip(by_sum).zip(constant)
            {
                *g = a * *g + b * z + c;
            }
        }
    });
}
