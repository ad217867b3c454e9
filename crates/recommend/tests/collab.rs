//! Collaborative filtering against answers known by hand.

#![allow(clippy::unwrap_used)]

use attune_recommend::collab::{
    Als, AlsConfig, Blend, Ease, EaseConfig, EaseError, Interval, Neighbours, NeighboursConfig,
    Plays, PlaysError, Popularity, Recommender, evaluate, held_out, tag_rows,
};
use proptest::prelude::*;

fn plays(items: usize, histories: &[&[u32]]) -> Plays {
    let ones = |history: &&[u32]| history.iter().map(|i| (*i, 1.0)).collect();
    Plays::new(items, histories.iter().map(ones)).unwrap()
}

fn scores(model: &dyn Recommender, history: &[u32]) -> Vec<f32> {
    let mut scores = vec![f32::NAN; model.items()];
    model.score(&history.iter().map(|i| (*i, 1.0)).collect::<Vec<_>>(), &mut scores);
    scores
}

const EASE: EaseConfig = EaseConfig { penalty: 1.0, dropout: 0.0, side_weight: 1.0 };
const ALS: AlsConfig =
    AlsConfig { factors: 2, confidence: 10.0, penalty: 0.1, rounds: 10, seed: 1 };

/// Two circles of taste: 0 1 2 and 3 4 5.
fn two_circles() -> Plays {
    plays(6, &[&[0, 1, 2], &[0, 1], &[1, 2], &[0, 2], &[3, 4, 5], &[3, 4], &[4, 5], &[3, 5]])
}

#[test]
fn ease_of_two_items_is_what_the_formula_gives() {
    // X'X + I = [[4, 2], [2, 3]]; its inverse is [[3, -2], [-2, 4]] / 8.
    let model = Ease::fit(&plays(2, &[&[0, 1], &[0, 1], &[0]]), None, &EASE).unwrap();
    let given_0 = scores(&model, &[0]);
    let given_1 = scores(&model, &[1]);
    assert!((given_0[1] - 2.0 / 4.0).abs() < 1e-5, "{given_0:?}");
    assert!((given_1[0] - 2.0 / 3.0).abs() < 1e-5, "{given_1:?}");
}

#[test]
fn every_model_keeps_to_the_circle_of_taste() {
    let plays = two_circles();
    let ease = Ease::fit(&plays, None, &EASE).unwrap();
    let near = Neighbours::fit(&plays, &NeighboursConfig { kept: 3, shrink: 0.0 });
    let als = Als::fit(&plays, &ALS);
    let both = Blend::new(vec![(1.0, &ease as &dyn Recommender), (0.5, &als)]).unwrap();
    let models: [(&str, &dyn Recommender); 4] =
        [("ease", &ease), ("neighbours", &near), ("als", &als), ("blend", &both)];
    for (name, model) in models {
        let given = scores(model, &[0, 1]);
        let others = given[3].max(given[4]).max(given[5]);
        assert!(given[2] > others + 0.1, "{name}: {given:?}");
    }
}

#[test]
fn side_information_joins_what_nobody_played_together() {
    let plays = plays(4, &[&[0, 1], &[0, 1], &[2], &[3]]);
    let tags = Plays::new(4, [vec![(0, 3.0), (2, 2.0)]]).unwrap();
    let with = Ease::fit(&plays, Some(&tag_rows(&tags, 0.5)), &EASE).unwrap();
    let given = scores(&with, &[0]);
    assert!(given[2] > 0.1 && given[3].abs() < 1e-6, "{given:?}");
    let other = Plays::new(3, []).unwrap();
    let refused = Ease::fit(&plays, Some(&other), &EASE).unwrap_err();
    assert_eq!(refused, EaseError::OtherItems { plays: 4, side: 3 });
}

#[test]
fn neighbours_are_cosines() {
    let near = Neighbours::fit(
        &plays(3, &[&[0, 1], &[0], &[1, 2]]),
        &NeighboursConfig { kept: 9, shrink: 0.0 },
    );
    let given = scores(&near, &[1]);
    assert!((given[0] - 0.5).abs() < 1e-6 && (given[2] - 0.5f32.sqrt()).abs() < 1e-6, "{given:?}");
}

#[test]
fn bad_plays_are_refused_and_repeats_are_added() {
    let refused = |history| Plays::new(2, [history]).unwrap_err();
    assert_eq!(refused(vec![(2, 1.0)]), PlaysError::UnknownItem { item: 2, items: 2 });
    for bad in [0.0, -1.0, f32::INFINITY] {
        assert_eq!(refused(vec![(0, bad)]), PlaysError::BadCount(bad));
    }
    let twice = Plays::new(2, [vec![(1, 2.0), (0, 1.0), (1, 3.0)]]).unwrap();
    assert_eq!(twice.of(0), [(0, 1.0), (1, 5.0)]);
    let singular = EaseConfig { penalty: 0.0, ..EASE };
    let nothing = Plays::new(2, []).unwrap();
    assert_eq!(Ease::fit(&nothing, None, &singular).unwrap_err(), EaseError::Singular(0.0));
}

#[test]
fn a_pair_falls_on_the_same_side_everywhere() {
    // printf '2:51' | sha256sum
    for (listener, item, digits) in [("2", "51", "a1f3474e"), ("", "", "e7ac0786")] {
        let expected = f64::from(u32::from_str_radix(digits, 16).unwrap()) / 2f64.powi(32);
        assert_eq!(held_out(listener, item), expected, "{listener}:{item}");
    }
}

#[test]
fn measures_of_a_list_worked_out_by_hand() {
    // Popularity ranks 1, 2, 3 for the listener who knows 0 and should find 2 and 3.
    let train = plays(4, &[&[0], &[0, 1, 2, 3], &[1, 2], &[1]]);
    let wanted = [vec![2, 3], vec![], vec![], vec![]];
    let each = evaluate(&Popularity::fit(&train), &train, &wanted);
    let gain = |rank: f64| 1.0 / (rank + 1.0).log2();
    assert_eq!(each.len(), 1);
    assert!((each[0].ndcg_at_10 - (gain(2.0) + gain(3.0)) / (gain(1.0) + gain(2.0))).abs() < 1e-12);
    assert_eq!(each[0].recall_at_20, 1.0);
}

#[test]
fn the_bootstrap_interval_is_near_the_normal_one() {
    let values: Vec<f64> = (0..400).map(|i| f64::from(i % 20)).collect();
    let interval = Interval::bootstrap(&values);
    let half_width = 1.96 * (399.0f64 / 12.0).sqrt() / 20.0;
    assert_eq!(interval.mean, 9.5);
    for (end, expected) in interval.ci95.iter().zip([9.5 - half_width, 9.5 + half_width]) {
        assert!((end - expected).abs() < 0.08, "{interval:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn scores_are_finite_for_any_history(
        histories in prop::collection::vec(prop::collection::vec((0u32..12, 0.1f32..9000.0), 0..12), 0..15),
        history in prop::collection::vec((0u32..20, 0.1f32..100.0), 0..8),
    ) {
        let plays = Plays::new(12, histories).unwrap().tempered(0.3);
        let ease = Ease::fit(&plays, None, &EASE).unwrap();
        let als = Als::fit(&plays, &ALS);
        let near = Neighbours::fit(&plays, &NeighboursConfig { kept: 4, shrink: 1.0 });
        let blend = Blend::new(vec![(1.0, &ease as &dyn Recommender), (1.0, &als), (1.0, &near)]).unwrap();
        let mut scores = vec![0.0; 12];
        blend.score(&history, &mut scores);
        prop_assert!(scores.iter().all(|s| s.is_finite()), "{:?}", scores);
    }
}
