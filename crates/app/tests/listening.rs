//! What listeners do, from the store to the next list.

#![expect(clippy::unwrap_used, reason = "helpers of a test")]

use attune_app::{
    AppError, Ask, FaceReader, JourneyAsk, Library, Mapping, MoodSource, NewDeed, NewEvent, Order,
    Recommendation, Shift,
};
use attune_core::{EventKind, Goal, ItemId, Kind, Language, Mood, Point};
use attune_recommend::Moment;
use serde_json::Value;

const NOW: i64 = 1_790_000_000_000;

fn no_reader() -> Result<FaceReader, AppError> {
    unreachable!("no photo was given")
}

fn ask() -> Ask {
    let moment = Some(Moment { now_ms: NOW, ..Moment::default() });
    Ask { moment, limit: 10, ..Ask::new(MoodSource::Mood(Point::new(0.0, 0.0))) }
}

async fn list(library: &Library, ask: &Ask) -> Recommendation {
    library.recommend_for(ask, no_reader).await.unwrap()
}

async fn refused(library: &Library, ask: &Ask) -> String {
    library.recommend_for(ask, no_reader).await.unwrap_err().to_string()
}

async fn record(library: &Library, kind: EventKind, item: ItemId) {
    let (listener, item) = ("me".to_owned(), Some(item.0.to_string()));
    let deed = NewDeed { listener, item, kind, position_ms: None, at_ms: NOW };
    library.record(&deed).await.unwrap();
}

fn ids(list: &Recommendation) -> Vec<ItemId> {
    list.items.iter().map(|listed| listed.item.id).collect()
}

#[tokio::test]
async fn bans_and_likes_outlast_everything_that_comes_after() {
    let library = Library::in_memory().await.unwrap();
    let first = ids(&list(&library, &ask()).await);
    let [banned, liked, pardoned] = [first[0], first[1], first[2]];
    for (kind, item) in [
        (EventKind::Banned, banned),
        (EventKind::Liked, liked),
        (EventKind::Banned, pardoned),
        (EventKind::Liked, pardoned),
    ] {
        record(&library, kind, item).await;
    }
    let played = NewEvent {
        listener: "me".to_owned(),
        at_ms: NOW,
        item: Some(first[9]),
        kind: EventKind::Played,
        payload: Value::Null,
    };
    library.store().append_events(&vec![played; 20_001]).await.unwrap();
    let after = list(&library, &Ask { limit: 1000, ..ask() }).await;
    let of = |id: ItemId| after.items.iter().find(|listed| listed.item.id == id);
    assert!(of(banned).is_none() && of(pardoned).is_some());
    let reasons: Vec<String> = of(liked).unwrap().reasons.iter().map(ToString::to_string).collect();
    assert!(reasons.contains(&"you like it".to_owned()), "{reasons:?}");
}

#[tokio::test]
async fn a_journey_goes_on_by_its_own_items_within_its_own_filters() {
    let library = Library::in_memory().await.unwrap();
    let hindi: Vec<Language> = Language::new("hindi").into_iter().collect();
    let begin = Ask {
        goal: Goal::Lift,
        languages: hindi.clone(),
        kind: Some(Kind::Music),
        journey: Some(JourneyAsk::default()),
        limit: 4,
        ..ask()
    };
    let first = list(&library, &begin).await;
    let own = ids(&first);
    let others = list(&library, &Ask { limit: 30, ..ask() }).await;
    let stranger = ids(&others).into_iter().find(|id| !own.contains(id)).unwrap();
    for kind in [EventKind::Finished, EventKind::Played, EventKind::Skipped] {
        record(&library, kind, stranger).await;
    }
    record(&library, EventKind::Liked, own[1]).await;
    let resume =
        Ask { journey: Some(JourneyAsk { resume: true, ..JourneyAsk::default() }), ..ask() };
    let rest = list(&library, &resume).await;
    assert_eq!(rest.items.len(), 4, "nothing of the journey was heard");
    let mut heard = Vec::new();
    for left in [3, 2, 1] {
        let next = ids(&list(&library, &resume).await)[0];
        record(&library, EventKind::Played, next).await;
        record(&library, EventKind::Finished, next).await;
        heard.push(next);
        let rest = list(&library, &resume).await;
        assert_eq!(rest.items.len(), left);
        for listed in &rest.items {
            assert_eq!(listed.item.language.as_ref(), hindi.first());
            assert_eq!(listed.item.kind, Kind::Music);
            assert!(!heard.contains(&listed.item.id), "{} comes again", listed.item.title);
        }
        assert_eq!(rest.journey.unwrap().destination, first.journey.unwrap().destination);
    }
    let tamil = Language::new("tamil").into_iter().collect::<Vec<_>>();
    let last = list(&library, &Ask { languages: tamil.clone(), ..resume.clone() }).await;
    assert_eq!(last.items[0].item.language.as_ref(), tamil.first());
    record(&library, EventKind::Skipped, last.items[0].item.id).await;
    assert_eq!(refused(&library, &resume).await, "the journey has come to its end");
}

#[tokio::test]
async fn wishes_that_contradict_each_other_are_refused() {
    let library = Library::in_memory().await.unwrap();
    let items = list(&library, &ask()).await.items;
    let one = vec![items[0].item.id.0.to_string()];
    let both = Ask { like: one.clone(), unlike: one.clone(), ..ask() };
    let said = refused(&library, &both).await;
    assert!(said.starts_with("a list cannot sound both like and unlike '"), "{said}");
    for (but, expected) in [
        ([Shift::Calmer, Shift::Livelier], "a list cannot be both calmer and livelier"),
        ([Shift::Darker, Shift::Brighter], "a list cannot be both darker and brighter"),
        ([Shift::Slower, Shift::Faster], "a list cannot be both slower and faster"),
    ] {
        let ask = Ask { like: one.clone(), but: but.to_vec(), ..ask() };
        assert_eq!(refused(&library, &ask).await, expected);
    }
    let way = Some(JourneyAsk::default());
    let sorted = Ask { journey: way, order: Order::Plays, ..ask() };
    assert_eq!(refused(&library, &sorted).await, "a list cannot be a journey and sorted by plays");
    let long = Ask { journey: way, limit: 300, ..ask() };
    assert_eq!(refused(&library, &long).await, "a journey has at most 200 steps, not 300");
}

#[tokio::test]
async fn wishes_that_can_not_be_used_are_told() {
    let library = Library::in_memory().await.unwrap();
    let title = list(&library, &ask()).await.items[0].item.title.clone();
    let but = vec![Shift::Slower, Shift::Calmer];
    let ask = Ask { like: vec![title.clone()], but, ..ask() };
    let notes = list(&library, &ask).await.notes;
    let mood_only = format!(
        "of '{title}' only the mood is known, neither tempo, loudness, energy nor danceability: \
         likeness rests on the mood"
    );
    assert!(notes.contains(&mood_only), "{notes:?}");
    let slower = format!("'but slower' changes nothing: the tempo of '{title}' is not known");
    assert!(notes.contains(&slower), "{notes:?}");
    assert!(!notes.iter().any(|note| note.contains("calmer")), "{notes:?}");
    let unplayed =
        "you have not played anything that fits yet: the mood and what is widely heard decide"
            .to_owned();
    let plays = Ask { order: Order::Plays, ..self::ask() };
    assert!(list(&library, &plays).await.notes.contains(&unplayed));
}

/// Four tracks whose sound is known, under an ask for them alone.
async fn four_sounds(library: &Library) -> Ask {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("vectors.csv");
    let table = "title,artist,energy,valence,danceability,tempo,loudness\n\
        Seed,Vector A,0.6,0.5,0.9,150,-4\nLivelier Twin,Vector B,0.8,0.5,0.9,150,-4\n\
        Calmer Twin,Vector C,0.4,0.5,0.8,120,-6\nCalm Foe,Vector D,0.1,0.1,0.1,70,-20\n";
    std::fs::write(&path, table).unwrap();
    let map = "title=title,artist=artist,energy=energy,valence=valence,danceability=danceability,\
               tempo=tempo,loudness=loudness";
    library.import_csv(&path, &Mapping::Columns(map.parse().unwrap())).await.unwrap();
    let artists = ["A", "B", "C", "D"].map(|x| format!("Vector {x}")).to_vec();
    let (like, mood) = (vec!["Seed".to_owned()], MoodSource::Item("Seed".to_owned()));
    Ask { artists, like, mood, ..ask() }
}

#[tokio::test]
async fn a_step_away_is_claimed_only_of_what_has_gone_it() {
    let library = Library::in_memory().await.unwrap();
    let ask = four_sounds(&library).await;
    for (but, claimed) in [
        (Shift::Calmer, &["Calmer Twin", "Calm Foe"][..]),
        (Shift::Livelier, &["Livelier Twin"]),
        (Shift::Slower, &["Calmer Twin", "Calm Foe"]),
    ] {
        let list = list(&library, &Ask { but: vec![but], ..ask.clone() }).await;
        assert_eq!(list.items.len(), 3);
        for listed in &list.items {
            let title = listed.item.title.as_str();
            let says = listed.reasons.iter().any(|r| r.to_string().contains(&format!("but {but}")));
            assert!(!says || claimed.contains(&title), "{but}: {title} {:?}", listed.reasons);
            assert!(claimed.contains(&title) || listed.terms.sound == 0.0, "{but}: {title}");
        }
        let first = &list.items[0];
        assert!(claimed.contains(&first.item.title.as_str()), "{but}: {first:?}");
    }
    let faster = list(&library, &Ask { but: vec![Shift::Faster], ..ask }).await;
    let nothing = "'but faster' changes nothing: nothing here is known to be faster than 'Seed'";
    assert!(faster.notes.contains(&nothing.to_owned()), "{:?}", faster.notes);
    assert!(faster.items[0].terms.sound > 0.0);
}

#[tokio::test]
async fn an_item_that_stands_for_the_mood_is_not_told_as_the_listeners_own() {
    let library = Library::in_memory().await.unwrap();
    let ask = four_sounds(&library).await;
    let list = list(&library, &ask).await;
    assert_eq!(list.mood_of.as_deref(), Some("Seed"));
    let reasons: Vec<String> =
        list.items.iter().flat_map(|l| &l.reasons).map(ToString::to_string).collect();
    assert!(reasons.iter().any(|r| r == "close in mood to Seed"), "{reasons:?}");
    assert!(!reasons.iter().any(|r| r.contains("you are in") || r.contains("you feel")));
    let alone = Ask { artists: vec!["Vector A".into()], ..ask };
    let emptied = self::list(&library, &alone).await.emptied_by.unwrap();
    assert_eq!(emptied.filters, [attune_recommend::Filter::Artist], "nobody said not this");
}

#[tokio::test]
async fn a_playing_time_that_is_out_of_reach_is_told() {
    let library = Library::in_memory().await.unwrap();
    let way = |minutes| Some(JourneyAsk { minutes: Some(minutes), resume: false });
    let short = list(&library, &Ask { journey: way(120), limit: 3, ..ask() }).await;
    assert!(short.notes[0].starts_with("the journey plays for 1"), "{:?}", short.notes);
    assert!(short.notes[0].contains("instead of the 120 asked for"), "{:?}", short.notes);
    let fits = list(&library, &Ask { journey: way(35), limit: 200, ..ask() }).await;
    assert_eq!((fits.items.len(), fits.notes), (10, Vec::new()));
    let artist = vec![fits.items[0].item.artist().to_owned()];
    let few = Ask { journey: Some(JourneyAsk::default()), artists: artist, limit: 150, ..ask() };
    let few = list(&library, &few).await;
    assert!(
        few.notes[0].contains("of the 150 steps asked for: nothing more fits"),
        "{:?}",
        few.notes
    );
}

#[tokio::test]
async fn what_sounds_like_what_is_liked_is_offered_with_its_reason() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("vectors.csv");
    let table = "title,artist,energy,valence,danceability,tempo,loudness\n\
        Seed,Vector A,0.9,0.5,0.9,150,-4\nTwin,Vector B,0.88,0.5,0.88,149,-4.2\n\
        Foe,Vector C,0.1,0.5,0.1,70,-20\nOther,Vector D,0.5,0.5,0.2,110,-9\n";
    std::fs::write(&path, table).unwrap();
    let map = "title=title,artist=artist,energy=energy,valence=valence,danceability=danceability,\
               tempo=tempo,loudness=loudness";
    let library = Library::in_memory().await.unwrap();
    library.import_csv(&path, &Mapping::Columns(map.parse().unwrap())).await.unwrap();
    let artists = ["A", "B", "C", "D"].map(|x| format!("Vector {x}")).to_vec();
    let ask = Ask { artists, ..ask() };
    let of = |list: &Recommendation, title: &str| {
        list.items.iter().find(|listed| listed.item.title == title).cloned().unwrap()
    };
    let before = list(&library, &ask).await;
    assert!(before.items.iter().all(|listed| listed.terms.alike == 0.0));
    let seed = of(&before, "Seed").item.id;
    record(&library, EventKind::Finished, seed).await;
    let seems = of(&list(&library, &ask).await, "Twin");
    record(&library, EventKind::Liked, seed).await;
    let after = list(&library, &ask).await;
    let twin = of(&after, "Twin");
    assert!(twin.terms.alike > 0.2 && of(&after, "Foe").terms.alike == 0.0, "{after:?}");
    let says = |listed: &attune_app::Listed, words: &str| {
        listed.reasons.iter().any(|reason| reason.to_string() == words)
    };
    assert!(says(&twin, "sounds like Seed, which you like"), "{:?}", twin.reasons);
    assert!(says(&seems, "sounds like Seed, which you seem to like"), "{:?}", seems.reasons);
    for _ in 0..16 {
        record(&library, EventKind::Skipped, seed).await;
    }
    assert_eq!(of(&list(&library, &ask).await, "Twin").terms.alike, 0.0);
}

#[tokio::test]
async fn a_wrong_reading_widens_the_next_list() {
    let library = Library::in_memory().await.unwrap();
    let reading = MoodSource::Reading(Mood::new(Point::new(0.5, 0.5), 0.1));
    let ask = Ask { mood: reading, ..ask() };
    assert!(list(&library, &ask).await.notes.is_empty());
    let listener = "me".to_owned();
    let kind = EventKind::NotHowIFeel;
    let deed = NewDeed { listener, item: None, kind, position_ms: None, at_ms: NOW };
    library.record(&deed).await.unwrap();
    let notes = list(&library, &ask).await.notes;
    assert!(notes.iter().any(|note| note.contains("not how you feel")), "{notes:?}");
}

#[tokio::test]
async fn what_is_not_wanted_goes_whatever_bears_the_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("names.csv");
    let table = "title,artist,energy,valence\nFuture,Vector A,0.9,0.5\nMask On,Future,0.8,0.5\n\
        Future,Vector B,0.1,0.1\nOther,Vector C,0.1,0.1\n1,112,0.2,0.2\n";
    std::fs::write(&path, table).unwrap();
    let map = "title=title,artist=artist,energy=energy,valence=valence";
    let library = Library::in_memory().await.unwrap();
    library.import_csv(&path, &Mapping::Columns(map.parse().unwrap())).await.unwrap();
    let artists = ["Vector A", "Vector B", "Vector C", "Future", "112"].map(str::to_owned).to_vec();
    let not = ["future", "112"].map(str::to_owned).to_vec();
    let titles: Vec<String> = list(&library, &Ask { artists, not, ..ask() })
        .await
        .items
        .iter()
        .map(|listed| listed.item.title.clone())
        .collect();
    assert_eq!(titles, ["Other"]);
}
