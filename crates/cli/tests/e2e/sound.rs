//! What one hears: hardware keys, one track after the other, tracks of different loudness.

use std::path::Path;

use serde_json::{Value, json};

use crate::acts::{LAPTOP, PLAYS, answer, assert_clean, begin, go, own, play_for, set_field};
use crate::driver::Browser;
use crate::house::{House, browser, write_tone};

/// Keeps what the page does on hardware keys, and what it tells the system.
const KEYS: &str = "
    window.keys = {};
    const media = navigator.mediaSession;
    const listen = media.setActionHandler.bind(media);
    media.setActionHandler = (action, act) => { window.keys[action] = act; listen(action, act); };
    const tell = media.setPositionState.bind(media);
    media.setPositionState = (state) => { window.position = state; tell(state); };";
const SILENT: &str = "[...document.querySelectorAll('#screen video')].every(v => v.paused)";

/// Presses a key of a headset, a keyboard or a lock screen.
fn key(browser: &Browser, action: &str, details: &Value) {
    browser.run(&format!("window.keys[{action:?}]({details})"));
}

/// Waits until the track is at a second.
fn at_second(browser: &Browser, second: u32) {
    browser.wait_for(&format!(
        "Math.abs(document.querySelector('#screen video.on').currentTime - {second}) < 0.3"
    ));
}

#[test]
fn hardware_keys_do_what_they_say() {
    let Some(browser) = browser(LAPTOP) else { return };
    browser.before_each_page(KEYS);
    let house = House::start();
    own(&browser, &house);
    begin(&browser);
    play_for(&browser, "happy");
    let keys = browser.run("return Object.keys(window.keys).sort()");
    let expected = "nexttrack pause play previoustrack seekbackward seekforward seekto";
    assert_eq!(keys, json!(expected.split(' ').collect::<Vec<_>>()));
    // The lock screen shows what plays, and for how long.
    let first = browser.text("#now-title");
    let told =
        "const m = navigator.mediaSession.metadata; return [m.title, m.artist, m.artwork[0].src]";
    let told = browser.run(told);
    assert_eq!(told[0], json!(first));
    assert!(browser.text(".now-playing .by").starts_with(told[1].as_str().unwrap()), "{told}");
    let cover =
        format!("fetch({}).then(r => done([r.status, r.headers.get('content-type')]))", told[2]);
    let cover = browser.run_async(&cover);
    assert_eq!(cover[0], json!(200));
    assert!(cover[1].as_str().unwrap().starts_with("image/"), "{cover}");
    browser.wait_for("Math.abs(window.position?.duration - 20) < 0.2");

    key(&browser, "pause", &json!({}));
    browser.wait_for(SILENT);
    browser.wait_for("navigator.mediaSession.playbackState === 'paused'");
    key(&browser, "seekto", &json!({ "seekTime": 9 }));
    at_second(&browser, 9);
    key(&browser, "seekbackward", &json!({ "seekOffset": 5 }));
    at_second(&browser, 4);
    key(&browser, "seekforward", &json!({}));
    at_second(&browser, 14);
    // Far into a track back means its beginning, there the track before.
    key(&browser, "previoustrack", &json!({}));
    at_second(&browser, 0);
    assert_eq!(browser.text("#now-title"), first);
    key(&browser, "play", &json!({}));
    browser.wait_for(PLAYS);
    browser.wait_for("navigator.mediaSession.playbackState === 'playing'");
    key(&browser, "nexttrack", &json!({}));
    browser.wait_for(&format!("document.querySelector('#now-title').innerText !== {first:?}"));
    browser.wait_for(
        "navigator.mediaSession.metadata.title === document.querySelector('#now-title').innerText",
    );
    key(&browser, "previoustrack", &json!({}));
    browser.wait_for(&format!("document.querySelector('#now-title').innerText === {first:?}"));
    // A key that is pressed twice does not undo itself.
    key(&browser, "pause", &json!({}));
    browser.wait_for(SILENT);
    key(&browser, "pause", &json!({}));
    browser.run_async("setTimeout(done, 300)");
    browser.wait_for(SILENT);
    assert_clean(&browser, &house);
}

/// Writes down what both media elements report, in order.
const HEARD: &str = "
    window.heard = [];
    for (const name of ['loadstart', 'canplaythrough', 'playing', 'waiting', 'ended'])
      document.addEventListener(name, ({ target }) => {
        const deck = [...document.querySelectorAll('#screen video')].indexOf(target);
        if (deck >= 0) window.heard.push({ name, deck, src: target.currentSrc });
      }, true);";

#[test]
fn the_next_track_is_there_before_this_one_ends() {
    let Some(browser) = browser(LAPTOP) else { return };
    browser.before_each_page(HEARD);
    let house = House::start();
    own(&browser, &house);
    begin(&browser);
    play_for(&browser, "happy");
    let first = browser.text("#now-title");
    set_field(&browser, "#seek", "13");
    browser.wait_for(&format!(
        "document.querySelector('#now-title').innerText !== {first:?} && {PLAYS}"
    ));
    let heard = browser.run("return window.heard");
    let heard = heard.as_array().unwrap();
    let ended = heard.iter().position(|event| event["name"] == "ended").unwrap();
    let (before, after) = heard.split_at(ended);
    let other = json!(1 - heard[ended]["deck"].as_u64().unwrap());
    let next = |event: &&Value| event["deck"] == other;
    let ready = before.iter().filter(next).rfind(|event| event["name"] == "canplaythrough");
    let ready = ready.unwrap_or_else(|| panic!("the next was not loaded: {heard:#?}"));
    // It plays at once, from what is loaded, in the element that has it.
    let first = after.iter().find(next).unwrap();
    assert_eq!((&first["name"], &first["src"]), (&json!("playing"), &ready["src"]), "{heard:#?}");
    assert_clean(&browser, &house);
}

#[test]
fn loud_tracks_come_as_loud_as_soft_ones() {
    let Some(browser) = browser(LAPTOP) else { return };
    let tones = |music: &Path| {
        write_tone(&music.join("Bench/Tones/01 Loud.wav"), 0.8);
        write_tone(&music.join("Bench/Tones/02 Soft.wav"), 0.2);
    };
    let house = House::with_more(tones);
    own(&browser, &house);
    begin(&browser);
    while answer(&browser, "/api/work")["playable"].as_u64().unwrap() < 14 {
        std::thread::sleep(std::time::Duration::from_millis(200));
    }
    let lufs = |title: &str| {
        let found = answer(&browser, &format!("/api/items?search={title}%20bench"));
        found["items"][0]["loudness_lufs"].as_f64().unwrap_or_else(|| panic!("{found}"))
    };
    let apart = lufs("loud") - lufs("soft");
    assert!((apart - 20.0 * 4f64.log10()).abs() < 0.2, "{apart} LU");
    let [loud, soft] = ["loud", "soft"].map(|title| volume_of(&browser, title));
    let turned = 20.0 * (soft / loud).log10();
    assert!((turned - apart).abs() < 0.1, "turned down by {turned} dB, louder by {apart} LU");
    // Whoever wants them as they are gets them so.
    go(&browser, "settings", "#normalise");
    browser.run("document.querySelector('#normalise').click()");
    while answer(&browser, "/api/session")["settings"]["normalise"] != json!(false) {}
    let plain = ["loud", "soft"].map(|title| volume_of(&browser, title));
    assert_eq!(plain, [0.9, 0.9]);
    assert_clean(&browser, &house);
}

/// Plays a track of the bench and answers how loud its element is.
fn volume_of(browser: &Browser, title: &str) -> f64 {
    go(browser, "library", "#search");
    set_field(browser, "#search", &format!("{title} bench"));
    browser.wait_for("document.querySelector('#found').innerText.startsWith('1 ')");
    let shown =
        format!("document.querySelector('.rows .title')?.innerText.toLowerCase() === {title:?}");
    browser.wait_for(&shown);
    browser.click(".rows .title");
    browser.wait_for(&format!(
        "document.querySelector('#now-title')?.innerText.toLowerCase() === {title:?} && {PLAYS}"
    ));
    browser.run("return document.querySelector('#screen video.on').volume").as_f64().unwrap()
}
