//! What most tests do.

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::driver::Browser;
use crate::house::House;
use crate::road::Passed;

pub const LAPTOP: &str = "1280,900";
pub const PHONE: &str = "390,844";
pub const PASSWORD: &str = "correct horse battery";
pub const LISTED: &str = "document.querySelectorAll('#items:not(.stale) .item').length > 2";

/// Makes the first account.
pub fn own(browser: &Browser, house: &House) {
    browser.visit(&house.url());
    browser.wait_for("document.querySelector('#enter')");
    browser.type_into("#name", "Maya");
    browser.type_into("#password", PASSWORD);
    browser.click("#enter");
    browser.wait_for("document.querySelector('#starter')");
}

/// Begins with the folder of music and waits until it is in the library.
pub fn begin(browser: &Browser) {
    if browser.run("return document.querySelector('#use-folder')") == Value::Null {
        browser.click("#folder");
    }
    browser.wait_for("document.querySelector('#use-folder')");
    browser.click("#use-folder");
    browser.wait_for("document.querySelector('#use-camera')");
    let ready = "fetch('/api/work').then(r => r.json()).then(w => done(w.playable))";
    while browser.run_async(ready).as_u64().unwrap() < 12 {
        std::thread::sleep(std::time::Duration::from_millis(500));
    }
    // The page learns of it by itself; a reload makes this quick.
    browser.run("location.reload()");
    browser.wait_for("document.querySelector('#use-camera')");
}

pub fn go(browser: &Browser, page: &str, there: &str) {
    browser.run(&format!("location.hash = '/{page}'"));
    browser.wait_for(&format!("document.querySelector('{there}')"));
}

/// Whom Chromium asks for itself, whatever its flags: for components, the time, accounts. A page, worker or
/// service worker of ours may not, by the policy that comes with each; the console would tell.
const CHROMIUMS: [&str; 3] = ["google.com", "googleapis.com", "gvt1.com"];

fn is_chromiums_own(passed: &Passed) -> bool {
    let address = passed.address.trim_start_matches("http://");
    let host = address.split(['/', ':']).next().unwrap_or_default();
    CHROMIUMS.iter().any(|name| host.ends_with(name))
}

/// No errors, no violated policy, nothing asked of anyone else, no long body: of page, workers and service
/// worker alike.
pub fn assert_clean(browser: &Browser, house: &House) {
    let log = browser.log();
    assert!(log.is_empty(), "{log:#?}");
    let requests = browser.requests();
    let asked = |what: &str| requests.iter().any(|passed| passed.address.ends_with(what));
    assert!(asked("/sw.js") && asked("/api/session"), "{requests:#?}");
    let page = requests.into_iter().filter(|passed| !is_chromiums_own(passed));
    for Passed { address, body } in page {
        assert!(address.starts_with(&house.url()), "{address}");
        assert!(body <= 4096, "{address}: {body} bytes");
    }
}

/// Keeps what is on the screen for the README's gallery.
pub fn picture(browser: &Browser, name: &str) {
    let Some(folder) = std::env::var_os("ATTUNE_GALLERY").map(PathBuf::from) else { return };
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..").join(folder);
    std::fs::create_dir_all(&root).unwrap();
    // Pictures and transitions come to rest.
    browser.run_async("setTimeout(done, 900)");
    std::fs::write(root.join(format!("{name}.png")), browser.screenshot()).unwrap();
}

/// Brings something to the middle of the screen.
pub fn bring(browser: &Browser, selector: &str) {
    browser
        .run(&format!("document.querySelector('{selector}').scrollIntoView({{block: 'center'}})"));
}

/// Keeps what is on the screen as it is in the dark.
pub fn dark_picture(browser: &Browser, name: &str) {
    let before = browser.run("return document.documentElement.dataset.theme ?? ''");
    dress(browser, "dark");
    picture(browser, name);
    dress(browser, before.as_str().unwrap());
}

fn dress(browser: &Browser, theme: &str) {
    browser.run(&format!("document.documentElement.dataset.theme = '{theme}'"));
}

/// axe-core finds nothing on this screen, in either theme.
fn assert_accessible(browser: &Browser, screen: &str) {
    let Some(path) = std::env::var_os("ATTUNE_AXE") else { return };
    browser.run(&format!("{}; window.axe = axe", std::fs::read_to_string(path).unwrap()));
    let before = browser.run("return document.documentElement.dataset.theme ?? ''");
    for theme in ["light", "dark"] {
        dress(browser, theme);
        // The map has a thousand dots that differ in place and colour alone: thirty stand for all.
        let found = browser.run_async(
            "axe.run({exclude: ['.map .dot:nth-of-type(n + 30)']}).then(r => done(r.violations.map(v => v.id + ': ' + v.help + ' ' + \
             v.nodes.slice(0, 4).map(n => n.html.slice(0, 200) + ' ' + (n.any[0]?.message ?? '')).join(' | '))))",
        );
        assert_eq!(found, json!([]), "{screen}, {theme}: {found:#}");
    }
    dress(browser, before.as_str().unwrap());
}

/// A screen that is to be looked at: nothing sticks out sideways, axe finds nothing, a picture is kept.
pub fn look(browser: &Browser, name: &str) {
    picture(browser, name);
    // A phone's window grows with what sticks out of it.
    let wide =
        "return document.documentElement.scrollWidth > (innerWidth < 600 ? 390 : innerWidth)";
    assert_eq!(browser.run(wide), json!(false), "{name} is wider than the window");
    assert_accessible(browser, name);
}

/// A screen that is to be looked at here, and in the dark on a phone.
pub fn look_twice(browser: &Browser, name: &str) {
    look(browser, name);
    let (width, height) = PHONE.split_once(',').unwrap();
    let metrics = format!(
        r#"{{"width": {width}, "height": {height}, "deviceScaleFactor": 1, "mobile": true}}"#
    );
    let metrics = serde_json::from_str(&metrics).unwrap();
    browser.devtools("Emulation.setDeviceMetricsOverride", metrics);
    let before = browser.run("return document.documentElement.dataset.theme ?? ''");
    dress(browser, "dark");
    look(browser, &format!("phone-{name}"));
    dress(browser, before.as_str().unwrap());
    browser.devtools("Emulation.clearDeviceMetricsOverride", json!({}));
}

/// Waits until the list that follows from the last press is there.
pub fn listed(browser: &Browser) {
    // The app waits for a moment of quiet before it asks.
    browser.run_async("setTimeout(done, 400)");
    browser.wait_for(LISTED);
}

/// Whether something plays and moves on.
pub const PLAYS: &str =
    "[...document.querySelectorAll('#screen video')].some(v => !v.paused && v.currentTime > 0.2)";

/// The body that the page says it sent.
pub fn sent(browser: &Browser) -> String {
    let text = browser.run("return document.getElementById('sent-body').textContent");
    text.as_str().unwrap().to_owned()
}

/// Gives a field a value, as a person who drags or types does.
pub fn set_field(browser: &Browser, selector: &str, value: &str) {
    browser.run(&format!(
        "const field = document.querySelector('{selector}'); field.value = '{value}'; \
         field.dispatchEvent(new Event('input', {{bubbles: true}}))"
    ));
}

/// A list for a word, with everything that plays.
pub fn list_for(browser: &Browser, word: &str) {
    go(browser, "listen", "#use-camera");
    browser.click(&format!("[data-word={word}]"));
    listed(browser);
}

/// Plays a list for a word.
pub fn play_for(browser: &Browser, word: &str) {
    list_for(browser, word);
    browser.click("#play-all");
    browser.wait_for(PLAYS);
}

/// An answer of the server's to the page, as JSON.
pub fn answer(browser: &Browser, path: &str) -> Value {
    browser.run_async(&format!("fetch('{path}').then(r => r.json()).then(done)"))
}
