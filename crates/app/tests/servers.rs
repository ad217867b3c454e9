//! Music servers, from the first word to the last.

#![expect(clippy::unwrap_used, reason = "helpers of a test")]

#[path = "../../connect/tests/fake/mod.rs"]
mod fake;

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use attune_app::{
    AppError, LISTENER, Library, NewDeed, ServerNews, SignIn, SubsonicError, SyncReport,
};
use attune_core::{EventKind, Item, ItemId, MoodOrigin, MoodTag, Source};
use serde_json::json;

use fake::{FakeServer, FakeSong, PASSWORD, USER};

fn sign_in(password: &str) -> SignIn {
    SignIn::Password { user: USER.to_owned(), password: password.to_owned() }
}

fn three() -> Vec<FakeSong> {
    let mut songs = vec![
        FakeSong::tone("a", "Low Bell Test", "Quiet Rooftops Test", 200.0),
        FakeSong::tone("b", "Middle Bell Test", "Quiet Rooftops Test", 440.0),
        FakeSong::tone("c", "High Bell Test", "Loud Rooftops Test", 900.0),
    ];
    songs[2].said["moods"] = json!(["Happy", "nonsense"]);
    songs[2].said["bpm"] = json!(128);
    songs[2].said["genres"] = json!([{"name": "Bells"}]);
    songs
}

async fn connected(library: &Library, server: &FakeServer) -> i64 {
    library.connect_server(&server.url(), &sign_in(PASSWORD)).await.unwrap().0.id
}

async fn sync(library: &Library, id: i64) -> SyncReport {
    library.sync_server(id, &mut |_| {}).await.unwrap()
}

async fn found(library: &Library, title: &str) -> Item {
    library.catalogue().await.unwrap().find(title).unwrap().clone()
}

fn counts(report: &SyncReport) -> [u64; 5] {
    [report.tracks, report.added, report.changed, report.unchanged, report.missing]
}

#[tokio::test]
async fn a_server_is_followed_through_all_that_happens_to_it() {
    let library = Library::in_memory().await.unwrap();
    let server = FakeServer::start(three());
    let id = connected(&library, &server).await;
    assert_eq!(counts(&sync(&library, id).await), [3, 3, 0, 0, 0]);
    assert_eq!(counts(&sync(&library, id).await), [3, 0, 0, 3, 0]);
    let low = found(&library, "Low Bell Test").await;
    assert_eq!((low.source.address(), low.mood), (&*format!("subsonic:{id}/a"), None));
    let high = found(&library, "High Bell Test").await;
    assert_eq!(
        (high.tags.clone(), high.genres.clone()),
        (vec![MoodTag::Happy], vec!["bells".to_owned()])
    );
    assert_eq!(
        (high.mood_origin, high.descriptors.tempo_bpm),
        (Some(MoodOrigin::Tags), Some(128.0))
    );

    // A new title is the same item; what is gone stays, and comes back as what it was.
    server.shelf().songs[0].said["title"] = json!("Lowest Bell Test");
    let gone = server.shelf().songs.remove(1);
    assert_eq!(counts(&sync(&library, id).await), [2, 0, 1, 1, 1]);
    assert_eq!(found(&library, "Lowest Bell Test").await.id, low.id);
    assert!(library.catalogue().await.unwrap().find("Low Bell Test").is_err());
    let lost = found(&library, "Middle Bell Test").await;
    let connection = library.connection(id).await.unwrap();
    assert_eq!((connection.tracks, connection.missing), (2, 1));
    server.shelf().songs.push(gone);
    assert_eq!(counts(&sync(&library, id).await), [3, 0, 1, 2, 0]);
    assert_eq!(found(&library, "Middle Bell Test").await.id, lost.id);

    // A server that lists nothing takes nothing away.
    server.shelf().songs.clear();
    let report = sync(&library, id).await;
    assert_eq!((report.missing, report.notes.len()), (0, 1));
    assert_eq!(library.connection(id).await.unwrap().tracks, 3);
}

#[tokio::test]
async fn a_server_without_a_search_is_walked_by_albums() {
    let library = Library::in_memory().await.unwrap();
    let server = FakeServer::start(three());
    server.shelf().searches = false;
    let id = connected(&library, &server).await;
    assert_eq!(counts(&sync(&library, id).await), [3, 3, 0, 0, 0]);
    let asked = server.asked();
    assert!(asked.contains(&"getAlbum".to_owned()), "{asked:?}");
}

#[tokio::test]
async fn what_is_heard_of_a_server_is_heard_once() {
    let library = Library::in_memory().await.unwrap();
    let mut songs = three();
    songs[1].bytes = b"no recording".to_vec();
    let server = FakeServer::start(songs);
    let id = connected(&library, &server).await;
    sync(&library, id).await;
    let (stop, mut far) = (AtomicBool::new(false), Vec::new());
    assert_eq!(library.connection(id).await.unwrap().waiting, 3);
    let heard = library.hear_server(id, &stop, &mut |p| far.push(p)).await.unwrap();
    assert_eq!((heard.heard, heard.refused, far.len()), (2, 1, 1));
    let low = found(&library, "Low Bell Test").await;
    assert_eq!(low.mood_origin, Some(MoodOrigin::Recording));
    assert!(low.descriptors.loudness_lufs.is_some());
    // Words that people chose outrank what is heard; what is measured outranks what is told.
    let high = found(&library, "High Bell Test").await;
    assert_eq!(high.mood_origin, Some(MoodOrigin::Tags));
    let report = library.item_report("High Bell Test", LISTENER).await.unwrap();
    assert_eq!((report.moods.len(), report.described.is_some()), (2, true));
    server.asked();
    let again = library.hear_server(id, &stop, &mut |_| {}).await.unwrap();
    assert_eq!((again.heard, again.refused, server.asked().len()), (0, 0, 0));
    // Another word of it is no other recording; another recording is.
    server.shelf().songs[0].said["album"] = json!("Other Tones");
    sync(&library, id).await;
    assert_eq!(library.connection(id).await.unwrap().waiting, 0);
    assert_eq!(found(&library, "Low Bell Test").await.mood, low.mood);
    server.shelf().songs[0].said["size"] = json!(7);
    sync(&library, id).await;
    assert_eq!(library.connection(id).await.unwrap().waiting, 1);
}

/// A clip of real music gets, from a server, the numbers that the same file gets from a folder.
#[tokio::test]
async fn a_servers_track_is_described_as_its_file_is() {
    let clip = "../../../shared/data/audio/sorohanro_-_solo-trumpet-06.ogg";
    let clip = Path::new(env!("CARGO_MANIFEST_DIR")).join(clip);
    let Ok(bytes) = std::fs::read(&clip) else {
        return eprintln!("skipped: {} is not there", clip.display());
    };
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join("Trumpet Test.ogg"), &bytes).unwrap();
    let from_file = Library::in_memory().await.unwrap();
    from_file.add_folder(home.path(), &mut |_| {}).await.unwrap();
    let catalogue = from_file.catalogue().await.unwrap();
    let file = catalogue.items.iter().find(|item| matches!(item.source, Source::File(_))).unwrap();

    let library = Library::in_memory().await.unwrap();
    let said = json!({"id": "t", "title": "Trumpet Test", "artist": "Somebody Test"});
    let server = FakeServer::start(vec![FakeSong { said, bytes, media_type: "audio/ogg" }]);
    let id = connected(&library, &server).await;
    sync(&library, id).await;
    library.hear_server(id, &AtomicBool::new(false), &mut |_| {}).await.unwrap();
    let heard = found(&library, "Trumpet Test").await;
    assert!(heard.mood.is_some());
    assert_eq!((heard.mood, heard.descriptors), (file.mood, file.descriptors));
}

#[tokio::test]
async fn a_file_comes_before_a_server_and_takes_over_nothing() {
    let home = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(home.path().join("Quiet Rooftops Test/Own")).unwrap();
    let path = home.path().join("Quiet Rooftops Test/Own/01 - Low Bell Test.wav");
    std::fs::write(&path, fake::tone(200.0)).unwrap();
    let library = Library::in_memory().await.unwrap();
    let server = FakeServer::start(three());
    let id = connected(&library, &server).await;
    sync(&library, id).await;
    let before = found(&library, "Low Bell Test").await.id;
    library.add_folder(home.path(), &mut |_| {}).await.unwrap();
    server.shelf().songs[0].said["year"] = json!(1999);
    sync(&library, id).await;
    let item = found(&library, "Low Bell Test").await;
    assert_eq!((item.id, item.album.as_deref(), item.year), (before, Some("Own"), Some(1999)));
    assert!(matches!(item.source, Source::File(_)));
    assert_eq!(library.connection(id).await.unwrap().waiting, 2, "the file was heard already");
    library.disconnect(id).await.unwrap();
    assert!(matches!(found(&library, "Low Bell Test").await.source, Source::File(_)));
}

#[tokio::test]
async fn disconnecting_keeps_what_was_played_and_nothing_else() {
    let library = Library::in_memory().await.unwrap();
    let before = library.catalogue().await.unwrap().items.len();
    let server = FakeServer::start(three());
    let id = connected(&library, &server).await;
    sync(&library, id).await;
    let liked = found(&library, "High Bell Test").await.id;
    let deed = NewDeed {
        listener: LISTENER.to_owned(),
        item: Some(liked.0.to_string()),
        kind: EventKind::Liked,
        position_ms: None,
        at_ms: 1,
    };
    library.record(&deed).await.unwrap();
    library.disconnect(id).await.unwrap();
    assert!(library.connections().await.unwrap().is_empty());
    let catalogue = library.catalogue().await.unwrap();
    assert_eq!(catalogue.items.len(), before + 1);
    assert!(matches!(catalogue.item(liked).unwrap().source, Source::Link(_)));
    assert!(matches!(library.disconnect(id).await, Err(AppError::UnknownConnection { .. })));
    // Connected again it is another connection, and the same item.
    let again = connected(&library, &server).await;
    sync(&library, again).await;
    assert_ne!(again, id);
    assert_eq!(found(&library, "High Bell Test").await.id, liked);
}

fn refusal(
    result: Result<(attune_app::Connection, attune_app::ServerInfo), AppError>,
) -> SubsonicError {
    match result {
        Err(AppError::Server(error)) => error,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn what_cannot_be_connected_says_why_and_leaves_nothing() {
    let library = Library::in_memory().await.unwrap();
    let mut server = FakeServer::start(three());
    let url = server.url();
    let wrong = refusal(library.connect_server(&url, &sign_in("spoons")).await);
    assert!(matches!(wrong, SubsonicError::WrongPassword { .. }), "{wrong:?}");
    server.shelf().page = Some("<!doctype html><title>A router</title>");
    let router = refusal(library.connect_server(&url, &sign_in(PASSWORD)).await);
    assert!(matches!(router, SubsonicError::NotSubsonic { .. }), "{router:?}");
    // The fake one speaks no TLS.
    let private = url.replace("http:", "https:");
    let tls = refusal(library.connect_server(&private, &sign_in(PASSWORD)).await);
    assert!(matches!(tls, SubsonicError::Tls { .. }), "{tls:?}");
    let nobody = refusal(library.connect_server("ftp://a.b", &sign_in(PASSWORD)).await);
    assert!(matches!(nobody, SubsonicError::BadAddress { .. }), "{nobody:?}");
    server.stop();
    let away = refusal(library.connect_server(&url, &sign_in(PASSWORD)).await);
    assert!(matches!(away, SubsonicError::Unreachable { .. }), "{away:?}");
    for error in [wrong, router, tls, nobody, away] {
        assert!(!error.hint().is_empty() && !error.to_string().contains("spoons"), "{error}");
    }
    assert!(library.connections().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_failed_sync_is_remembered_and_takes_nothing_away() {
    let library = Library::in_memory().await.unwrap();
    let server = FakeServer::start(three());
    let id = connected(&library, &server).await;
    sync(&library, id).await;
    server.shelf().password = "changed".to_owned();
    assert!(library.sync_server(id, &mut |_| {}).await.is_err());
    let connection = library.connection(id).await.unwrap();
    assert_eq!((connection.tracks, connection.missing), (3, 0));
    assert!(connection.error.unwrap().contains("does not know this user name"));
    let again = library.connect_server(&server.url(), &sign_in("changed")).await.unwrap().0;
    assert_eq!((again.id, again.error), (id, None));
    assert_eq!(counts(&sync(&library, id).await), [3, 0, 0, 3, 0]);
}

#[tokio::test]
async fn pictures_and_recordings_come_through_and_no_password_is_kept() {
    let home = tempfile::tempdir().unwrap();
    let library = Library::open(home.path()).await.unwrap();
    let server = FakeServer::start(three());
    let id = connected(&library, &server).await;
    sync(&library, id).await;
    let item = found(&library, "Low Bell Test").await;
    let cover = library.cover(item.id).await.unwrap().unwrap();
    assert_eq!((cover.media_type, &cover.bytes[..]), ("image/png", fake::PICTURE));
    assert_eq!(library.cover(ItemId(999_999)).await.unwrap(), None);
    let Source::Server(address) = &item.source else { panic!("{:?}", item.source) };
    let mut media = library.stream(address, Some("bytes=8-11")).await.unwrap();
    let mut bytes = Vec::new();
    std::io::Read::read_to_end(&mut media.body, &mut bytes).unwrap();
    assert_eq!(
        (media.status, media.media_type.as_str(), &bytes[..]),
        (206, "audio/wav", &b"WAVE"[..])
    );
    server.shelf().songs.remove(0);
    let gone = library.stream(address, None).await.err().unwrap();
    assert!(matches!(gone, AppError::Server(SubsonicError::Gone { .. })), "{gone}");
    library.close().await;
    for entry in std::fs::read_dir(home.path()).unwrap().map(Result::unwrap) {
        let bytes = std::fs::read(entry.path()).unwrap();
        let kept = bytes.windows(PASSWORD.len()).any(|window| window == PASSWORD.as_bytes());
        assert!(!kept, "{}", entry.path().display());
        #[cfg(unix)]
        if entry.file_name().to_string_lossy().starts_with("library.sqlite") {
            use std::os::unix::fs::PermissionsExt;
            let mode = entry.metadata().unwrap().permissions().mode();
            assert!(entry.path().extension().unwrap() == "lock" || mode & 0o077 == 0, "{mode:o}");
        }
    }
}

/// While the program runs, a new connection is taken up by itself.
#[tokio::test]
async fn servers_are_followed() {
    let library = Library::in_memory().await.unwrap();
    let server = FakeServer::start(three());
    connected(&library, &server).await;
    let (stop, mut news) = (AtomicBool::new(false), Vec::new());
    let deadline = Instant::now() + Duration::from_secs(60);
    let mut told = |_, what: ServerNews| {
        let over = matches!(what, ServerNews::Done | ServerNews::Failed(_));
        news.push(what);
        stop.store(over || Instant::now() > deadline, Ordering::Relaxed);
    };
    library.follow_servers(&stop, &mut told).await.unwrap();
    assert_eq!(news.last(), Some(&ServerNews::Done), "{news:?}");
    assert!(found(&library, "Low Bell Test").await.mood.is_some());
}
