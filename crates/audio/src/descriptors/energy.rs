//! Energy and zero crossings of one frame.

use crate::lanes::sum;

/// The root of the mean square (`pcm_RMSenergy`).
#[inline(always)]
pub(crate) fn rms(frame: &[f32]) -> f32 {
    (sum(frame, |x| x * x) / frame.len() as f32).sqrt()
}

/// How many samples change sign, a share of all (`pcm_zcr`), of frames that overlap: what two
/// neighbours share is counted once.
pub(crate) struct ZeroCrossings {
    step: usize,
    /// Those of the last frame that the next one has too.
    kept: Option<u32>,
}

impl ZeroCrossings {
    /// For frames `step` samples apart, which are longer than that.
    pub(crate) fn new(step: usize) -> Self {
        Self { step, kept: None }
    }

    /// Takes the next frame.
    #[inline(always)]
    pub(crate) fn measure(&mut self, frame: &[f32]) -> f32 {
        let (step, len) = (self.step, frame.len());
        let count = match self.kept {
            Some(kept) => kept + crossings(&frame[len.saturating_sub(step + 2)..]),
            None => crossings(frame),
        };
        self.kept = Some(count - crossings(&frame[..len.min(step + 2)]));
        count as f32 / len as f32
    }
}

/// Among all samples but the first and the last.
#[inline(always)]
fn crossings(samples: &[f32]) -> u32 {
    let crosses = |[a, b, c]: &[f32; 3]| u32::from((a * b < 0.0) | ((*b == 0.0) & (a * c <= 0.0)));
    samples.array_windows().map(crosses).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_square_wave() {
        let wave: Vec<f32> = (0..1_000).map(|i| if i / 10 % 2 == 0 { 0.5 } else { -0.5 }).collect();
        assert!((rms(&wave) - 0.5).abs() < 1e-6);
        let alone = |frame: &[f32]| ZeroCrossings::new(100).measure(frame);
        assert!((alone(&wave) - 0.099).abs() < 1e-6);
        assert_eq!(alone(&[0.5; 100]), 0.0);
    }

    #[test]
    fn frames_that_overlap_have_what_each_has_alone() {
        let mut random = fastrand::Rng::with_seed(1);
        let wave: Vec<f32> = (0..5_000).map(|_| f32::from(random.i8(-2..=2))).collect();
        let (size, step) = (600, 101);
        let mut following = ZeroCrossings::new(step);
        for from in (0..wave.len() - size).step_by(step) {
            let frame = &wave[from..from + size];
            assert_eq!(following.measure(frame), ZeroCrossings::new(step).measure(frame), "{from}");
        }
    }
}
