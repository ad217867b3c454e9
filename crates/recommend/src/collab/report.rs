use std::collections::{BTreeMap, HashSet};

use serde::Serialize;

use super::evaluate::{first, measured};
use super::{Interval, Plays, Recommender};

/// Length of the lists that coverage, novelty, diversity and calibration look at.
const LIST: usize = 10;

/// How good a recommender's lists are, and what else they are. Means over listeners with held-out
/// items, with bootstrap intervals; lists are of 10 unless the name says otherwise.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// As [`PerListener::ndcg_at_10`](super::PerListener::ndcg_at_10).
    pub ndcg_at_10: Interval,
    /// As [`PerListener::recall_at_20`](super::PerListener::recall_at_20).
    pub recall_at_20: Interval,
    /// Mean over the held-out items found of the precision at their rank, over the smaller of 10 and
    /// the number held out.
    pub map_at_10: Interval,
    /// Bits of surprise: -log2 of the share of listeners who played the item in training (an item
    /// nobody played counts as played by one).
    pub novelty_bits: Interval,
    /// The share of pairs in a list that have no genre in common, of the pairs that have genres;
    /// `None` where no list has such a pair.
    pub diversity: Option<Interval>,
    /// Kullback-Leibler divergence in bits from the genres of the history to those of the list
    /// (Steck 2018, with 1 % of the history's mixed in); 0 is calibrated. `None` where nobody has
    /// genres in both.
    pub miscalibration_bits: Option<Interval>,
    /// The share of all items that stand in any list.
    pub coverage: f64,
}

impl Report {
    /// Ranks for every listener with held-out items all that they did not play in training.
    /// `genres[item]` are an item's; items beyond its end have none.
    #[must_use]
    pub fn of(
        model: &dyn Recommender,
        train: &Plays,
        held_out: &[Vec<u32>],
        genres: &[Vec<u32>],
    ) -> Self {
        let (mut scores, mut seen) = (vec![0.0; train.items()], HashSet::new());
        let (listeners, counts) = (train.listeners() as f64, train.listeners_of_items());
        let mut columns: [Vec<f64>; 4] = Default::default();
        let (mut apart, mut skewed) = (Vec::new(), Vec::new());
        let served = train.histories().zip(held_out).filter(|(_, wanted)| !wanted.is_empty());
        for (history, wanted) in served {
            model.score(history, &mut scores);
            let list = first(&scores, history, 20);
            let top = &list[..list.len().min(LIST)];
            seen.extend(top.iter().copied());
            let hits = measured(&list, wanted);
            let known: Vec<u32> = history.iter().map(|(item, _)| *item).collect();
            let values = [
                hits.ndcg_at_10,
                hits.recall_at_20,
                average_precision(top, wanted),
                novelty(top, &counts, listeners),
            ];
            apart.extend(diversity(top, genres));
            skewed.extend(miscalibration(&known, top, genres));
            columns.iter_mut().zip(values).for_each(|(column, value)| column.push(value));
        }
        let [ndcg, recall, map, novelty] = columns.map(|column| Interval::bootstrap(&column));
        let measured =
            |values: Vec<f64>| (!values.is_empty()).then(|| Interval::bootstrap(&values));
        Self {
            ndcg_at_10: ndcg,
            recall_at_20: recall,
            map_at_10: map,
            novelty_bits: novelty,
            diversity: measured(apart),
            miscalibration_bits: measured(skewed),
            coverage: seen.len() as f64 / train.items().max(1) as f64,
        }
    }
}

fn average_precision(list: &[u32], wanted: &[u32]) -> f64 {
    let (mut hits, mut sum) = (0.0, 0.0);
    for (rank, item) in list.iter().enumerate() {
        if wanted.contains(item) {
            hits += 1.0;
            sum += hits / (rank + 1) as f64;
        }
    }
    sum / wanted.len().clamp(1, LIST) as f64
}

fn novelty(list: &[u32], counts: &[f32], listeners: f64) -> f64 {
    let bits = |item: &u32| -(f64::from(counts[*item as usize].max(1.0)) / listeners).log2();
    list.iter().map(bits).sum::<f64>() / list.len().max(1) as f64
}

fn of(genres: &[Vec<u32>], item: u32) -> &[u32] {
    genres.get(item as usize).map_or(&[], Vec::as_slice)
}

fn diversity(list: &[u32], genres: &[Vec<u32>]) -> Option<f64> {
    let list: Vec<&[u32]> = list.iter().map(|i| of(genres, *i)).filter(|g| !g.is_empty()).collect();
    let pairs =
        list.iter().enumerate().flat_map(|(i, a)| list[i + 1..].iter().map(move |b| (a, b)));
    let apart = |(a, b): (&&[u32], &&[u32])| f64::from(u8::from(!crate::lists::share(a, b)));
    let (sum, n) = pairs.map(apart).fold((0.0, 0.0), |(sum, n), x| (sum + x, n + 1.0));
    (n > 0.0).then(|| sum / n)
}

fn miscalibration(history: &[u32], list: &[u32], genres: &[Vec<u32>]) -> Option<f64> {
    const MIXED: f64 = 0.01;
    let (before, after) = (shares(history, genres), shares(list, genres));
    let bits = |(genre, p): (&u32, &f64)| {
        let q = (1.0 - MIXED) * after.get(genre).unwrap_or(&0.0) + MIXED * p;
        p * (p / q).log2()
    };
    (!before.is_empty() && !after.is_empty()).then(|| before.iter().map(bits).sum())
}

/// The share of each genre; an item of several counts for each in part.
fn shares(items: &[u32], genres: &[Vec<u32>]) -> BTreeMap<u32, f64> {
    let mut shares = BTreeMap::new();
    let tagged = items.iter().filter(|i| !of(genres, **i).is_empty()).count().max(1) as f64;
    for own in items.iter().map(|i| of(genres, *i)) {
        for genre in own {
            *shares.entry(*genre).or_insert(0.0) += 1.0 / own.len() as f64 / tagged;
        }
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn measures_worked_out_by_hand() {
        let genres = [vec![0], vec![0], vec![1], vec![0, 1]];
        assert_eq!(average_precision(&[5, 1, 7, 2], &[1, 2, 9]), (0.5 + 0.5) / 3.0);
        assert_eq!(novelty(&[0, 1], &[4.0, 0.0], 8.0), (1.0 + 3.0) / 2.0);
        assert_eq!(diversity(&[0, 1, 2, 9], &genres), Some(2.0 / 3.0));
        assert_eq!(diversity(&[0, 9], &genres), None);
        assert_eq!(shares(&[0, 3], &genres), BTreeMap::from([(0, 0.75), (1, 0.25)]));
        let bits = |history, list| miscalibration(history, list, &genres);
        assert!(bits(&[0, 2], &[1, 2]).unwrap().abs() < 1e-12);
        // All of one genre where the history had half of each.
        let expected = 0.5 * (0.5f64 / 0.995).log2() + 0.5 * (1.0f64 / 0.01).log2();
        assert!((bits(&[0, 2], &[1]).unwrap() - expected).abs() < 1e-12);
        assert_eq!((bits(&[9], &[0]), bits(&[0], &[9])), (None, None));
    }

    #[test]
    fn the_report_of_popularity() {
        let ones = |items: &[u32]| items.iter().map(|i| (*i, 1.0)).collect::<Vec<_>>();
        let histories = [ones(&[0]), ones(&[0, 1]), ones(&[0, 1, 2])];
        let train = Plays::new(4, histories).unwrap();
        let wanted = [vec![1], vec![], vec![]];
        let of = |genres: &[Vec<u32>]| {
            Report::of(&super::super::Popularity::fit(&train), &train, &wanted, genres)
        };
        let report = of(&[]);
        assert_eq!((report.map_at_10.mean, report.ndcg_at_10.mean), (1.0, 1.0));
        assert_eq!(
            (report.coverage, report.diversity, report.miscalibration_bits),
            (0.75, None, None)
        );
        let tagged = of(&[vec![0], vec![1], vec![0], vec![1]]);
        assert_eq!(tagged.diversity.unwrap().mean, 2.0 / 3.0);
        assert!(tagged.miscalibration_bits.is_some());
    }
}
