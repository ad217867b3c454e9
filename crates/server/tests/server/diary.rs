//! The diary is kept for those who want it, and for nobody else.

use serde_json::{Value, json};

use crate::client::Running;

fn entry(after: Option<i64>) -> Value {
    json!({
        "mood": { "valence": 0.5, "arousal": -0.25, "uncertainty": 0.1 },
        "told_by": "camera", "expression": "happy", "goal": "0.6,-0.2", "after": after,
    })
}

fn entries(server: &Running) -> Vec<Value> {
    server.get("/api/diary", &[]).json()["entries"].as_array().unwrap().clone()
}

fn switch(server: &Running, on: bool) {
    let mut settings = server.get("/api/session", &[]).json()["settings"].clone();
    settings["diary"] = on.into();
    assert_eq!(server.post("/api/settings", None, &settings).status, 200);
}

#[test]
fn off_means_that_nothing_is_stored() {
    let server = Running::start();
    let answer = server.post("/api/diary", None, &entry(None));
    assert_eq!((answer.status, answer.json()), (200, json!({ "id": null })));
    switch(&server, true);
    assert!(entries(&server).is_empty());
    server.post("/api/diary", None, &entry(None));
    assert_eq!(entries(&server).len(), 1);
    switch(&server, false);
    switch(&server, true);
    assert!(entries(&server).is_empty());
}

#[test]
fn a_diary_is_written_exported_and_deleted() {
    let server = Running::start();
    switch(&server, true);
    let first = server.post("/api/diary", None, &entry(None)).json()["id"].as_i64().unwrap();
    server.post("/api/diary", None, &entry(Some(first)));
    server.post("/api/diary", None, &entry(Some(987_654)));
    let all = entries(&server);
    assert_eq!((&all[1]["after"], &all[2]["after"]), (&json!(first), &Value::Null));
    let csv = server.get("/api/diary/export/csv", &[]);
    assert!(csv.header("content-disposition").contains("attune-diary.csv"));
    assert_eq!(csv.text().lines().count(), 4);
    assert!(csv.text().contains("0.5,-0.25,0.1,camera,happy,\"0.6,-0.2\""), "{}", csv.text());
    assert_eq!(server.get("/api/diary/export/json", &[]).json().as_array().unwrap().len(), 3);
    let gone = |what: &str| server.send(&format!("DELETE /api/diary{what}"), &[], "").status;
    assert_eq!((gone(&format!("/{first}")), gone(&format!("/{first}"))), (200, 404));
    let at = all[1]["at_ms"].as_i64().unwrap();
    assert_eq!(gone(&format!("?from_ms=0&to_ms={at}")), 200);
    assert_eq!(gone(""), 200);
    assert!(entries(&server).is_empty());
}

#[test]
fn what_makes_no_sense_is_refused() {
    let server = Running::start();
    switch(&server, true);
    for (key, value) in [
        ("mood", json!({ "valence": 7, "arousal": 0 })),
        ("told_by", json!("horoscope")),
        ("expression", json!("hapy")),
        ("goal", json!("party")),
    ] {
        let mut body = entry(None);
        body[key] = value;
        assert_eq!(server.post("/api/diary", None, &body).status, 400, "{body}");
    }
    for (key, value) in
        [("theme", json!("plaid")), ("crossfade_s", json!(99)), ("baseline", json!([1.0]))]
    {
        let mut settings = server.get("/api/session", &[]).json()["settings"].clone();
        settings[key] = value;
        assert_eq!(server.post("/api/settings", None, &settings).status, 400, "{settings}");
    }
}

#[test]
fn corrections_lean_the_bias_and_are_forgotten() {
    let server = Running::start();
    let none = server.get("/api/corrections", &[]).json();
    assert_eq!(none["count"], 0);
    let read = json!({ "neutral": 0.2, "happy": 0.1, "sad": 0.7 });
    let body = json!({ "probabilities": read, "expression": "neutral" });
    let said = server.post("/api/corrections", None, &body).json();
    assert_eq!(said["count"], 1);
    let bias: Vec<f64> =
        said["bias"].as_array().unwrap().iter().map(|b| b.as_f64().unwrap()).collect();
    // Neutral comes first, sad fourth.
    assert!(bias.len() == 8 && bias[0] > 0.05 && bias[3] < -0.05, "{bias:?}");
    assert_eq!(server.send("DELETE /api/corrections", &[], "").json()["count"], 0);
}
