//! A model measured on another data set, whose labels were mapped onto expressions.

use std::collections::BTreeMap;

use attune_core::{Expression, LabelSet};
use attune_vision::graph::Head;
use attune_vision::{Classifier, FaceCrop, Quality};
use serde::{Deserialize, Serialize};

use super::study::Counted;
use super::{Measured, Passes, Report, all_logits, subject};
use crate::data::Dataset;
use crate::data::ForeignFaces;
use crate::data::duplicates::known;
use crate::metrics::Answer;

/// One head measured on another data set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ForeignMeasured {
    /// On the images whose expression the head knows.
    #[serde(flatten)]
    pub measured: Measured,
    /// Expressions of the head that the data set has no label for: never answered here.
    pub left_out: Vec<Expression>,
    /// Images whose expression the head does not know, by expression: not counted.
    pub not_counted: BTreeMap<Expression, usize>,
}

/// A model measured on another data set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ForeignStudy {
    /// What was found.
    #[serde(flatten)]
    pub report: Report<ForeignMeasured>,
    /// Images left out because the mapping says so, by label.
    pub skipped: BTreeMap<String, usize>,
}

/// Measures every head on the images whose expression it knows. Expressions that the other data
/// set has no label for are left out of the answers: the likeliest of the others counts.
#[must_use]
pub fn evaluate_foreign(
    classifier: &Classifier,
    data: &ForeignFaces,
    training: Option<&Dataset>,
    passes: Passes,
    threads: usize,
) -> ForeignStudy {
    let crop = |i: usize| data.faces[i].0.clone();
    let logits = all_logits(classifier, data.faces.len(), crop, passes, threads);
    let likeness = training.map(|training| {
        let of: Vec<&FaceCrop> = data.faces.iter().map(|(crop, _)| crop).collect();
        let among: Vec<&FaceCrop> = training.examples.iter().map(|e| &e.crop).collect();
        (training.name.as_str(), known(&of, &among, threads))
    });
    let measure = |(head, rows): (&Head, Vec<f32>)| {
        let task = Task::of(head.label_set, data);
        let mine: Vec<usize> =
            (0..data.faces.len()).filter(|i| task.truth(data, *i).is_some()).collect();
        let counted = Counted {
            head,
            answers: &task.answers(data, &rows),
            qualities: mine.iter().map(|i| Quality::of(&data.faces[*i].0)).collect(),
            likeness: likeness
                .as_ref()
                .map(|(name, all)| (*name, mine.iter().map(|i| all[*i]).collect())),
        };
        Some(ForeignMeasured {
            measured: counted.measure()?,
            left_out: task.left_out.clone(),
            not_counted: task.not_counted(data),
        })
    };
    let heads = classifier.spec().heads.iter().zip(logits);
    let report = Report {
        subject: subject(classifier, data.name.clone(), passes),
        results: heads.filter_map(measure).collect(),
    };
    ForeignStudy { report, skipped: data.skipped.clone() }
}

/// A head's expressions against those of the data set.
struct Task {
    expressions: &'static [Expression],
    left_out: Vec<Expression>,
}

impl Task {
    fn of(set: LabelSet, data: &ForeignFaces) -> Self {
        let expressions = set.expressions();
        let absent = |e: &&Expression| !data.faces.iter().any(|(_, shown)| shown == *e);
        Self { expressions, left_out: expressions.iter().filter(absent).copied().collect() }
    }

    fn truth(&self, data: &ForeignFaces, i: usize) -> Option<usize> {
        self.expressions.iter().position(|e| *e == data.faces[i].1)
    }

    fn answers(&self, data: &ForeignFaces, rows: &[f32]) -> Vec<Answer> {
        let rows = rows.chunks(self.expressions.len()).enumerate();
        let answer = |(i, row): (usize, &[f32])| {
            let truth = self.truth(data, i)?;
            let masked = self.expressions.iter().zip(row);
            let mask = |(e, z): (&Expression, &f32)| {
                if self.left_out.contains(e) { f32::NEG_INFINITY } else { *z }
            };
            Some(Answer { logits: masked.map(mask).collect(), truth })
        };
        rows.filter_map(answer).collect()
    }

    fn not_counted(&self, data: &ForeignFaces) -> BTreeMap<Expression, usize> {
        let mut counts = BTreeMap::new();
        for (_, shown) in data.faces.iter().filter(|(_, e)| !self.expressions.contains(e)) {
            *counts.entry(*shown).or_default() += 1;
        }
        counts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faces(shown: &[Expression]) -> ForeignFaces {
        let crop = FaceCrop::from_pixels(&[9; 48 * 48]).unwrap();
        let faces = shown.iter().map(|e| (crop.clone(), *e)).collect();
        ForeignFaces { name: "other".to_owned(), faces, skipped: BTreeMap::new() }
    }

    #[test]
    fn what_the_other_set_lacks_is_never_answered() {
        use Expression::{Contempt, Happy, Sad};
        let data = faces(&[Happy, Sad, Happy]);
        let task = Task::of(LabelSet::FerPlus, &data);
        assert!(task.left_out.contains(&Contempt) && task.left_out.len() == 6);
        // Contempt is likeliest by far, happy is next.
        let row = [0.0, 3.0, 0.0, 1.0, 0.0, 0.0, 0.0, 9.0];
        let answers = task.answers(&data, &[row, row, row].concat());
        assert_eq!(answers.iter().map(Answer::is_right).collect::<Vec<_>>(), [true, false, true]);
        assert!(answers[0].probability(1.0) > 0.8);
    }

    #[test]
    fn what_a_head_does_not_know_is_not_counted() {
        use Expression::{Contempt, Happy};
        let data = faces(&[Happy, Contempt, Contempt]);
        let task = Task::of(LabelSet::Fer2013, &data);
        assert_eq!(task.not_counted(&data), BTreeMap::from([(Contempt, 2)]));
        assert_eq!(task.answers(&data, &[0.0; 21]).len(), 1);
        assert!(Task::of(LabelSet::FerPlus, &data).not_counted(&data).is_empty());
    }
}
