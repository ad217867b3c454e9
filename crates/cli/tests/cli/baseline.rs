//! `attune baseline`.

use crate::fixtures::{PLAIN_JPEG, photo};
use crate::harness::Sandbox;
use crate::snapshot;

#[test]
fn nothing_is_kept_until_enough_was_seen() {
    let sandbox = Sandbox::new();
    std::fs::create_dir(sandbox.path("frames")).unwrap();
    sandbox.write("frames/1.jpg", PLAIN_JPEG);
    snapshot!("baseline_short", sandbox.run(&["baseline", "record", "--video", "frames"]));
    snapshot!("baseline_none", sandbox.run(&["baseline", "show"]));
    snapshot!("baseline_none_deleted", sandbox.run(&["baseline", "delete"]));
    snapshot!("baseline_asked_for", sandbox.run(&["face", "--baseline", "frames/1.jpg"]));
}

/// Frames of one person of the clip, first at rest and then smiling, as so many files of a folder.
fn phases(sandbox: &Sandbox) -> Option<()> {
    let clip = photo("clip.mp4")?;
    std::fs::create_dir(sandbox.path("frames")).unwrap();
    for (name, start, seconds, fps) in [("a", "4.6", "2", "10"), ("b", "3.65", "0.6", "30")] {
        let done = std::process::Command::new("ffmpeg")
            .args(["-nostdin", "-v", "error", "-ss", start, "-t", seconds, "-i"])
            .arg(&clip)
            .args(["-vf", &format!("fps={fps}"), "-frames:v", "18"])
            .arg(sandbox.path(&format!("frames/{name}%02d.png")))
            .status();
        if done.is_err() {
            eprintln!("skipped: ffmpeg is not installed");
            return None;
        }
    }
    Some(())
}

const RECORD: [&str; 7] = ["baseline", "record", "--video", "frames", "--fps", "1", "--seconds"];

#[test]
fn a_baseline_moves_the_largest_face_until_it_is_deleted() {
    let (sandbox, Some(group)) = (Sandbox::new(), photo("two_people.jpg")) else { return };
    if phases(&sandbox).is_none() {
        return;
    }
    let record = sandbox.run(&[&RECORD[..], &["36"]].concat());
    assert!(record.contains("18 frames at rest and 18 frames smiling"), "{record}");
    let faces = |args: &[&str], photo: &str| {
        let json = sandbox.json(&[&["face", "--format", "json", photo], args].concat());
        json["photos"][0]["faces"].as_array().unwrap().clone()
    };
    let neutral = |args: &[&str]| {
        let faces = faces(args, "frames/a09.png");
        faces[0]["probabilities"]["neutral"].as_f64().unwrap()
    };
    let (plain, with) = (neutral(&[]), neutral(&["--baseline"]));
    assert!(with > plain, "{plain} {with}");
    let group = group.to_str().unwrap();
    let (plain, with) = (faces(&[], group), faces(&["--baseline"], group));
    assert!(plain[0] != with[0], "the largest face is read as that of whoever recorded it");
    assert_eq!(plain[1], with[1], "and nobody else's");
    let shown = sandbox.json(&["baseline", "show", "--format", "json"]);
    assert!(shown["bias"]["neutral"].as_f64().unwrap() > 0.0, "{shown}");
    sandbox.run(&["baseline", "delete"]);
    let output = sandbox.output(&["baseline", "show"]);
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn a_baseline_belongs_to_one_person_who_is_recognised_by_name() {
    let sandbox = Sandbox::new();
    if phases(&sandbox).is_none() {
        return;
    }
    sandbox.run(&[&RECORD[..], &["36", "--listener", "Anna"]].concat());
    sandbox.run(&["who", "enrol", "Anna", "--video", "frames", "--fps", "1", "--seconds", "36"]);
    let neutral = |args: &[&str]| {
        let all = [&["face", "--format", "json", "frames/a09.png"], args].concat();
        let json = sandbox.json(&all);
        let face = &json["photos"][0]["faces"][0];
        (face["who"].clone(), face["probabilities"]["neutral"].as_f64().unwrap())
    };
    let (nobody, plain) = neutral(&[]);
    let (name, named) = neutral(&["--who", "--baseline"]);
    assert!(nobody.is_null() && name == "Anna" && named > plain, "{name} {plain} {named}");
    snapshot!("baseline_of_another", sandbox.run(&["face", "--baseline", "frames/a09.png"]));
    sandbox.run(&["baseline", "delete", "--listener", "Anna"]);
    assert_eq!(neutral(&["--who", "--baseline"]).1, plain);
}

#[test]
fn what_is_learnt_of_somebody_comes_from_one_person_at_rest_and_smiling() {
    let (Some(portrait), Some(group)) = (photo("obama-480p.jpg"), photo("two_people.jpg")) else {
        return;
    };
    let sandbox = Sandbox::new();
    for (folder, picture) in [("same", &portrait), ("both", &group)] {
        std::fs::create_dir(sandbox.path(folder)).unwrap();
        for n in 0..24 {
            std::fs::copy(picture, sandbox.path(&format!("{folder}/{n}.jpg"))).unwrap();
        }
    }
    let of = |folder: &str, args: &[&str]| {
        sandbox.run(&[args, &["--video", folder, "--fps", "1", "--seconds", "24"]].concat())
    };
    snapshot!("baseline_without_a_smile", of("same", &["baseline", "record"]));
    snapshot!("baseline_of_two", of("both", &["baseline", "record"]));
    snapshot!("who_of_two", of("both", &["who", "enrol", "Anna"]));
}
