use std::collections::{BTreeMap, BTreeSet};

use attune_core::{Goal, Mood, Point};
use serde::Serialize;

use super::Draws;
use super::ridge::Ridge;
use crate::collab::Interval;
use crate::content::{Metric, Space};
use crate::feedback::Features;
use crate::feedback::{Learner, Population};
use crate::window::Window;

/// What is known of a song.
#[derive(Clone, Debug, PartialEq)]
pub struct Song {
    /// Its descriptors, the same for every song.
    pub descriptors: Vec<f32>,
    /// How widely it is heard, 0 to 1.
    pub popularity: f32,
    /// Where its descriptors place it.
    pub place: Point,
}

/// A listening that was rated, with the mood before and after.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rated {
    /// Who, by number.
    pub listener: usize,
    /// Which, a position among the songs.
    pub song: usize,
    /// 1 to 5.
    pub rating: f32,
    /// The mood before.
    pub before: Point,
    /// The mood after.
    pub after: Point,
}

/// An earlier rating, which tells what the listener likes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Heard {
    /// Who.
    pub listener: usize,
    /// Which.
    pub song: usize,
    /// 1 to 5.
    pub rating: f32,
}

/// How well one way of predicting does.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Figures {
    /// What it predicts from.
    pub from: &'static str,
    /// Root mean square error of the rating, a listener at a time.
    pub rating_error: Interval,
    /// The share of a listener's pairs of different ratings that it puts in the right order (ties by
    /// half); 0.5 is chance.
    pub rating_order: Interval,
    /// Root mean square error of the valence after listening, given the mood before.
    pub valence_error: Interval,
    /// Root mean square error of the arousal after listening, given the mood before.
    pub arousal_error: Interval,
    /// By how much liking, mood and popularity together order better, listener by listener; 0 for
    /// themselves.
    pub terms_order_more: Interval,
}

/// Predictions for listeners who were left out of the fit.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SitunesTrial {
    /// Rated listenings.
    pub ratings: usize,
    /// Listeners, each left out once.
    pub listeners: usize,
    /// Liking, mood and popularity together, and what they are compared with.
    pub predictions: Vec<Figures>,
    /// Ratings of songs that the listener had not rated before.
    pub ratings_of_new: usize,
    /// The share of pairs of these that liking, mood and popularity together order rightly.
    pub order_of_new: Interval,
    /// Squared error of the rating (on 0 to 1) less by learning from feedback as it comes, against the
    /// population's weights alone.
    pub less_by_learning: Interval,
}

/// What a prediction is made from, as columns.
type Columns = Vec<(&'static str, Vec<Vec<f64>>)>;

/// Leaves each listener out, fits linear regressions to the others' ratings and moods, and predicts
/// theirs: from popularity, content cosine, mood distance alone, chance, and all together: liking by
/// earlier ratings of the song and of songs alike, the mood window, popularity and the direction from
/// the mood. Earlier ratings are the listener's own and always known. The ranker has terms of these
/// kinds, with weights of its own, which this trial does not measure.
#[must_use]
pub fn leave_one_listener_out(songs: &[Song], rated: &[Rated], heard: &[Heard]) -> SitunesTrial {
    let columns = columns(songs, rated, heard);
    let mut by_listener: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    rated.iter().enumerate().for_each(|(i, r)| by_listener.entry(r.listener).or_default().push(i));
    let own: Vec<Vec<usize>> = by_listener.into_values().collect();
    let mut measured: Vec<(&'static str, Vec<[f64; 4]>)> =
        columns.iter().map(|(name, rows)| (*name, measured(rated, rows, &own))).collect();
    measured.insert(0, ("random", by_chance(rated, &own)));
    let (ratings_of_new, order_of_new) = of_new(rated, heard, &columns, &own);
    let terms: Vec<f64> =
        measured.last().map_or(Vec::new(), |(_, each)| each.iter().map(|m| m[1]).collect());
    let figures = |(from, each): &(&'static str, Vec<[f64; 4]>)| {
        let column = |k: usize| {
            let known: Vec<f64> = each.iter().map(|m| m[k]).filter(|x| x.is_finite()).collect();
            Interval::bootstrap(&known)
        };
        let more = terms.iter().zip(each).map(|(t, m)| t - m[1]).filter(|x| x.is_finite());
        Figures {
            from,
            rating_error: column(0),
            rating_order: column(1),
            valence_error: column(2),
            arousal_error: column(3),
            terms_order_more: Interval::bootstrap(&more.collect::<Vec<_>>()),
        }
    };
    SitunesTrial {
        ratings: rated.len(),
        listeners: own.len(),
        predictions: measured.iter().map(figures).collect(),
        ratings_of_new,
        order_of_new,
        less_by_learning: less_by_learning(songs, rated, &own),
    }
}

/// How many ratings are of songs that their listener had not rated before, and how well these are
/// ordered by all columns together.
fn of_new(
    rated: &[Rated],
    heard: &[Heard],
    columns: &Columns,
    own: &[Vec<usize>],
) -> (usize, Interval) {
    let known: BTreeSet<(usize, usize)> = heard.iter().map(|h| (h.listener, h.song)).collect();
    let new = |i: &usize| !known.contains(&(rated[*i].listener, rated[*i].song));
    let own: Vec<Vec<usize>> = own
        .iter()
        .map(|all| all.iter().copied().filter(new).collect::<Vec<_>>())
        .filter(|new| !new.is_empty())
        .collect();
    let orders = columns.last().map_or(Vec::new(), |(_, rows)| measured(rated, rows, &own));
    let orders: Vec<f64> = orders.iter().map(|m| m[1]).filter(|x| x.is_finite()).collect();
    (own.iter().map(Vec::len).sum(), Interval::bootstrap(&orders))
}

fn columns(songs: &[Song], rated: &[Rated], heard: &[Heard]) -> Columns {
    let rows: Vec<&Vec<f32>> = songs.iter().map(|song| &song.descriptors).collect();
    let dimensions = rows.first().map_or(0, |row| row.len());
    let vectors: Vec<Vec<f32>> = match Space::new(1, &rows, &Metric::even(dimensions)) {
        Ok(space) => rows.iter().map(|row| space.standard(row)).collect(),
        Err(_) => vec![Vec::new(); songs.len()],
    };
    let mut own: BTreeMap<usize, Vec<&Heard>> = BTreeMap::new();
    heard.iter().for_each(|h| own.entry(h.listener).or_default().push(h));
    let each = |r: &Rated| {
        let song = &songs[r.song];
        let before = own.get(&r.listener).map_or(&[][..], Vec::as_slice);
        let likes = likes(&vectors, before, r.song);
        let f = features(song, r);
        let distance = f64::from(song.place.distance(r.before));
        let terms = [
            likes.kernel,
            likes.cosine,
            likes.mean,
            likes.same,
            f.popularity.into(),
            f.mood.into(),
            f.brighter.into(),
            f.livelier.into(),
        ];
        (likes.cosine, distance, terms.to_vec(), f)
    };
    let all: Vec<_> = rated.iter().map(each).collect();
    vec![
        ("popularity", all.iter().map(|c| vec![f64::from(c.3.popularity)]).collect()),
        ("content cosine", all.iter().map(|c| vec![c.0]).collect()),
        ("mood distance", all.iter().map(|c| vec![c.1]).collect()),
        ("liking, mood and popularity", all.iter().map(|c| c.2.clone()).collect()),
    ]
}

/// The mean over many random columns, for a single one may happen to fit.
fn by_chance(rated: &[Rated], own: &[Vec<usize>]) -> Vec<[f64; 4]> {
    const COLUMNS: u32 = 20;
    let mut mean = vec![[0.0; 4]; own.len()];
    for seed in 0..COLUMNS {
        let mut draws = Draws::new(seed);
        let rows: Vec<Vec<f64>> = rated.iter().map(|_| vec![f64::from(draws.share())]).collect();
        for (sum, each) in mean.iter_mut().zip(measured(rated, &rows, own)) {
            sum.iter_mut().zip(each).for_each(|(s, x)| *s += x / f64::from(COLUMNS));
        }
    }
    mean
}

fn features(song: &Song, r: &Rated) -> Features {
    let window = Window::new(Goal::Match, Mood::new(r.before, 0.1));
    Features {
        mood: window.at(song.place.valence, song.place.arousal, 0.0),
        popularity: song.popularity,
        brighter: song.place.valence - r.before.valence,
        livelier: song.place.arousal - r.before.arousal,
        ..Features::default()
    }
}

/// What earlier ratings say of a song.
struct Likes {
    /// Their mean, weighted by likeness.
    kernel: f64,
    /// Cosine with the mean of the songs rated 4 and 5.
    cosine: f64,
    /// Their plain mean.
    mean: f64,
    /// The earlier rating of the same song, or the mean.
    same: f64,
}

fn likes(vectors: &[Vec<f32>], before: &[&Heard], song: usize) -> Likes {
    let mean = before.iter().map(|h| f64::from(h.rating)).sum::<f64>() / before.len().max(1) as f64;
    let (mut sum, mut mass) = (mean, 1.0);
    let mut liked = vec![0.0f32; vectors[song].len()];
    for h in before {
        let weight = (3.0 * cosine(&vectors[song], &vectors[h.song])).exp() / 3f64.exp();
        sum += weight * f64::from(h.rating);
        mass += weight;
        if h.rating >= 4.0 {
            liked.iter_mut().zip(&vectors[h.song]).for_each(|(l, x)| *l += x);
        }
    }
    let same = before.iter().rev().find(|h| h.song == song);
    Likes {
        kernel: sum / mass,
        cosine: cosine(&vectors[song], &liked),
        mean,
        same: same.map_or(mean, |h| f64::from(h.rating)),
    }
}

fn cosine(a: &[f32], b: &[f32]) -> f64 {
    let dot = |a: &[f32], b: &[f32]| -> f64 {
        a.iter().zip(b).map(|(x, y)| f64::from(*x) * f64::from(*y)).sum()
    };
    let lengths = (dot(a, a) * dot(b, b)).sqrt();
    if lengths > 1e-12 { dot(a, b) / lengths } else { 0.0 }
}

/// For each listener: rating error, order, valence error, arousal error.
fn measured(rated: &[Rated], rows: &[Vec<f64>], own: &[Vec<usize>]) -> Vec<[f64; 4]> {
    let mood_row = |i: usize| {
        let mut row = rows[i].clone();
        row.extend([f64::from(rated[i].before.valence), f64::from(rated[i].before.arousal)]);
        row
    };
    let mood_rows: Vec<Vec<f64>> = (0..rated.len()).map(mood_row).collect();
    let predict = |rows: &[Vec<f64>], target: &dyn Fn(&Rated) -> f64, left: &[usize]| -> Vec<f64> {
        let others = (0..rated.len()).filter(|i| rated[*i].listener != rated[left[0]].listener);
        let others: Vec<usize> = others.collect();
        let x: Vec<Vec<f64>> = others.iter().map(|i| rows[*i].clone()).collect();
        let y: Vec<f64> = others.iter().map(|i| target(&rated[*i])).collect();
        let fitted = Ridge::fit(&x, &y, 10.0);
        left.iter().map(|i| fitted.predict(&rows[*i])).collect()
    };
    own.iter()
        .map(|left| {
            let error = |said: &[f64], target: &dyn Fn(&Rated) -> f64| {
                let squares = said.iter().zip(left).map(|(p, i)| (p - target(&rated[*i])).powi(2));
                (squares.sum::<f64>() / left.len() as f64).sqrt()
            };
            let rating = |r: &Rated| f64::from(r.rating);
            let valence = |r: &Rated| f64::from(r.after.valence);
            let arousal = |r: &Rated| f64::from(r.after.arousal);
            let said = predict(rows, &rating, left);
            let truth: Vec<f64> = left.iter().map(|i| rating(&rated[*i])).collect();
            [
                error(&said, &rating),
                order(&said, &truth),
                error(&predict(&mood_rows, &valence, left), &valence),
                error(&predict(&mood_rows, &arousal, left), &arousal),
            ]
        })
        .collect()
}

/// The share of pairs of different truth in the right order; not a number where there is none.
fn order(said: &[f64], truth: &[f64]) -> f64 {
    let (mut right, mut all) = (0.0, 0.0);
    for i in 0..said.len() {
        for j in 0..i {
            if truth[i] != truth[j] {
                all += 1.0;
                right += match (said[i] - said[j]) * (truth[i] - truth[j]) {
                    x if x > 0.0 => 1.0,
                    x if x < 0.0 => 0.0,
                    _ => 0.5,
                };
            }
        }
    }
    right / all
}

/// Each rating is predicted before it is learned from, starting from the other listeners.
fn less_by_learning(songs: &[Song], rated: &[Rated], own: &[Vec<usize>]) -> Interval {
    let seen = |i: usize| {
        let r = &rated[i];
        (features(&songs[r.song], r), (r.rating - 1.0) / 4.0)
    };
    let less = |left: &Vec<usize>| {
        let mut population = Population::default();
        let others = (0..rated.len()).filter(|i| rated[*i].listener != rated[left[0]].listener);
        others.map(seen).for_each(|(f, reward)| population.observe(&f, reward));
        let (fixed, mut learner) = (Learner::new(&population), Learner::new(&population));
        let mut less = 0.0;
        for (f, reward) in left.iter().map(|i| seen(*i)) {
            less += (fixed.expected(&f) - reward).powi(2) - (learner.expected(&f) - reward).powi(2);
            learner.observe(&f, reward);
        }
        f64::from(less) / left.len() as f64
    };
    Interval::bootstrap(&own.iter().map(less).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taste_that_is_there_is_found_and_chance_is_not() {
        let mut draws = Draws::new(3);
        let songs: Vec<Song> = (0..60)
            .map(|_| Song {
                descriptors: vec![draws.spread(), draws.spread(), draws.spread()],
                popularity: draws.share(),
                place: Point::new(draws.spread(), draws.spread()),
            })
            .collect();
        // Each listener likes songs high or low in the first descriptor.
        let rating = |listener: usize, song: usize| {
            let side = if listener.is_multiple_of(2) { 1.0 } else { -1.0 };
            (3.0 + 2.0 * side * songs[song].descriptors[0]).clamp(1.0, 5.0)
        };
        let (mut rated, mut heard) = (Vec::new(), Vec::new());
        for listener in 0..12 {
            for _ in 0..20 {
                let song = draws.below(60);
                heard.push(Heard { listener, song, rating: rating(listener, song) });
                let song = draws.below(60);
                let before = Point::new(draws.spread(), draws.spread());
                let after = before.towards(Point::new(0.3, 0.3), 0.5);
                rated.push(Rated { listener, song, rating: rating(listener, song), before, after });
            }
        }
        let trial = leave_one_listener_out(&songs, &rated, &heard);
        let order = |from: &str| {
            trial.predictions.iter().find(|f| f.from == from).unwrap().rating_order.mean
        };
        assert!(order("liking, mood and popularity") > 0.75, "{trial:#?}");
        assert!((order("random") - 0.5).abs() < 0.1 && order("popularity") < 0.6);
        assert!(trial.predictions.iter().all(|f| f.valence_error.mean < 0.05), "{trial:#?}");
        assert_eq!(super::order(&[1.0, 2.0, 2.0], &[1.0, 2.0, 3.0]), 2.5 / 3.0);
    }
}
