//! What was just heard rests, what is liked stays within the mood, and what is learned tells items apart.

#![allow(clippy::unwrap_used)]

mod common;

use std::collections::HashSet;

use attune_core::{Goal, Item, ItemId, Kind, Mood, Point};
use attune_recommend::feedback::{BOUND, Features, Learner, Population};
use attune_recommend::{
    Deed, Did, Index, Journey, Moment, Playlist, Profile, Reason, Recent, Request, Tastes, rank,
    synthetic_library,
};
use common::{at, ids, plain, track};
use proptest::prelude::*;

const NOW: i64 = 1_790_000_000_000;
const MINUTE: i64 = 60_000;
const DAY: i64 = 1440 * MINUTE;

fn moment(now_ms: i64) -> Moment {
    Moment { now_ms, ..Moment::default() }
}

/// Every session hears its list to the end, half an hour after the one before; answers all lists.
fn sessions(index: &Index, list: impl Fn(&Request) -> Playlist) -> (Vec<Vec<i64>>, Vec<Deed>) {
    let (mut deeds, mut lists): (Vec<Deed>, Vec<Vec<i64>>) = (Vec::new(), Vec::new());
    for session in 0..12 {
        let now = moment(NOW + session * 30 * MINUTE);
        let goal = Goal::Energise;
        let mut request = Request { goal, limit: 8, ..Request::new(at(0.4, 0.2)) };
        let profile = Profile::of(index, deeds.iter().copied(), now, &Population::default());
        profile.inform(&mut request, now);
        let heard = ids(&list(&request));
        deeds.extend(heard.iter().map(|id| Deed {
            at_ms: now.now_ms,
            item: ItemId(*id),
            did: Did::Finished,
            features: None,
        }));
        lists.push(heard);
    }
    (lists, deeds)
}

fn all_different(lists: &[Vec<i64>]) -> bool {
    let all: Vec<i64> = lists.concat();
    all.len() == 96 && all.iter().collect::<HashSet<_>>().len() == all.len()
}

#[test]
fn what_was_heard_today_rests_while_there_is_other_music() {
    let index = Index::new(&synthetic_library(1000, 3));
    let (journeys, _) = sessions(&index, |r| index.travel(&Journey::new(r.clone())).0);
    assert!(all_different(&journeys), "{journeys:?}");
    let (lists, deeds) = sessions(&index, |request| index.rank(request));
    assert!(all_different(&lists), "{lists:?}");
    // Days later what was heard gladly is back.
    let later = moment(NOW + 6 * DAY);
    let mut request = Request { goal: Goal::Energise, limit: 8, ..Request::new(at(0.4, 0.2)) };
    Profile::of(&index, deeds, later, &Population::default()).inform(&mut request, later);
    let again = ids(&index.rank(&request));
    assert!(again.iter().filter(|id| lists.concat().contains(id)).count() >= 4, "{again:?}");
}

#[test]
fn in_a_small_library_the_longest_unheard_comes_first() {
    let library: Vec<Item> = (0..4).map(|i| track(i, &format!("A{i}"), 0.0, 0.0)).collect();
    let hours = |item: i64, hours: i64| Recent { item: ItemId(item), age_ms: hours * 60 * MINUTE };
    let recent = vec![hours(2, 1), hours(0, 20), hours(3, 30), hours(1, 90)];
    let list = rank(&library, &Request { recent, ..plain(at(0.0, 0.0)) });
    assert_eq!(ids(&list), [1, 3, 0, 2]);
    assert!(list.items[3].against.contains(&Reason::JustPlayed));
    assert!(!list.items[0].against.contains(&Reason::JustPlayed), "four days ago is not lately");
}

#[test]
fn an_items_ends_of_one_day_count_once() {
    let index = Index::new(&[track(0, "A", 0.0, 0.0)]);
    let liking = |days: &[i64]| {
        let deeds = days.iter().flat_map(|day| {
            let deed = |did| Deed { at_ms: NOW - day * DAY, item: ItemId(0), did, features: None };
            [deed(Did::Played), deed(Did::Finished)]
        });
        let profile = Profile::of(&index, deeds, moment(NOW), &Population::default());
        assert_eq!(profile.heard.plays[&ItemId(0)], days.len() as u32, "each is a play");
        profile.tastes.items[&ItemId(0)]
    };
    assert_eq!(liking(&[0; 12]), liking(&[0]));
    assert!(liking(&[0; 12]) < 0.4 && liking(&[5, 4, 3, 2, 1, 0]) > 0.7);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_liking_opens_the_mood_window(
        place in (-1.0f32..1.0, -1.0f32..1.0), aim in (-1.0f32..1.0, -1.0f32..1.0),
        uncertainty in 0.0f32..0.3,
    ) {
        let apart = Point::new(place.0, place.1).distance(Point::new(aim.0, aim.1));
        let library = [track(0, "Loved", place.0, place.1), track(1, "Stranger", aim.0, aim.1)];
        let tastes = Tastes {
            items: [(ItemId(0), 1.0)].into(),
            artists: [("loved".to_owned(), 1.0)].into(),
            ..Tastes::default()
        };
        let mood = Mood::new(Point::new(aim.0, aim.1), uncertainty);
        let list = rank(&library, &Request { tastes, ..plain(mood) });
        if apart >= 1.0 {
            prop_assert_eq!(ids(&list), [1, 0], "{}", apart);
            prop_assert!(list.items[1].against.contains(&Reason::FarFromAim));
        }
        if apart <= 0.35 {
            prop_assert_eq!(ids(&list), [0, 1], "{}", apart);
        }
        let loved = list.items.iter().find(|ranked| ranked.id == ItemId(0)).unwrap();
        prop_assert!(loved.terms.affinity > 0.0 && loved.reasons.contains(&Reason::LikedItem));
    }
}

#[test]
fn only_distance_is_away_from_the_aim() {
    let mut unsure = track(0, "A", 0.0, 0.0);
    unsure.mood = Some(Mood::new(Point::new(0.0, 0.0), 0.9));
    let list = rank(&[unsure, track(1, "B", 0.7, 0.0)], &plain(at(0.0, 0.0)));
    let against = |id: i64| &list.items.iter().find(|r| r.id == ItemId(id)).unwrap().against;
    assert_eq!(against(0), &[Reason::MoodUnsure]);
    assert_eq!(against(1), &[Reason::FarFromAim]);
}

#[test]
fn what_all_items_have_in_common_is_not_learned_against_any() {
    let mut library: Vec<Item> =
        (0..24).map(|i| track(i, &format!("Artist {i}"), 0.01 * i as f32, 0.0)).collect();
    library.iter_mut().filter(|item| item.id.0 >= 12).for_each(|item| item.kind = Kind::Video);
    let index = Index::new(&library);
    let mut learner = Learner::new(&Population::default());
    let request = Request { limit: 24, video_every: 0, ..plain(at(0.1, 0.0)) };
    let skipped: Vec<Features> = index.rank(&request).items.iter().map(|r| r.features).collect();
    for features in skipped.iter().filter(|features| features.video > 0.0) {
        learner.observe(features, 0.0);
    }
    let told_apart = |list: &Playlist| {
        assert!(list.items.iter().all(|r| r.terms.feedback.abs() < BOUND), "{list:?}");
        let term = |video: bool| -> Vec<f32> {
            let of = |r: &&attune_recommend::Ranked| (r.features.video > 0.0) == video;
            list.items.iter().filter(of).map(|r| r.terms.feedback).collect()
        };
        let (music, videos) = (term(false), term(true));
        assert!(!music.is_empty() && !videos.is_empty());
        let mean = |terms: &[f32]| terms.iter().sum::<f32>() / terms.len() as f32;
        assert!(mean(&music) > 0.0 && mean(&videos) < 0.0, "{music:?} {videos:?}");
    };
    let taught = Request { learned: Some(learner.mean()), ..request };
    told_apart(&index.rank(&taught));
    let goal = Goal::Point(Point::new(0.2, 0.0));
    told_apart(&index.travel(&Journey::new(Request { goal, ..taught.clone() })).0);
    // Music that is finished besides makes it sure, and that is said.
    for features in skipped.iter().filter(|features| features.video <= 0.0) {
        (0..3).for_each(|_| learner.observe(features, 1.0));
    }
    (0..40).for_each(|_| {
        let videos = skipped.iter().filter(|features| features.video > 0.0);
        videos.for_each(|features| learner.observe(features, 0.0));
    });
    let list = index.rank(&Request { learned: Some(learner.draw(5)), ..taught });
    for ranked in &list.items {
        let said = ranked.against.contains(&Reason::LikelySkipped);
        assert_eq!(said, ranked.features.video > 0.0, "{ranked:?}");
    }
}
