//! Whether probabilities mean what they say.

use serde::{Deserialize, Serialize};

use super::{Judged, share, wilson95};

/// Bins of equal width (Guo et al. 2017).
const BINS: usize = 15;

/// Answers whose highest probability lies in one range.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReliabilityBin {
    /// Lower end of the range.
    pub from: f64,
    /// Upper end.
    pub to: f64,
    /// How many answers.
    pub images: usize,
    /// Their mean highest probability.
    pub mean_probability: f64,
    /// The share of them that is right.
    pub accuracy: f64,
    /// Its 95 % interval (Wilson 1927).
    pub accuracy_ci95: [f64; 2],
}

/// Counts, rights and sums of probabilities by bin.
#[derive(Default)]
pub(super) struct Bins([(usize, usize, f64); BINS]);

impl Bins {
    pub fn of(judged: &[Judged]) -> Self {
        let mut bins = Self::default();
        judged.iter().for_each(|j| bins.add(j));
        bins
    }

    pub fn add(&mut self, judged: &Judged) {
        let bin = &mut self.0[((judged.probability * BINS as f32) as usize).min(BINS - 1)];
        bin.0 += 1;
        bin.1 += usize::from(judged.right());
        bin.2 += f64::from(judged.probability);
    }

    /// Mean distance of accuracy from probability, by images.
    pub fn calibration_error(&self) -> f64 {
        let images: usize = self.0.iter().map(|b| b.0).sum();
        let gap = |(_, right, sure): &(usize, usize, f64)| (*right as f64 - sure).abs();
        self.0.iter().map(gap).sum::<f64>() / images.max(1) as f64
    }

    /// Bins that hold any answer.
    pub fn reliability(&self) -> Vec<ReliabilityBin> {
        let bin = |(i, (images, right, sure)): (usize, &(usize, usize, f64))| ReliabilityBin {
            from: i as f64 / BINS as f64,
            to: (i + 1) as f64 / BINS as f64,
            images: *images,
            mean_probability: sure / *images as f64,
            accuracy: share(*right, *images),
            accuracy_ci95: wilson95(*right, *images),
        };
        self.0.iter().enumerate().filter(|(_, b)| b.0 > 0).map(bin).collect()
    }
}
