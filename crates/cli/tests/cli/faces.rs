//! `attune face`.

use std::path::Path;

use crate::fixtures::{
    CMYK_JPEG, DEEP_PNG, HUGE_HEADER_PNG, ONE_PIXEL_PNG, PLAIN_JPEG, PLAIN_WEBP, photo,
};
use crate::harness::Sandbox;
use crate::snapshot;

#[test]
fn what_is_no_readable_picture_is_refused() {
    for (name, file, bytes) in [
        ("face_empty", "empty.jpg", &b""[..]),
        ("face_truncated", "cut.jpg", &PLAIN_JPEG[..700]),
        ("face_text", "letter.jpg", b"Dear friend,\nthis is not a picture.\n"),
        ("face_huge_header", "huge.png", HUGE_HEADER_PNG),
    ] {
        let sandbox = Sandbox::new();
        sandbox.write(file, bytes);
        snapshot!(name, sandbox.run(&["face", file]));
    }
    let sandbox = Sandbox::new();
    snapshot!("face_missing", sandbox.run(&["face", "nobody.jpg"]));
    snapshot!("face_folder", sandbox.run(&["face", "."]));
}

#[test]
fn a_picture_without_a_face_gives_an_empty_list_and_a_word() {
    for (name, file, bytes) in [
        ("face_none_jpeg", "plain.jpg", PLAIN_JPEG),
        ("face_none_webp", "plain.webp", PLAIN_WEBP),
        ("face_none_16_bit", "deep.png", DEEP_PNG),
        ("face_none_cmyk", "print.jpg", CMYK_JPEG),
        ("face_none_one_pixel", "dot.png", ONE_PIXEL_PNG),
    ] {
        let sandbox = Sandbox::new();
        sandbox.write(file, bytes);
        snapshot!(name, sandbox.run(&["face", file, "--format", "json"]));
    }
}

#[test]
fn one_refused_photo_does_not_keep_the_others_from_being_read() {
    let sandbox = Sandbox::new();
    sandbox.write("plain.jpg", PLAIN_JPEG).write("empty.jpg", "");
    let args = ["face", "empty.jpg", "plain.jpg", "--format", "json"];
    snapshot!("face_one_refused", sandbox.run(&args));
    snapshot!("face_one_refused_quiet", sandbox.run(&["-q", "face", "empty.jpg", "plain.jpg"]));
}

#[test]
fn a_portrait_gives_one_reading_in_the_documented_shape() {
    let Some(path) = photo("obama-480p.jpg") else { return };
    let json = Sandbox::new().json(&["face", "--format", "json", path.to_str().unwrap()]);
    let photos = json["photos"].as_array().unwrap();
    assert_eq!((photos.len(), &photos[0]["error"]), (1, &serde_json::Value::Null));
    let faces = photos[0]["faces"].as_array().unwrap();
    assert_eq!(faces.len(), 1);
    assert_reading(&faces[0]);
}

fn assert_reading(face: &serde_json::Value) {
    let number = |value: &serde_json::Value| value.as_f64().unwrap();
    let sum: f64 = face["probabilities"].as_object().unwrap().values().map(number).sum();
    assert!((sum - 1.0).abs() < 1e-3, "{face}");
    for side in ["x", "y", "width", "height"] {
        assert!(number(&face["box"][side]).is_finite(), "{face}");
    }
    for (axis, least) in [("valence", -1.0), ("arousal", -1.0), ("uncertainty", 0.0)] {
        assert!((least..=1.5).contains(&number(&face["mood"][axis])), "{face}");
    }
    let named = face["expression"].as_str().map(|name| &face["probabilities"][name]);
    let highest = face["probabilities"].as_object().unwrap().values().map(number);
    assert_eq!(named.map(number), named.and(highest.reduce(f64::max)), "{face}");
    assert!(face["runner_up"].is_string() && face["advice"].is_array(), "{face}");
}

#[test]
fn several_faces_and_no_human_face() {
    let (Some(two), Some(dogs)) = (photo("two_people.jpg"), photo("dogs.jpg")) else { return };
    let path = |path: &Path| path.to_str().unwrap().to_owned();
    let args = ["face", "--format", "json", &path(&two), &path(&dogs)];
    let json = Sandbox::new().json(&args);
    let count = |i: usize| json["photos"][i]["faces"].as_array().unwrap().len();
    assert_eq!((count(0), count(1)), (2, 0));
}

#[test]
fn text_shows_every_expression_of_every_face() {
    let Some(path) = photo("two_people.jpg") else { return };
    let seen = Sandbox::new().run(&["face", path.to_str().unwrap()]);
    assert!(seen.contains(": 2 faces\n"), "{seen}");
    for word in ["happy", "neutral", "surprised", "sad", "angry", "disgusted", "fearful"] {
        assert!(seen.matches(word).count() >= 2, "{word}: {seen}");
    }
}
