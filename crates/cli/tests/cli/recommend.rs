//! `attune recommend`.

use std::collections::HashMap;

use crate::fixtures::{PLAIN_JPEG, TABLE, TABLE_MAP, photo};
use crate::harness::Sandbox;
use crate::snapshot;

/// A library whose `... Rooftops Test` artists are known to the last track.
fn library() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("table.csv", TABLE).write("plain.jpg", PLAIN_JPEG);
    sandbox.json(&["import", "csv", "table.csv", "--map", TABLE_MAP, "--format", "json"]);
    sandbox
}

/// Only what the table brought.
const OURS: [&str; 4] = ["--artist", "quiet rooftops test", "--artist", "LOUD ROOFTOPS TEST"];

#[test]
fn a_list_says_what_and_why_and_where() {
    let sandbox = library();
    let ask = |more: &[&str]| {
        let args = [&["recommend"][..], &OURS, more].concat();
        sandbox.run(&args)
    };
    snapshot!("recommend_text", ask(&["--mood", "-0.5,0.3", "--goal", "lift"]));
    snapshot!("recommend_kind", ask(&["--expression", "sadness", "--kind", "video"]));
    snapshot!("recommend_language", ask(&["--expression", "happy", "--language", "ta"]));
    snapshot!("recommend_point", ask(&["--mood=0,0", "--goal", "-0.5,-0.5", "--limit", "1"]));
    snapshot!("recommend_m3u8", ask(&["--mood", "0.5,0", "--limit=2", "--format", "m3u8"]));
    snapshot!("recommend_xspf", ask(&["--mood", "0.5,0", "--limit=2", "--format", "xspf"]));
    snapshot!("recommend_jspf", ask(&["--mood", "0.5,0", "--limit=2", "--format", "jspf"]));
}

#[test]
fn json_has_the_documented_keys() {
    let args = [&["recommend", "--mood", "0.5,0.2", "--format", "json"][..], &OURS].concat();
    let json = library().json(&args);
    assert!(json["emptied_by"].is_null() && json["goal"] == "match");
    assert_eq!(json["mood"]["valence"], 0.5);
    let items = json["items"].as_array().unwrap();
    assert_eq!(items.len(), 4);
    for item in items {
        for key in ["kind", "title", "artist", "language", "source"] {
            assert!(item[key].is_string(), "{key}: {item}");
        }
        let terms = item["terms"].as_object().unwrap();
        let sum: f64 = terms.values().map(|term| term.as_f64().unwrap()).sum();
        assert!((sum - item["score"].as_f64().unwrap()).abs() < 1e-4, "{item}");
        assert!(!item["reasons"].as_array().unwrap().is_empty(), "{item}");
    }
}

#[test]
fn the_starter_catalogue_answers_at_once_and_in_variety() {
    let sandbox = Sandbox::new();
    let list = |seed: &str| {
        let args = ["recommend", "--expression", "happy", "--format", "json", "--seed", seed];
        sandbox.json(&args)["items"].clone()
    };
    let first = list("1");
    assert_eq!(first.as_array().map(Vec::len), Some(10));
    assert_eq!(list("1"), first);
    assert_ne!(list("2"), first);
    let mut artists: HashMap<&str, usize> = HashMap::new();
    for item in first.as_array().unwrap() {
        *artists.entry(item["artist"].as_str().unwrap()).or_default() += 1;
        assert!(item["source"].as_str().unwrap().starts_with("https://"), "{item}");
    }
    assert!(artists.values().all(|count| *count <= 2), "{artists:?}");
}

#[test]
fn settings_stand_in_for_flags() {
    let sandbox = library().env("ATTUNE_LIMIT", "1").env("ATTUNE_LANGUAGES", "tamil");
    let args = [&["recommend", "--mood", "0,0", "--format", "json"][..], &OURS].concat();
    let items = sandbox.json(&args)["items"].clone();
    assert_eq!(items.as_array().map(Vec::len), Some(1));
    assert_eq!(items[0]["title"], "Rain Ledger");
}

#[test]
fn an_empty_list_says_what_emptied_it() {
    let sandbox = library();
    for (name, more) in [
        ("recommend_unknown_language", &["--language", "tamill"][..]),
        ("recommend_unknown_artist", &["--artist", "Quiet Rooftop Test"]),
        ("recommend_emptied", &["--language", "tamil", "--artist", "Loud Rooftops Test"]),
    ] {
        let args = [&["recommend", "--mood", "0,0"][..], more].concat();
        // How much the rest of the catalogue holds is not what is looked at here.
        let seen = sandbox.run(&args);
        let seen: Vec<_> = seen.split(' ').map(count_or_word).collect();
        snapshot!(name, seen.join(" "));
    }
}

fn count_or_word(word: &str) -> &str {
    if word.parse::<u32>().is_ok_and(|n| n > 4) { "[N]" } else { word }
}

#[test]
fn a_mood_must_come_from_one_place() {
    let sandbox = Sandbox::new();
    for (name, args) in [
        ("recommend_nothing", &["recommend"][..]),
        ("recommend_two_moods", &["recommend", "--mood", "0,0", "--expression", "sad"]),
        ("recommend_bad_mood", &["recommend", "--mood", "2,0"]),
        ("recommend_bad_expression", &["recommend", "--expression", "hangry"]),
        ("recommend_bad_goal", &["recommend", "--mood", "0,0", "--goal", "up"]),
        ("recommend_bad_limit", &["recommend", "--mood", "0,0", "--limit", "0"]),
    ] {
        snapshot!(name, sandbox.run(args));
    }
}

#[test]
fn a_photo_without_a_face_gives_no_list() {
    snapshot!("recommend_no_face", library().run(&["recommend", "--photo", "plain.jpg"]));
    snapshot!("recommend_no_photo", library().run(&["recommend", "--photo", "gone.jpg"]));
}

#[test]
fn a_photo_becomes_a_list() {
    let Some(path) = photo("obama-480p.jpg") else { return };
    let photo = path.to_str().unwrap();
    let json = Sandbox::new().json(&["recommend", "--photo", photo, "--format", "json"]);
    assert_eq!(json["items"].as_array().map(Vec::len), Some(10));
    assert_eq!(json["mood"], json["face"]["mood"]);
    assert!(json["face"]["probabilities"].is_object(), "{json}");
}

#[test]
fn a_data_folder_that_cannot_be_written_is_told() {
    let sandbox = Sandbox::new();
    sandbox.write("file", "");
    for (name, folder) in [
        ("data_dir_is_a_file", "file"),
        ("data_dir_under_a_file", "file/deeper"),
        ("data_dir_forbidden", "/proc/attune"),
    ] {
        let args = ["--data-dir", folder, "recommend", "--mood", "0,0"];
        snapshot!(name, sandbox.run(&args));
    }
    sandbox.write("library.sqlite", "this is no database, and long enough to look like none");
    let args = ["--data-dir", ".", "recommend", "--mood", "0,0"];
    snapshot!("data_dir_no_database", sandbox.run(&args));
}
