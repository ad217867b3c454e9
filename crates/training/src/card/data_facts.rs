//! What a data card is made of.

use attune_core::LabelSet;
use serde::Serialize;

use crate::data::{Dataset, Split};

/// What a data card's template may name.
#[derive(Clone, Debug, Serialize)]
pub struct DataFacts {
    /// Where the pictures came from.
    source: String,
    /// `Training` and `PublicTest`, in this order.
    splits: Vec<SplitFacts>,
    /// Both label sets, by class.
    label_sets: Vec<LabelSetFacts>,
}

#[derive(Clone, Debug, Serialize)]
struct SplitFacts {
    /// FER2013's word for it.
    usage: &'static str,
    images: usize,
    /// Changes with any picture, label or vote.
    fingerprint: String,
    /// How many of its images people's votes were read for.
    voted: usize,
    /// Images on which more than half of all votes went to one expression.
    majority: usize,
    /// Of those with a label too, the share on which label and majority agree.
    agreement: Option<f64>,
    /// Images on which more votes went to "unknown" or "not a face" than to any expression.
    undecided: usize,
}

#[derive(Clone, Debug, Serialize)]
struct LabelSetFacts {
    label_set: LabelSet,
    classes: Vec<ClassFacts>,
}

#[derive(Clone, Debug, Serialize)]
struct ClassFacts {
    expression: &'static str,
    /// In each split.
    images: Vec<usize>,
    /// Of all images of the label set in each split.
    shares: Vec<f64>,
}

impl DataFacts {
    /// Counts what the two splits hold.
    #[must_use]
    pub fn of(train: &Dataset, valid: &Dataset) -> Self {
        let splits = [(Split::Train, train), (Split::Valid, valid)];
        let sets = [LabelSet::Fer2013, LabelSet::FerPlus];
        Self {
            source: train.name.clone(),
            splits: splits.iter().map(|(split, data)| split_facts(*split, data)).collect(),
            label_sets: sets.into_iter().map(|set| label_set(set, [train, valid])).collect(),
        }
    }
}

fn split_facts(split: Split, data: &Dataset) -> SplitFacts {
    let count = |holds: &dyn Fn(&crate::data::Example) -> bool| {
        data.examples.iter().filter(|example| holds(example)).count()
    };
    let truths = |e: &crate::data::Example| {
        let expression = |set: LabelSet| Some(set.expressions()[e.truth(set)?]);
        Some((expression(LabelSet::Fer2013)?, expression(LabelSet::FerPlus)?))
    };
    let both: Vec<_> = data.examples.iter().filter_map(truths).collect();
    let agreeing = both.iter().filter(|(label, majority)| label == majority).count();
    SplitFacts {
        usage: split.usage(),
        images: data.examples.len(),
        fingerprint: format!("{:016x}", data.fingerprint()),
        voted: count(&|e| e.votes.is_some()),
        majority: count(&|e| e.truth(LabelSet::FerPlus).is_some()),
        agreement: (!both.is_empty()).then(|| agreeing as f64 / both.len() as f64),
        undecided: count(&|e| {
            e.votes.is_some_and(|v| {
                let most = v.expressions().iter().max().copied().unwrap_or(0);
                v.0[8].saturating_add(v.0[9]) > most
            })
        }),
    }
}

fn label_set(set: LabelSet, splits: [&Dataset; 2]) -> LabelSetFacts {
    let counts = splits.map(|data| {
        let mut counts = vec![0usize; set.expressions().len()];
        data.examples.iter().filter_map(|e| e.truth(set)).for_each(|class| counts[class] += 1);
        counts
    });
    let class = |(i, expression): (usize, &attune_core::Expression)| ClassFacts {
        expression: expression.key(),
        images: counts.iter().map(|c| c[i]).collect(),
        shares: counts
            .iter()
            .map(|c| c[i] as f64 / c.iter().sum::<usize>().max(1) as f64)
            .collect(),
    };
    LabelSetFacts {
        label_set: set,
        classes: set.expressions().iter().enumerate().map(class).collect(),
    }
}
