use attune_core::LabelSet;
use attune_vision::Classifier;
use serde::{Deserialize, Serialize};

use super::Material;
use crate::data::Dataset;
use crate::evaluate::{Passes, evaluate};

/// FER2013 accuracy after one epoch, all by the served engine without dropout or augmentation.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct CurvePoint {
    /// 1-based.
    pub epoch: usize,
    /// On the training pictures themselves: what the literature reports.
    pub training: f64,
    /// On the pictures that choose the epoch.
    pub validation: f64,
    /// On the pictures that choose nothing.
    pub honest: f64,
}

/// A run's accuracies, epoch by epoch.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Curve(pub Vec<CurvePoint>);

impl Curve {
    /// Measures a model after an epoch; what was known of that epoch and later ones is replaced.
    pub fn measure(&mut self, epoch: usize, model: &Classifier, on: &Material, threads: usize) {
        let accuracy = |data: &Dataset| {
            let report = evaluate(model, data, Passes::One, threads);
            let result = report.results.iter().find(|r| r.label_set == LabelSet::Fer2013);
            result.map_or(0.0, |r| r.accuracy)
        };
        self.0.retain(|point| point.epoch < epoch);
        self.0.push(CurvePoint {
            epoch,
            training: accuracy(&on.train),
            validation: accuracy(&on.valid),
            honest: accuracy(&on.honest),
        });
    }

    /// The last of the first `epochs` epochs.
    #[must_use]
    pub fn at(&self, epochs: usize) -> Option<&CurvePoint> {
        self.0.iter().find(|point| point.epoch == epochs)
    }

    /// The best of the first `epochs` epochs by validation, the earliest of equals.
    #[must_use]
    pub fn best(&self, epochs: usize) -> Option<&CurvePoint> {
        let seen = self.0.iter().filter(|point| point.epoch <= epochs);
        seen.fold(None, |best: Option<&CurvePoint>, point| match best {
            Some(best) if best.validation >= point.validation => Some(best),
            _ => Some(point),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_epoch_is_chosen_by_validation_alone() {
        let point = |(i, (training, validation, honest)): (usize, &(f64, f64, f64))| CurvePoint {
            epoch: i + 1,
            training: *training,
            validation: *validation,
            honest: *honest,
        };
        let rows = [(0.3, 0.3, 0.3), (0.5, 0.45, 0.4), (0.8, 0.45, 0.5), (0.9, 0.4, 0.6)];
        let curve = Curve(rows.iter().enumerate().map(point).collect());
        assert_eq!(curve.best(4).map(|p| p.epoch), Some(2));
        assert_eq!(curve.best(1).map(|p| p.epoch), Some(1));
        assert_eq!(curve.at(4).map(|p| p.training), Some(0.9));
        assert_eq!(curve.at(5), None);
    }
}
