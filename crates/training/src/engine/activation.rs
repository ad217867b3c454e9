use crate::network::plan::Activation;

/// Runs `work` compiled for the widest vectors the machine has.
#[inline(always)]
pub(super) fn simd<R>(work: impl FnOnce() -> R) -> R {
    pulp::Arch::new().dispatch(work)
}

fn sigmoid(x: f32) -> f32 {
    1.0 / (1.0 + (-x).exp())
}

/// What is applied to a sum.
#[inline(always)]
pub(super) fn value(activation: Activation, x: f32) -> f32 {
    match activation {
        Activation::None => x,
        Activation::Relu => x.max(0.0),
        Activation::Sigmoid => sigmoid(x),
        Activation::Silu => x * sigmoid(x),
    }
}

/// Its derivative at that sum.
#[inline(always)]
pub(super) fn slope(activation: Activation, x: f32) -> f32 {
    match activation {
        Activation::None => 1.0,
        Activation::Relu => f32::from(x > 0.0),
        Activation::Sigmoid => sigmoid(x) * (1.0 - sigmoid(x)),
        Activation::Silu => sigmoid(x) * (1.0 + x * (1.0 - sigmoid(x))),
    }
}

pub(super) fn apply(activation: Activation, sums: &[f32], out: &mut [f32]) {
    simd(|| match activation {
        Activation::None => out.copy_from_slice(sums),
        Activation::Relu => map(sums, out, |x| value(Activation::Relu, x)),
        other => map(sums, out, |x| value(other, x)),
    });
}

#[inline(always)]
fn map(sums: &[f32], out: &mut [f32], change: impl Fn(f32) -> f32) {
    for (out, x) in out.iter_mut().zip(sums) {
        *out = change(*x);
    }
}

/// Gradients of the sums in place of those of what was made of them.
pub(super) fn backward(activation: Activation, sums: &[f32], gradients: &mut [f32]) {
    simd(|| match activation {
        Activation::None => {}
        Activation::Relu => pull(sums, gradients, |x| slope(Activation::Relu, x)),
        other => pull(sums, gradients, |x| slope(other, x)),
    });
}

#[inline(always)]
fn pull(sums: &[f32], gradients: &mut [f32], slope: impl Fn(f32) -> f32) {
    for (gradient, x) in gradients.iter_mut().zip(sums) {
        *gradient *= slope(*x);
    }
}
