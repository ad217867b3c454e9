//! Accounts: who is let in, and what a cookie is worth.

use serde_json::json;

use crate::client::{Answer, Running};

const NAME: &str = "Maya";
const PASSWORD: &str = "correct horse battery";

fn sign_in(server: &Running, name: &str, password: &str) -> Answer {
    server.post("/api/sign-in", Some("none=1"), &json!({ "name": name, "password": password }))
}

/// An invitation's code.
fn invite(server: &Running) -> String {
    let answer = server.post("/api/invitations", None, &json!({}));
    answer.json()["code"].as_str().unwrap().to_owned()
}

fn join(server: &Running, code: &str, name: &str) -> Answer {
    let body = json!({ "code": code, "name": name, "password": "three blue spoons" });
    server.post("/api/join", Some("none=1"), &body)
}

#[test]
fn nothing_but_the_door_answers_strangers() {
    let server = Running::start();
    for what in [
        "GET /api/languages",
        "GET /api/items",
        "GET /api/items/1/media",
        "GET /api/items/1/cover",
        "GET /api/groups/artists",
        "GET /api/map?left=-1&right=1&bottom=-1&top=1",
        "GET /api/folders",
        "GET /api/work",
        "GET /api/connections",
        "POST /api/connections",
        "POST /api/connections/1/sync",
        "DELETE /api/connections/1",
        "GET /api/diary",
        "GET /api/diary/export/csv",
        "GET /api/playlists",
        "GET /api/export/m3u8?items=1",
        "GET /api/devices",
        "GET /api/members",
        "GET /api/corrections",
        "POST /api/recommend",
        "POST /api/events",
        "POST /api/settings",
        "POST /api/folders",
        "POST /api/band",
        "POST /api/invitations",
        "POST /api/sign-out-everywhere",
        "DELETE /api/diary",
        "DELETE /api/members/1",
    ] {
        for cookie in ["none=1", "attune_session=", "attune_session=00"] {
            let answer = server.send(what, &[("cookie", cookie)], "");
            assert_eq!(answer.status, 401, "{what}: {}", answer.text());
        }
    }
    for path in ["/", "/sw.js", "/model.safetensors", "/api/health", "/api/session"] {
        assert_eq!(server.get_as(path, "none=1").status, 200, "{path}");
    }
}

#[test]
fn the_first_account_owns_the_library_and_there_is_no_second() {
    let server = Running::start_unowned();
    assert_eq!(server.get("/api/session", &[]).json()["state"], "first_run");
    let weak = server.post("/api/owner", None, &json!({ "name": NAME, "password": "short" }));
    assert_eq!(weak.status, 400, "{}", weak.text());
    let body = json!({ "name": NAME, "password": PASSWORD });
    let owned = server.post("/api/owner", None, &body);
    assert_eq!((owned.status, &owned.json()["owner"]), (200, &json!(true)));
    let flags = owned.header("set-cookie");
    for flag in ["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age="] {
        assert!(flags.contains(flag), "{flags}");
    }
    assert_eq!(server.get_as("/api/session", &owned.cookie()).json()["name"], NAME);
    assert_eq!(server.post("/api/owner", None, &body).status, 409);
}

#[test]
fn where_strangers_come_by_the_first_account_takes_the_terminals_code() {
    let (server, code) = Running::start_for_all();
    let session = server.get("/api/session", &[]).json();
    assert_eq!((&session["state"], &session["setup_code"]), (&json!("first_run"), &json!(true)));
    let own = |code: &str| {
        server.post(
            "/api/owner",
            None,
            &json!({ "name": NAME, "password": PASSWORD, "code": code }),
        )
    };
    for wrong in ["", "0000-0000", NAME] {
        let refused = own(wrong);
        assert_eq!(refused.status, 403, "{}", refused.text());
        assert!(refused.text().contains("setup code") && !refused.text().contains(&code[..4]));
    }
    // Guessing is slowed, whatever name comes with it.
    let slowed = (0..20).map(|_| own("a guess")).find(|answer| answer.status != 403).unwrap();
    assert_eq!(slowed.status, 429, "{}", slowed.text());
    let wait: u64 = slowed.header("retry-after").parse().unwrap();
    assert_eq!(own(&code).status, 429, "the right one has to wait too");
    std::thread::sleep(std::time::Duration::from_secs(wait));
    assert_eq!(own(&code.to_lowercase()).status, 200);
    assert_eq!(own(&code).status, 409);
}

#[test]
fn signing_in_takes_the_password_and_signing_out_ends_it() {
    let server = Running::start();
    for (name, password) in [(NAME, "wrong horse"), ("Nobody", PASSWORD), ("", "")] {
        let refused = sign_in(&server, name, password);
        assert_eq!(refused.status, 403, "{}", refused.text());
        assert!(refused.text().contains("do not belong together"));
    }
    // Names are compared as people read them.
    let one = sign_in(&server, " maya", PASSWORD).cookie();
    let two = sign_in(&server, NAME, PASSWORD).cookie();
    assert_ne!(one, two);
    let devices = server.get_as("/api/devices", &one).json();
    assert_eq!(devices["devices"].as_array().unwrap().len(), 3);
    assert_eq!(server.post("/api/sign-out", Some(&one), &json!({})).status, 200);
    assert_eq!(server.get_as("/api/work", &one).status, 401);
    assert_eq!(server.get_as("/api/work", &two).status, 200);
    server.post("/api/sign-out-everywhere", Some(&two), &json!({}));
    assert_eq!(server.get_as("/api/work", &two).status, 401);
    assert_eq!(server.get("/api/work", &[]).status, 401);
}

#[test]
fn guessing_passwords_is_slowed() {
    let server = Running::start();
    let refused = (0..40).map(|_| sign_in(&server, NAME, "a guess")).find(|a| a.status != 403);
    let refused = refused.unwrap();
    assert_eq!(refused.status, 429, "{}", refused.text());
    assert!(refused.header("retry-after").parse::<u64>().unwrap() >= 1);
    // Others are not held up, and who is in stays in.
    assert_eq!(sign_in(&server, "Somebody", "else entirely").status, 403);
    assert_eq!(server.get("/api/work", &[]).status, 200);
}

#[test]
fn an_invitation_lets_one_person_in_who_owns_nothing() {
    let server = Running::start();
    assert_eq!(join(&server, "made up", "Noor").status, 400);
    let code = invite(&server);
    assert_eq!(join(&server, &code, " MAYA ").status, 409);
    let noor = join(&server, &code, "Noor");
    assert_eq!((noor.status, &noor.json()["owner"]), (200, &json!(false)));
    assert_eq!(join(&server, &code, "Omar").status, 400);
    let cookie = noor.cookie();
    for what in ["GET /api/members", "GET /api/folders", "POST /api/invitations", "POST /api/band"]
    {
        assert_eq!(server.send(what, &[("cookie", &cookie)], "").status, 403, "{what}");
    }
    let members = server.get("/api/members", &[]).json();
    let id = members["members"][1]["id"].as_i64().unwrap();
    assert_eq!(server.send(&format!("DELETE /api/members/{id}"), &[], "").status, 200);
    assert_eq!(server.get_as("/api/work", &cookie).status, 401);
    let owner = members["members"][0]["id"].as_i64().unwrap();
    assert_eq!(server.send(&format!("DELETE /api/members/{owner}"), &[], "").status, 404);
}

#[test]
fn what_one_bans_another_still_hears() {
    let server = Running::start();
    let cookie = join(&server, &invite(&server), "Noor").cookie();
    let question = json!({ "expression": "happy", "limit": 5 });
    let first = server.post("/api/recommend", None, &question).json();
    let id = first["items"][0]["id"].clone();
    server.post("/api/events", None, &json!({ "kind": "banned", "item": id }));
    let has = |list: serde_json::Value| {
        list["items"].as_array().unwrap().iter().any(|item| item["id"] == id)
    };
    assert!(!has(server.post("/api/recommend", None, &question).json()));
    assert!(has(server.post("/api/recommend", Some(&cookie), &question).json()));
}

#[test]
fn a_new_password_signs_the_others_out() {
    let server = Running::start();
    let other = sign_in(&server, NAME, PASSWORD).cookie();
    let wrong = json!({ "old": "wrong", "new": "another good one" });
    assert_eq!(server.post("/api/password", None, &wrong).status, 403);
    let right = json!({ "old": PASSWORD, "new": "another good one" });
    assert_eq!(server.post("/api/password", None, &right).status, 200);
    assert_eq!(server.get_as("/api/work", &other).status, 401);
    assert_eq!(server.get("/api/work", &[]).status, 200);
    assert_eq!(sign_in(&server, NAME, PASSWORD).status, 403);
    assert_eq!(sign_in(&server, NAME, "another good one").status, 200);
}

#[test]
fn another_sites_page_cannot_use_the_cookie() {
    let server = Running::start();
    for headers in [
        vec![("origin", "http://evil.example")],
        vec![("sec-fetch-site", "cross-site")],
        vec![("sec-fetch-site", "same-site")],
    ] {
        for what in ["POST /api/sign-out-everywhere", "DELETE /api/diary", "POST /api/owner"] {
            assert_eq!(server.send(what, &headers, "").status, 403, "{what} {headers:?}");
        }
    }
    assert_eq!(server.get("/api/work", &[]).status, 200);
}
