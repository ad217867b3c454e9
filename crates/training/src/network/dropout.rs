/// Factors of a dropout layer: 0 with probability `rate`, else what keeps the mean.
///
/// They depend on `seed` and the layer's place in the plan alone, images with their channels
/// innermost, so that every backend drops the same.
pub(crate) fn factors(seed: u64, layer: usize, rate: f32, len: usize) -> Vec<f32> {
    let salt = (layer as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mut rng = fastrand::Rng::with_seed(seed ^ salt);
    let kept = 1.0 / (1.0 - rate);
    (0..len).map(|_| if rng.f32() < rate { 0.0 } else { kept }).collect()
}
