//! `attune who`, and `--who`.

use crate::fixtures::{PLAIN_JPEG, photo};
use crate::harness::Sandbox;
use crate::snapshot;

#[test]
fn nobody_is_known_who_did_not_enrol() {
    let sandbox = Sandbox::new();
    sandbox.write("plain.jpg", PLAIN_JPEG);
    snapshot!("who_list_nobody", sandbox.run(&["who", "list"]));
    snapshot!("who_forget_nobody", sandbox.run(&["who", "forget", "--all"]));
    snapshot!("who_not_asked", sandbox.run(&["face", "--who", "plain.jpg"]));
    snapshot!("who_no_face", sandbox.run(&["who", "enrol", "Anna", "plain.jpg"]));
    for args in [
        &["who", "enrol", "Anna"][..],
        &["who", "forget"],
        &["who", "enrol", "A", "p.jpg", "--camera"],
    ] {
        assert_eq!(sandbox.output(args).status.code(), Some(2), "{args:?}");
    }
}

#[test]
fn somebody_enrols_is_told_apart_and_forgotten() {
    let (Some(portrait), Some(group)) = (photo("obama-480p.jpg"), photo("two_people.jpg")) else {
        return;
    };
    let (portrait, group) = (portrait.to_str().unwrap(), group.to_str().unwrap());
    let sandbox = Sandbox::new();
    let refused = sandbox.output(&["who", "enrol", "Both", group]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("2 faces"));

    let enrolled = sandbox.run(&["--data-dir", "d", "who", "enrol", "Barack", portrait]);
    assert!(enrolled.contains("Barack is enrolled by 1 picture"), "{enrolled}");
    let listed = sandbox.json(&["--data-dir", "d", "who", "list", "--format", "json"]);
    assert_eq!(listed["people"], serde_json::json!([{ "name": "Barack", "pictures": 1 }]));
    // Numbers alone are kept, as many as there are directions.
    let kept = std::fs::read_to_string(sandbox.path("d/who.json")).unwrap();
    let kept: serde_json::Value = serde_json::from_str(&kept).unwrap();
    assert_eq!(kept["people"]["Barack"]["coefficients"].as_array().unwrap().len(), 64);

    let who = |args: &[&str], photo: &str| {
        let all = [&["--data-dir", "d", "face", "--format", "json"], args, &[photo]].concat();
        let json = sandbox.json(&all);
        let faces = json["photos"][0]["faces"].as_array().unwrap().clone();
        faces.iter().map(|face| face["who"].as_str().map(str::to_owned)).collect::<Vec<_>>()
    };
    assert_eq!(who(&["--who"], portrait), [Some("Barack".to_owned())]);
    assert_eq!(who(&["--who"], group), [None, None]);
    assert_eq!(who(&[], portrait), [None], "nobody asked");

    let list = ["--data-dir", "d", "recommend", "--photo", portrait, "--who", "--limit", "1"];
    let told = sandbox.output(&list);
    assert!(String::from_utf8_lossy(&told.stderr).contains("this is Barack"));
    let both = sandbox.output(&[&list[..], &["--listener", "Anna"]].concat());
    assert_eq!(both.status.code(), Some(2));

    sandbox.run(&["--data-dir", "d", "who", "forget", "Barack"]);
    assert!(!sandbox.path("d/who.json").exists());
}
