//! Music servers: for the owner alone, and nothing secret ever comes out.

use attune_app::Library;
use serde_json::{Value, json};

use crate::client::{Answer, Running, runtime};
use crate::fake::{FakeServer, FakeSong, PASSWORD, PICTURE, USER};

fn two() -> FakeServer {
    FakeServer::start(vec![
        FakeSong::tone("a/b?c=d&e f", "Low Bell Test", "Quiet Rooftops Test", 200.0),
        FakeSong::tone("é", "High Bell Test", "Loud Rooftops Test", 900.0),
    ])
}

fn connect(server: &Running, address: &str, password: &str) -> Answer {
    let body = json!({ "address": address, "user": USER, "password": password });
    server.post("/api/connections", None, &body)
}

/// What `attune serve` does by itself.
fn sync(data: &std::path::Path) {
    runtime().block_on(async {
        let library = Library::open(data).await.unwrap();
        let id = library.connections().await.unwrap()[0].id;
        library.sync_server(id, &mut |_| {}).await.unwrap();
        library.close().await;
    });
}

#[test]
fn a_server_plays_through_this_one() {
    let (folder, music) = (tempfile::tempdir().unwrap(), two());
    let server = Running::start_at(folder.path());
    let connected = connect(&server, &music.url(), PASSWORD);
    assert_eq!(connected.status, 200, "{}", connected.text());
    assert_eq!(connected.json()["program"], "fake");
    sync(folder.path());
    let list = server.get("/api/connections", &[]);
    assert_eq!(list.json()["connections"][0]["tracks"], 2, "{}", list.text());
    for answer in [&connected, &list, &server.get("/api/work", &[])] {
        for secret in [PASSWORD, "salt", "token", "secret"] {
            assert!(!answer.text().contains(secret), "{}", answer.text());
        }
    }
    let found = server.get("/api/items?search=low%20bell%20test", &[]).json();
    assert_eq!(
        (&found["items"][0]["plays"], &found["items"][0]["link"]),
        (&json!(true), &json!(null))
    );
    let path = format!("/api/items/{}/media", found["items"][0]["id"]);
    let whole = server.get(&path, &[]);
    assert_eq!((whole.status, whole.header("content-type")), (200, "audio/wav"));
    assert_eq!((whole.header("accept-ranges"), whole.body.len()), ("bytes", 44_144));
    let part = server.get(&path, &[("range", "bytes=8-11")]);
    assert_eq!((part.status, &part.body[..]), (206, &b"WAVE"[..]));
    assert_eq!(part.header("content-range"), "bytes 8-11/44144");
    assert_eq!(server.get(&path, &[("range", "bytes=99999999-")]).status, 416);
    let cover = server.get(&path.replace("media", "cover"), &[]);
    assert_eq!((cover.header("content-type"), &cover.body[..]), ("image/png", PICTURE));

    music.shelf().songs.clear();
    assert_eq!(server.get(&path, &[]).status, 410);
    music.shelf().page = Some("<script>alert(1)</script>");
    let page = server.get(&path, &[]);
    assert_eq!(page.header("content-type"), "application/json", "{}", page.text());
    assert!(page.status >= 400 && !page.text().contains("script"), "{}", page.text());
    drop(music);
    assert_eq!(server.get(&path, &[]).status, 502);
    let cover = server.get(&path.replace("media", "cover"), &[]);
    assert_eq!(cover.header("content-type"), "image/svg+xml");
}

#[test]
fn what_is_typed_wrongly_is_told_and_kept_nowhere() {
    let (server, music) = (Running::start(), two());
    for (address, password, status, word) in [
        (music.url(), "spoons", 400, "does not know this user name"),
        (String::new(), PASSWORD, 400, "no address"),
        ("file:///etc/passwd".to_owned(), PASSWORD, 400, "no address"),
        (format!("http://{}", server.address), PASSWORD, 400, "no Subsonic server"),
        ("http://127.0.0.1:1".to_owned(), PASSWORD, 502, "cannot be reached"),
        (music.url(), "", 400, "a password"),
    ] {
        let refused = connect(&server, &address, password);
        assert_eq!(refused.status, status, "{address}: {}", refused.text());
        let said = refused.json();
        assert!(said["error"].as_str().unwrap().contains(word), "{said}");
        assert!(said["hint"].is_string() && !refused.text().contains("spoons"), "{said}");
    }
    assert_eq!(server.get("/api/connections", &[]).json()["connections"], json!([]));
    assert_eq!(server.send("DELETE /api/connections/7", &[], "").status, 404);
    assert_eq!(server.post("/api/connections/7/sync", None, &json!({})).status, 404);
}

/// Else a member could have this machine ask any address of the owner's network.
#[test]
fn members_connect_nothing() {
    let (server, music) = (Running::start(), two());
    let invited = server.post("/api/invitations", None, &json!({})).json();
    let body = json!({ "code": invited["code"], "name": "Ravi", "password": "three blue spoons" });
    let member = server.post("/api/join", Some("none=1"), &body).cookie();
    let body = json!({ "address": music.url(), "user": USER, "password": PASSWORD });
    assert_eq!(server.post("/api/connections", Some(&member), &body).status, 403);
    assert_eq!(server.get_as("/api/connections", &member).status, 403);
    let sync = server.post("/api/connections/1/sync", Some(&member), &Value::Null);
    assert_eq!(sync.status, 403);
    assert_eq!(server.send("DELETE /api/connections/1", &[("cookie", &member)], "").status, 403);
    assert!(music.asked().is_empty(), "nobody was asked");
}
