//! What a listener does, and what it does to lists.

use serde_json::Value;

use crate::fixtures::{PLAIN_JPEG, TABLE, TABLE_MAP, photo};
use crate::harness::Sandbox;
use crate::snapshot;

fn library() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("table.csv", TABLE).write("plain.jpg", PLAIN_JPEG);
    sandbox.json(&["import", "csv", "table.csv", "--map", TABLE_MAP, "--format", "json"]);
    sandbox
}

const OURS: [&str; 4] = ["--artist", "quiet rooftops test", "--artist", "LOUD ROOFTOPS TEST"];

fn ask(more: &[&str]) -> Vec<String> {
    let args = [&["recommend", "--mood", "0,0"][..], &OURS, more].concat();
    args.into_iter().map(str::to_owned).collect()
}

fn run(sandbox: &Sandbox, more: &[&str]) -> String {
    let args = ask(more);
    sandbox.run(&args.iter().map(String::as_str).collect::<Vec<_>>())
}

fn json(sandbox: &Sandbox, more: &[&str]) -> Value {
    let args = ask(&[more, &["--format", "json"]].concat());
    sandbox.json(&args.iter().map(String::as_str).collect::<Vec<_>>())
}

fn titles(list: &Value) -> Vec<&str> {
    let items = list["items"].as_array().unwrap();
    items.iter().map(|item| item["title"].as_str().unwrap()).collect()
}

#[test]
fn events_are_written_down_and_change_the_next_list() {
    let sandbox = library();
    let event = |args: &[&str]| sandbox.run(&[&["library", "event"][..], args].concat());
    let before = json(&sandbox, &[]);
    snapshot!("event_liked", event(&["liked", "rain ledger"]));
    snapshot!(
        "event_skipped",
        event(&["skipped", "Tin Parade Loud Rooftops Test", "--at", "0:12"])
    );
    snapshot!("event_banned", event(&["banned", "Lantern Street"]));
    let after = json(&sandbox, &[]);
    assert_eq!(titles(&after)[0], "Rain Ledger", "{before} {after}");
    assert!(!titles(&after).contains(&"Lantern Street"));
    let liked = &after["items"][0];
    assert!(liked["reasons"].to_string().contains("you like it"), "{liked}");
    let skipped = after["items"].as_array().unwrap().iter().find(|i| i["title"] == "Tin Parade");
    let against = skipped.unwrap()["against"].to_string();
    assert!(
        against.contains("you left one item by Loud Rooftops Test early this week"),
        "{against}"
    );
    let far = ["recommend", "--mood", "1,1", "--artist", "quiet rooftops test"];
    snapshot!("recommend_liked_far", sandbox.run(&far));
    sandbox.json(&["library", "event", "banned", "rain ledger", "--format", "json"]);
    snapshot!("recommend_banned", sandbox.run(&far));
    sandbox.json(&["library", "event", "liked", "rain ledger", "--format", "json"]);
    let somebody_else = json(&sandbox, &["--listener", "ann"]);
    assert_eq!(titles(&somebody_else), titles(&before));
    let events = sandbox.json(&["library", "events", "--format", "json"]);
    let kinds: Vec<&str> =
        events["events"].as_array().unwrap().iter().map(|e| e["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["liked", "skipped", "banned", "banned", "liked"]);
}

#[test]
fn what_cannot_be_written_down_says_why() {
    let sandbox = library();
    for (name, args) in [
        ("event_unknown", &["liked", "Rain Legder"][..]),
        ("event_no_item", &["liked"]),
        ("event_mood_with_item", &["not-how-i-feel", "Rain Ledger"]),
        ("event_time_of_like", &["liked", "Rain Ledger", "--at", "3"]),
        ("event_bad_time", &["skipped", "Rain Ledger", "--at", "1:75"]),
        ("event_bad_kind", &["loved", "Rain Ledger"]),
    ] {
        snapshot!(name, sandbox.run(&[&["library", "event"][..], args].concat()));
    }
}

#[test]
fn a_wrong_reading_leaves_a_mood_told_by_hand_alone() {
    let sandbox = library();
    assert!(json(&sandbox, &[])["notes"].as_array().unwrap().is_empty());
    sandbox.json(&["library", "event", "not-how-i-feel", "--format", "json"]);
    assert!(json(&sandbox, &[])["notes"].as_array().unwrap().is_empty());
}

#[test]
fn lists_can_be_explained_ordered_and_narrowed() {
    let sandbox = library();
    for title in ["Rain Ledger", "Rain Ledger", "Lantern Street", "Tin Parade", "Tin Parade"] {
        sandbox.json(&["library", "event", "played", title, "--format", "json"]);
    }
    let plays = json(&sandbox, &["--order", "plays"]);
    // A party is far from the mood, so it comes after what fits, though it was played as often.
    assert_eq!(titles(&plays)[..3], ["Rain Ledger", "Lantern Street", "Tin Parade"]);
    assert_eq!(plays["items"][0]["terms"]["plays"], 2.0);
    let not = json(&sandbox, &["--not", "Rain Ledger", "--not", "loud rooftops test"]);
    assert_eq!(titles(&not), ["Lantern Street"]);
    assert_eq!(titles(&json(&sandbox, &["--years", "1990-2000"])), ["Rain Ledger"]);
    let fresh = library();
    snapshot!("recommend_explain", run(&fresh, &["--explain", "--limit", "2", "--kind", "video"]));
    snapshot!("recommend_years_reversed", run(&fresh, &["--years", "2000-1990"]));
    snapshot!("recommend_years_empty", run(&fresh, &["--years", "1900-1950"]));
    snapshot!(
        "recommend_not_unknown",
        run(&fresh, &["--not", "Loud Rooftop Test", "--limit", "1"])
    );
}

#[test]
fn a_list_can_sound_like_a_track() {
    let sandbox = library();
    let table = "title,artist,energy,valence,danceability,tempo,loudness\n\
        Seed,Vector Test,0.9,0.9,0.9,150,-4\nTwin,Vector Test B,0.88,0.9,0.88,149,-4.2\n\
        Calm Twin,Vector Test C,0.3,0.9,0.6,150,-12\nFoe,Vector Test D,0.1,0.1,0.1,70,-20\n";
    sandbox.write("vectors.csv", table);
    let map = "title=title,artist=artist,energy=energy,valence=valence,\
               danceability=danceability,tempo=tempo,loudness=loudness";
    sandbox.json(&["import", "csv", "vectors.csv", "--map", map, "--format", "json"]);
    let four = ["B", "C", "D"].map(|x| format!("Vector Test {x}"));
    let list = |more: &[&str]| {
        let mut args = vec!["recommend", "--like", "Seed", "--format", "json"];
        four.iter().for_each(|artist| args.extend(["--artist", artist]));
        args.extend(more);
        let list = sandbox.json(&args);
        list["items"].as_array().unwrap().clone()
    };
    let like = list(&[]);
    assert_eq!(like[0]["title"], "Twin");
    assert!(like[0]["reasons"].to_string().contains("sounds like Seed"), "{}", like[0]);
    assert!(like.iter().all(|item| item["title"] != "Seed"));
    let sound = |items: &[Value], title: &str| {
        let item = items.iter().find(|item| item["title"] == title).unwrap();
        item["terms"]["sound"].as_f64().unwrap()
    };
    let calmer = list(&["--but", "calmer"]);
    assert!(sound(&calmer, "Twin") < sound(&like, "Twin"), "{calmer:?}");
    let unlike = list(&["--unlike", "Twin"]);
    assert!(unlike.iter().all(|item| item["title"] != "Twin"));
    snapshot!(
        "recommend_like_unlike",
        sandbox.run(&["recommend", "--like", "Seed", "--unlike", "seed"])
    );
    snapshot!(
        "recommend_but_both",
        sandbox.run(&["recommend", "--like", "Seed", "--but", "calmer", "--but", "livelier"])
    );
    snapshot!("recommend_like_unknown", sandbox.run(&["recommend", "--like", "Sead"]));
    snapshot!(
        "recommend_like_by_plays",
        sandbox.run(&["recommend", "--like", "Seed", "--order", "plays"])
    );
}

#[test]
fn a_journey_keeps_its_time_and_goes_on_from_where_one_is() {
    let sandbox = Sandbox::new();
    let go = |args: &[&str]| sandbox.json(&[&["recommend", "--format", "json"][..], args].concat());
    let first =
        go(&["--mood", "-0.6,-0.4", "--goal", "lift", "--minutes", "35", "--kind", "music"]);
    let items = first["items"].as_array().unwrap();
    assert_eq!(items.len(), 10);
    assert!(items[9]["mood"]["valence"].as_f64() > items[0]["mood"]["valence"].as_f64());
    assert_eq!(first["journey"]["asked_ms"], 35 * 60_000);
    let heard = &items[0]["id"];
    sandbox.json(&["library", "event", "finished", &heard.to_string(), "--format", "json"]);
    let rest = go(&["--mood", "0.1,0.1", "--resume", "--kind", "music"]);
    let left = rest["items"].as_array().unwrap();
    assert_eq!(
        (left.len(), &rest["journey"]["destination"]),
        (9, &first["journey"]["destination"])
    );
    assert!(left.iter().all(|item| item["id"] != *heard));
    let again = sandbox.output(&["recommend", "--mood", "0.1,0.1", "--resume", "--kind", "music"]);
    let heading = String::from_utf8_lossy(&again.stdout).lines().next().unwrap().to_owned();
    assert_eq!(heading, "valence 0.10, arousal 0.10 ± 0.00 → towards 0.24,0.08");
    let begin = |args: &[&str]| sandbox.run(&[&["recommend", "--mood", "0,0"][..], args].concat());
    snapshot!("recommend_journey_by_plays", begin(&["--journey", "--order", "plays"]));
    snapshot!("recommend_journey_of_300", begin(&["--journey", "300"]));
    snapshot!("recommend_journey_limit_300", begin(&["--journey", "--limit", "300"]));
    let off = begin(&["--journey", "2", "--minutes", "90", "--kind", "music"]);
    assert!(
        off.contains("note: the journey plays for 7 minutes instead of the 90 asked for"),
        "{off}"
    );
    snapshot!("recommend_journey_empty", begin(&["--journey", "4", "--language", "xx"]));
    let nothing = Sandbox::new().run(&["recommend", "--mood", "0,0", "--resume"]);
    snapshot!("recommend_no_journey", nothing);
}

#[test]
fn histories_come_in_and_say_what_others_play() {
    let sandbox = library();
    sandbox.write("mine.csv", "Quiet Rooftops Test,Album,Rain Ledger,01 Jan 2020 10:00\n,x,y,z\n");
    let mine = sandbox.run(&["import", "lastfm", "mine.csv"]);
    snapshot!("import_lastfm_mine", mine);
    let many: String = (0..12)
        .flat_map(|u| {
            let (a, b) = if u % 2 == 0 {
                ("Quiet Rooftops Test", "Loud Rooftops Test")
            } else {
                ("Someone Test", "Another Test")
            };
            [a, b].map(|artist| format!("user_{u}\tid\t{artist}\t{}\n", u + 1))
        })
        .collect();
    sandbox.write("many.tsv", many);
    let report = sandbox.json(&["import", "lastfm", "many.tsv", "--format", "json"]);
    assert_eq!((&report["listeners"], &report["learned"]["artists"]), (&12.into(), &4.into()));
    let again = sandbox.json(&["import", "lastfm", "many.tsv", "--format", "json"]);
    assert_eq!((&again["changed"], &again["learned"]["up_to_date"]), (&0.into(), &true.into()));
    let list = json(&sandbox, &[]);
    let items = list["items"].as_array().unwrap();
    let loud = items.iter().find(|item| item["artist"] == "Loud Rooftops Test").unwrap();
    let reasons = loud["reasons"].to_string();
    assert!(
        reasons.contains("listeners of Quiet Rooftops Test also play Loud Rooftops Test"),
        "{reasons}"
    );
    let likes = |list: &Value| {
        let items = list["items"].as_array().unwrap();
        items.iter().any(|i| i["reasons"].to_string().contains("you like Quiet Rooftops Test"))
    };
    assert!(!likes(&list), "one play is no liking");
    sandbox.write("much.csv", "artist,plays\nQuiet Rooftops Test,300\n");
    sandbox.json(&["import", "lastfm", "much.csv", "--format", "json"]);
    assert!(likes(&json(&sandbox, &[])));
    sandbox.write("nobody.csv", "user,artist\nann,Dido\n,Dido\n");
    snapshot!("import_lastfm_nobody", sandbox.run(&["import", "lastfm", "nobody.csv"]));
    snapshot!("import_lastfm_missing", sandbox.run(&["import", "lastfm", "gone"]));
    sandbox.write("odd.csv", "a,b\n1,2\n");
    snapshot!("import_lastfm_odd", sandbox.run(&["import", "lastfm", "odd.csv"]));
}

#[test]
fn corrections_teach_the_reading_and_can_be_forgotten() {
    let Some(path) = photo("obama-480p.jpg") else { return };
    let (sandbox, photo) = (Sandbox::new(), path.to_str().unwrap());
    let of = |json: &Value, expression: &str| {
        json["photos"][0]["faces"][0]["probabilities"][expression].as_f64().unwrap()
    };
    let face = || sandbox.json(&["face", photo, "--format", "json"]);
    let before = face();
    assert!(!sandbox.path(".local").exists(), "reading a face makes no library");
    for _ in 0..3 {
        sandbox.json(&["correction", "add", photo, "sad", "--format", "json"]);
    }
    let after = face();
    assert!(of(&after, "sad") > of(&before, "sad"), "{after}");
    let list = sandbox.json(&["correction", "list", "--format", "json"]);
    assert_eq!(list["corrections"].as_array().map(Vec::len), Some(3));
    assert!(list["bias"]["sad"].as_f64() > Some(0.1), "{list}");
    assert_eq!(sandbox.json(&["face", photo, "--listener", "ann", "--format", "json"]), before);
    assert_eq!(sandbox.json(&["correction", "forget", "--format", "json"])["forgotten"], 3);
    assert_eq!(face(), before);
}

#[test]
fn a_photo_without_a_face_corrects_nothing() {
    let sandbox = library();
    snapshot!("correction_no_face", sandbox.run(&["correction", "add", "plain.jpg", "sad"]));
    snapshot!("correction_none", sandbox.run(&["correction", "list"]));
}
