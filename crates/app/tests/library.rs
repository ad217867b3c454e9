//! A library from its first use to a list.

#![expect(clippy::unwrap_used, reason = "helpers of a test")]

use std::collections::HashMap;
use std::path::Path;

use attune_app::{
    AppError, Ask, FaceReader, Library, Mapping, MoodSource, PlaylistFormat, Recommendation,
    STARTER_ORIGIN, StoreErrorKind, starter,
};
use attune_core::{Expression, Goal, Kind, Language, Mood, Point};

/// For moods that stand in no photo.
fn no_reader() -> Result<FaceReader, AppError> {
    unreachable!("no photo was given")
}

fn ask(mood: MoodSource) -> Ask {
    Ask { goal: Goal::Lift, limit: 10, ..Ask::new(mood) }
}

fn sad() -> MoodSource {
    MoodSource::Expression(Expression::Sad)
}

async fn list(library: &Library, ask: &Ask) -> Recommendation {
    library.recommend_for(ask, no_reader).await.unwrap()
}

#[tokio::test]
async fn a_new_library_holds_the_starter_catalogue_once() {
    let folder = tempfile::tempdir().unwrap();
    for _ in 0..2 {
        let library = Library::open(folder.path()).await.unwrap();
        let expected = starter().unwrap().items.len();
        assert_eq!(library.catalogue().await.unwrap().items.len(), expected);
        let origins = library.origins().await.unwrap();
        assert_eq!(origins, [(STARTER_ORIGIN.to_owned(), expected as u64)]);
        library.close().await;
    }
}

#[tokio::test]
async fn a_sad_listener_is_lifted_in_the_language_asked_for() {
    let library = Library::in_memory().await.unwrap();
    let languages = vec![Language::new("hindi").unwrap()];
    let ask = Ask { languages: languages.clone(), kind: Some(Kind::Music), ..ask(sad()) };
    let list = list(&library, &ask).await;
    assert_eq!(list.items.len(), 10);
    let mut by_artist: HashMap<&str, usize> = HashMap::new();
    for listed in &list.items {
        assert_eq!(listed.item.language.as_ref(), languages.first());
        assert!(listed.item.mood.unwrap().valence > list.mood.valence, "{listed:?}");
        assert!(!listed.reasons.is_empty());
        *by_artist.entry(listed.item.artist()).or_default() += 1;
    }
    assert!(by_artist.values().all(|n| *n <= 2), "{by_artist:?}");
}

#[tokio::test]
async fn the_json_is_as_documented() {
    let library = Library::in_memory().await.unwrap();
    let json = serde_json::to_value(list(&library, &ask(sad())).await).unwrap();
    let of = |value: &serde_json::Value| -> Vec<String> {
        let mut keys: Vec<_> = value.as_object().unwrap().keys().cloned().collect();
        keys.sort();
        keys
    };
    let all =
        ["emptied_by", "face", "goal", "items", "journey", "mood", "mood_of", "notes", "unknown"];
    assert_eq!(of(&json), all);
    assert_eq!(of(&json["mood"]), ["arousal", "uncertainty", "valence"]);
    assert_eq!(json["goal"], "lift");
    assert!(json["emptied_by"].is_null());
    let item = &json["items"][0];
    let keys = [
        "against", "artist", "kind", "language", "mood", "reasons", "score", "source", "terms",
        "title",
    ];
    assert!(keys.iter().all(|key| of(item).iter().any(|k| k == key)), "{item}");
    assert!(item["terms"]["affinity"].is_number() && item["terms"]["mood"].is_number());
    assert!(item["source"].as_str().unwrap().starts_with("https://"));
    assert!(item["reasons"][0].is_string() && item["artist"].is_string());
}

#[tokio::test]
async fn what_empties_a_list_is_named() {
    let library = Library::in_memory().await.unwrap();
    let languages = Language::new("hindii").into_iter().collect();
    let list = list(&library, &Ask { languages, ..ask(sad()) }).await;
    assert!(list.items.is_empty() && list.emptied_by.is_some());
    assert_eq!(list.unknown[0].did_you_mean.as_deref(), Some("hindi"));
}

#[tokio::test]
async fn a_point_is_both_a_mood_and_a_goal() {
    let library = Library::in_memory().await.unwrap();
    let point = Point { valence: 0.5, arousal: -0.5 };
    let ask = Ask { goal: Goal::Point(point), limit: 3, ..Ask::new(MoodSource::Mood(point)) };
    let list = list(&library, &ask).await;
    assert_eq!(list.mood, Mood::new(point, 0.0));
    assert_eq!(serde_json::to_value(&list).unwrap()["goal"], "0.5,-0.5");
    assert!(list.items.iter().all(|l| l.item.mood.unwrap().point().distance(point) < 0.4));
}

#[tokio::test]
async fn lists_become_playlists_that_keep_their_links() {
    let library = Library::in_memory().await.unwrap();
    let list = list(&library, &ask(sad())).await;
    for format in [PlaylistFormat::M3u8, PlaylistFormat::Xspf, PlaylistFormat::Jspf] {
        let text = list.playlist(format);
        assert_eq!(text.matches("https://www.youtube.com/").count(), 10, "{format:?}");
    }
}

#[tokio::test]
async fn an_import_is_seen_at_once_also_by_others() {
    let folder = tempfile::tempdir().unwrap();
    let csv = folder.path().join("mine.csv");
    std::fs::write(&csv, "t,a,m\nA Song,Somebody New,happy\n,Nobody,\n").unwrap();
    let mapping = Mapping::Columns("title=t,artist=a,mood=m".parse().unwrap());
    let (mine, other) = (Library::open(folder.path()).await, Library::open(folder.path()).await);
    let (mine, other) = (mine.unwrap(), other.unwrap());
    let before = other.catalogue().await.unwrap().items.len();
    let report = mine.import_csv(&csv, &mapping).await.unwrap();
    assert_eq!((report.rows, report.count.added, report.refused.len()), (2, 1, 1));
    for library in [&mine, &other] {
        assert_eq!(library.catalogue().await.unwrap().items.len(), before + 1);
    }
    let again = mine.import_csv(&csv, &mapping).await.unwrap();
    assert_eq!((again.count.added, again.count.unchanged), (0, 1));
    let artists = vec!["somebody new".to_owned()];
    let list = list(&other, &Ask { artists, ..ask(sad()) }).await;
    assert_eq!(list.items[0].item.title, "A Song");
    assert!(mine.origins().await.unwrap().contains(&("mine.csv".to_owned(), 1)));
}

#[tokio::test]
async fn refusals_name_the_file_and_have_a_hint() {
    let folder = tempfile::tempdir().unwrap();
    let library = Library::open(folder.path()).await.unwrap();
    let strange = folder.path().join("strange.csv");
    std::fs::write(&strange, "a,b\n1,2\n").unwrap();
    for path in [strange.as_path(), Path::new("/nowhere.csv"), folder.path()] {
        let error = library.import_csv(path, &Mapping::Detect).await.unwrap_err();
        assert!(error.to_string().starts_with(&path.display().to_string()), "{error}");
        assert!(error.hint().is_some_and(|hint| !hint.is_empty()));
    }
    let Err(AppError::Store(error)) = Library::open(&strange).await else { panic!("opened") };
    assert_eq!(error.kind(), StoreErrorKind::Unwritable);
}
