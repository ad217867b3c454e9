//! Energy and zero crossings of one frame.

/// The root of the mean square (`pcm_RMSenergy`).
pub(crate) fn rms(frame: &[f32]) -> f32 {
    let sum: f64 = frame.iter().map(|x| f64::from(*x) * f64::from(*x)).sum();
    #[expect(clippy::cast_possible_truncation, reason = "descriptors are single precision")]
    let rms = (sum / frame.len() as f64).sqrt() as f32;
    rms
}

/// How many samples change sign, a share of all (`pcm_zcr`).
pub(crate) fn zero_crossings(frame: &[f32]) -> f32 {
    let crosses = |w: &&[f32]| {
        let through = w[0] * w[1] < 0.0;
        through || (w[1] == 0.0 && w[0] * w[2] <= 0.0)
    };
    frame.windows(3).filter(crosses).count() as f32 / frame.len() as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_square_wave() {
        let wave: Vec<f32> = (0..1_000).map(|i| if i / 10 % 2 == 0 { 0.5 } else { -0.5 }).collect();
        assert!((rms(&wave) - 0.5).abs() < 1e-6);
        assert!((zero_crossings(&wave) - 0.099).abs() < 1e-6);
        assert_eq!(zero_crossings(&[0.5; 100]), 0.0);
    }
}
