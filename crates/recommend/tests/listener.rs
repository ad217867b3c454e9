//! What deeds make of a request, and the parts of ranking that rest on them.

#![allow(clippy::unwrap_used)]

mod common;

use std::collections::HashMap;

use attune_core::{Goal, Item, ItemId, Kind, Language, Point};
use attune_recommend::content::{Metric, Space};
use attune_recommend::feedback::{Features, Population};
use attune_recommend::{
    Caps, Context, Deed, Did, Filter, Heard, HourFrom, Index, Moment, Nearest, Order,
    OtherListeners, Profile, Reason, Recent, Request, Sound, Tastes, rank,
};
use common::{at, ids, plain, track};

const NOW: i64 = 1_790_000_000_000;
const DAY: i64 = 86_400_000;

fn moment() -> Moment {
    Moment { now_ms: NOW, utc_offset_min: 60, hour: None }
}

fn deed(item: i64, did: Did, days_ago: i64) -> Deed {
    Deed { at_ms: NOW - days_ago * DAY, item: ItemId(item), did, features: None }
}

fn profile(library: &[Item], deeds: impl IntoIterator<Item = Deed>) -> Profile {
    Profile::of(&Index::new(library), deeds, moment(), &Population::default())
}

fn informed(library: &[Item], deeds: impl IntoIterator<Item = Deed>, request: Request) -> Request {
    let mut request = request;
    profile(library, deeds).inform(&mut request, moment());
    request
}

fn library() -> Vec<Item> {
    (0..12).map(|i| track(i, &format!("Artist {}", i / 3), 0.1 * i as f32 - 0.5, 0.0)).collect()
}

#[test]
fn what_was_finished_liked_and_skipped_becomes_liking_with_its_reason() {
    let deeds = [
        deed(0, Did::Finished, 1),
        deed(1, Did::Finished, 2),
        deed(2, Did::Finished, 3),
        deed(3, Did::Skipped(Some(5_000)), 1),
        deed(4, Did::Skipped(Some(9_000)), 1),
        deed(6, Did::Liked, 400),
        deed(9, Did::Banned, 1),
        deed(77, Did::Liked, 1),
    ];
    let library = library();
    let request = informed(&library, deeds, plain(at(0.0, 0.0)));
    let liking = |name: &str| request.tastes.artists[name];
    assert!(liking("Artist 0") > 0.2 && liking("Artist 1") < -0.1 && liking("Artist 2") > 0.0);
    let caps = Caps { per_artist: 12, ..Caps::default() };
    let list = rank(&library, &Request { limit: 12, caps, ..request });
    let by_id: HashMap<i64, _> = list.items.iter().map(|r| (r.id.0, r)).collect();
    let says = |id: i64, words: &str| by_id[&id].reasons.iter().any(|r| r.to_string() == words);
    assert!(says(0, "you finished three items by Artist 0 this week"), "{:?}", by_id[&0].reasons);
    assert!(says(6, "you like it"));
    let against: Vec<String> = by_id[&3].against.iter().map(ToString::to_string).collect();
    assert!(against.contains(&"you left two items by Artist 1 early this week".to_owned()));
    assert!(against.contains(&"you played it lately".to_owned()), "{against:?}");
    assert!(!by_id.contains_key(&9));
    for ranked in &list.items {
        assert_eq!(ranked.score, ranked.terms.sum());
    }
}

#[test]
fn a_ban_can_be_taken_back() {
    let library = library();
    let bans = |deeds: &[Deed]| profile(&library, deeds.iter().copied()).tastes.banned_items;
    let (banned, liked) = (deed(1, Did::Banned, 5), deed(1, Did::Liked, 1));
    assert_eq!(bans(&[banned]).len(), 1);
    assert!(bans(&[banned, liked]).is_empty());
    assert_eq!(bans(&[liked, banned]).len(), 1);
}

#[test]
fn a_million_deeds_and_a_clock_that_runs_backwards_are_borne() {
    let library = library();
    let mut at_ms = NOW + 400 * DAY;
    let deeds = (0..1_000_000i64).map(|n| {
        at_ms -= (n * 7919) % 100_000 - 20_000;
        let did = [Did::Played, Did::Finished, Did::Skipped(None), Did::Skipped(Some(u32::MAX))];
        let features = Features { mood: f32::NAN, affinity: f32::INFINITY, ..Features::default() };
        let features = (n % 3 == 0).then_some(features);
        Deed { at_ms, item: ItemId(n % 12), did: did[(n % 4) as usize], features }
    });
    let first = deed(0, Did::Liked, i64::MAX / DAY / 2);
    let request = informed(&library, [first].into_iter().chain(deeds), Request::new(at(0.2, 0.0)));
    assert!(request.recent.len() <= 12);
    let likings = request.tastes.artists.values().chain(request.tastes.items.values());
    assert!(likings.clone().all(|liking| liking.is_finite() && liking.abs() <= 1.0));
    let list = rank(&library, &request);
    assert!(!list.items.is_empty() && list.items.iter().all(|r| r.score.is_finite()));
}

#[test]
fn plays_can_order_a_moods_songs() {
    let mut library = library();
    library[5].popularity = Some(0.9);
    let heard = Heard {
        plays: [(ItemId(7), 3), (ItemId(4), 40), (ItemId(10), 12), (ItemId(0), 900)].into(),
        ..Heard::default()
    };
    // What was played a moment ago is what is played most: it must not be missing for that.
    let recent = [4, 10].map(|id| Recent::just(ItemId(id))).to_vec();
    let request = Request { order: Order::Plays, heard, recent, limit: 4, ..plain(at(0.2, 0.0)) };
    let list = rank(&library, &request);
    assert_eq!(ids(&list), [4, 10, 7, 5], "the most played of the mood, then the widest heard");
    assert_eq!(list.items[0].reasons[0], Reason::Played(40));
    let first = &list.items[0];
    assert_eq!((first.score, first.terms.plays), (first.terms.sum(), 40.0));
    assert!(first.terms.mood > 0.0 && first.score < 41.0, "less than a play more counts");
    for limit in 1..4 {
        let few = rank(&library, &Request { limit, seed: 7, ..request.clone() });
        assert_eq!(ids(&few), [4, 10, 7][..limit], "the length asked for decides nothing");
    }
    // Too far from the mood, it comes after all that fits however much it was played.
    let caps = Caps { per_artist: 12, ..Caps::default() };
    let all = rank(&library, &Request { limit: 12, caps, ..request.clone() });
    assert_eq!(ids(&all)[9..], [2, 1, 0]);
    assert!(all.items[11].against.contains(&Reason::FarFromAim), "{:?}", all.items[11]);
    let none = Request { heard: Heard::default(), ..request };
    assert_eq!(ids(&rank(&library, &none))[0], 5);
}

#[test]
fn the_most_played_of_a_mood_leads_a_large_library() {
    let library: Vec<Item> =
        (0..3000).map(|i| track(i, &format!("Artist {i}"), 0.0001 * i as f32, 0.0)).collect();
    let heard = Heard { plays: [(ItemId(2999), 1)].into(), ..Heard::default() };
    let recent = vec![Recent::just(ItemId(2999))];
    let request = Request { order: Order::Plays, heard, recent, ..Request::new(at(0.0, 0.0)) };
    assert_eq!(ids(&rank(&library, &request))[0], 2999);
}

#[test]
fn a_liking_is_claimed_only_where_there_is_one() {
    let library = library();
    let reasons = |deeds: &[Deed]| -> Vec<String> {
        let request = informed(&library, deeds.iter().copied(), plain(at(-0.5, 0.0)));
        let caps = Caps { per_artist: 12, ..Caps::default() };
        let list = rank(&library, &Request { recent: Vec::new(), limit: 12, caps, ..request });
        let first = list.items.iter().find(|ranked| ranked.id == ItemId(0));
        first.unwrap().reasons.iter().map(ToString::to_string).collect()
    };
    let says = |deeds: &[Deed], words: &str| reasons(deeds).iter().any(|r| r.contains(words));
    let late_skip = deed(0, Did::Skipped(Some(120_000)), 8);
    for weak in [late_skip, deed(0, Did::Played, 8), deed(1, Did::Finished, 30)] {
        assert!(!says(&[weak], "like"), "{weak:?}: {:?}", reasons(&[weak]));
    }
    let finished: Vec<Deed> = (8..14).map(|days| deed(0, Did::Finished, days)).collect();
    assert!(says(&finished[..1], "you seem to like it"), "{:?}", reasons(&finished[..1]));
    assert!(!says(&finished[..2], "you like"), "{:?}", reasons(&finished[..2]));
    assert!(says(&finished[..4], "you seem to like Artist 0"));
    assert!(says(&finished, "you like it") && says(&finished, "you like Artist 0"));
    let liked = deed(0, Did::Liked, 400);
    assert!(says(&[liked], "you like it") && !says(&[liked], "Artist 0"));
    let skips = [1, 2, 3].map(|days| deed(0, Did::Skipped(None), days));
    assert!(!says(&[&[liked][..], &skips].concat(), "like it"), "the balance is negative");
    assert!(!says(&[deed(0, Did::Liked, 9), deed(0, Did::Disliked, 8)], "like"));
}

#[test]
fn the_last_verdict_replaces_those_before_it() {
    let library = library();
    let liking = |verdicts: &[Did]| {
        let deeds = verdicts.iter().map(|did| deed(4, *did, 1));
        let request = informed(&library, deeds, plain(at(0.0, 0.0)));
        (request.tastes.items[&ItemId(4)], request.tastes.artists["Artist 1"])
    };
    let close = |a: (f32, f32), b: (f32, f32)| (a.0 - b.0).abs() < 1e-5 && (a.1 - b.1).abs() < 1e-5;
    assert!(close(liking(&[Did::Liked, Did::Liked, Did::Disliked]), liking(&[Did::Disliked])));
    assert!(close(liking(&[Did::Banned, Did::Liked]), liking(&[Did::Liked])));
    assert!(liking(&[Did::Liked]).0 > 0.5 && liking(&[Did::Disliked]).0 < -0.5);
}

#[test]
fn what_was_left_at_once_was_neither_played_nor_just_heard() {
    let library = library();
    let left = [deed(11, Did::Skipped(Some(2_000)), 0)];
    let request = informed(&library, left, plain(at(0.0, 0.0)));
    assert_eq!(request.context.and_then(|context| context.session), None);
    assert!(!request.heard.plays.contains_key(&ItemId(11)));
    assert_eq!(request.recent, [Recent::just(ItemId(11))]);
    let heard = [deed(11, Did::Skipped(Some(2_000)), 0), deed(11, Did::Finished, 0)];
    let request = informed(&library, heard, plain(at(0.0, 0.0)));
    assert!(request.context.and_then(|context| context.session).is_some());
    assert_eq!(request.heard.plays[&ItemId(11)], 1);
}

#[test]
fn equally_often_played_songs_come_by_how_well_they_fit() {
    let library: Vec<Item> =
        (0..6).map(|i| track(i, &format!("A{i}"), 0.3 - 0.05 * i as f32, 0.0)).collect();
    let order = Order::Plays;
    let request = Request { order, limit: 6, ..plain(at(0.05, 0.0)) };
    assert_eq!(ids(&rank(&library, &request)), [5, 4, 3, 2, 1, 0]);
}

#[test]
fn this_weeks_items_are_counted_once_each_and_only_early_skips_are_early() {
    let library = library();
    let again = (0..5).map(|_| deed(0, Did::Finished, 1));
    let others = [
        deed(1, Did::Finished, 2),
        deed(2, Did::Finished, 8),
        deed(3, Did::Skipped(Some(1_000)), 1),
        deed(3, Did::Skipped(Some(2_000)), 0),
        deed(4, Did::Skipped(Some(200_000)), 0),
    ];
    let heard = profile(&library, again.chain(others)).heard;
    assert_eq!(heard.finished_lately, [("artist0".to_owned(), 2)].into());
    assert_eq!(heard.skipped_lately, [("artist1".to_owned(), 1)].into());
    assert_eq!(heard.plays[&ItemId(0)], 5);
}

#[test]
fn what_is_dated_in_the_future_is_not_now() {
    let library = library();
    let ahead = |days: i64| [deed(0, Did::Finished, -days), deed(1, Did::Skipped(None), -days)];
    let undated = informed(&library, ahead(2), plain(at(0.0, 0.0)));
    assert!(undated.recent.is_empty() && undated.context.is_none(), "{undated:?}");
    assert!(undated.heard.finished_lately.is_empty() && undated.heard.skipped_lately.is_empty());
    assert_eq!(undated.heard.plays, [(ItemId(0), 1)].into());
    let now = informed(&library, ahead(0), plain(at(0.0, 0.0)));
    assert_eq!((now.recent.len(), now.heard.finished_lately.len()), (2, 1));
    let liking = |request: &Request| request.tastes.items[&ItemId(0)];
    assert!(liking(&undated) > 0.0 && liking(&undated) < liking(&now));
    // Clocks of two machines may differ a little.
    let soon = Deed { at_ms: NOW + 60_000, ..deed(0, Did::Finished, 0) };
    assert_eq!(profile(&library, [soon]).recent, [Recent::just(ItemId(0))]);
}

#[test]
fn every_fourth_place_is_a_video_as_far_as_there_are_both() {
    let mut library: Vec<Item> =
        (0..40).map(|i| track(i, &format!("Artist {i}"), 0.01 * i as f32, 0.0)).collect();
    library.iter_mut().filter(|item| item.id.0 >= 34).for_each(|item| item.kind = Kind::Video);
    let kinds = |request: &Request| -> Vec<usize> {
        let list = rank(&library, request);
        let videos = list.items.iter().zip(1..).filter(|(r, _)| r.id.0 >= 34);
        videos.map(|(_, place)| place).collect()
    };
    let request = Request { limit: 20, ..plain(at(0.0, 0.0)) };
    assert_eq!(kinds(&request), [4, 8, 12, 16, 20]);
    assert_eq!(kinds(&Request { limit: 40, ..request.clone() }), [4, 8, 12, 16, 20, 24]);
    let only = Request { kind: Some(Kind::Video), ..request.clone() };
    assert_eq!(kinds(&only), [1, 2, 3, 4, 5, 6]);
    assert!(kinds(&Request { video_every: 0, ..request }).is_empty());
}

#[test]
fn a_video_has_terms_of_its_own() {
    let video = |id, minutes: u32| {
        let mut item = track(id, &format!("Artist {id}"), 0.0, 0.0);
        item.kind = Kind::Video;
        item.duration_ms = Some(minutes * 60_000);
        item
    };
    let library = [video(1, 90), video(2, 3), track(3, "C", 0.0, 0.0)];
    let goal = |goal| {
        let request = Request { goal, video_every: 0, ..plain(at(0.2, -0.2)) };
        let list = rank(&library, &request);
        list.items.iter().map(|r| (r.id.0, r.terms.video)).collect::<Vec<_>>()
    };
    let usual = goal(Goal::Match);
    assert_eq!(usual.iter().map(|(id, _)| *id).collect::<Vec<_>>(), [3, 2, 1]);
    assert_eq!(usual[0].1, 0.0);
    assert!((usual[1].1 + 0.075).abs() < 1e-6 && (usual[2].1 + 0.3).abs() < 1e-6, "{usual:?}");
    assert!((goal(Goal::Focus)[1].1 + 0.225).abs() < 1e-6);
}

#[test]
fn the_seventh_place_goes_to_somebody_new() {
    let library: Vec<Item> =
        (0..30).map(|i| track(i, &format!("Artist {i}"), 0.02 * i as f32, 0.0)).collect();
    let heard =
        Heard { artists: (0..25).map(|i| format!("artist{i}")).collect(), ..Heard::default() };
    let request = Request { heard, limit: 10, ..plain(at(0.0, 0.0)) };
    let list = rank(&library, &request);
    assert_eq!(ids(&list), [0, 1, 2, 3, 4, 5, 25, 6, 7, 8]);
    assert!(list.items[6].reasons.contains(&Reason::NewToYou));
    assert!(list.items.iter().filter(|r| r.reasons.contains(&Reason::NewToYou)).count() == 1);
    let stranger = Request { heard: Heard::default(), ..request };
    assert_eq!(ids(&rank(&library, &stranger))[6], 6);
}

#[test]
fn others_hours_and_sound_speak_with_their_terms() {
    let mut library: Vec<Item> =
        (0..6).map(|i| track(i, &format!("Artist {i}"), 0.0, 0.3 * i as f32 - 0.7)).collect();
    library[4].descriptors.tempo_bpm = Some(120.0);
    let mut rows: Vec<[f32; 2]> = (0..6).map(|i| [i as f32, 1.0 - i as f32]).collect();
    rows[3] = [f32::NAN, f32::NAN];
    let space = Space::new(1, &rows, &Metric::even(2)).unwrap();
    let query = space.like(5).unwrap();
    let index = Index::new(&library).with_space(space.clone());
    let other = OtherListeners { strength: 1.0, through: vec!["Adele".into(), "Dido".into()] };
    let request = Request {
        others: [("artist2".into(), other)].into(),
        context: Some(Context { hour: Some((0.8, HourFrom::Own)), session: None }),
        sound: Some(Sound {
            start: Some(query.clone()),
            query,
            words: "Title 5".into(),
            steps: Vec::new(),
        }),
        not_items: [ItemId(5)].into(),
        ..plain(at(0.0, 0.0))
    };
    let list = index.rank(&request);
    let of = |id: i64| list.items.iter().find(|r| r.id == ItemId(id)).unwrap();
    assert!(list.items.iter().all(|r| r.id != ItemId(5) && r.score.is_finite()));
    assert_eq!((of(2).terms.others, of(1).terms.others), (0.5, 0.0));
    let said = of(2).reasons[0].to_string();
    assert_eq!(said, "listeners of Adele and Dido also play Artist 2");
    assert!(of(4).terms.sound > 0.9 && of(3).terms.sound == 0.0);
    let like_it = Reason::SoundsLike("Title 5".into());
    assert!(of(4).reasons.contains(&like_it));
    let deaf = Index::new(&self::library()[..6]).with_space(space.clone());
    let unknown = deaf.rank(&request);
    assert!(unknown.items.iter().any(|r| r.terms.sound > 0.9));
    assert!(unknown.items.iter().all(|r| !r.reasons.contains(&like_it)), "nobody knows its sound");
    assert!(of(4).terms.context > of(1).terms.context);
    assert!(of(0).against.contains(&Reason::OtherHour), "{:?}", of(0));
    let few: Vec<Item> = library[..2].to_vec();
    assert!(Index::new(&few).with_space(space).space().is_none());
}

#[test]
fn what_lies_where_the_steps_lead_says_so_where_it_no_longer_sounds_like_the_start() {
    // Around a circle by eighths: the query stands an eighth on from the start.
    let mut library: Vec<Item> =
        (0..8).map(|i| track(i, &format!("Artist {i}"), 0.0, 0.0)).collect();
    library.iter_mut().for_each(|item| item.descriptors.tempo_bpm = Some(120.0));
    let eighth = |i: u8| f32::from(i) * std::f32::consts::FRAC_PI_4;
    let rows: Vec<[f32; 2]> = (0..8).map(|i| [eighth(i).cos(), eighth(i).sin()]).collect();
    let space = Space::new(1, &rows, &Metric::even(2)).unwrap();
    let (start, query) = (space.like(0).unwrap(), space.like(1).unwrap());
    let words = "Title 0, but livelier".to_owned();
    let sound = Sound { query, start: Some(start), words: words.clone(), steps: Vec::new() };
    let request = Request { sound: Some(sound), ..plain(at(0.0, 0.0)) };
    let list = Index::new(&library).with_space(space).rank(&request);
    let (like, towards) = (Reason::SoundsLike(words.clone()), Reason::Towards(words));
    for ranked in &list.items {
        let said = [&like, &towards].map(|reason| ranked.reasons.contains(reason));
        let expected = match ranked.id.0 {
            0 | 1 => [true, false],
            2 => [false, true],
            _ => [false, false],
        };
        assert_eq!(said, expected, "{ranked:?}");
        assert_eq!(ranked.terms.sound > 0.5, said != [false, false], "{ranked:?}");
    }
    assert_eq!(towards.to_string(), "goes where you asked: Title 0, but livelier");
}

#[test]
fn clean_and_not_this_are_filters_that_are_named() {
    let mut library = library();
    library.iter_mut().for_each(|item| item.explicit = (item.id.0 < 6).then_some(item.id.0 < 3));
    let request = Request {
        clean: true,
        not_items: [ItemId(3)].into(),
        not_artists: vec!["ARTIST 3".into(), "artist 33".into()],
        limit: 20,
        ..plain(at(0.0, 0.0))
    };
    let list = rank(&library, &request);
    let mut left = ids(&list);
    left.sort_unstable();
    assert_eq!(left, [4, 5, 6, 7], "the third by one artist is held back");
    assert_eq!(list.unknown[0].did_you_mean.as_deref(), Some("Artist 3"));
    let none = Request {
        not_artists: (0..4).map(|i| format!("Artist {i}")).collect(),
        clean: false,
        ..request
    };
    let emptied = rank(&library, &none).emptied_by.unwrap();
    assert_eq!((emptied.filters, emptied.items_without), (vec![Filter::NotThis], 12));
}

#[test]
fn contradicting_filters_name_the_nearest_way_out() {
    let mut library = library();
    library.iter_mut().for_each(|item| {
        item.year = Some(1980 + item.id.0 as i16);
        item.genres = vec![if item.id.0 < 8 { "jazz" } else { "rock" }.to_owned()];
    });
    let emptied = |request: Request| rank(&library, &request).emptied_by.unwrap();
    let old = Request { years: Some(1900..=1950), ..plain(at(0.0, 0.0)) };
    let old = emptied(old);
    assert_eq!(old.nearest, Some(Nearest { word: "1900-1980".into(), items: 1 }));
    assert_eq!(
        old.to_string(),
        "the year filter left nothing; without it 12 items would fit, 1 of them in 1900-1980"
    );
    let artist = |name: &str| vec![name.to_owned()];
    let jazz =
        Request { genres: vec!["jazz".into()], artists: artist("Artist 3"), ..plain(at(0.0, 0.0)) };
    assert_eq!(
        emptied(jazz.clone()).to_string(),
        "the artist and genre filters together left nothing; without the genre filter 3 items would \
         fit, 3 of them with 'rock'"
    );
    // Two years too early is nearer than another artist.
    let late = Request { years: Some(1984..=1988), artists: artist("artist 0"), ..jazz };
    let late = emptied(late);
    assert_eq!(late.filters, [Filter::Artist, Filter::Year]);
    assert_eq!(late.without, [Filter::Year]);
    assert_eq!(late.nearest, Some(Nearest { word: "1982-1988".into(), items: 1 }));
}

#[test]
fn an_artist_asked_for_and_refused_blames_both_wishes() {
    let request = Request {
        artists: vec!["Artist 2".into()],
        not_artists: vec!["ARTIST 2".into()],
        ..plain(at(0.0, 0.0))
    };
    let said = rank(&library(), &request).emptied_by.unwrap().to_string();
    assert_eq!(
        said,
        "the artist and not-this filters together left nothing; without the not-this filter 3 items \
         would fit"
    );
    let tastes = Tastes { banned_artists: ["Artist 2".to_owned()].into(), ..Tastes::default() };
    let banned = Request { not_artists: Vec::new(), tastes, ..request };
    let emptied = rank(&library(), &banned).emptied_by.unwrap();
    assert_eq!(emptied.filters, [Filter::Artist, Filter::Banned]);
    assert_eq!(emptied.without, [Filter::Artist], "a ban is not taken back for a search");
}

#[test]
fn a_known_artist_gets_no_stand_in_and_what_is_left_out_is_told() {
    let library = library();
    let asked = Request { artists: vec!["Artist 2".into()], ..plain(at(0.0, 0.0)) };
    let items = |ids: &[i64]| ids.iter().map(|id| ItemId(*id)).collect();
    let bans = |ids: &[i64]| Tastes { banned_items: items(ids), ..Tastes::default() };
    let said = |request: &Request| {
        let emptied = rank(&library, request).emptied_by.unwrap();
        assert_eq!(emptied.nearest, None);
        emptied.to_string()
    };
    assert_eq!(
        said(&Request { tastes: bans(&[6, 7, 8]), ..asked.clone() }),
        "the artist and banned filters together left nothing; without the artist filter 9 items would \
         fit; 3 items fit but are banned: liking one takes that back"
    );
    let one = Request { tastes: bans(&[6]), seeds: items(&[7, 8]), ..asked.clone() };
    assert_eq!(
        said(&one),
        "the artist and banned filters together left nothing; without the artist filter 9 items would \
         fit; 1 item fits but is banned: liking it takes that back; what the list starts from fits, but \
         is never on it"
    );
    assert_eq!(
        said(&Request { seeds: items(&[6, 7, 8]), ..asked }),
        "the artist filter left nothing; without it 9 items would fit; what the list starts from fits, \
         but is never on it"
    );
}

#[test]
fn the_nearest_word_is_the_one_that_was_meant() {
    let mut library = library();
    library.iter_mut().for_each(|item| {
        let language = if item.id.0 == 11 { "tamil" } else { "english" };
        item.language = Language::new(language);
    });
    let ask = |language: &str, artist: Option<&str>| Request {
        languages: Language::new(language).into_iter().collect(),
        artists: artist.map(str::to_owned).into_iter().collect(),
        ..plain(at(0.0, 0.0))
    };
    let nearest = |request| rank(&library, &request).emptied_by.unwrap().nearest;
    let word = |word: &str, items| Some(Nearest { word: word.into(), items });
    assert_eq!(nearest(ask("tamill", None)), word("tamil", 1));
    assert_eq!(nearest(ask("klingon", None)), word("english", 11));
    // What was meant is no way out where the other filters leave nothing of it.
    assert_eq!(nearest(ask("tamill", Some("Artist 0"))), word("english", 3));
}

#[test]
fn a_library_of_one_answers_everything() {
    let library = [track(1, "Only", 0.3, 0.3)];
    for goal in
        [Goal::Match, Goal::Lift, Goal::Calm, Goal::Focus, Goal::Point(Point::new(-1., -1.))]
    {
        let deeds = [deed(1, Did::Finished, 0), deed(1, Did::Disliked, 0)];
        let request = informed(&library, deeds, Request { goal, ..Request::new(at(0.0, 0.0)) });
        assert_eq!(ids(&rank(&library, &request)), [1]);
        let by_plays = Request { order: Order::Plays, ..request };
        assert_eq!(ids(&rank(&library, &by_plays)), [1]);
    }
}
