//! Journeys: against the greedy way, and what must hold of each.

#![allow(clippy::unwrap_used)]

mod common;

use std::collections::HashMap;
use std::time::Duration;

use attune_core::{Goal, Item, ItemId, Kind, Mood, Point};
use attune_recommend::trials::against_greedy;
use attune_recommend::{Index, Journey, Playlist, Reason, Request, Tastes, synthetic_library};
use common::{at, track};

fn journey(from: (f32, f32), to: (f32, f32), steps: usize) -> Journey {
    let goal = Goal::Point(Point::new(to.0, to.1));
    let mut request = Request { goal, limit: steps, ..Request::new(at(from.0, from.1)) };
    request.weights.variety = 0.0;
    request.weights.popularity = 0.0;
    Journey::new(request)
}

fn places(library: &[Item], list: &Playlist) -> Vec<Point> {
    list.items.iter().map(|r| library[r.position].mood.unwrap().point()).collect()
}

#[test]
fn the_plan_beats_the_greedy_way_on_path_error_and_on_smoothness() {
    for trial in against_greedy(&[100, 500, 2000], 40) {
        assert!(trial.less_path_error.ci95[0] > 0.0, "path error: {trial:?}");
        assert!(trial.less_roughness.ci95[0] > 0.0, "roughness: {trial:?}");
        assert!(trial.planned.path_error < trial.greedy.path_error, "{trial:?}");
    }
}

#[test]
fn no_item_returns_and_no_artist_too_often() {
    for seed in 0..20 {
        let library = synthetic_library(300, seed);
        let (list, _) = Index::new(&library).travel(&journey((-0.6, 0.5), (0.6, -0.5), 30));
        assert_eq!(list.items.len(), 30);
        let mut positions: Vec<usize> = list.items.iter().map(|r| r.position).collect();
        for stretch in positions.windows(10) {
            let mut seen: HashMap<&str, usize> = HashMap::new();
            stretch.iter().for_each(|i| *seen.entry(library[*i].artist()).or_default() += 1);
            assert!(seen.values().all(|n| *n <= 2), "{seen:?}");
        }
        positions.sort_unstable();
        positions.dedup();
        assert_eq!(positions.len(), 30);
    }
}

#[test]
fn no_album_returns_too_often() {
    let mut library: Vec<Item> =
        (0..60).map(|i| track(i, &format!("Guest {i}"), i as f32 / 60.0, 0.0)).collect();
    library.iter_mut().for_each(|item| item.album = Some("Compilation".into()));
    library.extend((60..120).map(|i| {
        let n = (i - 60) as f32 / 60.0;
        track(i, &format!("Artist {i}"), n, 0.1)
    }));
    let way = journey((0.0, 0.0), (0.95, 0.0), 12);
    let (list, _) = Index::new(&library).travel(&way);
    assert_eq!(list.items.len(), 12);
    for stretch in list.items.windows(10) {
        let of_it = stretch.iter().filter(|r| library[r.position].album.is_some()).count();
        assert_eq!(of_it, 2, "as often as it may, for it lies nearer: {:?}", common::ids(&list));
    }
}

#[test]
fn the_playing_time_is_kept() {
    let library = synthetic_library(2000, 5);
    let index = Index::new(&library);
    for minutes in [40u64, 55, 70] {
        let duration = Duration::from_secs(minutes * 60);
        let journey = Journey { duration: Some(duration), ..journey((-0.5, -0.5), (0.5, 0.5), 15) };
        let (list, fit) = index.travel(&journey);
        let length = |r: &attune_recommend::Ranked| library[r.position].duration_ms.unwrap();
        let total: u32 = list.items.iter().map(length).sum();
        let off = (f64::from(total) / duration.as_millis() as f64 - 1.0).abs();
        assert!(off < 0.03, "{minutes} minutes: off by {off}");
        assert!(fit.path_error < 0.2, "{fit:?}");
    }
}

#[test]
fn neighbours_keep_the_tempo_where_the_way_allows() {
    let library: Vec<Item> = (0..80)
        .map(|i| {
            let mut item = track(i, &format!("Artist {i}"), i as f32 / 80.0, 0.0);
            item.descriptors.tempo_bpm = Some(if i % 2 == 0 { 80.0 } else { 113.0 });
            item
        })
        .collect();
    let (list, _) = Index::new(&library).travel(&journey((0.0, 0.0), (0.95, 0.0), 10));
    let tempo = |id: ItemId| library[id.0 as usize].descriptors.tempo_bpm.unwrap();
    let changes = list.items.windows(2).filter(|w| tempo(w[0].id) != tempo(w[1].id)).count();
    assert!(changes <= 1, "{changes} changes of tempo in {:?}", common::ids(&list));
}

#[test]
fn the_same_tempo_is_a_reason_and_an_unknown_one_is_none() {
    let mut library: Vec<Item> =
        (0..4).map(|i| track(i, &format!("Artist {i}"), 0.2 * i as f32, 0.0)).collect();
    for (item, bpm) in library.iter_mut().zip([Some(100.0), Some(103.0), Some(130.0), None]) {
        item.descriptors.tempo_bpm = bpm;
    }
    let (list, _) = Index::new(&library).travel(&journey((0.0, 0.0), (0.6, 0.0), 4));
    assert_eq!(common::ids(&list), [0, 1, 2, 3]);
    let same: Vec<bool> =
        list.items.iter().map(|r| r.reasons.contains(&Reason::SameTempo)).collect();
    assert_eq!(same, [false, true, false, false]);
}

#[test]
fn videos_keep_to_every_fourth_step_where_there_is_music() {
    let mut library: Vec<Item> =
        (0..60).map(|i| track(i, &format!("Artist {i}"), i as f32 / 60.0, 0.0)).collect();
    library.iter_mut().step_by(2).for_each(|item| item.kind = Kind::Video);
    let kinds = |library: &[Item], journey: &Journey| -> Vec<usize> {
        let (list, _) = Index::new(library).travel(journey);
        let videos = list.items.iter().zip(1..);
        videos
            .filter(|(ranked, _)| library[ranked.position].kind == Kind::Video)
            .map(|(_, place)| place)
            .collect()
    };
    let mut way = journey((0.0, 0.0), (0.95, 0.0), 12);
    way.request.weights.video = 0.0;
    let mixed = kinds(&library, &way);
    assert!(!mixed.is_empty() && mixed.iter().all(|place| place % 4 == 0), "{mixed:?}");
    let only = Request { kind: Some(Kind::Video), ..way.request.clone() };
    assert_eq!(kinds(&library, &Journey::new(only)).len(), 12);
    let videos: Vec<Item> = library.iter().step_by(2).cloned().collect();
    assert_eq!(kinds(&videos, &way).len(), 12);
    way.request.video_every = 0;
    assert!(kinds(&library, &way).iter().any(|place| place % 4 != 0));
}

#[test]
fn it_starts_again_from_where_the_listener_is() {
    let library = synthetic_library(800, 9);
    let index = Index::new(&library);
    let journey = journey((-0.6, -0.4), (0.6, 0.4), 12);
    let (first, _) = index.travel(&journey);
    let heard: Vec<ItemId> = first.items[..5].iter().map(|r| r.id).collect();
    let on = journey.restarted(at(0.5, -0.8), &heard, Duration::from_secs(900));
    let (rest, _) = index.travel(&on);
    assert_eq!((rest.items.len(), rest.aim), (7, first.aim));
    assert!(rest.items.iter().all(|r| !heard.contains(&r.id)));
    assert!(places(&library, &rest)[0].distance(Point::new(0.5, -0.8)) < 0.2);
}

#[test]
fn liking_is_heard_on_the_way_and_steps_are_counted() {
    let mut library: Vec<Item> =
        (0..30).map(|i| track(i, &format!("Artist {i}"), i as f32 / 30.0, 0.0)).collect();
    library.push(track(99, "Loved", 0.5, 0.1));
    let mut journey = journey((0.0, 0.0), (0.97, 0.0), 5);
    let index = Index::new(&library);
    assert!(!common::ids(&index.travel(&journey).0).contains(&99));
    journey.request.tastes =
        Tastes { artists: [("loved".into(), 1.0)].into(), ..Tastes::default() };
    let (list, _) = index.travel(&journey);
    let loved =
        list.items.iter().find(|r| r.id == ItemId(99)).expect("the loved one is on the way");
    assert_eq!(loved.reasons[0], Reason::LikedArtist("Loved".into()));
    assert!(loved.reasons.contains(&Reason::Step { step: 3, of: 5 }));
}

#[test]
fn odd_journeys_end_well() {
    let library = synthetic_library(600, 2);
    let index = Index::new(&library);
    for (name, steps, expected) in [("none", 0, 0), ("one", 1, 1), ("ten", 10, 10)] {
        let (list, fit) = index.travel(&journey((0.3, 0.3), (0.3, 0.3), steps));
        assert_eq!(list.items.len(), expected, "{name}");
        assert!(fit.path_error.is_finite() && fit.roughness.is_finite(), "{name}");
    }
    let (list, _) = index.travel(&journey((0.0, 0.0), (1.0, 1.0), usize::MAX));
    assert_eq!(list.items.len(), Journey::MAX_STEPS);
    let mut broken = journey((0.0, 0.0), (0.5, 0.5), 5);
    broken.gamma = f32::NAN;
    broken.duration = Some(Duration::ZERO);
    broken.request.mood = Mood { valence: f32::NAN, arousal: f32::NAN, uncertainty: f32::NAN };
    assert_eq!(index.travel(&broken).0.items.len(), 5);
    let (none, _) = Index::new(&[]).travel(&broken);
    assert!(none.emptied_by.is_some());
    let mut moodless = track(1, "A", 0.0, 0.0);
    moodless.mood = None;
    let said = Index::new(&[moodless]).travel(&broken).0.emptied_by.unwrap().to_string();
    assert_eq!(said, "of the 1 that fit, none has a known mood to travel by");
    broken.request.artists = vec!["Artist 1".into(), "nobody".into()];
    assert!(index.travel(&broken).0.unknown.len() == 1);
}

#[test]
fn the_order_of_the_library_does_not_count() {
    let mut library = synthetic_library(400, 4);
    let journey = journey((-0.5, 0.5), (0.5, -0.2), 12);
    let there = common::ids(&Index::new(&library).travel(&journey).0);
    library.reverse();
    assert_eq!(common::ids(&Index::new(&library).travel(&journey).0), there);
}
