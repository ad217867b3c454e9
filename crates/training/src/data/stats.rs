//! What a face data set holds.

use std::collections::{BTreeMap, BTreeSet};

use attune_core::{Expression, LabelSet};
use attune_vision::{FaceCrop, Quality};
use serde::{Deserialize, Serialize};

use super::duplicates::{Likeness, Pair, pairs};
use super::{Dataset, Example, Split};

/// What `attune data stats` prints.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stats {
    /// The data set's path.
    pub data: String,
    /// By split.
    pub splits: Vec<SplitStats>,
    /// Pictures that stand in it more than once.
    pub duplicates: DuplicateStats,
}

/// What one split holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SplitStats {
    /// FER2013's word for it; `all` where the source does not tell splits apart.
    pub split: String,
    /// Pictures.
    pub images: usize,
    /// Pictures by FER2013 label.
    pub fer2013: BTreeMap<Expression, usize>,
    /// Pictures by the FER+ expression that more than half of the people named.
    pub ferplus: BTreeMap<Expression, usize>,
    /// Pictures with votes on which no expression has more than half of them.
    pub ferplus_undecided: usize,
    /// Of those, pictures that more than half called no face.
    pub not_a_face: usize,
    /// Of the pictures with a FER2013 label and a FER+ majority, the share on which both agree.
    pub labels_agree: Option<f64>,
    /// Mean grey level: 5th, 50th and 95th percentile.
    pub brightness: [f32; 3],
    /// Standard deviation of grey levels: the same percentiles.
    pub contrast: [f32; 3],
    /// Variance of the Laplacian over the variance: the same percentiles.
    pub sharpness: [f32; 3],
}

/// Groups of pictures that are alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Groups {
    /// How many.
    pub groups: usize,
    /// Pictures in them.
    pub images: usize,
}

/// Copies within one split.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Within {
    /// The split.
    pub split: String,
    /// Groups of pictures with the same pixels.
    pub exact: Groups,
    /// Groups of pictures that show the same photograph, the same pixels included.
    pub exact_or_near: Groups,
}

/// Pictures of one split that stand in another too.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Across {
    /// The split whose pictures are counted.
    pub of: String,
    /// Where their likes stand.
    pub within: String,
    /// Pictures whose pixels stand there.
    pub exact: usize,
    /// Further pictures whose photograph stands there, cut or saved differently.
    pub near: usize,
    /// Both, as a share of the split's pictures.
    pub share: f64,
}

/// Pictures that stand in a data set more than once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DuplicateStats {
    /// How a near pair is told, in words.
    pub near_means: String,
    /// By split.
    pub within: Vec<Within>,
    /// By pair of splits.
    pub across: Vec<Across>,
    /// Pairs of pictures with the same pixels where both have a FER2013 label.
    pub exact_pairs: usize,
    /// Of those, pairs whose labels differ.
    pub exact_pairs_labelled_differently: usize,
}

impl Stats {
    /// Counts and compares everything, on `threads` threads.
    #[must_use]
    pub fn of(data: String, splits: &[(Option<Split>, Dataset)], threads: usize) -> Self {
        let named: Vec<(String, &Dataset)> =
            splits.iter().map(|(split, set)| (name(*split), set)).collect();
        let duplicates = DuplicateStats::of(&named, threads);
        let splits = named.iter().map(|(name, set)| SplitStats::of(name, set)).collect();
        Self { data, splits, duplicates }
    }
}

fn name(split: Option<Split>) -> String {
    split.map_or("all", Split::usage).to_owned()
}

impl SplitStats {
    fn of(name: &str, data: &Dataset) -> Self {
        let examples = &data.examples;
        let qualities: Vec<Quality> = examples.iter().map(|e| Quality::of(&e.crop)).collect();
        let percentiles = |of: fn(&Quality) -> f32| percentiles(qualities.iter().map(of).collect());
        let no_face = |e: &&Example| e.votes.is_some_and(|v| v.0[9] > 5);
        let undecided = |e: &&Example| e.votes.is_some_and(|v| v.majority().is_none());
        Self {
            split: name.to_owned(),
            images: examples.len(),
            fer2013: by_class(examples, LabelSet::Fer2013),
            ferplus: by_class(examples, LabelSet::FerPlus),
            ferplus_undecided: examples.iter().filter(undecided).count(),
            not_a_face: examples.iter().filter(no_face).count(),
            labels_agree: agreement(examples),
            brightness: percentiles(|q| q.brightness),
            contrast: percentiles(|q| q.contrast),
            sharpness: percentiles(|q| q.sharpness),
        }
    }
}

/// Pictures by true class; empty where the label set has no truth at all.
fn by_class(examples: &[Example], set: LabelSet) -> BTreeMap<Expression, usize> {
    let mut counts = vec![0; set.expressions().len()];
    examples.iter().filter_map(|e| e.truth(set)).for_each(|class| counts[class] += 1);
    if counts.iter().all(|n| *n == 0) {
        return BTreeMap::new();
    }
    set.expressions().iter().copied().zip(counts).collect()
}

fn agreement(examples: &[Example]) -> Option<f64> {
    let shown = |e: &Example, set: LabelSet| Some(set.expressions()[e.truth(set)?]);
    let both: Vec<bool> = examples
        .iter()
        .filter_map(|e| Some(shown(e, LabelSet::Fer2013)? == shown(e, LabelSet::FerPlus)?))
        .collect();
    let same = both.iter().filter(|same| **same).count();
    (!both.is_empty()).then(|| same as f64 / both.len() as f64)
}

fn percentiles(mut values: Vec<f32>) -> [f32; 3] {
    values.sort_by(f32::total_cmp);
    let at = |share: f32| {
        let place = (share * values.len().saturating_sub(1) as f32).round() as usize;
        values.get(place).copied().unwrap_or(0.0)
    };
    [at(0.05), at(0.5), at(0.95)]
}

impl DuplicateStats {
    fn of(splits: &[(String, &Dataset)], threads: usize) -> Self {
        let examples: Vec<(usize, &Example)> = splits
            .iter()
            .enumerate()
            .flat_map(|(i, (_, set))| set.examples.iter().map(move |e| (i, e)))
            .collect();
        let crops: Vec<&FaceCrop> = examples.iter().map(|(_, e)| &e.crop).collect();
        let found = Found { pairs: pairs(&crops, threads), examples: &examples };
        let within = splits.iter().enumerate().map(|(i, (name, _))| found.within(i, name));
        let across = (0..splits.len()).flat_map(|of| (0..splits.len()).map(move |to| (of, to)));
        let across =
            across.filter(|(of, to)| of != to).map(|(of, to)| found.across(splits, of, to));
        let labels = found.labels_of_exact_pairs();
        Self {
            near_means: format!(
                "perceptual hashes differ in at most {} of 64 bits and pixels correlate by at least \
                 {} when shifted by up to {} pixels",
                super::duplicates::HASH_BITS,
                super::duplicates::CORRELATION,
                super::duplicates::REACH
            ),
            within: within.collect(),
            across: across.collect(),
            exact_pairs: labels.len(),
            exact_pairs_labelled_differently: labels.iter().filter(|(a, b)| a != b).count(),
        }
    }
}

/// Pairs over the pictures of all splits, each with the position of its split.
struct Found<'a> {
    pairs: Vec<Pair>,
    examples: &'a [(usize, &'a Example)],
}

impl Found<'_> {
    fn within(&self, split: usize, name: &str) -> Within {
        let mine = |p: &&Pair| self.split_of(p.first) == split && self.split_of(p.second) == split;
        let groups = |exact_only: bool| {
            let wanted = |p: &&Pair| mine(p) && (!exact_only || p.likeness == Likeness::Exact);
            groups(self.examples.len(), self.pairs.iter().filter(wanted))
        };
        Within { split: name.to_owned(), exact: groups(true), exact_or_near: groups(false) }
    }

    fn across(&self, splits: &[(String, &Dataset)], of: usize, to: usize) -> Across {
        let mut alike: BTreeMap<usize, Likeness> = BTreeMap::new();
        for pair in &self.pairs {
            for (one, other) in [(pair.first, pair.second), (pair.second, pair.first)] {
                if self.split_of(one) == of && self.split_of(other) == to {
                    let best = alike.entry(one).or_insert(pair.likeness);
                    *best = (*best).max(pair.likeness);
                }
            }
        }
        let exact = alike.values().filter(|l| **l == Likeness::Exact).count();
        Across {
            of: splits[of].0.clone(),
            within: splits[to].0.clone(),
            exact,
            near: alike.len() - exact,
            share: alike.len() as f64 / splits[of].1.examples.len().max(1) as f64,
        }
    }

    fn split_of(&self, example: usize) -> usize {
        self.examples[example].0
    }

    fn labels_of_exact_pairs(&self) -> Vec<(usize, usize)> {
        let label = |i: usize| self.examples[i].1.label;
        let exact = self.pairs.iter().filter(|p| p.likeness == Likeness::Exact);
        exact.filter_map(|p| Some((label(p.first)?, label(p.second)?))).collect()
    }
}

/// Pictures joined by pairs, directly or through others.
fn groups<'a>(n: usize, pairs: impl Iterator<Item = &'a Pair>) -> Groups {
    let mut parent: Vec<usize> = (0..n).collect();
    let mut members = BTreeSet::new();
    for pair in pairs {
        members.extend([pair.first, pair.second]);
        let (a, b) = (root(&mut parent, pair.first), root(&mut parent, pair.second));
        parent[a] = b;
    }
    let roots: BTreeSet<usize> = members.iter().map(|i| root(&mut parent, *i)).collect();
    Groups { groups: roots.len(), images: members.len() }
}

fn root(parent: &mut [usize], mut i: usize) -> usize {
    while parent[i] != i {
        parent[i] = parent[parent[i]];
        i = parent[i];
    }
    i
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Votes;

    fn example(grey: u8, label: usize, votes: [u8; 10]) -> Example {
        let crop = FaceCrop::from_pixels(&[grey; 48 * 48]).unwrap();
        Example { crop, label: Some(label), votes: Some(Votes(votes)) }
    }

    fn split(split: Split, examples: Vec<Example>) -> (Option<Split>, Dataset) {
        (Some(split), Dataset { name: String::new(), examples, splits_told_apart: true })
    }

    #[test]
    fn counts_classes_and_copies() {
        let happy = [1, 9, 0, 0, 0, 0, 0, 0, 0, 0];
        let none = [0, 0, 0, 0, 0, 0, 0, 0, 0, 10];
        let train = vec![
            example(10, 3, happy),
            example(10, 4, happy),
            example(10, 3, happy),
            example(30, 0, none),
        ];
        let valid = vec![example(10, 3, happy), example(50, 6, none)];
        let stats = Stats::of(
            "faces".to_owned(),
            &[split(Split::Train, train), split(Split::Valid, valid)],
            2,
        );
        let first = &stats.splits[0];
        assert_eq!((first.split.as_str(), first.images), ("Training", 4));
        assert_eq!((first.fer2013[&Expression::Happy], first.ferplus[&Expression::Happy]), (2, 3));
        assert_eq!((first.ferplus_undecided, first.not_a_face), (1, 1));
        assert_eq!(first.labels_agree, Some(2.0 / 3.0));
        assert_eq!(first.brightness, [10.0, 10.0, 30.0]);
        let copies = &stats.duplicates;
        assert_eq!(copies.within[0].exact, Groups { groups: 1, images: 3 });
        assert_eq!(copies.within[1].exact, Groups { groups: 0, images: 0 });
        let across: Vec<_> = copies.across.iter().map(|a| (a.exact, a.near, a.share)).collect();
        assert_eq!(across, [(3, 0, 0.75), (1, 0, 0.5)]);
        assert_eq!((copies.exact_pairs, copies.exact_pairs_labelled_differently), (6, 3));
    }
}
