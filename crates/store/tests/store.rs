//! What a library keeps, and how it refuses.

use attune_core::{
    Descriptors, EventKind, ItemId, Kind, Language, Mood, MoodEvidence, MoodTag, NewItem, Source,
};
use attune_store::{ImportCount, NewEvent, PlayCount, Store, StoreErrorKind};
use serde_json::json;

#[expect(clippy::unwrap_used)]
fn song(title: &str) -> NewItem {
    NewItem::new(Kind::Music, title, vec!["Someone".to_owned()]).unwrap()
}

fn full() -> NewItem {
    NewItem {
        artists: vec!["A \"quoted\" artist".to_owned(), "ಕನ್ನಡ".to_owned()],
        album: Some("An album; with, signs".to_owned()),
        language: Language::new("kannada"),
        genres: vec!["pop".to_owned(), "r&b".to_owned()],
        year: Some(1987),
        duration_ms: Some(u32::MAX),
        popularity: Some(0.1),
        mood_evidence: MoodEvidence {
            catalogue: Some(Mood { valence: -0.3, arousal: 0.7, uncertainty: 0.31 }),
            ..MoodEvidence::default()
        },
        descriptors: Descriptors {
            tempo_bpm: Some(122.036),
            loudness_lufs: Some(-2.634),
            energy: Some(0.916),
            danceability: None,
        },
        source: Some(Source::Link("https://example.org/x?y=1".to_owned())),
        ..song("'); DROP TABLE items; --")
    }
}

#[expect(clippy::unwrap_used)]
async fn opened() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("deep/library.sqlite")).await.unwrap();
    (folder, store)
}

#[tokio::test]
async fn an_item_comes_back_word_for_word() {
    let (folder, store) = opened().await;
    let file = NewItem { source: Some(Source::File("/a b/ü.ogg".into())), ..song("on disk") };
    let written = [full(), song("bare"), file];
    store.import("test", &written).await.unwrap();
    store.close().await;
    let store = Store::open(&folder.path().join("deep/library.sqlite")).await.unwrap();
    let expected: Vec<_> = (1..).zip(written).map(|(id, item)| item.numbered(ItemId(id))).collect();
    assert_eq!(store.items().await.unwrap(), expected);
}

#[tokio::test]
async fn importing_again_updates_instead_of_doubling() {
    let store = Store::in_memory().await.unwrap();
    let count = |added, updated, unchanged| ImportCount { added, updated, unchanged };
    let many: Vec<_> = (0..1000).map(|n| song(&format!("song {n}"))).collect();
    assert_eq!(store.import("first", &many).await.unwrap(), count(1000, 0, 0));
    assert_eq!(store.import("second", &many).await.unwrap(), count(0, 0, 1000));
    let told = song("Song 7!").tagged(vec![MoodTag::Calm]);
    assert_eq!(store.import("third", &[told]).await.unwrap(), count(0, 1, 0));
    assert_eq!(store.import("fourth", &[song("SONG 7")]).await.unwrap(), count(0, 1, 0));
    let item = store.items().await.unwrap().swap_remove(7);
    assert_eq!((item.id, item.title.as_str()), (ItemId(8), "SONG 7"));
    assert_eq!(item.tags, [MoodTag::Calm], "what only an earlier import knew stays");
    assert_eq!(store.count().await.unwrap(), 1000);
    assert_eq!(store.origins().await.unwrap(), [("first".to_owned(), 1000)]);
}

#[tokio::test]
async fn one_import_may_name_a_thing_twice() {
    let store = Store::in_memory().await.unwrap();
    let dated = NewItem { year: Some(2001), ..song("TWICE") };
    let count = store.import("test", &[song("twice"), dated]).await.unwrap();
    assert_eq!(count, ImportCount { added: 1, updated: 1, unchanged: 0 });
    assert_eq!(store.items().await.unwrap()[0].year, Some(2001));
}

#[tokio::test]
async fn events_are_appended_and_never_edited() {
    let (_folder, store) = opened().await;
    store.import("test", &[full()]).await.unwrap();
    let event = |at_ms, item| NewEvent {
        listener: "me".to_owned(),
        at_ms,
        item,
        kind: EventKind::Liked,
        payload: json!({"mood": {"valence": 0.5}}),
    };
    let first = store.append_event(&event(5, Some(ItemId(1)))).await.unwrap();
    let second = store.append_event(&event(4, None)).await.unwrap();
    let all = store.events(0, 10).await.unwrap();
    assert_eq!(all.iter().map(|e| e.id).collect::<Vec<_>>(), [first, second]);
    assert_eq!(all[1].event, event(4, None));
    assert_eq!(store.events(first, 10).await.unwrap().len(), 1);
    assert_eq!(store.events(0, 1).await.unwrap().len(), 1);
    let stranger = store.append_event(&event(6, Some(ItemId(99)))).await.unwrap_err();
    assert_eq!(stranger.kind(), StoreErrorKind::Inconsistent);
}

#[tokio::test]
async fn each_listener_has_events_of_their_own_and_can_forget_them() {
    let store = Store::in_memory().await.unwrap();
    store.import("test", &[full()]).await.unwrap();
    let event = |listener: &str, at_ms, kind| NewEvent {
        listener: listener.to_owned(),
        at_ms,
        item: Some(ItemId(1)),
        kind,
        payload: json!(null),
    };
    let (liked, corrected) = (EventKind::Liked, EventKind::Corrected);
    let all = [("me", 3, liked), ("ann", 9, liked), ("me", 2, liked), ("me", 5, corrected)];
    store.append_events(&all.map(|(who, at, kind)| event(who, at, kind))).await.unwrap();
    let times = |events: Vec<attune_store::Event>| -> Vec<i64> {
        events.iter().map(|e| e.event.at_ms).collect()
    };
    // In the order they were written down, also where the clock ran backwards.
    assert_eq!(times(store.latest_events("me", 9).await.unwrap()), [3, 2, 5]);
    assert_eq!(times(store.latest_events("me", 2).await.unwrap()), [2, 5]);
    assert_eq!(times(store.latest_events_of_others("me", 9).await.unwrap()), [9]);
    assert_eq!(store.forget_events("me", corrected).await.unwrap(), 1);
    assert_eq!(times(store.events(0, 9).await.unwrap()), [3, 9, 2]);
    let stranger = NewEvent { item: Some(ItemId(99)), ..event("me", 1, liked) };
    assert!(store.append_events(&[event("me", 8, liked), stranger]).await.is_err());
    assert_eq!(store.events(0, 9).await.unwrap().len(), 3, "all or none");
}

#[tokio::test]
async fn plays_come_in_once_and_join_the_events_by_artist() {
    let store = Store::in_memory().await.unwrap();
    store.import("test", &[full()]).await.unwrap();
    let artist = store.items().await.unwrap()[0].artist().to_owned();
    let play = |listener: &str, artist: &str, times| PlayCount {
        listener: listener.to_owned(),
        artist: artist.to_owned(),
        title: String::new(),
        times,
    };
    let plays = [play("me", &artist, 4.0), play("ann", "Dido", 1.0)];
    assert_eq!(store.import_plays("export", &plays).await.unwrap(), 2);
    assert_eq!(store.import_plays("export", &plays).await.unwrap(), 0);
    let before = store.plays_state().await.unwrap();
    assert_eq!(store.import_plays("export", &[play("ann", "Dido", 2.0)]).await.unwrap(), 1);
    assert_ne!(store.plays_state().await.unwrap(), before);
    let event = NewEvent {
        listener: "me".to_owned(),
        at_ms: 0,
        item: Some(ItemId(1)),
        kind: EventKind::Finished,
        payload: json!(null),
    };
    store.append_event(&event).await.unwrap();
    let by_artist = store.plays_by_artist().await.unwrap();
    assert_eq!(by_artist, [play("ann", "Dido", 2.0), play("me", &artist, 5.0)]);
    assert_eq!(store.plays_of("ann").await.unwrap().len(), 1);
    store.set_learned("a", "1", b"x").await.unwrap();
    store.set_learned("a", "2", b"y").await.unwrap();
    assert_eq!(store.learned("a").await.unwrap(), Some(("2".to_owned(), b"y".to_vec())));
}

#[tokio::test]
async fn settings_are_replaced() {
    let store = Store::in_memory().await.unwrap();
    assert_eq!(store.setting("a").await.unwrap(), None);
    for value in ["1", "2"] {
        store.set_setting("a", value).await.unwrap();
        assert_eq!(store.setting("a").await.unwrap().as_deref(), Some(value));
    }
}

#[tokio::test]
async fn what_cannot_be_opened_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("notes.txt");
    std::fs::write(&text, "dear diary, ".repeat(100)).unwrap();
    for (path, kind) in [
        (text.clone(), StoreErrorKind::NotADatabase),
        (text.join("library.sqlite"), StoreErrorKind::Unwritable),
        (folder.path().to_owned(), StoreErrorKind::Unwritable),
    ] {
        let error = Store::open(&path).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        assert!(!error.hint().is_empty() && !error.to_string().contains('\n'), "{error}");
    }
    assert!(std::fs::read(text).unwrap().starts_with(b"dear diary"), "left as it was");
}

#[test]
fn first_starts_at_once_make_one_library() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("library.sqlite");
    let open = || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async { Store::open(&path).await.map(drop) })
    };
    for round in 0..5 {
        std::thread::scope(|scope| {
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(open)).collect();
            for thread in threads {
                thread.join().unwrap().unwrap_or_else(|e| panic!("round {round}: {e}"));
            }
        });
        std::fs::remove_file(&path).unwrap();
        let _ = std::fs::remove_file(folder.path().join("library.sqlite-wal"));
        let _ = std::fs::remove_file(folder.path().join("library.sqlite-shm"));
    }
}

#[tokio::test]
async fn what_was_said_of_items_is_found_behind_everything_else() {
    let store = Store::in_memory().await.unwrap();
    store.import("test", &[song("a"), song("b")]).await.unwrap();
    let event = |listener: &str, kind, item| NewEvent {
        listener: listener.to_owned(),
        at_ms: 0,
        item: Some(ItemId(item)),
        kind,
        payload: json!(null),
    };
    use EventKind::{Banned, Corrected, Disliked, Liked, Played};
    let said = [(Liked, 1), (Banned, 1), (Banned, 2), (Liked, 2), (Liked, 1), (Disliked, 2)];
    let mut events: Vec<_> = said.iter().map(|(kind, item)| event("me", *kind, *item)).collect();
    events.push(event("ann", Banned, 1));
    events.extend((0..50).map(|_| event("me", Played, 1)));
    events.push(NewEvent { item: None, ..event("me", Corrected, 1) });
    events.push(event("me", Banned, 1));
    store.append_events(&events).await.unwrap();
    let found = store.verdicts_before("me", events.len() as i64).await.unwrap();
    let found: Vec<_> = found.iter().map(|e| (e.id, e.event.kind)).collect();
    assert_eq!(found, [(2, Banned), (3, Banned), (4, Liked), (5, Liked), (6, Disliked)]);
    let corrected = store.latest_events_of_kind("me", Corrected, 9).await.unwrap();
    assert_eq!(corrected.len(), 1);
    let latest = store.latest_events_of_kind("me", Played, 3).await.unwrap();
    assert_eq!(latest.iter().map(|e| e.id).collect::<Vec<_>>(), [55, 56, 57]);
}

#[tokio::test]
async fn plays_are_counted_behind_everything_else() {
    let store = Store::in_memory().await.unwrap();
    let long = |title: &str, duration_ms| NewItem { duration_ms, ..song(title) };
    store.import("test", &[long("a", Some(100_000)), long("b", None)]).await.unwrap();
    let event = |listener: &str, kind, item, position: Option<u32>| NewEvent {
        listener: listener.to_owned(),
        at_ms: 0,
        item: Some(ItemId(item)),
        kind,
        payload: position.map_or(json!(null), |ms| json!({ "position_ms": ms })),
    };
    use EventKind::{Finished, Liked, Played, Skipped};
    let events = [
        event("me", Played, 1, None),
        event("me", Finished, 1, None),
        event("me", Played, 1, None),
        event("me", Skipped, 1, Some(10_000)),
        event("me", Skipped, 1, Some(60_000)),
        event("me", Liked, 1, None),
        event("ann", Finished, 1, None),
        event("me", Finished, 2, None),
        event("me", Skipped, 2, Some(60_000)),
        event("me", Skipped, 2, Some(120_000)),
        event("me", Played, 1, None),
    ];
    store.append_events(&events).await.unwrap();
    let mut plays = store.plays_counted("me", 210_000).await.unwrap();
    plays.sort_unstable();
    assert_eq!(plays, [(ItemId(1), 3), (ItemId(2), 2)]);
    assert_eq!(store.plays_counted("bob", 210_000).await.unwrap(), []);
}

#[tokio::test]
async fn an_end_belongs_to_the_beginning_just_before_it() {
    let store = Store::in_memory().await.unwrap();
    store.import("test", &[song("a"), song("b"), song("c")]).await.unwrap();
    use EventKind::{Finished, Liked, Played, Skipped};
    let event = |(item, kind, position): (i64, EventKind, Option<u32>)| NewEvent {
        listener: "me".to_owned(),
        at_ms: 0,
        item: Some(ItemId(item)),
        kind,
        payload: position.map_or(json!(null), |ms| json!({ "position_ms": ms })),
    };
    let (early, late) = (Some(1_000), Some(200_000));
    let events = [
        // Three ends of their own and two beginnings.
        (1, Finished, None),
        (1, Finished, None),
        (1, Finished, None),
        (1, Played, None),
        (1, Played, None),
        // Begun and heard to the end, with another item and a like between.
        (2, Played, None),
        (3, Skipped, early),
        (2, Liked, None),
        (2, Finished, None),
        // Begun and left early: no play. Then left late without a beginning: one.
        (2, Played, None),
        (2, Skipped, early),
        (2, Skipped, late),
        (3, Played, None),
        (3, Played, None),
        (3, Skipped, early),
    ];
    store.append_events(&events.map(event)).await.unwrap();
    let mut plays = store.plays_counted("me", 210_000).await.unwrap();
    plays.sort_unstable();
    assert_eq!(plays, [(ItemId(1), 5), (ItemId(2), 2), (ItemId(3), 1)]);
}
