//! How the learning rate runs over a run.

use serde::{Deserialize, Serialize};

use crate::train::EpochRecord;

/// What the learning rate does after its warm-up.
#[derive(Clone, Copy, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Schedule {
    /// Half a cosine to zero (Loshchilov and Hutter 2017).
    #[default]
    Cosine,
    /// The peak to the end.
    Constant,
    /// Times `factor` after every `every` epochs.
    Step {
        /// Epochs between steps.
        every: usize,
        /// From above 0 to below 1.
        factor: f32,
    },
    /// Times `factor` whenever the best epoch is `patience` epochs old.
    Plateau {
        /// Epochs without a new best.
        patience: usize,
        /// From above 0 to below 1.
        factor: f32,
    },
    /// Half a cosine up from a 25th of the peak over the first 30 % of the run, then half a cosine
    /// down to a 10,000th of where it began (Smith 2018; momentum stays as it is). Replaces the
    /// warm-up.
    OneCycle,
}

impl Schedule {
    /// Epochs between steps, and epochs of a plateau, where nothing else is said.
    pub const STEP: Self = Self::Step { every: 15, factor: 0.1 };
    /// Halves on plateaus of five epochs.
    pub const PLATEAU: Self = Self::Plateau { patience: 5, factor: 0.5 };

    /// Whether its numbers make sense.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        match *self {
            Self::Cosine | Self::Constant | Self::OneCycle => true,
            Self::Step { every: epochs, factor } | Self::Plateau { patience: epochs, factor } => {
                epochs > 0 && factor > 0.0 && factor < 1.0
            }
        }
    }

    /// Whether it depends on how many epochs the run will have.
    #[must_use]
    pub const fn knows_the_end(&self) -> bool {
        matches!(self, Self::Cosine | Self::OneCycle)
    }
}

/// Where in a run a step is.
#[derive(Clone, Copy, Debug)]
pub struct Moment<'a> {
    /// Steps taken before it.
    pub step: usize,
    /// Steps of an epoch.
    pub per_epoch: usize,
    /// Epochs of the run.
    pub epochs: usize,
    /// Epochs finished before it; plateaus are found in it, so that a resumed run finds the same.
    pub history: &'a [EpochRecord],
}

impl Moment<'_> {
    fn steps(&self) -> usize {
        self.per_epoch * self.epochs
    }
}

impl Schedule {
    /// The learning rate of a step as a share of the peak; `warmup` is the share of all steps over
    /// which it rises linearly.
    #[must_use]
    pub fn share(&self, warmup: f32, at: Moment<'_>) -> f32 {
        let (done, steps) = (at.step as f32, at.steps() as f32);
        if matches!(self, Self::OneCycle) {
            return one_cycle(done / steps.max(1.0));
        }
        let warm = (warmup * steps).max(1.0);
        if done < warm {
            return (done + 1.0) / warm;
        }
        match *self {
            Self::Cosine => half_cosine((done - warm) / (steps - warm).max(1.0)),
            Self::Constant | Self::OneCycle => 1.0,
            Self::Step { every, factor } => {
                factor.powi((at.step / at.per_epoch.max(1) / every.max(1)) as i32)
            }
            Self::Plateau { patience, factor } => factor.powi(plateaus(at.history, patience)),
        }
    }
}

/// From 1 at 0 down to 0 at 1.
fn half_cosine(share: f32) -> f32 {
    0.5 * (1.0 + (std::f32::consts::PI * share).cos())
}

fn one_cycle(share: f32) -> f32 {
    const RISE: f32 = 0.3;
    const START: f32 = 1.0 / 25.0;
    const END: f32 = START / 1e4;
    if share < RISE {
        return START + (1.0 - START) * (1.0 - half_cosine(share / RISE));
    }
    END + (1.0 - END) * half_cosine((share - RISE) / (1.0 - RISE))
}

/// How often `patience` epochs in a row brought no new best.
fn plateaus(history: &[EpochRecord], patience: usize) -> i32 {
    let (mut best, mut waited, mut found) = (f64::NEG_INFINITY, 0, 0);
    for record in history {
        if record.selection() > best {
            (best, waited) = (record.selection(), 0);
        } else {
            waited += 1;
        }
        if waited == patience.max(1) {
            (waited, found) = (0, found + 1);
        }
    }
    found
}

/// Whether the best epoch is `patience` epochs old (early stopping, Prechelt 1998).
#[must_use]
pub fn is_stale(history: &[EpochRecord], patience: usize) -> bool {
    let best = history.iter().map(EpochRecord::selection).fold(f64::NEG_INFINITY, f64::max);
    let first = history.iter().position(|record| record.selection() == best);
    first.is_some_and(|i| history.len() - 1 - i >= patience)
}

#[cfg(test)]
mod tests {
    use super::*;
    use attune_core::LabelSet;

    fn history(accuracies: &[f64]) -> Vec<EpochRecord> {
        let record = |(i, accuracy): (usize, &f64)| EpochRecord {
            epoch: i + 1,
            loss: 1.0,
            train_accuracy: 0.5,
            valid: vec![(LabelSet::Fer2013, *accuracy)],
            learning_rate: 0.1,
            seconds: 0.0,
        };
        accuracies.iter().enumerate().map(record).collect()
    }

    fn at(step: usize) -> Moment<'static> {
        Moment { step, per_epoch: 100, epochs: 10, history: &[] }
    }

    #[test]
    fn each_schedule_has_its_shape() {
        let share = |schedule: Schedule, step| schedule.share(0.1, at(step));
        for schedule in [Schedule::Cosine, Schedule::Constant, Schedule::STEP, Schedule::PLATEAU] {
            assert!((share(schedule, 49) - 0.5).abs() < 1e-6, "half warm: {schedule:?}");
            assert!((share(schedule, 100) - 1.0).abs() < 1e-4, "{schedule:?}");
        }
        assert!(share(Schedule::Cosine, 999) < 1e-4);
        assert_eq!(share(Schedule::Constant, 999), 1.0);
        let step = Schedule::Step { every: 3, factor: 0.1 };
        let steps = [299, 300, 599, 600, 999].map(|s| share(step, s));
        assert!(steps.iter().zip([1.0, 0.1, 0.1, 0.01, 0.001]).all(|(a, b)| (a - b).abs() < 1e-6));
        let one = |s| share(Schedule::OneCycle, s);
        assert!((one(0) - 0.04).abs() < 1e-6 && (one(300) - 1.0).abs() < 1e-6 && one(999) < 1e-4);
        assert!((1..300).all(|s| one(s) >= one(s - 1)) && (301..999).all(|s| one(s) <= one(s - 1)));
    }

    #[test]
    fn plateaus_are_counted_from_the_history_alone() {
        let plateau = Schedule::Plateau { patience: 2, factor: 0.5 };
        let share = |accuracies: &[f64]| {
            let history = history(accuracies);
            plateau.share(0.0, Moment { step: 500, per_epoch: 100, epochs: 10, history: &history })
        };
        assert_eq!(share(&[]), 1.0);
        assert_eq!(share(&[0.1, 0.2, 0.2]), 1.0);
        assert_eq!(share(&[0.1, 0.2, 0.2, 0.1]), 0.5);
        assert_eq!(share(&[0.1, 0.2, 0.2, 0.1, 0.3, 0.2]), 0.5);
        assert_eq!(share(&[0.3, 0.2, 0.2, 0.2, 0.2]), 0.25);
    }

    #[test]
    fn a_run_is_stale_when_its_best_epoch_is_old() {
        assert!(!is_stale(&[], 1));
        assert!(!is_stale(&history(&[0.1, 0.2]), 1));
        assert!(is_stale(&history(&[0.1, 0.2, 0.2]), 1), "equal is no better");
        assert!(!is_stale(&history(&[0.3, 0.2, 0.2]), 3));
        assert!(is_stale(&history(&[0.3, 0.2, 0.2, 0.1]), 3));
    }
}
