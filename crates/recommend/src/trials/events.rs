use std::collections::{BTreeMap, HashMap};
use std::time::Instant;

use serde::Serialize;

use crate::collab::{
    Als, AlsConfig, Blend, Companions, Ease, EaseConfig, EaseError, Interval, Neighbours,
    NeighboursConfig, PerListener, Plays, PlaysError, Popularity, Recommender, Report, Ties,
    evaluate, held_out, tag_rows,
};

/// Who played what how often, by their names.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Events {
    /// Listener, item, how often (above 0). A pair that stands twice is added up.
    pub plays: Vec<(String, String, f32)>,
    /// Who gave which item which tag: listener, item, tag. The tag most given to an item stands for
    /// its genre.
    pub tags: Vec<(String, String, String)>,
}

/// Off-line metrics of recommenders on one split.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct EventTrial {
    /// Listeners with anything to find.
    pub listeners: usize,
    /// Items of enough listeners.
    pub items: usize,
    /// Pairs that were learned from.
    pub training_pairs: usize,
    /// Pairs to be found.
    pub held_out_pairs: usize,
    /// In the order: popularity, item-knn, EASE, ALS, what is left of these where only the strongest
    /// [`Ties`] of each item are kept, as lists do, and, where there are tags, EASE with tags and the blend.
    pub models: Vec<ModelFigures>,
}

/// One recommender.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ModelFigures {
    /// What it is, with its settings.
    pub model: String,
    /// Seconds that fitting took on one core; the parts of a blend counted.
    pub train_s: f64,
    /// Memory of the fitted model in MiB; of EASE as much again while it is fitted.
    pub model_mib: f64,
    /// Metrics on the held-out pairs.
    pub metrics: Report,
    /// NDCG@10 more than EASE's, listener by listener; 0 for EASE itself.
    pub ndcg_more_than_ease: Option<Interval>,
    /// Recall@20 more than EASE's.
    pub recall_more_than_ease: Option<Interval>,
}

/// Why events can not be measured.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum EventsError {
    /// Too few of them.
    #[error("no item has {0} listeners, or nothing is held out: there is nothing to measure")]
    TooFew(usize),
    /// A count that is no count.
    #[error(transparent)]
    Plays(#[from] PlaysError),
    /// EASE has no solution.
    #[error(transparent)]
    Ease(#[from] EaseError),
}

/// Up to here EASE is fitted.
const EASE_MOST: usize = 20_000;
/// The share of pairs that is held out.
const HELD_OUT: f64 = 0.2;

/// Items of at least `least_listeners`; a pair is held out where the hash of `listener:item` is
/// [below 0.2](held_out). Settings and the blend's weights are fixed, near those that a
/// validation part of HetRec's Last.fm data chooses; choosing them anew is what
/// `cargo run --release -p attune-recommend --example lastfm` does.
///
/// # Errors
/// Refuses counts that are none, and too few of them.
pub fn off_line(events: &Events, least_listeners: usize) -> Result<EventTrial, EventsError> {
    let split = Split::of(events, least_listeners)?;
    let items = split.train.items();
    let mut fits: Vec<Fit> = Vec::new();
    let mut fit = |model: String, power: f32, mib: f64, make: &dyn Fn(&Plays) -> Made| {
        let begin = Instant::now();
        let made = make(&split.train.tempered(power))?;
        let train_s = begin.elapsed().as_secs_f64();
        fits.push(Fit { model, power, train_s, mib, made });
        Ok::<(), EventsError>(())
    };
    let mib = |numbers: usize| numbers as f64 * 4.0 / f64::from(1 << 20);
    fit("popularity".into(), 0.2, mib(items), &|plays| Ok(Box::new(Popularity::fit(plays))))?;
    let near = NeighboursConfig { kept: 300, shrink: 0.0 };
    let kept = mib(2 * 300 * items);
    fit("item-knn, cosine".into(), 0.2, kept, &|p| Ok(Box::new(Neighbours::fit(p, &near))))?;
    let ease = EaseConfig { penalty: 100.0, dropout: 0.0, side_weight: 0.0 };
    if items <= EASE_MOST {
        let square = mib(items * items);
        fit("ease".into(), 0.2, square, &|p| Ok(Box::new(Ease::fit(p, None, &ease)?)))?;
    }
    let als = AlsConfig { factors: 48, confidence: 20.0, penalty: 60.0, rounds: 12, seed: 1 };
    fit("implicit als".into(), 0.5, mib(48 * items), &|p| Ok(Box::new(Als::fit(p, &als))))?;
    let kept = mib(2 * Companions::TIES * items);
    if items <= EASE_MOST {
        fit("ease, 60 ties an item".into(), 0.2, kept, &|p| {
            Ok(Box::new(Ties::of(&Ease::fit(p, None, &ease)?, Companions::TIES)))
        })?;
    }
    let shrunk = NeighboursConfig { kept: Companions::TIES, shrink: 10.0 };
    fit("item-knn, 60 ties an item".into(), 0.2, kept, &|p| {
        Ok(Box::new(Ties::of(&Neighbours::fit(p, &shrunk), Companions::TIES)))
    })?;
    fit("implicit als, 60 ties an item".into(), 0.2, kept, &|_| {
        let als = Als::fit(&split.train.tempered(0.5), &als);
        Ok(Box::new(Ties::of(&als, Companions::TIES)))
    })?;
    fit("implicit als and item-knn, 60 ties an item".into(), 0.2, kept, &|p| {
        let als = Als::fit(&split.train.tempered(0.5), &als);
        let near = Neighbours::fit(p, &near);
        let both = Blend::new(vec![(1.0, &als), (1.0, &near)]).ok_or(EventsError::TooFew(0))?;
        Ok(Box::new(Ties::of(&both, Companions::TIES)))
    })?;
    if !split.tags.is_empty() && items <= EASE_MOST {
        let tagged = EaseConfig { penalty: 75.0, dropout: 0.4, side_weight: 2.5 };
        let rows = tag_rows(&split.tags, 0.2);
        let square = mib(items * items);
        fit("ease with tags".into(), 0.2, square, &|p| {
            Ok(Box::new(Ease::fit(p, Some(&rows), &tagged)?))
        })?;
        let near = NeighboursConfig { kept: 300, shrink: 0.1 };
        let rows = tag_rows(&split.tags, 0.35);
        fit("tags alone".into(), 0.2, kept, &|_| Ok(Box::new(Neighbours::fit(&rows, &near))))?;
    }
    Ok(split.measured(&fits))
}

type Made = Result<Box<dyn Recommender>, EventsError>;

struct Fit {
    model: String,
    power: f32,
    train_s: f64,
    mib: f64,
    made: Box<dyn Recommender>,
}

/// Weights of the blend: ease with tags, implicit als, tags alone, item-knn.
const BLEND: [(&str, f32); 4] = [
    ("ease with tags", 1.0),
    ("implicit als", 0.7),
    ("tags alone", 0.2),
    ("item-knn, cosine", 0.2),
];

struct Split {
    train: Plays,
    held_out: Vec<Vec<u32>>,
    tags: Plays,
    genres: Vec<Vec<u32>>,
}

impl Split {
    fn of(events: &Events, least_listeners: usize) -> Result<Self, EventsError> {
        let mut histories: BTreeMap<&str, BTreeMap<&str, f32>> = BTreeMap::new();
        for (listener, item, times) in &events.plays {
            *histories.entry(listener).or_default().entry(item).or_default() += times;
        }
        let mut listeners: HashMap<&str, usize> = HashMap::new();
        for item in histories.values().flat_map(BTreeMap::keys) {
            *listeners.entry(item).or_default() += 1;
        }
        listeners.retain(|_, n| *n >= least_listeners);
        let mut items: Vec<&str> = listeners.into_keys().collect();
        items.sort_unstable();
        let number = |item: &str| items.binary_search(&item).ok().map(|i| i as u32);
        let (mut train, mut wanted) = (Vec::new(), Vec::new());
        for (listener, history) in &histories {
            let known = history.iter().filter_map(|(item, n)| Some((*item, number(item)?, *n)));
            let hidden = |item: &str| held_out(listener, item) < HELD_OUT;
            let (out, seen): (Vec<_>, Vec<_>) = known.partition(|(item, ..)| hidden(item));
            train.push(seen.into_iter().map(|(_, i, n)| (i, n)).collect::<Vec<_>>());
            wanted.push(out.into_iter().map(|(_, i, _)| i).collect::<Vec<_>>());
        }
        if wanted.iter().all(Vec::is_empty) {
            return Err(EventsError::TooFew(least_listeners));
        }
        let mut tags: BTreeMap<&str, BTreeMap<u32, f32>> = BTreeMap::new();
        for (listener, item, tag) in &events.tags {
            // No word that somebody gave to an item that is held out for them.
            if let (Some(i), false) = (number(item), held_out(listener, item) < HELD_OUT) {
                *tags.entry(tag).or_default().entry(i).or_default() += 1.0;
            }
        }
        let rows = tags.into_values().filter(|row| row.len() > 1);
        let tags = Plays::new(items.len(), rows.map(|row| row.into_iter().collect::<Vec<_>>()))?;
        let genres = main_tags(&tags);
        Ok(Self { train: Plays::new(items.len(), train)?, held_out: wanted, tags, genres })
    }

    fn measured(&self, fits: &[Fit]) -> EventTrial {
        let each = |model: &dyn Recommender, power: f32| {
            evaluate(model, &self.train.tempered(power), &self.held_out)
        };
        let ease = fits.iter().find(|fit| fit.model == "ease");
        let ease = ease.map(|fit| each(fit.made.as_ref(), fit.power));
        let figures = |model: String, made: &dyn Recommender, power, train_s, model_mib| {
            let own = each(made, power);
            let more = |of: fn(&PerListener) -> f64| {
                let pairs = |theirs: &Vec<PerListener>| {
                    let less = own.iter().zip(theirs).map(|(a, b)| of(a) - of(b));
                    Interval::bootstrap(&less.collect::<Vec<_>>())
                };
                ease.as_ref().map(pairs)
            };
            let train = self.train.tempered(power);
            ModelFigures {
                ndcg_more_than_ease: more(|m| m.ndcg_at_10),
                recall_more_than_ease: more(|m| m.recall_at_20),
                metrics: Report::of(made, &train, &self.held_out, &self.genres),
                model,
                train_s,
                model_mib,
            }
        };
        let mut models: Vec<ModelFigures> = fits
            .iter()
            .map(|f| figures(f.model.clone(), f.made.as_ref(), f.power, f.train_s, f.mib))
            .collect();
        let of = |name: &str| fits.iter().find(|fit| fit.model == name);
        let parts: Option<Vec<(f32, &Fit)>> =
            BLEND.iter().map(|(name, weight)| Some((*weight, of(name)?))).collect();
        if let Some(parts) = parts {
            let seconds = parts.iter().map(|(_, fit)| fit.train_s).sum();
            let mib = parts.iter().map(|(_, fit)| fit.mib).sum();
            let parts = parts.iter().map(|(w, fit)| (*w, fit.made.as_ref())).collect();
            if let Some(blend) = Blend::new(parts) {
                models.push(figures(
                    "blend of als, ease with tags, tags alone and item-knn".into(),
                    &blend,
                    0.2,
                    seconds,
                    mib,
                ));
            }
        }
        EventTrial {
            listeners: self.held_out.iter().filter(|wanted| !wanted.is_empty()).count(),
            items: self.train.items(),
            training_pairs: Plays::len(&self.train),
            held_out_pairs: self.held_out.iter().map(Vec::len).sum(),
            models,
        }
    }
}

fn main_tags(tags: &Plays) -> Vec<Vec<u32>> {
    let mut most: Vec<Option<(u32, f32)>> = vec![None; tags.items()];
    for (tag, row) in (0..).zip(tags.histories()) {
        for (item, times) in row {
            let lead = &mut most[*item as usize];
            if lead.is_none_or(|(_, top)| *times > top) {
                *lead = Some((tag, *times));
            }
        }
    }
    most.into_iter().map(|lead| lead.map(|(tag, _)| tag).into_iter().collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn circles_of_taste_are_found_and_nothing_is_refused() {
        let mut events = Events::default();
        for u in 0..60 {
            for i in 0..10 {
                let item = format!("item {}", 10 * (u % 2) + i);
                events.plays.push((format!("user {u}"), item.clone(), 1.0 + i as f32));
                events.tags.push((format!("user {u}"), item, format!("tag {}", u % 2)));
            }
        }
        let trial = off_line(&events, 5).unwrap();
        assert_eq!((trial.items, trial.training_pairs + trial.held_out_pairs), (20, 600));
        let ndcg: Vec<f64> = trial.models.iter().map(|m| m.metrics.ndcg_at_10.mean).collect();
        assert_eq!(ndcg.len(), 11);
        assert!(ndcg[2] > 0.9 && ndcg[2] > ndcg[0] + 0.2, "{ndcg:?}");
        assert_eq!(trial.models[2].ndcg_more_than_ease.map(|i| i.mean), Some(0.0));
        assert_eq!(off_line(&Events::default(), 5), Err(EventsError::TooFew(5)));
        events.plays[0].2 = f32::NAN;
        assert!(matches!(off_line(&events, 5), Err(EventsError::Plays(_))));
    }
}
