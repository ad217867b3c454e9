//! A reading over time: calm, the same at any frame rate, and deaf to a single frame.

#![allow(clippy::unwrap_used)]

use attune_core::{Expression, FaceBox, LabelSet, PersonId, Probabilities, Reading};
use attune_vision::{Steady, SteadyConfig};
use proptest::prelude::*;

const FACE: FaceBox = FaceBox { x: 0.0, y: 0.0, width: 80.0, height: 80.0 };
const SET: LabelSet = LabelSet::FerPlus;

/// `p` for one expression, the rest shared by the others.
fn shows(expression: Expression, p: f32) -> Probabilities {
    let others = (1.0 - p) / 7.0;
    let values = SET.expressions().iter().map(|e| if *e == expression { p } else { others });
    Probabilities::new(SET, values.collect()).unwrap()
}

fn config() -> SteadyConfig {
    SteadyConfig::declaring_above(0.6)
}

/// Watches `scene` for `seconds` at a frame rate and gives back every reading with its time.
fn watch(fps: f64, seconds: f64, scene: impl Fn(f64) -> Probabilities) -> Vec<(f64, Reading)> {
    let mut steady = Steady::new(config());
    let frames = (seconds * fps).round() as u32;
    let read = |n: u32| {
        let at_s = f64::from(n + 1) / fps;
        steady.add(at_s, &scene(at_s), Vec::new());
        (at_s, steady.reading(PersonId(1), FACE).unwrap())
    };
    (0..frames).map(read).collect()
}

/// For how many seconds an expression is declared.
fn declared_s(read: &[(f64, Reading)], fps: f64, expression: Expression) -> f64 {
    read.iter().filter(|(_, r)| r.expression == Some(expression)).count() as f64 / fps
}

fn expression() -> impl Strategy<Value = Expression> {
    prop::sample::select(SET.expressions())
}

/// A frame a second: what holds is declared after some seconds, not after as many frames as come in them.
#[test]
fn a_slow_stream_is_declared_in_seconds() {
    let read = watch(1.0, 5.0, |_| shows(Expression::Happy, 0.9));
    let declared = read.iter().position(|(_, r)| r.expression == Some(Expression::Happy));
    assert!(declared.is_some_and(|n| (1..=3).contains(&n)), "{declared:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..Default::default() })]

    /// Faces that change their mind now and then, seen at 10 and at 30 frames a second.
    #[test]
    fn ten_frames_a_second_read_like_thirty(
        acts in prop::collection::vec((expression(), 0.3f32..0.99), 1..5),
    ) {
        let scene = |at_s: f64| {
            let act = (((at_s - 1e-9) / 2.0) as usize).min(acts.len() - 1);
            shows(acts[act].0, acts[act].1)
        };
        let seconds = 2.0 * acts.len() as f64;
        let slow = watch(10.0, seconds, scene);
        let fast = watch(30.0, seconds, scene);
        for (n, (at_s, reading)) in slow.iter().enumerate() {
            let (same_s, other) = &fast[3 * n + 2];
            prop_assert!((at_s - same_s).abs() < 1e-9);
            for (a, b) in reading.probabilities.values().iter().zip(other.probabilities.values()) {
                prop_assert!((a - b).abs() < 0.05, "{at_s}: {reading:?} {other:?}");
            }
        }
        // Where a plateau lies at the majority itself, either answer is right.
        if acts.iter().all(|(_, p)| *p > 0.85) {
            for e in SET.expressions() {
                prop_assert!((declared_s(&slow, 10.0, *e) - declared_s(&fast, 30.0, *e)).abs() < 0.3);
            }
        }
    }

    /// Whenever it comes, however sure it is, however slow the camera.
    #[test]
    fn one_wrong_frame_never_flips_a_reading(
        (right, wrong) in (expression(), expression()),
        p in 0.75f32..1.0,
        wrong_p in 0.9f32..=1.0,
        fps in 2.0f64..60.0,
        wrong_at in 0usize..200,
    ) {
        prop_assume!(right != wrong);
        let mut steady = Steady::new(config());
        let wrong_at = wrong_at % (8.0 * fps) as usize;
        for n in 0..(10.0 * fps) as usize {
            let shown = if n == wrong_at { shows(wrong, wrong_p) } else { shows(right, p) };
            steady.add(n as f64 / fps, &shown, Vec::new());
            let reading = steady.reading(PersonId(1), FACE).unwrap();
            prop_assert_ne!(reading.expression, Some(wrong), "frame {}", n);
            let settled = n > (5.0 * fps) as usize && wrong_at < n.saturating_sub((3.0 * fps) as usize);
            prop_assert!(!settled || reading.expression == Some(right), "frame {} of {}", n, wrong_at);
        }
    }

    #[test]
    fn any_times_and_any_order_of_frames_give_a_reading(
        frames in prop::collection::vec((any::<f64>(), expression(), 0.0f32..1.0), 1..40),
    ) {
        let mut steady = Steady::new(config());
        for (at_s, expression, p) in frames {
            steady.add(at_s, &shows(expression, p), Vec::new());
            let reading = steady.reading(PersonId(1), FACE).unwrap();
            let sum: f32 = reading.probabilities.values().iter().sum();
            prop_assert!((sum - 1.0).abs() < 1e-3 && reading.mood.uncertainty.is_finite());
        }
    }
}

#[test]
fn what_holds_is_declared_after_the_chosen_time_and_not_before() {
    let read = watch(30.0, 4.0, |_| shows(Expression::Happy, 0.9));
    for (at_s, reading) in &read {
        assert_eq!(reading.expression.is_some(), *at_s > 1.03, "{at_s}");
        assert_eq!(reading.likeliest[0], Expression::Happy);
    }
}

#[test]
fn an_undecided_face_names_the_two_likeliest() {
    let mixed = [0.05, 0.45, 0.4, 0.02, 0.02, 0.02, 0.02, 0.02];
    let mixed = Probabilities::new(SET, mixed.to_vec()).unwrap();
    let read = watch(15.0, 6.0, |_| mixed.clone());
    let (_, last) = read.last().unwrap();
    assert_eq!(last.expression, None);
    assert_eq!(last.likeliest, [Expression::Happy, Expression::Surprised]);
}

#[test]
fn a_change_shows_once_it_has_held_and_hysteresis_keeps_what_hovers() {
    let scene = |at_s: f64| {
        if at_s < 3.0 { shows(Expression::Happy, 0.9) } else { shows(Expression::Sad, 0.9) }
    };
    let read = watch(20.0, 8.0, scene);
    let at = |s: f64| read[(s * 20.0) as usize - 1].1.expression;
    assert_eq!((at(2.9), at(4.0)), (Some(Expression::Happy), Some(Expression::Happy)));
    assert_eq!(at(7.0), Some(Expression::Sad));
    // Around the majority of 0.6: declared once, it stays.
    let hovers = |at_s: f64| {
        let p = if at_s < 4.0 || ((at_s * 2.0) as u32).is_multiple_of(2) { 0.65 } else { 0.5 };
        shows(Expression::Neutral, p)
    };
    let read = watch(20.0, 12.0, hovers);
    assert!(read.iter().all(|(at_s, r)| *at_s < 1.1 || r.expression == Some(Expression::Neutral)));
}

#[test]
fn uncertainty_shrinks_as_evidence_grows() {
    let read = watch(30.0, 4.0, |_| shows(Expression::Happy, 0.7));
    let uncertainty: Vec<f32> = read.iter().map(|(_, r)| r.mood.uncertainty).collect();
    assert!(uncertainty.is_sorted_by(|a, b| *a >= b - 1e-6), "{uncertainty:?}");
    assert!(uncertainty[110] < 0.6 * uncertainty[0], "{uncertainty:?}");
    let evidence = read.last().unwrap().1.evidence_s;
    assert!(evidence > 0.75 && evidence <= 0.8, "{evidence}");
}

#[test]
fn poor_frames_count_for_less() {
    let mut steady = Steady::new(config());
    for n in 0..60 {
        let blurred = n % 2 == 0;
        let shown = if blurred { Expression::Sad } else { Expression::Happy };
        let advice = if blurred { vec!["Blurred".to_owned()] } else { vec![] };
        steady.add(f64::from(n) / 30.0, &shows(shown, 0.95), advice);
    }
    let reading = steady.reading(PersonId(1), FACE).unwrap();
    assert_eq!(reading.expression, Some(Expression::Happy), "{reading:?}");
}
