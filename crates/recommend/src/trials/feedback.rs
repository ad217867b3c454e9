use attune_core::{Goal, Mood, Point};
use serde::Serialize;

use super::Draws;
use crate::collab::Interval;
use crate::feedback::{Features, Learned, Learner, Outcome, Population};
use crate::index::Index;
use crate::playlist::Playlist;
use crate::request::Request;
use crate::synthetic::synthetic_library;

/// Simulated listeners with hidden tastes, with and without learning. Regret is the mean reward of a
/// list that was forgone against the best list that the same bounded re-ranking could make for them.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FeedbackTrial {
    /// How many listeners.
    pub listeners: usize,
    /// Mean regret of each session with learning, in their order.
    pub learning: Vec<f32>,
    /// And without.
    pub without: Vec<f32>,
    /// Regret with learning in the first ten sessions.
    pub first_ten: Interval,
    /// In the last ten.
    pub last_ten: Interval,
    /// Without learning in the last ten.
    pub last_ten_without: Interval,
    /// By how much learning lessens it there, listener by listener.
    pub less_in_last_ten: Interval,
}

/// A listener who rewards by hidden weights: mood, popularity, brighter, livelier.
struct Simulated([f32; 4]);

impl Simulated {
    fn new(seed: u32) -> Self {
        let mut draws = Draws::new(seed);
        let mut around = |mean: f32, by: f32| mean + by * draws.spread();
        Self([around(0.3, 0.2), around(0.1, 0.5), around(0.0, 0.5), around(0.0, 0.5)])
    }

    /// How likely they are to hear it to its end.
    fn liking(&self, f: &Features) -> f32 {
        let [mood, popularity, brighter, livelier] = self.0;
        let worth = mood * f.mood + popularity * f.popularity + brighter * f.brighter;
        (0.3 + worth + livelier * f.livelier).clamp(0.0, 1.0)
    }

    fn reward(&self, list: &Playlist) -> f32 {
        let sum: f32 = list.items.iter().map(|r| self.liking(&r.features)).sum();
        sum / list.items.len().max(1) as f32
    }

    /// The weights that learning would find with all the feedback in the world.
    fn oracle(&self) -> Learned {
        let (mut oracle, mut draws) = (Learner::new(&Population::default()), Draws::new(99));
        for _ in 0..4000 {
            let f = Features {
                mood: draws.share(),
                popularity: draws.share(),
                brighter: draws.spread(),
                livelier: draws.spread(),
                ..Features::default()
            };
            oracle.observe(&f, self.liking(&f));
        }
        oracle.mean()
    }
}

fn list(index: &Index, session: usize, learned: Option<Learned>) -> Playlist {
    let turn = session as f32;
    let point = Point::new((turn * 1.7).sin() * 0.6, (turn * 2.3).cos() * 0.6);
    let (goal, seed) = (Goal::Match, session as u64);
    index.rank(&Request { goal, limit: 10, seed, learned, ..Request::new(Mood::new(point, 0.1)) })
}

fn regrets(
    index: &Index,
    listener: &Simulated,
    population: &Population,
    sessions: usize,
    learns: bool,
) -> Vec<f32> {
    let (mut learner, oracle) = (Learner::new(population), listener.oracle());
    let mut draws = Draws::new(7);
    let session = |s: usize| {
        let offered = list(index, s, learns.then(|| learner.draw(s as u64)));
        for ranked in &offered.items {
            let finished = draws.share() < listener.liking(&ranked.features);
            let outcome = if finished { Outcome::Liked } else { Outcome::Skipped(0.0) };
            learner.observe(&ranked.features, outcome.reward());
        }
        listener.reward(&list(index, s, Some(oracle))) - listener.reward(&offered)
    };
    (0..sessions).map(session).collect()
}

/// `listeners` simulated listeners ask `sessions` times for ten items of 2,000 made-up tracks, and
/// finish or skip each by their hidden taste. Learning begins at a population of 30 others.
#[must_use]
pub fn learning(listeners: u32, sessions: usize) -> FeedbackTrial {
    let index = Index::new(&synthetic_library(2000, 11));
    let mut population = Population::default();
    for seed in 1000..1030 {
        let (listener, mut draws) = (Simulated::new(seed), Draws::new(seed ^ 0xffff));
        for ranked in (0..5).flat_map(|s| list(&index, s, None).items) {
            let finished = draws.share() < listener.liking(&ranked.features);
            population.observe(&ranked.features, f32::from(u8::from(finished)));
        }
    }
    let of = |learns| -> Vec<Vec<f32>> {
        let each = |seed| regrets(&index, &Simulated::new(seed), &population, sessions, learns);
        (0..listeners).map(each).collect()
    };
    let (with, without) = (of(true), of(false));
    let mean = |part: &[f32]| part.iter().sum::<f32>() / part.len().max(1) as f32;
    let by_session = |all: &[Vec<f32>]| -> Vec<f32> {
        (0..sessions).map(|s| mean(&all.iter().map(|own| own[s]).collect::<Vec<_>>())).collect()
    };
    let ten = sessions.min(10);
    let first = |own: &Vec<f32>| f64::from(mean(&own[..ten]));
    let last = |own: &Vec<f32>| f64::from(mean(&own[sessions - ten..]));
    let interval = |values: Vec<f64>| Interval::bootstrap(&values);
    FeedbackTrial {
        listeners: with.len(),
        first_ten: interval(with.iter().map(first).collect()),
        last_ten: interval(with.iter().map(last).collect()),
        last_ten_without: interval(without.iter().map(last).collect()),
        less_in_last_ten: interval(
            without.iter().zip(&with).map(|(a, b)| last(a) - last(b)).collect(),
        ),
        learning: by_session(&with),
        without: by_session(&without),
    }
}
