//! What goes wrong around the app: strangers, slow roads, sessions and servers that end while music plays.

use std::net::UdpSocket;
use std::time::Duration;

use serde_json::json;

use crate::acts::{
    LAPTOP, PASSWORD, PHONE, PLAYS, answer, assert_clean, begin, bring, go, list_for, listed, look,
    look_twice, own, play_for,
};
use crate::driver::Browser;
use crate::house::{House, browser, write_music, write_tone};

/// This machine's address as others see it; `None` where it has none.
fn seen_from_elsewhere() -> Option<String> {
    let socket = UdpSocket::bind("0.0.0.0:0").ok()?;
    // Nothing is sent: the system only looks which way it would go.
    socket.connect("192.0.2.200:9").ok()?;
    let address = socket.local_addr().ok()?.ip();
    (!address.is_loopback() && !address.is_unspecified()).then(|| address.to_string())
}

#[test]
fn from_elsewhere_the_first_account_takes_a_code_and_the_camera_a_secure_page() {
    let Some(browser) = browser(LAPTOP) else { return };
    let Some(address) = seen_from_elsewhere() else {
        return eprintln!("skipped: this machine has no address but its own");
    };
    let house = House::for_all();
    let port = house.address.rsplit(':').next().unwrap();
    browser.visit(&format!("http://{address}:{port}/"));
    browser.wait_for("document.querySelector('#setup-code')");
    look(&browser, "setup-code");
    browser.type_into("#name", "Maya");
    browser.type_into("#password", PASSWORD);
    browser.type_into("#setup-code", "0000-0000");
    browser.click("#enter");
    browser.wait_for("document.querySelector('.refused:not([hidden])')");
    assert!(browser.text(".refused").contains("setup code"), "{}", browser.text(".refused"));
    browser.run("document.querySelector('#setup-code').value = ''");
    browser.type_into("#setup-code", &house.setup_code.as_ref().unwrap().to_lowercase());
    browser.click("#enter");
    browser.wait_for("document.querySelector('#starter')");
    begin(&browser);
    assert_eq!(browser.run("return window.isSecureContext"), json!(false));
    browser.click("#use-camera");
    browser.wait_for("document.querySelector('[data-trouble=insecure]')");
    bring(&browser, "#stage");
    look(&browser, "camera-insecure");
    // A mood by hand does all the same.
    list_for(&browser, "happy");
}

#[test]
fn a_session_and_a_server_end_while_music_plays() {
    let Some(browser) = browser(LAPTOP) else { return };
    let mut house = House::start();
    own(&browser, &house);
    begin(&browser);
    play_for(&browser, "happy");
    let out = "fetch('/api/sign-out-everywhere', {method: 'POST'}).then(r => done(r.status))";
    assert_eq!(browser.run_async(out), json!(200));
    // What is loaded plays on; whoever wants more is asked who they are, where they are.
    browser.run("document.querySelector('#next').click(); document.querySelector('#next').click()");
    browser.wait_for("document.querySelector('.veil #password')");
    let title = browser.text("#now-title");
    look_twice(&browser, "session-ended-playing");
    browser.type_into(".veil #password", PASSWORD);
    browser.click(".veil #enter");
    browser.wait_for("!document.querySelector('.veil')");
    browser.wait_for(PLAYS);
    assert_eq!(browser.text("#now-title"), title, "it goes on where it stopped");

    house.kill();
    browser.run("document.querySelector('#next').click(); document.querySelector('#next').click()");
    browser.wait_for("document.querySelector('#player .state').innerText.includes('waiting')");
    let title = browser.text("#now-title");
    look_twice(&browser, "server-gone-playing");
    house.restart();
    browser.wait_for(PLAYS);
    assert_eq!(browser.text("#now-title"), title);
}

#[test]
fn on_a_slow_road_everything_says_that_it_is_coming() {
    let Some(browser) = browser(PHONE) else { return };
    let house = House::start();
    own(&browser, &house);
    begin(&browser);
    browser.wait_for("navigator.serviceWorker.controller");
    browser.road.slow(Duration::from_millis(2_500));
    browser.click("[data-word=happy]");
    browser.wait_for("document.querySelector('.ghosts')");
    bring(&browser, ".ghosts");
    look(&browser, "slow-list");
    listed(&browser);
    browser.click("#play-all");
    browser.wait_for("document.querySelector('#player .state')?.innerText.includes('loading')");
    look(&browser, "slow-player");
    browser.wait_for(PLAYS);
    browser.run("location.hash = '/library'");
    browser.wait_for("document.querySelector('#panel')?.innerText.includes('Looking')");
    look(&browser, "slow-library");
    browser.wait_for("document.querySelector('.rows .row .title')");
    // Answers that come late don't overwrite what was asked for after them.
    for search in ["low", "relay", "paper rooms"] {
        browser.run(&format!(
            "const s = document.querySelector('#search'); s.value = '{search}'; \
             s.dispatchEvent(new Event('input', {{bubbles: true}}))"
        ));
        browser.run_async("setTimeout(done, 300)");
    }
    browser.wait_for("document.querySelector('#found').innerText.startsWith('4 ')");
    browser.run_async("setTimeout(done, 4000)");
    assert!(browser.text("#found").starts_with("4 "));
    // The shell comes from the service worker, at once; who is there is asked for meanwhile.
    browser.run("location.reload()");
    browser.wait_for("document.querySelector('.door [role=status]')?.innerText.includes('Tuning')");
    look(&browser, "slow-start");
    browser.wait_for("document.querySelector('#search')");
    browser.road.slow(Duration::ZERO);
    assert_clean(&browser, &house);
}

#[test]
fn where_nothing_is_something_is_said() {
    let Some(browser) = browser(LAPTOP) else { return };
    let house = House::start();
    own(&browser, &house);
    browser.click("#server");
    browser.wait_for("document.querySelector('.connect')");
    look(&browser, "connect-a-server");
    begin(&browser);
    go(&browser, "playlists", ".card-empty");
    look(&browser, "playlists-none");
    go(&browser, "library", ".rows .row .cover");
    browser.type_into("#search", "xyzzy");
    browser.wait_for("document.querySelector('.scroll .card-empty')");
    look(&browser, "library-nothing");
    browser.run("document.querySelector('.scroll .card-empty .button').click()");
    browser.wait_for(
        "document.querySelector('.rows .row .cover') && !document.querySelector('#search').value",
    );
    an_empty_library(&browser);
    go(&browser, "diary", "#diary-on");
    browser.click("#diary-on");
    browser.wait_for("document.querySelector('.card-empty')");
    look(&browser, "diary-empty");
    nothing_fits(&browser);
    assert_clean(&browser, &house);
}

/// A library without a single item leads to where one gets some.
fn an_empty_library(browser: &Browser) {
    browser.run(
        "window.asked = window.fetch; window.fetch = (path, how) => String(path).startsWith('/api/items?') ? \
         Promise.resolve(new Response(JSON.stringify({total: 0, items: []}))) : window.asked(path, how)",
    );
    go(browser, "settings", "#sign-out");
    go(browser, "library", ".scroll .card-empty");
    assert!(browser.text(".card-empty").starts_with("Your library is empty"));
    look_twice(browser, "library-empty");
    browser.run("window.fetch = window.asked");
    browser.click(".card-empty .button");
    browser.wait_for("document.querySelector('#sign-out')");
}

/// Filters that leave nothing are named.
fn nothing_fits(browser: &Browser) {
    go(browser, "listen", "#use-camera");
    browser.run("document.querySelector('#more').open = true");
    browser.type_into("#artists", "Nobody At All");
    browser.click("[data-word=happy]");
    browser.wait_for("document.querySelector('#list-notice')?.innerText.includes('artists')");
    bring(browser, "#list-notice");
    look_twice(browser, "list-empty");
}

/// The third door: what plays by itself, and music within the first minute.
#[test]
fn whoever_just_starts_hears_the_house_band() {
    let Some(browser) = browser(LAPTOP) else { return };
    let house = House::start();
    own(&browser, &house);
    browser.click("#starter");
    browser.wait_for("document.querySelector('#work')");
    look(&browser, "band-composing");
    browser.click("[data-word=happy]");
    listed(&browser);
    while answer(&browser, "/api/work")["playable"].as_u64().unwrap() == 0 {
        std::thread::sleep(Duration::from_millis(200));
    }
    // Lists that came before hold links; they renew themselves.
    let plays = "document.querySelector('#play-all')?.disabled === false";
    browser.wait_for(plays);
    browser.click("#play-all");
    browser.wait_for(PLAYS);
    assert_clean(&browser, &house);
}

/// A list of links gives way to one that plays as soon as there is something that does.
#[test]
fn a_list_renews_itself_when_the_first_music_arrives() {
    let Some(browser) = browser(LAPTOP) else { return };
    let house = House::with_more(|music| {
        std::fs::remove_dir_all(music).unwrap();
        std::fs::create_dir(music).unwrap();
    });
    own(&browser, &house);
    browser.click("#folder");
    browser.wait_for("document.querySelector('#use-folder')");
    browser.click("#use-folder");
    browser.wait_for("document.querySelector('#use-camera')");
    browser.click("[data-word=happy]");
    listed(&browser);
    let links = "document.querySelectorAll('#items .item').length === document.querySelectorAll('#items .elsewhere').length";
    browser.wait_for(links);
    assert_eq!(browser.run("return document.querySelector('#play-all').disabled"), json!(true));
    write_music(&house.music());
    browser.wait_for("document.querySelector('#play-all')?.disabled === false");
    browser.wait_for("document.querySelector('.toasts[aria-live=polite] .toast')?.innerText.includes('The first music is here')");
    browser.wait_for("document.querySelectorAll('#items .item').length && !document.querySelector('#items .elsewhere')");
    look(&browser, "list-renewed");
    browser.click("#play-all");
    browser.wait_for(PLAYS);
    // Once it plays, what comes in later changes nothing under one's hands.
    let now = "return [...document.querySelectorAll('.item h3')].map(h => h.innerText)";
    let before = browser.run(now);
    while answer(&browser, "/api/work")["playable"].as_u64().unwrap() < 12 {
        std::thread::sleep(Duration::from_millis(200));
    }
    browser.run_async("setTimeout(done, 2500)");
    assert_eq!(browser.run(now), before);
    assert_clean(&browser, &house);
}

/// How far a scan is, is seen where one looks for what it brings.
#[test]
fn a_scan_is_followed_in_the_library() {
    let Some(browser) = browser(LAPTOP) else { return };
    let house = House::with_more(|music| {
        (10..410_u16).for_each(|n| {
            let path = music.join(format!("Bench/Tones/{n} Tone {n}.wav"));
            write_tone(&path, f32::from(n) / 500.0);
        });
    });
    browser.before_each_page(
        "window.seen = []; new MutationObserver(() => { \
           const bar = document.querySelector('.library #work progress'); \
           const done = bar && Number(bar.getAttribute('value')); \
           if (bar && window.seen.at(-1) !== done) window.seen.push(done); \
         }).observe(document, {subtree: true, childList: true, attributes: true, characterData: true})",
    );
    own(&browser, &house);
    browser.click("#folder");
    browser.wait_for("document.querySelector('#use-folder')");
    browser.click("#use-folder");
    browser.wait_for("document.querySelector('#use-camera')");
    go(&browser, "library", "#search");
    browser.type_into("#search", "bench tones");
    browser.wait_for("window.seen.some(done => done > 0)");
    look(&browser, "library-scan");
    // Tracks come in while one looks, without a reload, and then the bar goes; however busy the machine is.
    while answer(&browser, "/api/work")["playable"].as_u64().unwrap() < 412 {
        std::thread::sleep(Duration::from_millis(500));
    }
    browser.wait_for("!document.querySelector('#work')");
    browser.wait_for("document.querySelector('#found').innerText.startsWith('400 ')");
    let seen = browser.run("return window.seen");
    let seen: Vec<u64> = serde_json::from_value(seen).unwrap();
    assert!(seen.is_sorted() && seen.len() > 2, "{seen:?}");
    assert_clean(&browser, &house);
}
