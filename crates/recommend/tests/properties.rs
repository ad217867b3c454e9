//! What holds of every list.

#![allow(clippy::unwrap_used)]

mod common;

use std::collections::HashMap;

use attune_core::{Goal, Item, ItemId, Kind, Language, Mood, MoodTag, Point};
use attune_recommend::{Direction, Index, Playlist, Reason, Recent, Request, Tastes, rank};
use common::{plain, track};
use proptest::prelude::*;

const LANGUAGES: [&str; 3] = ["hindi", "tamil", "english"];

fn an_item() -> impl Strategy<Value = Item> {
    let place = (-1.0f32..1.0, -1.0f32..1.0, prop::option::weighted(0.9, 0.0f32..0.6));
    let labels = (prop::collection::vec(0u8..8, 0..3), 0usize..4, 0u8..6, any::<bool>());
    (place, labels, prop::option::of(0.0f32..1.0)).prop_map(|(place, labels, popularity)| {
        let mut item = track(0, "", place.0, place.1);
        item.mood = place.2.map(|u| Mood::new(Point::new(place.0, place.1), u));
        item.artists = labels.0.iter().map(|n| format!("Artist {n}")).collect();
        item.language = LANGUAGES.get(labels.1).and_then(|l| Language::new(l));
        item.album = (labels.2 > 0).then(|| format!("Album {}", labels.2));
        item.kind = if labels.3 { Kind::Video } else { Kind::Music };
        item.popularity = popularity;
        item.tags = vec![MoodTag::ALL[(labels.2 as usize * 5) % 27]];
        item
    })
}

fn a_library() -> impl Strategy<Value = Vec<Item>> {
    prop::collection::vec(an_item(), 0..80).prop_map(|mut items| {
        for (i, item) in items.iter_mut().enumerate() {
            item.id = ItemId(i as i64 * 3);
            item.title = format!("Title {i}");
        }
        items
    })
}

fn a_request() -> impl Strategy<Value = Request> {
    let goal = prop_oneof![
        Just(Goal::Match),
        Just(Goal::Lift),
        Just(Goal::Calm),
        Just(Goal::Energise),
        Just(Goal::Focus),
    ];
    let mood = (-1.0f32..1.0, -1.0f32..1.0, 0.0f32..1.0);
    let filters = (
        prop::option::of(0usize..3),
        prop::option::weighted(0.2, 0u8..8),
        prop::option::of(any::<bool>()),
    );
    let person = (prop::option::of((0u8..8, -1.0f32..1.0)), prop::option::of(0i64..80));
    (mood, goal, filters, 0usize..30, any::<u64>(), person).prop_map(
        |(mood, goal, filters, limit, seed, (liked, banned))| Request {
            goal,
            languages: filters.0.and_then(|l| Language::new(LANGUAGES[l])).into_iter().collect(),
            artists: filters.1.map(|n| format!("artist {n}")).into_iter().collect(),
            kind: filters.2.map(|video| if video { Kind::Video } else { Kind::Music }),
            limit,
            seed,
            tastes: Tastes {
                artists: liked.map(|(n, x)| (format!("ARTIST {n}"), x)).into_iter().collect(),
                banned_items: banned.map(|n| ItemId(n * 3)).into_iter().collect(),
                ..Tastes::default()
            },
            recent: [3, 9].map(|id| Recent::just(ItemId(id))).to_vec(),
            ..Request::new(Mood::new(Point::new(mood.0, mood.1), mood.2))
        },
    )
}

fn passes(item: &Item, request: &Request) -> bool {
    let folded = |name: &String| attune_recommend::fold(name);
    let wanted: Vec<String> = request.artists.iter().map(folded).collect();
    (request.languages.is_empty()
        || item.language.as_ref().is_some_and(|l| request.languages.contains(l)))
        && (wanted.is_empty() || item.artists.iter().any(|a| wanted.contains(&folded(a))))
        && request.kind.is_none_or(|kind| kind == item.kind)
        && !request.tastes.banned_items.contains(&item.id)
}

fn ids(list: &Playlist) -> Vec<ItemId> {
    list.items.iter().map(|ranked| ranked.id).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_same_request_gives_the_same_list(library in a_library(), request in a_request()) {
        let index = Index::new(&library);
        prop_assert_eq!(index.rank(&request), index.rank(&request));
    }

    #[test]
    fn the_order_of_the_library_does_not_count(
        (library, shuffled) in a_library().prop_flat_map(|l| (Just(l.clone()), Just(l).prop_shuffle())),
        request in a_request(),
    ) {
        prop_assert_eq!(ids(&rank(&library, &request)), ids(&rank(&shuffled, &request)));
    }

    #[test]
    fn filters_are_respected_and_an_empty_list_is_explained(
        library in a_library(), request in a_request(),
    ) {
        let list = rank(&library, &request);
        let fitting = library.iter().filter(|item| passes(item, &request)).count();
        prop_assert!(list.items.iter().all(|r| passes(&library[r.position], &request)));
        prop_assert!(list.items.len() <= request.limit.min(fitting));
        prop_assert_eq!(list.items.is_empty(), fitting == 0 || request.limit == 0);
        prop_assert_eq!(list.emptied_by.is_some(), fitting == 0 && request.limit > 0);
        if list.items.len() < request.limit {
            prop_assert_eq!(list.items.len() + list.held_back, fitting);
        }
    }

    #[test]
    fn no_artist_or_album_returns_too_often(library in a_library(), mut request in a_request()) {
        request.artists.clear();
        let list = rank(&library, &request);
        for stretch in list.items.windows(10.min(list.items.len().max(1))) {
            let mut seen: HashMap<&str, usize> = HashMap::new();
            for item in stretch.iter().map(|r| &library[r.position]) {
                let mut names: Vec<&str> = item.artists.iter().map(String::as_str).collect();
                names.extend(item.album.as_deref());
                names.sort_unstable();
                names.dedup();
                names.iter().for_each(|name| *seen.entry(name).or_default() += 1);
            }
            prop_assert!(seen.values().all(|n| *n <= 2), "{seen:?}");
        }
    }

    #[test]
    fn terms_add_up_and_reasons_are_true(library in a_library(), request in a_request()) {
        let now = request.mood;
        let list = rank(&library, &request);
        for ranked in &list.items {
            let item = &library[ranked.position];
            prop_assert_eq!(ranked.id, item.id);
            prop_assert_eq!(ranked.score, ranked.terms.sum());
            prop_assert!(!ranked.reasons.is_empty());
            for reason in &ranked.reasons {
                let holds = match reason {
                    Reason::LikedArtist(name) => {
                        item.artists.contains(name) && request.tastes.artists[&name.to_uppercase()] >= 0.5
                    }
                    Reason::SeemsLikedArtist(name) => {
                        item.artists.contains(name)
                            && (0.25..0.5).contains(&request.tastes.artists[&name.to_uppercase()])
                    }
                    Reason::Away(directions) => {
                        let place = item.mood.unwrap();
                        !directions.is_empty() && directions.iter().all(|direction| match direction {
                            Direction::Calmer => place.arousal < now.arousal,
                            Direction::Livelier => place.arousal > now.arousal,
                            Direction::Brighter => place.valence > now.valence,
                            Direction::Darker => place.valence < now.valence,
                        })
                    }
                    Reason::MatchesMood | Reason::CloseToAim => {
                        item.mood.unwrap().point().distance(list.aim) <= 0.35
                            && (request.goal == Goal::Match) == (*reason == Reason::MatchesMood)
                    }
                    Reason::Tagged(tags) => tags.iter().all(|tag| item.tags.contains(tag)),
                    Reason::WidelyHeard => item.popularity.unwrap() >= 0.7,
                    Reason::Language(name) => item.language == Language::new(name),
                    Reason::Artist(name) => item.artists.contains(name),
                    Reason::NothingNearer => item.mood.is_some() && ranked.reasons.len() == 1,
                    Reason::MoodUnknown => item.mood.is_none() && ranked.reasons.len() == 1,
                    _ => false,
                };
                prop_assert!(holds, "{reason:?} of {item:?}");
            }
        }
    }

    #[test]
    fn nearer_is_never_later(
        places in prop::collection::vec((-1.0f32..1.0, -1.0f32..1.0), 1..40),
        valence in -1.0f32..1.0, arousal in -1.0f32..1.0, seed in any::<u64>(),
    ) {
        let library: Vec<Item> = places.iter().enumerate()
            .map(|(i, (v, a))| track(i as i64, &format!("Artist {i}"), *v, *a)).collect();
        let here = Point::new(valence, arousal);
        let list = rank(&library, &Request { seed, limit: 40, ..plain(Mood::new(here, 0.2)) });
        let distances: Vec<f32> =
            list.items.iter().map(|r| library[r.position].mood.unwrap().point().distance(here)).collect();
        prop_assert!(distances.is_sorted_by(|a, b| *a <= b + 1e-3), "{distances:?}");
    }

    #[test]
    fn broken_numbers_break_nothing(
        mut library in a_library(), mut request in a_request(),
        odd in prop::sample::select(vec![f32::NAN, f32::INFINITY, f32::NEG_INFINITY, 1e38, -7.0]),
    ) {
        for (i, item) in library.iter_mut().enumerate() {
            item.popularity = Some(odd);
            item.mood = Some(match i % 3 {
                0 => Mood { valence: odd, arousal: 0.0, uncertainty: 0.1 },
                1 => Mood { valence: 0.3, arousal: 0.3, uncertainty: odd },
                _ => Mood { valence: 0.3, arousal: 0.3, uncertainty: 0.1 },
            });
        }
        request.mood = Mood { valence: odd, arousal: odd, uncertainty: odd };
        request.weights.mood = if odd.is_nan() { odd } else { 1.0 };
        request.tastes.items = library.iter().map(|item| (item.id, odd)).collect();
        let list = rank(&library, &request);
        prop_assert!(list.items.iter().all(|ranked| ranked.score.is_finite()));
    }
}

#[test]
fn another_seed_gives_another_list_of_items_as_good() {
    let library = attune_recommend::synthetic_library(5000, 3);
    let index = Index::new(&library);
    let request = |seed| Request { seed, ..Request::new(common::at(0.5, 0.5)) };
    let mood_terms = |list: &Playlist| {
        list.items.iter().map(|r| r.terms.mood).sum::<f32>() / list.items.len() as f32
    };
    let (a, b) = (index.rank(&request(1)), index.rank(&request(2)));
    let shared = a.items.iter().filter(|x| b.items.iter().any(|y| x.id == y.id)).count();
    assert!(shared < 12, "{shared} of 20 in both");
    assert!((mood_terms(&a) - mood_terms(&b)).abs() < 0.05);
    assert!(mood_terms(&a) > 0.5);
}
