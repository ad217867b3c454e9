//! Which blocks count: gates and percentiles of EBU R128 over the blocks of a recording, kept in tenths
//! of a decibel so that memory is the same for an hour and for a day.

use std::sync::LazyLock;

/// The absolute gate, in LUFS.
const QUIETEST: f64 = -70.0;
const STEPS: usize = 1_000;
const STEPS_A_DECIBEL: f64 = 10.0;

/// The mean power in the middle of each step.
static POWERS: LazyLock<Vec<f64>> = LazyLock::new(|| {
    (0..STEPS).map(|step| power(QUIETEST + (step as f64 + 0.5) / STEPS_A_DECIBEL)).collect()
});

/// In LUFS, of a weighted mean power.
fn loudness(power: f64) -> f64 {
    -0.691 + 10.0 * power.log10()
}

fn power(loudness: f64) -> f64 {
    10f64.powf((loudness + 0.691) / 10.0)
}

/// How many blocks were how loud.
pub(crate) struct Blocks {
    counts: Vec<u32>,
}

impl Blocks {
    pub(crate) fn new() -> Self {
        Self { counts: vec![0; STEPS] }
    }

    /// Takes a block's weighted mean power; one below the absolute gate does not count.
    pub(crate) fn add(&mut self, power: f64) {
        if let Some(step) = step(power) {
            self.counts[step] += 1;
        }
    }

    /// The loudness of all blocks at most 10 LU below their mean; `None` where there is none.
    pub(crate) fn integrated(&self) -> Option<f64> {
        let first = self.gate(-10.0)?;
        self.mean_from(first).map(loudness)
    }

    /// From the 10th to the 95th of a hundred of all blocks at most 20 LU below their mean, in LU.
    pub(crate) fn range(&self) -> Option<f64> {
        let first = self.gate(-20.0)?;
        let size: u32 = self.counts[first..].iter().sum();
        let percentile = |share: f64| {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a rank")]
            let rank = (f64::from(size.saturating_sub(1)) * share + 0.5) as u32;
            let mut below = 0;
            let found = self.counts[first..].iter().position(|count| {
                below += count;
                below > rank
            });
            found.map(|step| loudness(POWERS[first + step]))
        };
        Some(percentile(0.95)? - percentile(0.10)?)
    }

    /// The first step that lies above the mean and so many decibels.
    fn gate(&self, decibels: f64) -> Option<usize> {
        let threshold = self.mean_from(0)? * 10f64.powf(decibels / 10.0);
        Some(step(threshold).map_or(0, |step| step + usize::from(threshold > POWERS[step])))
    }

    fn mean_from(&self, first: usize) -> Option<f64> {
        let counts = self.counts.get(first..)?;
        let blocks: u32 = counts.iter().sum();
        let powers = counts.iter().zip(&POWERS[first..]);
        let sum: f64 = powers.map(|(count, power)| f64::from(*count) * power).sum();
        (blocks > 0).then(|| sum / f64::from(blocks))
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a step")]
fn step(power: f64) -> Option<usize> {
    let steps = (loudness(power) - QUIETEST) * STEPS_A_DECIBEL;
    (steps >= 0.0).then(|| (steps as usize).min(STEPS - 1))
}
