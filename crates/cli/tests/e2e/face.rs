//! The camera and what it reads.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::acts::{
    LAPTOP, LISTED, assert_clean, begin, bring, go, list_for, look, own, play_for, sent,
};
use crate::driver::Browser;
use crate::house::{House, browser, browser_seeing, photos};

/// Keeps every camera that a page was given, and shortens the minutes between two looks to seconds.
const WATCHED: &str = "
    window.cameras = [];
    const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = async (what) => {
      const camera = await ask(what);
      window.cameras.push(camera);
      return camera;
    };
    const every = window.setInterval.bind(window);
    window.setInterval = (act, ms, ...more) => every(act, ms > 60000 ? 5000 : ms, ...more);";
/// No camera is on.
const DARK: &str = "window.cameras.every(c => c.getTracks().every(t => t.readyState === 'ended'))";
const QUEUED: &str =
    "return [...document.querySelectorAll('#queue .queued .title bdi')].map(b => b.innerText)";

#[test]
fn a_camera_that_cannot_be_used_says_why() {
    let Some(browser) = browser(LAPTOP) else { return };
    let house = House::start();
    own(&browser, &house);
    begin(&browser);
    for (trouble, error) in
        [("none", "NotFoundError"), ("busy", "NotReadableError"), ("broken", "UnknownError")]
    {
        browser.run(&format!(
            "navigator.mediaDevices.getUserMedia = \
             async () => {{ throw new DOMException('no', '{error}') }}"
        ));
        browser.click("#use-camera");
        browser.wait_for(&format!("document.querySelector('[data-trouble={trouble}]')"));
        let text = browser.text("[data-trouble]");
        assert!(text.len() > 60, "{text}");
        bring(&browser, "#stage");
        look(&browser, &format!("camera-{trouble}"));
        // What is beside it goes on, and so does the camera once it can.
        list_for(&browser, "happy");
    }
    browser.run("delete navigator.mediaDevices.getUserMedia");
    browser.run("document.querySelector('[data-trouble] button').click()");
    browser.wait_for("document.querySelector('.face-box')");
    browser.click("#stop-camera");
    browser.wait_for("document.querySelector('#use-camera')");
    assert_clean(&browser, &house);
}

#[test]
fn a_face_that_cannot_be_told_is_offered_both() {
    let Some(photos) = photos() else { return };
    let Some(browser) = browser_seeing(LAPTOP, &between_two(&photos)) else { return };
    let house = House::start();
    own(&browser, &house);
    begin(&browser);
    browser.click("#use-camera");
    browser.wait_for("document.querySelector('#said')?.innerText === 'can’t tell'");
    browser.wait_for(LISTED);
    bring(&browser, ".reading");
    look(&browser, "cannot-tell");
    let sent: Value = serde_json::from_str(&sent(&browser)).unwrap();
    assert!(sent["mood"]["uncertainty"].as_f64().unwrap() > 0.05, "{sent}");
    // One tap says which of the two likeliest it is.
    let first = browser.text(".question .chip");
    browser.run("document.querySelector('.question .chip').click()");
    browser.wait_for("document.querySelector('.question') === null");
    assert_eq!(browser.text("#said"), first);
    assert_clean(&browser, &house);
}

/// A face between neutral and happy: of two people the one on the left.
fn between_two(photos: &Path) -> PathBuf {
    let photo = image::open(photos.join("two_people.jpg")).unwrap();
    let picture = Path::new(env!("CARGO_TARGET_TMPDIR")).join("between-two.png");
    photo.crop_imm(0, 0, 640, 480).save(&picture).unwrap();
    picture
}

#[test]
fn while_music_plays_the_camera_looks_again_and_the_queue_follows() {
    let Some(browser) = browser(LAPTOP) else { return };
    browser.before_each_page(WATCHED);
    let house = House::start();
    own(&browser, &house);
    begin(&browser);
    play_for(&browser, "sad");
    assert_eq!(browser.run("return window.cameras.length"), json!(0));
    let now = browser.text("#now-title");
    browser.press("q");
    browser.wait_for("document.querySelector('#queue .queued')");
    let before = browser.run(QUEUED);
    browser.run("document.querySelector('#more').open = true");
    browser.run("document.querySelector('#continuous').click()");
    browser.wait_for("document.querySelector('#player .state')?.innerText === 'looking…'");
    look(&browser, "continuous-looking");
    browser.wait_for("document.querySelector('#bent')");
    look(&browser, "continuous");
    let after = browser.run(QUEUED);
    assert_eq!((&before[0], &after[0]), (&json!(now), &json!(now)), "what plays goes on");
    assert_ne!(before, after);
    let sent: Value = serde_json::from_str(&sent(&browser)).unwrap();
    assert!(sent["mood"]["valence"].as_f64().unwrap() > 0.2, "{sent}");
    assert_eq!(sent["not"].as_array().unwrap().len(), 1, "{sent}");
    browser.wait_for(DARK);
    // Switched off it never looks again.
    browser.run("document.querySelector('#continuous').click()");
    let looks = browser.run("return window.cameras.length");
    browser.run_async("setTimeout(done, 11000)");
    browser.wait_for(DARK);
    assert!(browser.run("return window.cameras.length").as_u64() <= looks.as_u64().map(|n| n + 1));
    assert_clean(&browser, &house);
}

#[test]
fn a_baseline_is_eight_numbers_that_can_be_taken_back() {
    let Some(browser) = browser(LAPTOP) else { return };
    browser.before_each_page(WATCHED);
    let house = House::start();
    own(&browser, &house);
    begin(&browser);
    go(&browser, "settings", "#record-baseline");
    browser.click("#record-baseline");
    for phase in ["Rest your face", "Now smile"] {
        browser
            .wait_for(&format!("document.querySelector('.phase').innerText.includes('{phase}')"));
        bring(&browser, ".baseline");
        look(&browser, if phase == "Now smile" { "baseline-smile" } else { "baseline" });
    }
    browser.wait_for("document.querySelector('.baseline .aside').innerText.includes('is kept')");
    browser.wait_for(DARK);
    let kept = baseline(&browser);
    let numbers: Vec<f64> = kept.as_array().unwrap().iter().filter_map(Value::as_f64).collect();
    assert!(numbers.len() == 8 && numbers.iter().any(|x| x.abs() > 0.05), "{numbers:?}");
    // It counts in what the camera reads from now on.
    go(&browser, "listen", "#use-camera");
    browser.click("#use-camera");
    browser.wait_for(LISTED);
    go(&browser, "settings", "#record-baseline");
    browser.run("document.querySelectorAll('.baseline button')[1].click()");
    browser.wait_for("document.querySelectorAll('.baseline button').length === 1");
    while baseline(&browser) != Value::Null {}
    assert_clean(&browser, &house);
}

fn baseline(browser: &Browser) -> Value {
    browser
        .run_async("fetch('/api/session').then(r => r.json()).then(s => done(s.settings.baseline))")
}
