//! Looking through the library, playing from it, and finding folders for it.

use attune_app::Library;
use attune_core::Point;
use serde_json::json;

use crate::client::{Running, runtime};

/// A data folder with one composed track, and music folders to look into.
fn data_folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(folder.path().join("music/Zoë/.hidden")).unwrap();
    std::fs::create_dir_all(folder.path().join("secret")).unwrap();
    std::fs::write(folder.path().join("music/one.flac"), b"x").unwrap();
    runtime().block_on(async {
        let library = Library::open(folder.path()).await.unwrap();
        let aim = Point { valence: 0.5, arousal: -0.5 };
        library.compose(&folder.path().join("band"), aim, 1).await.unwrap();
        library.close().await;
    });
    folder
}

#[test]
fn files_play_in_parts_and_a_lost_one_is_said() {
    let folder = data_folder();
    let server = Running::start_at(folder.path());
    let found = server.get("/api/items?playable=true", &[]).json();
    assert_eq!(found["total"], 1);
    let id = found["items"][0]["id"].as_i64().unwrap();
    let path = format!("/api/items/{id}/media");
    let whole = server.get(&path, &[]);
    assert_eq!((whole.status, whole.header("accept-ranges")), (200, "bytes"));
    assert!(whole.header("content-type").contains("wav"), "{}", whole.header("content-type"));
    let part = server.get(&path, &[("range", "bytes=8-11")]);
    assert_eq!((part.status, &part.body[..]), (206, &b"WAVE"[..]));
    assert!(part.header("content-range").starts_with("bytes 8-11/"));
    assert_eq!(server.get(&path, &[("range", "bytes=999999999-")]).status, 416);
    let cover = server.get(&format!("/api/items/{id}/cover"), &[]);
    assert_eq!(cover.header("content-type"), "image/svg+xml");
    std::fs::remove_dir_all(folder.path().join("band")).unwrap();
    assert_eq!(server.get(&path, &[]).status, 410);
    assert_eq!(server.get("/api/items/123456/media", &[]).status, 404);
    let link = server.get("/api/items?search=perfect", &[]).json();
    let id = link["items"][0]["id"].as_i64().unwrap();
    assert_eq!(server.get(&format!("/api/items/{id}/media"), &[]).status, 404);
}

#[test]
fn a_list_of_what_plays_here_holds_nothing_else() {
    let folder = data_folder();
    let server = Running::start_at(folder.path());
    let body = json!({ "expression": "happy", "playable": true });
    let list = server.post("/api/recommend", None, &body).json();
    let items = list["items"].as_array().unwrap();
    assert_eq!((items.len(), &items[0]["plays"]), (1, &json!(true)));
}

#[test]
fn folders_are_looked_into_below_the_roots_alone() {
    let folder = data_folder();
    let server = Running::start_at(folder.path());
    let look = |path: &std::path::Path| {
        server.get(
            &format!("/api/folders?path={}", path.display().to_string().replace(' ', "%20")),
            &[],
        )
    };
    let begin = server.get("/api/folders", &[]).json();
    assert_eq!((&begin["folders"][0]["name"], &begin["recordings"]), (&json!("Zoë"), &json!(1)));
    assert_eq!((&begin["parent"], begin["folders"].as_array().unwrap().len()), (&json!(null), 1));
    let music = folder.path().join("music");
    assert_eq!(look(&music).status, 200);
    #[cfg(unix)]
    std::os::unix::fs::symlink(folder.path().join("secret"), music.join("way out")).unwrap();
    for outside in [
        folder.path().join("secret"),
        folder.path().join("not there"),
        music.join("../secret"),
        music.join("way out"),
        "/".into(),
        "/etc".into(),
    ] {
        assert_eq!(look(&outside).status, 403, "{}", outside.display());
        let body = json!({ "path": outside });
        assert_eq!(server.post("/api/folders", None, &body).status, 403);
    }
    assert_eq!(server.post("/api/folders", None, &json!({ "path": music })).status, 200);
    let work = server.get("/api/work", &[]).json();
    assert_eq!(work["folders"].as_array().unwrap().len(), 1);
}

#[test]
fn views_page_search_and_count() {
    let server = Running::start();
    let all = server.get("/api/items?limit=2", &[]).json();
    assert!(all["total"].as_u64().unwrap() > 100 && all["items"].as_array().unwrap().len() == 2);
    let found = server.get("/api/items?search=PERFECT%20sheeran", &[]).json();
    assert_eq!((&found["total"], &found["items"][0]["title"]), (&json!(1), &json!("Perfect")));
    assert!(found["items"][0]["link"].is_string());
    for by in ["artists", "languages"] {
        let groups = server.get(&format!("/api/groups/{by}"), &[]).json();
        assert!(groups["groups"][0]["items"].as_u64().unwrap() >= 2, "{groups}");
    }
    let map = server.get("/api/map?left=-1&right=1&bottom=-1&top=1&language=hindi", &[]).json();
    assert_eq!(map["total"].as_u64().unwrap() as usize, map["dots"].as_array().unwrap().len());
    assert_eq!(server.get("/api/items?sort=upwards", &[]).status, 400);
    assert_eq!(server.get("/api/groups/colours", &[]).status, 404);
}

#[test]
fn lists_are_saved_in_parts_and_exported() {
    let server = Running::start();
    let id =
        server.post("/api/playlists", None, &json!({ "name": "Rainy / évening" })).json()["id"]
            .clone();
    let path = format!("/api/playlists/{id}");
    for _ in 0..3 {
        let part: Vec<i64> = (1..=100).collect();
        assert_eq!(server.post(&path, None, &json!({ "items": part })).status, 200);
    }
    let list = server.get(&path, &[]).json();
    assert_eq!((&list["total"], &list["items"][100]["id"]), (&json!(300), &list["items"][0]["id"]));
    for (format, word) in [("m3u8", "#EXTM3U"), ("xspf", "<playlist"), ("jspf", "\"playlist\"")] {
        let file = server.get(&format!("{path}/export/{format}"), &[]);
        assert!(file.text().contains(word), "{format}");
        assert!(file.header("content-disposition").contains(&format!(".{format}")));
        assert!(server.get(&format!("/api/export/{format}?items=3,1"), &[]).text().contains(word));
    }
    assert_eq!(server.post("/api/playlists", None, &json!({ "name": " " })).status, 400);
    assert_eq!(server.send(&format!("DELETE {path}"), &[], "").status, 200);
    assert_eq!(server.get(&path, &[]).status, 404);
}
