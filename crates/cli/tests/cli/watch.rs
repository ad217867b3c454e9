//! `attune watch`.

use std::process::Stdio;

use serde_json::Value;

use crate::fixtures::{PLAIN_JPEG, photo};
use crate::harness::Sandbox;
use crate::snapshot;

#[test]
fn what_is_no_video_is_refused() {
    let sandbox = Sandbox::new().env("PATH", "/nowhere");
    std::fs::create_dir(sandbox.path("nothing")).unwrap();
    sandbox.write("empty.mp4", b"").write("broken.y4m", b"YUV4MPEG2 W0 H0\n");
    sandbox.write("letter.mp4", b"Dear friend, this is no video.");
    for (name, args) in [
        ("watch_missing", &["watch", "--video", "nobody.mp4"][..]),
        ("watch_empty", &["watch", "--video", "empty.mp4"]),
        ("watch_no_frames", &["watch", "--video", "nothing"]),
        ("watch_broken_header", &["watch", "--video", "broken.y4m"]),
        ("watch_no_ffmpeg", &["watch", "--video", "letter.mp4"]),
        ("watch_no_camera", &["watch", "--camera", "963"]),
        ("watch_bad_hold", &["watch", "--video", "nothing", "--hold=-1"]),
    ] {
        snapshot!(name, sandbox.run(args));
    }
    if std::process::Command::new("ffmpeg").output().is_err() {
        return eprintln!("skipped: ffmpeg is not installed");
    }
    let sandbox = sandbox.env("PATH", &std::env::var("PATH").unwrap_or_default());
    snapshot!("watch_a_letter", sandbox.run(&["watch", "--video", "letter.mp4"]));
}

/// Frames without a face, black, white, of changing sizes and one that is no picture.
#[test]
fn odd_frames_are_read_or_told_and_the_watch_goes_on() {
    let sandbox = Sandbox::new();
    std::fs::create_dir(sandbox.path("frames")).unwrap();
    let mut stream = b"YUV4MPEG2 W64 H48 F10:1 Cmono\n".to_vec();
    for level in [0u8, 255] {
        stream.extend(b"FRAME\n");
        stream.extend([level; 64 * 48]);
    }
    sandbox.write("black_and_white.y4m", &stream);
    snapshot!(
        "watch_black_and_white",
        sandbox.run(&["watch", "--video", "black_and_white.y4m", "--format", "json"])
    );
    stream.extend(b"FRUME\n");
    sandbox.write("torn.y4m", &stream);
    snapshot!("watch_torn", sandbox.run(&["watch", "--video", "torn.y4m"]));
    sandbox.write("frames/1.jpg", PLAIN_JPEG).write("frames/2.jpg", &PLAIN_JPEG[..600]);
    sandbox.write("frames/3.jpg", PLAIN_JPEG).write("frames/notes.txt", "not a frame");
    let args = ["watch", "--video", "frames", "--fps", "5", "--format", "json"];
    snapshot!("watch_bad_frame", sandbox.run(&args));
    sandbox.write("film.mjpeg", [PLAIN_JPEG, PLAIN_JPEG].concat());
    snapshot!("watch_mjpeg", sandbox.run(&["watch", "--video", "film.mjpeg", "--until-stable"]));
}

/// A portrait held still for two seconds, as a folder of links to it.
fn portrait(sandbox: &Sandbox) -> Option<()> {
    let path = photo("obama-480p.jpg")?;
    std::fs::create_dir(sandbox.path("still")).unwrap();
    for n in 0..24 {
        std::fs::copy(&path, sandbox.path(&format!("still/{n}.jpg"))).unwrap();
    }
    Some(())
}

#[test]
fn a_still_face_gives_one_reading_that_grows_sure() {
    let sandbox = Sandbox::new();
    if portrait(&sandbox).is_none() {
        return;
    }
    let args = ["watch", "--video", "still", "--fps", "12", "--format", "json", "--draw", "drawn"];
    let output = sandbox.output(&args);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 24);
    let last = &lines[23];
    assert_eq!(
        (last["people"].as_array().unwrap().len(), &last["people"][0]["person"]),
        (1, &1.into())
    );
    let uncertainty = |line: &Value| line["people"][0]["mood"]["uncertainty"].as_f64().unwrap();
    assert!(uncertainty(last) < 0.7 * uncertainty(&lines[1]), "{last}");
    assert_eq!(lines[6]["people"][0]["expression"], Value::Null, "declared too soon");
    assert!((last["at_s"].as_f64().unwrap() - 23.0 / 12.0).abs() < 1e-6);
    assert_eq!(std::fs::read_dir(sandbox.path("drawn")).unwrap().count(), 24);
    snapshot!("watch_draw_over", sandbox.run(&["watch", "--video", "still", "--draw", "still"]));

    let args = ["watch", "--video", "still", "--fps", "12", "--format", "json", "--leave-out", "1"];
    let output = sandbox.output(&args);
    let text = String::from_utf8(output.stdout).unwrap();
    let line: Value = serde_json::from_str(text.lines().last().unwrap()).unwrap();
    assert_eq!((&line["people"], &line["left_out"]), (&Value::Array(vec![]), &1.into()));

    let args = ["watch", "--video", "still", "--fps", "12", "--format", "json", "--until-stable"];
    let output = sandbox.output(&args);
    if output.status.success() {
        let stable: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(stable["expression"], last["people"][0]["expression"]);
    } else {
        assert!(last["people"][0]["expression"].is_null());
    }
}

/// A frame every two seconds is a stream too, and one frame alone is none.
#[test]
fn a_slow_stream_is_followed() {
    let sandbox = Sandbox::new();
    if portrait(&sandbox).is_none() {
        return;
    }
    let told = sandbox.run(&["watch", "--video", "still", "--fps", "0.5"]);
    assert!(told.contains("person 1") && !told.contains("no face"), "{told}");
    std::fs::create_dir(sandbox.path("one")).unwrap();
    std::fs::copy(sandbox.path("still/1.jpg"), sandbox.path("one/1.jpg")).unwrap();
    snapshot!("watch_one_frame", sandbox.run(&["watch", "--video", "one"]));
    let args = ["watch", "--video", "still", "--leave-out", "1"];
    snapshot!("watch_all_left_out", sandbox.run(&args));
}

/// A terminal's Ctrl-C reaches every program of its group: what was drawn so far is kept all the same.
#[cfg(unix)]
#[test]
fn what_is_drawn_survives_an_interrupt_of_the_whole_group() {
    use std::os::unix::process::CommandExt;

    let sandbox = Sandbox::new().env("PATH", &std::env::var("PATH").unwrap_or_default());
    if portrait(&sandbox).is_none() || std::process::Command::new("ffmpeg").output().is_err() {
        return eprintln!("skipped: it wants ffmpeg and the data");
    }
    for n in 24..600 {
        std::fs::hard_link(sandbox.path("still/0.jpg"), sandbox.path(&format!("still/{n}.jpg")))
            .unwrap();
    }
    let mut child = sandbox
        .command(&["watch", "--video", "still", "--draw", "drawn.mp4", "--format", "json"])
        .process_group(0)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = std::io::BufRead::lines(std::io::BufReader::new(child.stdout.take().unwrap()));
    lines.nth(8).unwrap().unwrap();
    let group = format!("-{}", child.id());
    let sent = std::process::Command::new("kill").args(["-INT", "--", &group]).status().unwrap();
    assert!(sent.success());
    let frames = 9 + lines.count();
    let output = child.wait_with_output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success() && frames < 600, "{frames} frames, {told}");
    assert!(std::fs::metadata(sandbox.path("drawn.mp4")).unwrap().len() > 1000);
}

#[test]
fn readings_come_while_the_video_runs() {
    let sandbox = Sandbox::new();
    if portrait(&sandbox).is_none() {
        return;
    }
    let mut child = sandbox
        .command(&["watch", "--video", "still", "--format", "json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut line = String::new();
    let mut stdout = std::io::BufReader::new(child.stdout.take().unwrap());
    std::io::BufRead::read_line(&mut stdout, &mut line).unwrap();
    assert!(line.starts_with("{\"at_s\":0.0"), "{line}");
    drop(stdout);
    assert_eq!(child.wait().unwrap().code(), Some(0), "a reader that goes away is no error");
}

#[test]
fn a_cascade_file_can_find_the_faces_and_a_wrong_one_is_refused() {
    let sandbox = Sandbox::new();
    sandbox.write("plain.jpg", PLAIN_JPEG).write("svg.xml", "<svg><path/></svg>");
    snapshot!("face_no_cascade", sandbox.run(&["face", "plain.jpg", "--detector", "svg.xml"]));
    snapshot!("face_lost_cascade", sandbox.run(&["face", "plain.jpg", "--detector", "lost.xml"]));
}

#[test]
fn faces_of_a_photo_can_be_left_out() {
    let Some(path) = photo("two_people.jpg") else { return };
    let args = ["face", path.to_str().unwrap(), "--format", "json"];
    let both = Sandbox::new().json(&args);
    let one = Sandbox::new().json(&[&args[..], &["--leave-out", "1"]].concat());
    assert_eq!(one["photos"][0]["faces"].as_array().unwrap().len(), 1);
    assert_eq!(one["photos"][0]["faces"][0], both["photos"][0]["faces"][1]);
    assert_eq!(one["photos"][0]["left_out"], serde_json::json!([1]));
}

/// Bytes of zeros in the middle of a video that ffmpeg decodes: what can be read is.
#[test]
fn a_video_with_a_broken_middle_is_watched_to_its_end() {
    let Some(clip) = photo("clip.mp4") else { return };
    if std::process::Command::new("ffmpeg").arg("-version").output().is_err() {
        return eprintln!("skipped: ffmpeg is not installed");
    }
    let mut bytes = std::fs::read(clip).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..middle + 20_000].fill(0);
    let sandbox = Sandbox::new().env("PATH", &std::env::var("PATH").unwrap_or_default());
    sandbox.write("broken.mp4", &bytes);
    let output = sandbox.output(&["watch", "--video", "broken.mp4", "--format", "json"]);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success() && told.contains("could not be read"), "{told}");
    let text = String::from_utf8(output.stdout).unwrap();
    let last: Value = serde_json::from_str(text.lines().last().unwrap()).unwrap();
    assert!(last["at_s"].as_f64() > Some(8.0), "{last}");
}

/// A folder whose frames are of different sizes.
#[test]
fn frames_of_changing_sizes_are_all_read() {
    let sandbox = Sandbox::new();
    std::fs::create_dir(sandbox.path("frames")).unwrap();
    sandbox.write("frames/1.jpg", PLAIN_JPEG).write("frames/2.png", crate::fixtures::ONE_PIXEL_PNG);
    sandbox.write("frames/3.webp", crate::fixtures::PLAIN_WEBP);
    let output = sandbox.output(&["watch", "--video", "frames", "--format", "json"]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(text.lines().count(), 3, "{text}");
    let output = sandbox.output(&["watch", "--video", "frames", "--draw", "drawn"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(std::fs::read_dir(sandbox.path("drawn")).unwrap().count(), 3);
}
