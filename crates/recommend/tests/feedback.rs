//! Learning from feedback: on simulated listeners, whose true tastes are known, and on the ratings of
//! SiTunes.

#![allow(clippy::unwrap_used)]

mod common;

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use attune_core::{Goal, ItemId, Point};
use attune_recommend::collab::Interval;
use attune_recommend::feedback::{BOUND, Features, Learned, Learner, Outcome, Population};
use attune_recommend::{Index, Playlist, Request, synthetic_library};
use common::{at, ids, track};

fn draws(seed: u32) -> impl FnMut() -> f32 {
    let mut state = seed.wrapping_mul(0x9e37_79b9) | 1;
    move || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state as f32 / u32::MAX as f32
    }
}

/// A listener who rewards by hidden weights: mood, popularity, brighter, livelier.
struct Simulated([f32; 4]);

impl Simulated {
    fn new(seed: u32) -> Self {
        let mut draw = draws(seed + 1);
        let mut spread = |mean: f32, by: f32| mean + by * (2.0 * draw() - 1.0);
        Self([spread(0.3, 0.2), spread(0.1, 0.5), spread(0.0, 0.5), spread(0.0, 0.5)])
    }

    /// How likely they are to hear it to its end.
    fn liking(&self, f: &Features) -> f32 {
        let [mood, popularity, brighter, livelier] = self.0;
        let worth = mood * f.mood + popularity * f.popularity + brighter * f.brighter;
        (0.3 + worth + livelier * f.livelier).clamp(0.0, 1.0)
    }
}

fn a_list(index: &Index, session: u64, learned: Option<Learned>) -> Playlist {
    let point = Point::new((session as f32 * 1.7).sin() * 0.6, (session as f32 * 2.3).cos() * 0.6);
    let request = Request {
        goal: Goal::Match,
        limit: 10,
        seed: session,
        learned,
        ..Request::new(at(point.valence, point.arousal))
    };
    index.rank(&request)
}

const SESSIONS: u64 = 60;

/// Mean reward a session forgone against the best list for this listener that the same bounded
/// re-ranking could make.
fn regret(index: &Index, listener: &Simulated, population: &Population, learns: bool) -> Vec<f32> {
    let mut learner = Learner::new(population);
    let mut oracle = Learner::new(&Population::default());
    let mut chance = draws(99);
    for _ in 0..4000 {
        let f = Features {
            mood: chance(),
            popularity: chance(),
            brighter: 2.0 * chance() - 1.0,
            livelier: 2.0 * chance() - 1.0,
            ..Features::default()
        };
        oracle.observe(&f, listener.liking(&f));
    }
    let mean = |list: &Playlist| {
        list.items.iter().map(|r| listener.liking(&r.features)).sum::<f32>()
            / list.items.len() as f32
    };
    let session = |s: u64| {
        let list = a_list(index, s, learns.then(|| learner.draw(s)));
        for ranked in &list.items {
            let finished = chance() < listener.liking(&ranked.features);
            let outcome = if finished { Outcome::Liked } else { Outcome::Skipped(0.0) };
            learner.observe(&ranked.features, outcome.reward());
        }
        mean(&a_list(index, s, Some(oracle.mean()))) - mean(&list)
    };
    (0..SESSIONS).map(session).collect()
}

#[test]
fn regret_falls_with_learning_and_not_without() {
    let index = Index::new(&synthetic_library(2000, 11));
    let mut population = Population::default();
    for seed in 1000..1030 {
        let (listener, mut chance) = (Simulated::new(seed), draws(seed));
        for ranked in (0..5).flat_map(|s| a_list(&index, s, None).items) {
            let finished = chance() < listener.liking(&ranked.features);
            population.observe(&ranked.features, f32::from(u8::from(finished)));
        }
    }
    let (mut with, mut without) = (vec![0.0; SESSIONS as usize], vec![0.0; SESSIONS as usize]);
    let listeners = 30;
    for seed in 0..listeners {
        let listener = Simulated::new(seed);
        let add = |to: &mut Vec<f32>, learns| {
            let each = regret(&index, &listener, &population, learns);
            to.iter_mut().zip(each).for_each(|(t, r)| *t += r / listeners as f32);
        };
        add(&mut with, true);
        add(&mut without, false);
    }
    let mean = |part: &[f32]| part.iter().sum::<f32>() / part.len() as f32;
    let (early, late) = (mean(&with[..10]), mean(&with[50..]));
    println!(
        "regret a session: {early:.4} in the first ten with learning, {late:.4} in the last ten"
    );
    println!("without learning {:.4} and {:.4}", mean(&without[..10]), mean(&without[50..]));
    assert!(late < 0.7 * early && late < 0.6 * mean(&without[50..]), "{early} {late}");
    assert!(mean(&with) < mean(&without));
}

#[test]
fn influence_is_bounded_and_brings_nothing_in() {
    let library: Vec<_> =
        (0..40).map(|i| track(i, &format!("Artist {i}"), i as f32 / 40.0, 0.0)).collect();
    let mut learner = Learner::new(&Population::default());
    for _ in 0..500 {
        learner.observe(&Features { brighter: 1.0, ..Features::default() }, 1.0);
        learner.observe(&Features { brighter: -1.0, ..Features::default() }, 0.0);
        learner.observe(&Features { livelier: f32::NAN, ..Features::default() }, f32::NAN);
    }
    let plain = Request { limit: 40, ..common::plain(at(0.2, 0.0)) };
    let request = Request {
        learned: Some(learner.mean()),
        tastes: attune_recommend::Tastes {
            banned_items: [ItemId(39)].into(),
            ..Default::default()
        },
        ..plain.clone()
    };
    let (before, after) =
        (attune_recommend::rank(&library, &plain), attune_recommend::rank(&library, &request));
    assert!(after.items.iter().all(|r| r.terms.feedback.abs() <= BOUND && r.score.is_finite()));
    assert_eq!(after.items.len(), 39);
    assert!(!ids(&after).contains(&39));
    let brightness =
        |list: &Playlist| list.items[..10].iter().map(|r| r.features.brighter).sum::<f32>();
    assert!(brightness(&after) > brightness(&before));
    assert_eq!(learner.draw(7), learner.draw(7));
    assert_ne!(learner.draw(7), learner.draw(8));
}

/// One rated listening of SiTunes' second stage: who, what it looked like, and the rating on [0, 1].
type Rated = (String, Features, f32);

fn situnes() -> Option<Vec<Rated>> {
    let root = std::env::var_os("ATTUNE_DATA").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
        PathBuf::from,
    );
    let table = |name: &str| -> Option<Vec<HashMap<String, String>>> {
        let mut reader = csv::Reader::from_path(root.join("music/situnes").join(name)).ok()?;
        reader.deserialize().collect::<Result<_, _>>().ok()
    };
    let number = |row: &HashMap<String, String>, key: &str| row[key].parse::<f32>().ok();
    let songs: HashMap<String, HashMap<String, String>> =
        table("music_info.csv")?.into_iter().map(|row| (row["item_id"].clone(), row)).collect();
    let mut rated = Vec::new();
    for row in table("stage2.csv")? {
        let Some(song) = songs.get(&row["item_id"]) else { continue };
        let here = Point::new(number(&row, "emo_pre_valence")?, number(&row, "emo_pre_arousal")?);
        let place =
            Point::new(2.0 * number(song, "valence")? - 1.0, 2.0 * number(song, "energy")? - 1.0);
        let features = Features {
            mood: (-place.distance(here).powi(2) / (2.0 * 0.35f32.powi(2))).exp(),
            popularity: number(song, "popularity")? / 100.0,
            brighter: place.valence - here.valence,
            livelier: place.arousal - here.arousal,
            ..Features::default()
        };
        rated.push((row["user_id"].clone(), features, (number(&row, "rating")? - 1.0) / 4.0));
    }
    Some(rated)
}

/// Each listener's ratings in the order they came: every one is predicted before it is learned from,
/// starting from the population of the other listeners.
#[test]
fn ratings_are_predicted_better_once_some_are_known() {
    let Some(rated) = situnes() else {
        eprintln!("skipped: no SiTunes data, set ATTUNE_DATA");
        return;
    };
    let mut by_listener: BTreeMap<&str, Vec<&Rated>> = BTreeMap::new();
    rated.iter().for_each(|r| by_listener.entry(&r.0).or_default().push(r));
    let mut less = Vec::new();
    let (mut with, mut without) = (0.0, 0.0);
    for (who, own) in &by_listener {
        let mut population = Population::default();
        rated.iter().filter(|r| r.0 != *who).for_each(|r| population.observe(&r.1, r.2));
        let (fixed, mut learner) = (Learner::new(&population), Learner::new(&population));
        let (mut learned, mut unlearned) = (0.0, 0.0);
        for (_, features, rating) in own {
            learned += (learner.expected(features) - rating).powi(2);
            unlearned += (fixed.expected(features) - rating).powi(2);
            learner.observe(features, *rating);
        }
        less.push(f64::from(unlearned - learned) / own.len() as f64);
        with += learned;
        without += unlearned;
    }
    let root = |sum: f32| (sum / rated.len() as f32).sqrt();
    let Interval { mean, ci95 } = Interval::bootstrap(&less);
    println!(
        "{} ratings of {} listeners: error {:.4} with learning, {:.4} without; \
         squared error less by {mean:.4} ({:.4} to {:.4})",
        rated.len(),
        less.len(),
        root(with),
        root(without),
        ci95[0],
        ci95[1],
    );
    assert!(ci95[0] > 0.0, "{ci95:?}");
}
