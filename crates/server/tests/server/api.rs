//! The JSON interface over the starter catalogue.

use serde_json::{Value, json};

use crate::client::{Answer, Running};

fn ask(server: &Running, body: &str) -> Answer {
    server.send("POST /api/recommend", &[("content-type", "application/json")], body)
}

/// Refused with a sentence and a hint.
fn assert_refused(answer: &Answer, status: u16, word: &str) {
    assert_eq!((answer.status, answer.header("content-type")), (status, "application/json"));
    let body = answer.json();
    let error = body["error"].as_str().unwrap();
    assert!(error.contains(word), "{word}: {error}");
    assert!(body["hint"].is_string(), "{body}");
}

#[test]
fn a_mood_is_answered_with_a_list_and_reasons() {
    let server = Running::start();
    let body = json!({
        "mood": {"valence": -0.6, "arousal": -0.4, "uncertainty": 0.2},
        "goal": "lift", "languages": ["Hindi"], "artists": [], "kind": "music",
        "limit": 7, "seed": 3, "a key of tomorrow": true,
    });
    let answer = ask(&server, &body.to_string());
    assert_eq!(answer.status, 200, "{}", answer.text());
    let list = answer.json();
    assert_eq!((&list["goal"], &list["emptied_by"]), (&json!("lift"), &Value::Null));
    let items = list["items"].as_array().unwrap();
    assert_eq!(items.len(), 7);
    for item in items {
        assert_eq!((&item["language"], &item["kind"]), (&json!("hindi"), &json!("music")));
        assert!(item["title"].as_str().is_some_and(|t| !t.is_empty()), "{item}");
        assert!(item["reasons"][0].is_string() && item["source"].is_string(), "{item}");
    }
    assert_eq!(ask(&server, &body.to_string()).json(), list);
}

#[test]
fn events_are_taken_and_change_the_next_list() {
    let server = Running::start();
    let event =
        |body: &str| server.send("POST /api/events", &[("content-type", "application/json")], body);
    let question = r#"{"expression":"happy","limit":5}"#;
    let first = ask(&server, question).json();
    let id = first["items"][0]["id"].clone();
    let banned = event(&json!({ "kind": "banned", "item": id }).to_string());
    assert_eq!((banned.status, &banned.json()["item"]), (200, &id));
    let next = ask(&server, question).json();
    assert!(next["items"].as_array().unwrap().iter().all(|item| item["id"] != id));
    assert_refused(&event(r#"{"kind":"loved","item":1}"#), 400, "loved");
    assert_refused(&event(r#"{"kind":"recommended","item":1}"#), 400, "recommended");
    assert_refused(&event(r#"{"kind":"liked"}"#), 400, "item");
    assert_refused(&event(r#"{"kind":"liked","item":123456789}"#), 400, "123456789");
    assert_eq!(event(r#"{"kind":"not_how_i_feel"}"#).status, 200);
}

#[test]
fn an_expression_stands_for_its_mood() {
    let server = Running::start();
    let list = ask(&server, r#"{"expression":"happy"}"#).json();
    assert!((list["mood"]["valence"].as_f64().unwrap() - 0.9).abs() < 1e-6, "{}", list["mood"]);
    assert_eq!(
        (list["goal"].as_str(), list["items"].as_array().unwrap().len()),
        (Some("match"), 20)
    );
}

#[test]
fn an_empty_list_names_the_filter() {
    let server = Running::start();
    let list = ask(&server, r#"{"expression":"sad","languages":["klingon"]}"#).json();
    assert_eq!(list["items"], json!([]));
    assert_eq!(list["emptied_by"]["filters"], json!(["language"]));
}

#[test]
fn what_cannot_be_understood_is_refused_in_words() {
    let server = Running::start();
    for (body, word) in [
        ("", "cannot be read"),
        ("{", "cannot be read"),
        ("[]", "cannot be read"),
        ("\u{feff}{}", "cannot be read"),
        (r#"{"mood":{"valence":"high","arousal":0}}"#, "cannot be read"),
        (r#"{"expression":"happy","seed":-1}"#, "cannot be read"),
        ("{}", "either a mood or an expression"),
        (r#"{"expression":"sad","mood":{"valence":0,"arousal":0}}"#, "either a mood"),
        (r#"{"mood":{"valence":2,"arousal":0}}"#, "outside the plane"),
        (r#"{"mood":{"valence":0,"arousal":0,"uncertainty":-1}}"#, "outside the plane"),
        (r#"{"expression":"hapy"}"#, "hapy"),
        (r#"{"expression":"sad","goal":"party"}"#, "party"),
        (r#"{"expression":"sad","goal":"9,9"}"#, "9,9"),
        (r#"{"expression":"sad","kind":"opera"}"#, "opera"),
        (r#"{"expression":"sad","limit":0}"#, "0 items"),
        (r#"{"expression":"sad","limit":100000}"#, "100000 items"),
    ] {
        assert_refused(&ask(&server, body), 400, word);
    }
    assert!(ask(&server, r#"{"expression":"hapy"}"#).text().contains("did you mean 'happy'?"));
}

#[test]
fn a_body_the_size_of_a_picture_is_refused() {
    let server = Running::start();
    let body = format!(r#"{{"expression":"{}"}}"#, "x".repeat(4096));
    assert_refused(&ask(&server, &body), 413, "4096 bytes");
}

#[test]
fn a_body_that_is_not_marked_as_json_is_refused() {
    let server = Running::start();
    let answer = server.send("POST /api/recommend", &[("content-type", "text/plain")], "{}");
    assert_refused(&answer, 415, "JSON");
}

#[test]
fn a_page_of_another_site_gets_no_list() {
    let server = Running::start();
    let headers = [("content-type", "application/json"), ("origin", "http://evil.example")];
    let answer = server.send("POST /api/recommend", &headers, r#"{"expression":"sad"}"#);
    assert_refused(&answer, 403, "another site");
}

#[test]
fn languages_come_with_their_counts() {
    let server = Running::start();
    let answer = server.get("/api/languages", &[]).json();
    let counts: Vec<u64> = answer["languages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|l| l["items"].as_u64().unwrap())
        .collect();
    assert!(counts.len() >= 8 && counts.is_sorted_by(|a, b| a >= b), "{answer}");
}

#[test]
fn health_says_which_version_answers() {
    let server = Running::start();
    let answer = server.get("/api/health", &[]).json();
    assert_eq!(answer, json!({"status": "ok", "version": env!("CARGO_PKG_VERSION")}));
}
