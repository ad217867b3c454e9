//! Who is who from frame to frame.

#![allow(clippy::unwrap_used)]

use attune_core::{FaceBox, PersonId};
use attune_vision::{Appearance, Follower, FollowerConfig, Frame, Place};
use proptest::prelude::*;

/// Somebody's looks: a pattern of their own.
fn looks(who: usize) -> Appearance {
    let pixel = |i: usize| {
        let (x, y) = (i % 32 / 4, i / 32 / 4);
        ((x * (3 * who + 5) + y * (7 * who + 3) + x * y * who) * 37 % 256) as u8
    };
    let frame = Frame::from_luma(32, 32, (0..32 * 32).map(pixel).collect()).unwrap();
    Appearance::of(&frame, &FaceBox { x: 6.0, y: 6.0, width: 20.0, height: 20.0 })
}

fn place(who: usize, x: f32, y: f32, side: f32) -> Place {
    let face = FaceBox { x, y, width: side, height: side };
    Place { face, appearance: looks(who) }
}

fn follower() -> Follower {
    Follower::new(FollowerConfig::default())
}

#[test]
fn the_patterns_differ() {
    for (a, b) in [(0, 1), (0, 2), (1, 2)] {
        assert!(looks(a).distance(&looks(b)) > 0.5, "{a} {b}: {}", looks(a).distance(&looks(b)));
    }
}

/// A frame every two seconds.
#[test]
fn a_slow_stream_is_followed() {
    let mut follower = follower();
    let seen: Vec<_> = (0..4)
        .map(|n| follower.follow(2.0 * f64::from(n), &[place(0, 100.0, 90.0, 80.0)]))
        .collect();
    assert_eq!(seen[1..], [[Some(PersonId(1))], [Some(PersonId(1))], [Some(PersonId(1))]]);
}

/// Whoever is kept is known again however long they were gone; others are somebody new.
#[test]
fn who_is_kept_is_not_forgotten() {
    for kept in [false, true] {
        let mut follower = follower();
        let mut at_s = 0.0;
        let mut watch = |follower: &mut Follower, frames: u32, places: &[Place]| {
            let seen = (0..frames).map(|_| {
                at_s += 0.1;
                follower.follow(at_s, places).first().copied().flatten()
            });
            seen.last().flatten()
        };
        let first = watch(&mut follower, 5, &[place(1, 100.0, 90.0, 80.0)]).unwrap();
        if kept {
            follower.keep(first);
        }
        watch(&mut follower, 600, &[]);
        let again = watch(&mut follower, 5, &[place(1, 300.0, 120.0, 90.0)]).unwrap();
        assert_eq!(again == first, kept);
    }
}

/// A detector's boxes breathe; the size that faces are cut at does not follow every breath, and has
/// followed a head that came nearer after a second.
#[test]
fn a_face_keeps_its_size_where_boxes_jump() {
    let mut follower = follower();
    let mut sides = Vec::new();
    for n in 0..60 {
        let side = if n % 2 == 0 { 80.0 } else { 110.0 } * if n < 30 { 1.0 } else { 1.5 };
        follower.follow(f64::from(n) / 30.0, &[place(0, 200.0 - side / 2.0, 200.0, side)]);
        sides.extend(follower.face(PersonId(1)).map(|face| face.width));
    }
    let jump = sides[5..25].windows(2).map(|pair| (pair[1] / pair[0] - 1.0).abs());
    assert!(jump.fold(0.0, f32::max) < 0.1, "{sides:?}");
    assert!((sides.last().unwrap() / 142.5 - 1.0).abs() < 0.1, "{sides:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..Default::default() })]

    /// Two people walk through each other; while one hides the other, one face alone is found.
    #[test]
    fn crossing_people_keep_their_numbers(
        speed in 80.0f32..320.0,
        side in 60.0f32..110.0,
        height in -25.0f32..25.0,
        fps in 10.0f64..30.0,
        front in 0usize..2,
    ) {
        let mut follower = follower();
        let (mut first, mut last) = ([None; 2], [None; 2]);
        let frames = (600.0 / f64::from(speed) * fps) as u32;
        for n in 0..=frames {
            let at_s = f64::from(n) / fps;
            let x = speed * at_s as f32;
            let both = [place(0, x, 100.0, side), place(1, 600.0 - x, 100.0 + height, side)];
            let hidden = both[0].face.iou(&both[1].face) > 0.3;
            let visible: Vec<usize> = (0..2).filter(|who| !hidden || *who == front).collect();
            let places: Vec<Place> = visible.iter().map(|who| both[*who].clone()).collect();
            for (who, person) in visible.iter().zip(follower.follow(at_s, &places)) {
                first[*who] = first[*who].or(person);
                last[*who] = person;
            }
        }
        prop_assert!(first[0].is_some() && first[0] != first[1]);
        prop_assert_eq!(first, last);
    }

    /// Faces anywhere, at any time: as many answers as faces, and nobody twice.
    #[test]
    fn nobody_is_in_two_places(
        frames in prop::collection::vec(
            (any::<f64>(), prop::collection::vec((0usize..4, -50.0f32..700.0, 1.0f32..200.0), 0..12)),
            1..20,
        ),
    ) {
        let mut follower = follower();
        for (at_s, faces) in frames {
            let places: Vec<Place> = faces.iter().map(|(who, x, side)| place(*who, *x, 50.0, *side)).collect();
            let mut people: Vec<PersonId> = follower.follow(at_s, &places).into_iter().flatten().collect();
            let all = people.len();
            prop_assert!(all <= places.len());
            people.sort();
            people.dedup();
            prop_assert_eq!(people.len(), all);
        }
    }
}

/// Stands still from one time to another, at 20 frames a second.
fn stand(
    follower: &mut Follower,
    who: usize,
    x: f32,
    seconds: std::ops::Range<f64>,
) -> Option<PersonId> {
    let mut person = None;
    let mut at_s = seconds.start;
    while at_s < seconds.end {
        person = follower.follow(at_s, &[place(who, x, 80.0, 90.0)])[0];
        at_s += 0.05;
    }
    person
}

#[test]
fn who_comes_back_is_known_by_looks_and_a_stranger_is_not() {
    let mut follower = follower();
    let first = stand(&mut follower, 0, 100.0, 0.0..2.0);
    assert_eq!(first, Some(PersonId(1)));
    assert_eq!(stand(&mut follower, 0, 260.0, 5.0..7.0), first, "back after three seconds");
    assert_eq!(stand(&mut follower, 2, 260.0, 9.0..10.0), Some(PersonId(2)), "somebody else");
    assert!(follower.remembers(PersonId(1)));
    assert_eq!(stand(&mut follower, 0, 100.0, 40.0..41.0), Some(PersonId(3)), "after too long");
    assert!(!follower.remembers(PersonId(1)));
}

#[test]
fn a_false_alarm_of_one_frame_gets_no_number() {
    let mut follower = follower();
    assert_eq!(follower.follow(0.0, &[place(0, 10.0, 10.0, 50.0)]), [None]);
    assert_eq!(follower.follow(0.1, &[]), []);
    assert_eq!(stand(&mut follower, 1, 300.0, 0.2..1.0), Some(PersonId(1)));
}

#[test]
fn frames_of_another_size_show_the_same_people() {
    let mut follower = follower();
    let before = stand(&mut follower, 1, 200.0, 0.0..1.0);
    follower.rescale(2.0, 2.0);
    let after = follower.follow(1.0, &[place(1, 400.0, 160.0, 180.0)]);
    assert_eq!(after, [before]);
}

#[test]
fn forty_faces_are_forty_people() {
    let mut follower = follower();
    let places: Vec<Place> =
        (0..40).map(|i| place(i % 5, (i % 8) as f32 * 70.0, (i / 8) as f32 * 70.0, 60.0)).collect();
    follower.follow(0.0, &places);
    let people = follower.follow(0.03, &places);
    assert_eq!(people, (1..=40).map(|n| Some(PersonId(n))).collect::<Vec<_>>());
}
