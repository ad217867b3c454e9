use std::collections::BTreeMap;

use serde::Serialize;

use super::perceptron::{Perceptron, PerceptronConfig};
use super::ridge::Ridge;
use crate::collab::{Interval, held_out};

/// Rows with a class each, and what must not stand on both sides of a split.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Classified {
    /// Descriptors, the same for every row.
    pub rows: Vec<Vec<f32>>,
    /// Numbers of `classes`.
    pub labels: Vec<u32>,
    /// Names of the classes.
    pub classes: Vec<String>,
    /// Such as the artist: rows of one group fall into one fold.
    pub groups: Vec<String>,
}

/// One way to tell the classes.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Classifier {
    /// What it is.
    pub model: &'static str,
    /// The share of rows told right, each by a model that had not seen its group.
    pub accuracy: Interval,
    /// The mean over classes of F1.
    pub macro_f1: f64,
    /// By how much the neural network is right more often, row by row.
    pub network_more: Interval,
}

/// Cross-validated figures.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ClassTrial {
    /// Rows.
    pub rows: usize,
    /// Folds, by the hash of the group.
    pub folds: usize,
    /// Names of the classes.
    pub classes: Vec<String>,
    /// The network and what it is compared with.
    pub classifiers: Vec<Classifier>,
}

const FOLDS: usize = 5;

/// Five-fold cross-validation of the most frequent class, ridge regression of each class's indicator,
/// softmax regression and a neural network of 32 hidden units. Settings are fixed beforehand: nothing
/// is chosen on the folds that are measured.
#[must_use]
pub fn cross_validated(data: &Classified, epochs: usize) -> ClassTrial {
    let fold: Vec<usize> =
        data.groups.iter().map(|g| (held_out("fold", g) * FOLDS as f64) as usize).collect();
    let config =
        PerceptronConfig { hidden: 32, epochs, batch: 32, rate: 0.01, decay: 0.01, seed: 1 };
    let network = told(data, &fold, &|x, y, k| network(x, y, k, &config));
    let linear = PerceptronConfig { hidden: 0, ..config };
    let said = [
        ("most frequent class", told(data, &fold, &most_frequent)),
        ("ridge regression", told(data, &fold, &regressor)),
        ("softmax regression", told(data, &fold, &|x, y, k| self::network(x, y, k, &linear))),
        ("neural network", network.clone()),
    ];
    let right = |said: &[u32]| -> Vec<f64> {
        said.iter().zip(&data.labels).map(|(a, b)| f64::from(u8::from(a == b))).collect()
    };
    let of_network = right(&network);
    let classifier = |(model, said): (&'static str, Vec<u32>)| {
        let own = right(&said);
        let more: Vec<f64> = of_network.iter().zip(&own).map(|(n, o)| n - o).collect();
        Classifier {
            model,
            accuracy: Interval::bootstrap(&own),
            macro_f1: macro_f1(&said, &data.labels, data.classes.len()),
            network_more: Interval::bootstrap(&more),
        }
    };
    ClassTrial {
        rows: data.rows.len(),
        folds: FOLDS,
        classes: data.classes.clone(),
        classifiers: said.into_iter().map(classifier).collect(),
    }
}

type Tell = Box<dyn Fn(&[f32]) -> u32>;
/// From rows, their labels and the number of classes.
type Fit<'a> = &'a dyn Fn(&[&[f32]], &[u32], usize) -> Tell;

/// What each row is told to be by a model fitted to the other folds.
fn told(data: &Classified, fold: &[usize], fit: Fit<'_>) -> Vec<u32> {
    let mut told = vec![0; data.rows.len()];
    for f in 0..FOLDS {
        let seen: Vec<usize> = (0..told.len()).filter(|i| fold[*i] != f).collect();
        let x: Vec<&[f32]> = seen.iter().map(|i| data.rows[*i].as_slice()).collect();
        let y: Vec<u32> = seen.iter().map(|i| data.labels[*i]).collect();
        let tell = fit(&x, &y, data.classes.len());
        for i in (0..told.len()).filter(|i| fold[*i] == f) {
            told[i] = tell(&data.rows[i]);
        }
    }
    told
}

fn network(x: &[&[f32]], y: &[u32], classes: usize, config: &PerceptronConfig) -> Tell {
    let net = Perceptron::fit(x, y, classes, config);
    Box::new(move |row| best(&net.probabilities(row)))
}

fn regressor(x: &[&[f32]], y: &[u32], classes: usize) -> Tell {
    let rows: Vec<Vec<f64>> =
        x.iter().map(|row| row.iter().map(|v| f64::from(*v)).collect()).collect();
    let fit = |class: u32| {
        let targets: Vec<f64> = y.iter().map(|c| f64::from(u8::from(*c == class))).collect();
        Ridge::fit(&rows, &targets, 1.0)
    };
    let fits: Vec<Ridge> = (0..classes as u32).map(fit).collect();
    Box::new(move |row| {
        let row: Vec<f64> = row.iter().map(|v| f64::from(*v)).collect();
        best(&fits.iter().map(|fit| fit.predict(&row) as f32).collect::<Vec<_>>())
    })
}

fn most_frequent(_: &[&[f32]], y: &[u32], _: usize) -> Tell {
    let mut counts: BTreeMap<u32, usize> = BTreeMap::new();
    y.iter().for_each(|class| *counts.entry(*class).or_default() += 1);
    let most = counts.into_iter().max_by_key(|(_, n)| *n).map_or(0, |(class, _)| class);
    Box::new(move |_| most)
}

fn best(values: &[f32]) -> u32 {
    let best = (0..).zip(values).max_by(|a: &(u32, &f32), b| a.1.total_cmp(b.1));
    best.map_or(0, |(class, _)| class)
}

fn macro_f1(said: &[u32], truth: &[u32], classes: usize) -> f64 {
    let f1 = |class: u32| {
        let count = |hit: &dyn Fn(u32, u32) -> bool| {
            said.iter().zip(truth).filter(|(s, t)| hit(**s, **t)).count() as f64
        };
        let both = count(&|s, t| s == class && t == class);
        let either = count(&|s, _| s == class) + count(&|_, t| t == class);
        if either > 0.0 { 2.0 * both / either } else { 0.0 }
    };
    (0..classes as u32).map(f1).sum::<f64>() / classes.max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_never_split_and_classes_are_told() {
        let rows: Vec<Vec<f32>> =
            (0..300).map(|i| vec![(i % 3) as f32 + (i as f32 * 0.77).sin() * 0.2]).collect();
        let data = Classified {
            labels: (0..300).map(|i| i % 3).collect(),
            classes: ["a", "b", "c"].map(str::to_owned).to_vec(),
            groups: (0..300).map(|i| format!("artist {}", i / 4)).collect(),
            rows,
        };
        let trial = cross_validated(&data, 100);
        let [most, _, softmax, network] = &trial.classifiers[..] else { panic!("four") };
        assert!(most.accuracy.mean < 0.45 && network.accuracy.mean > 0.95, "{trial:#?}");
        assert!(softmax.accuracy.mean > 0.9 && network.macro_f1 > 0.95);
        assert_eq!(macro_f1(&[0, 1, 1], &[0, 1, 0], 2), (2.0 / 3.0 + 2.0 / 3.0) / 2.0);
    }
}
