//! Learning from feedback: on simulated listeners, whose true tastes are known, and its bounds.

#![allow(clippy::unwrap_used)]

mod common;

use attune_core::ItemId;
use attune_recommend::feedback::{BOUND, Features, Learner, Population};
use attune_recommend::trials::learning;
use attune_recommend::{Playlist, Request};
use common::{at, ids, track};

#[test]
fn regret_falls_with_learning_and_not_without() {
    let trial = learning(20, 60);
    let (early, late) = (trial.first_ten.mean, trial.last_ten.mean);
    assert!(late < 0.7 * early && late < 0.6 * trial.last_ten_without.mean, "{trial:?}");
    assert!(trial.less_in_last_ten.ci95[0] > 0.0, "{trial:?}");
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
