//! Named cases: what a person would expect of a list.

#![allow(clippy::unwrap_used)]

mod common;

use attune_core::{Goal, ItemId, Kind, Language, Mood, MoodTag, Point};
use attune_recommend::{Direction, Filter, Reason, Recent, Request, Tastes, rank};
use common::{at, ids, in_language, plain, tagged, track};

/// Four corners of the plane, each by its own artist.
fn corners() -> Vec<attune_core::Item> {
    vec![
        in_language(track(1, "Joy", 0.7, 0.6), "english"),
        in_language(track(2, "Rage", -0.7, 0.6), "english"),
        in_language(track(3, "Gloom", -0.7, -0.6), "hindi"),
        in_language(track(4, "Calm", 0.7, -0.6), "hindi"),
    ]
}

#[test]
fn goals_lead_where_they_say() {
    for (name, mood, goal, first) in [
        ("match happy", at(0.7, 0.6), Goal::Match, 1),
        ("match sad", at(-0.7, -0.6), Goal::Match, 3),
        ("calm tension", at(-0.4, 0.7), Goal::Calm, 4),
        ("lift sadness", at(-0.6, -0.4), Goal::Lift, 1),
        ("energise calm", at(0.6, -0.6), Goal::Energise, 1),
        ("a point", at(0.0, 0.0), Goal::Point(Point::new(-0.7, 0.6)), 2),
    ] {
        let list = rank(&corners(), &Request { goal, ..plain(mood) });
        assert_eq!(list.items[0].id, ItemId(first), "{name}: {:?}", ids(&list));
    }
}

#[test]
fn odd_sizes_are_answered() {
    let library = corners();
    for (name, items, limit, expected) in [
        ("empty library", &library[..0], 10, 0),
        ("library of one", &library[..1], 10, 1),
        ("limit 0", &library[..], 0, 0),
        ("limit above the library", &library[..], 1000, 4),
        ("limit below it", &library[..], 3, 3),
    ] {
        let list = rank(items, &Request { limit, ..Request::new(at(0.0, 0.0)) });
        assert_eq!(list.items.len(), expected, "{name}");
        assert_eq!(list.emptied_by.is_some(), items.is_empty(), "{name}");
    }
}

#[test]
fn artists_are_found_in_any_spelling_and_place() {
    let mut duet = track(1, "Shreya Ghoshal", 0.0, 0.0);
    duet.artists.push("Beyoncé".into());
    let library = [duet, track(2, "A. R. Rahman", 0.0, 0.0)];
    for (word, expected) in [("beyonce", 1), ("SHREYA GHOSHAL", 1), ("AR Rahman", 2)] {
        let list = rank(&library, &Request { artists: vec![word.into()], ..plain(at(0.0, 0.0)) });
        assert_eq!(ids(&list), [expected], "{word}");
        let shown = &library[expected as usize - 1].artists;
        let named = |r: &Reason| matches!(r, Reason::Artist(name) if shown.contains(name));
        assert!(list.items[0].reasons.iter().any(named), "{word}");
    }
}

#[test]
fn an_empty_list_names_the_filter_and_the_nearest_relaxation() {
    let hindi = || Language::new("hindi").into_iter().collect::<Vec<_>>();
    let ask = |languages, artist: &str, kind| Request {
        languages,
        artists: if artist.is_empty() { vec![] } else { vec![artist.into()] },
        kind,
        ..plain(at(0.0, 0.0))
    };
    let video = Some(Kind::Video);
    use Filter::{Artist, Kind as OfKind, Language as Spoken};
    for (name, request, filters, without, left) in [
        ("no such kind", ask(vec![], "", video), &[OfKind][..], &[OfKind][..], 4),
        ("no such artist", ask(hindi(), "Nobody", None), &[Artist], &[Artist], 2),
        ("at odds", ask(hindi(), "Joy", None), &[Spoken, Artist], &[Spoken], 1),
        ("two", ask(hindi(), "Joy", video), &[Spoken, Artist, OfKind], &[Spoken, OfKind], 1),
    ] {
        let list = rank(&corners(), &request);
        let emptied = list.emptied_by.expect(name);
        assert_eq!((&emptied.filters[..], &emptied.without[..]), (filters, without), "{name}");
        assert_eq!(emptied.items_without, left, "{name}");
    }
    let list = rank(&[], &plain(at(0.0, 0.0)));
    assert_eq!(list.emptied_by.unwrap().to_string(), "there is nothing in the library");
}

#[test]
fn unknown_words_are_answered_with_the_nearest() {
    let request = Request {
        languages: Language::new("hindii").into_iter().collect(),
        artists: vec!["Gloomm".into(), "Calm".into()],
        ..plain(at(0.0, 0.0))
    };
    let unknown = rank(&corners(), &request).unknown;
    let said: Vec<String> = unknown.iter().map(ToString::to_string).collect();
    assert_eq!(
        said,
        [
            "nothing here has the language 'hindii': did you mean 'hindi'?",
            "nothing here has the artist 'Gloomm': did you mean 'Gloom'?",
        ]
    );
}

#[test]
fn liking_moves_items_and_bans_remove_them() {
    let request = |tastes| Request { tastes, ..plain(at(0.7, 0.6)) };
    let likes = Tastes { artists: [("gloom".into(), 1.0)].into(), ..Tastes::default() };
    let list = rank(&corners(), &request(likes));
    assert_eq!(ids(&list)[..2], [1, 3]);
    assert_eq!(list.items[1].reasons[0], Reason::LikedArtist("Gloom".into()));
    let bans = Tastes {
        banned_artists: ["JOY".into()].into(),
        banned_items: [ItemId(2)].into(),
        ..Tastes::default()
    };
    assert_eq!(ids(&rank(&corners(), &request(bans))), [4, 3]);
    let odd =
        Tastes { items: [(ItemId(1), f32::NAN), (ItemId(99), 1.0)].into(), ..Tastes::default() };
    assert_eq!(ids(&rank(&corners(), &request(odd)))[0], 1);
}

#[test]
fn what_was_just_played_steps_back() {
    let library = [track(1, "A", 0.5, 0.5), track(2, "B", 0.4, 0.4), track(3, "C", -0.9, -0.9)];
    let request = Request { recent: vec![Recent::just(ItemId(1))], ..plain(at(0.5, 0.5)) };
    assert_eq!(ids(&rank(&library, &request)), [2, 3, 1]);
}

#[test]
fn items_without_a_mood_come_last() {
    let mut library = corners();
    library[0].mood = None;
    library[1].mood = Some(Mood { valence: f32::NAN, arousal: 0.0, uncertainty: 0.1 });
    let tastes = Tastes { items: [(ItemId(1), 1.0)].into(), ..Tastes::default() };
    let list = rank(&library, &Request { tastes, ..plain(at(0.7, 0.6)) });
    assert_eq!(ids(&list), [4, 3, 1, 2]);
    assert_eq!(list.items[3].reasons, [Reason::MoodUnknown]);
    assert!(list.items.iter().all(|item| item.score.is_finite()));
}

#[test]
fn one_song_stands_once_in_a_list() {
    let mut again = track(2, "joy", 0.1, 0.1);
    again.title = "TITLE 1".into();
    let list = rank(&[track(1, "Joy", 0.0, 0.0), again], &plain(at(0.0, 0.0)));
    assert_eq!((ids(&list), list.held_back), (vec![1], 0));
}

#[test]
fn a_capped_list_says_what_it_held_back_and_a_named_artist_is_not_capped() {
    let library: Vec<_> = (0..6).map(|id| track(id, "Only", 0.1 * id as f32, 0.0)).collect();
    let capped = rank(&library, &plain(at(0.0, 0.0)));
    assert_eq!((ids(&capped), capped.held_back), (vec![0, 1], 4));
    let named = rank(&library, &Request { artists: vec!["only".into()], ..plain(at(0.0, 0.0)) });
    assert_eq!((named.items.len(), named.held_back), (6, 0));
}

#[test]
fn the_direction_of_the_goal_is_a_reason() {
    let tags = [MoodTag::Calm, MoodTag::Angry];
    let library = [tagged(track(1, "A", 0.2, -0.4), &tags)];
    let list = rank(&library, &Request { goal: Goal::Calm, ..plain(at(-0.5, 0.6)) });
    assert_eq!(
        list.items[0].reasons,
        [
            Reason::Away(vec![Direction::Brighter, Direction::Calmer]),
            Reason::CloseToAim,
            Reason::Tagged(vec![MoodTag::Calm]),
        ]
    );
}

#[test]
fn json_has_the_stable_keys() {
    let json = serde_json::to_value(rank(&corners(), &plain(at(0.7, 0.6)))).unwrap();
    let item = &json["items"][0];
    assert!(json["emptied_by"].is_null() && item["reasons"][0].is_string());
    for term in ["affinity", "mood", "popularity", "repetition", "variety", "feedback"] {
        assert!(item["terms"][term].is_number(), "{term}");
    }
}
