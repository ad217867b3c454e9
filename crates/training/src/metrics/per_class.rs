//! How each class was found.

use std::collections::BTreeMap;

use attune_core::LabelSet;
use serde::{Deserialize, Serialize};

use super::{ConfusionMatrix, share, wilson95};

/// How one class was found.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClassReport {
    /// Of the answers that name it, the share that is right.
    pub precision: f64,
    /// Its 95 % interval (Wilson 1927).
    pub precision_ci95: [f64; 2],
    /// Of the images that show it, the share that is found.
    pub recall: f64,
    /// Its 95 % interval (Wilson 1927).
    pub recall_ci95: [f64; 2],
    /// Harmonic mean of both.
    pub f1: f64,
    /// Its 95 % interval (bootstrap over images).
    pub f1_ci95: [f64; 2],
    /// Images that show it.
    pub images: u32,
}

/// One class; the interval of F1 is for the caller to fill.
pub(super) fn report(confusion: &ConfusionMatrix, class: usize) -> ClassReport {
    let counts = &confusion.0;
    let hit = counts[class][class] as usize;
    let images: u32 = counts[class].iter().sum();
    let named: u32 = counts.iter().map(|row| row[class]).sum();
    let (precision, recall) = (share(hit, named as usize), share(hit, images as usize));
    let sum = precision + recall;
    ClassReport {
        precision,
        precision_ci95: wilson95(hit, named as usize),
        recall,
        recall_ci95: wilson95(hit, images as usize),
        f1: if sum > 0.0 { 2.0 * precision * recall / sum } else { 0.0 },
        f1_ci95: [0.0, 1.0],
        images,
    }
}

/// All classes by name.
pub(super) fn reports(
    set: LabelSet,
    confusion: &ConfusionMatrix,
    f1_ci95: &[[f64; 2]],
) -> BTreeMap<String, ClassReport> {
    let named = set.expressions().iter().zip(f1_ci95).enumerate();
    named
        .map(|(i, (e, interval))| {
            (e.to_string(), ClassReport { f1_ci95: *interval, ..report(confusion, i) })
        })
        .collect()
}

/// Mean F1 over the classes that occur; 0 for none.
pub(super) fn macro_f1(confusion: &ConfusionMatrix) -> f64 {
    let reports = (0..confusion.0.len()).map(|i| report(confusion, i));
    let shown: Vec<f64> = reports.filter(|c| c.images > 0).map(|c| c.f1).collect();
    shown.iter().sum::<f64>() / shown.len().max(1) as f64
}
