//! `attune explain`.

use serde_json::Value;

use crate::fixtures::{PLAIN_JPEG, photo};
use crate::harness::Sandbox;
use crate::snapshot;

#[test]
fn what_cannot_be_explained_is_refused() {
    let sandbox = Sandbox::new();
    sandbox.write("plain.jpg", PLAIN_JPEG);
    for (name, args) in [
        ("explain_no_photo", &["explain", "gone.jpg"][..]),
        ("explain_no_face", &["explain", "plain.jpg"]),
        ("explain_bad_class", &["explain", "plain.jpg", "--class", "hapy"]),
        (
            "explain_no_class",
            &["explain", "plain.jpg", "--whole", "--class", "contempt", "--label-set", "fer2013"],
        ),
        ("explain_no_layer", &["explain", "plain.jpg", "--whole", "--layer", "5"]),
        ("explain_unwritable", &["explain", "plain.jpg", "--whole", "--out", "gone/o.png"]),
        ("explain_no_png", &["explain", "plain.jpg", "--whole", "--out", "o.jpg"]),
    ] {
        snapshot!(name, sandbox.run(args));
    }
}

/// By its own name, through links of both kinds, as a feature map, and by a name without a file.
#[test]
fn the_photo_is_never_overwritten() {
    let sandbox = Sandbox::new();
    // PNG bytes, for any name that can be written must end in .png.
    let photo = crate::fixtures::ONE_PIXEL_PNG;
    sandbox.write("me.png", photo);
    let explain = ["explain", "me.png", "--whole"];
    let map = ["--layer", "1", "--feature-maps", "maps"];
    let json = sandbox.json(&[&explain[..], &map, &["--format", "json"]].concat());
    let sheet = json["feature_maps"][0].as_str().unwrap();
    std::fs::remove_file(sandbox.path(sheet)).unwrap();
    for name in ["hard.png", sheet] {
        std::fs::hard_link(sandbox.path("me.png"), sandbox.path(name)).unwrap();
    }
    let mut names = vec!["me.png", "hard.png", sheet];
    if cfg!(unix) {
        #[cfg(unix)]
        std::os::unix::fs::symlink(sandbox.path("me.png"), sandbox.path("soft.png")).unwrap();
        names.push("soft.png");
        let output = sandbox.output(&["explain", "soft.png", "--whole", "--out", "me.png"]);
        assert_eq!(output.status.code(), Some(1), "a photo behind a link");
    }
    snapshot!("explain_overwrite", sandbox.run(&[&explain[..], &["--out", "me.png"]].concat()));
    let outs = names.iter().map(|name| vec!["--out", name]);
    for more in outs.chain([vec!["--out", "./maps/../me.png"], map.to_vec()]) {
        let output = sandbox.output(&[&explain[..], &more].concat());
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{more:?}: {told}");
        assert!(told.contains("is the photo itself"), "{more:?}: {told}");
    }
    for name in names {
        assert_eq!(std::fs::read(sandbox.path(name)).unwrap(), photo, "{name}");
    }
    let done = sandbox.output(&[&explain[..], &["--out", "other.png"]].concat());
    assert!(done.status.success() && sandbox.path("other.png").exists());
}

/// A face of which the model can't tell the expression, in words, JSON and numbers alike.
#[test]
fn what_the_model_cannot_tell_is_not_named() {
    let sandbox = Sandbox::new();
    sandbox.write("plain.jpg", PLAIN_JPEG);
    let explain = ["explain", "plain.jpg", "--whole"];
    let json = sandbox.json(&[&explain[..], &["--format", "json"]].concat());
    let told = sandbox.run(&explain);
    let number = |name: &str| json[name].as_f64().unwrap();
    let unsure = number("likeliest_probability") < number("declare_above");
    assert_eq!(json["expression"].is_null(), unsure, "{json}");
    assert_eq!(told.contains("can't tell"), unsure, "{told}");
}

#[test]
fn a_smile_is_explained_by_the_lower_face() {
    let Some(path) = photo("obama-480p.jpg") else { return };
    let sandbox = Sandbox::new();
    let args = ["explain", path.to_str().unwrap(), "--class", "happy", "--feature-maps", "maps"];
    let json = sandbox.json(&[&args[..], &["--format", "json"]].concat());
    let number = |value: &Value| value.as_f64().unwrap();
    assert_eq!((&json["class"], &json["label_set"]), (&"happy".into(), &"ferplus".into()));
    let thirds: Vec<f64> = json["thirds"].as_array().unwrap().iter().map(number).collect();
    assert!((thirds.iter().sum::<f64>() - 1.0).abs() < 1e-3, "{json}");
    assert!(thirds[1] + thirds[2] > 0.7, "nose and mouth: {json}");
    let (face, peak) = (&json["box"], &json["peak"]);
    for (axis, side, place) in [("x", "width", &peak[0]), ("y", "height", &peak[1])] {
        let within = number(&face[axis])..number(&face[axis]) + number(&face[side]);
        assert!(within.contains(&number(place)), "{json}");
    }
    let signature =
        |path: &Value| std::fs::read(sandbox.path(path.as_str().unwrap())).unwrap()[..8].to_vec();
    assert_eq!(json["overlay"], "obama-480p-explained.png");
    let sheets = json["feature_maps"].as_array().unwrap();
    assert_eq!(sheets.len(), json["layers"].as_array().unwrap().len());
    for picture in sheets.iter().chain([&json["overlay"]]) {
        assert_eq!(signature(picture), b"\x89PNG\r\n\x1a\n", "{picture}");
    }
    let text = sandbox.run(&[&args[..], &["--layer", "1"]].concat());
    assert!(text.contains("feature maps: 1 contact sheet in maps"), "{text}");
}

#[test]
fn faces_are_counted_from_the_largest() {
    let Some(path) = photo("two_people.jpg") else { return };
    let path = path.to_str().unwrap();
    let sandbox = Sandbox::new();
    let face = |n: &str| sandbox.json(&["explain", path, "--face", n, "--format", "json"]);
    let width = |json: Value| json["box"]["width"].as_f64().unwrap();
    assert!(width(face("1")) >= width(face("2")));
    let third = sandbox.output(&["explain", path, "--face", "3"]);
    assert_eq!(third.status.code(), Some(1));
    let told = String::from_utf8_lossy(&third.stderr).into_owned();
    assert!(told.contains("shows only 2 faces"), "{told}");
}
