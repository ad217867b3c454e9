//! The player: overlap, video, long queues, other tabs.

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use crate::acts::{
    LAPTOP, PLAYS, answer, assert_clean, begin, bring, go, list_for, look, look_twice, own,
    play_for, set_field,
};
use crate::driver::Browser;
use crate::house::{House, browser};

const SILENT: &str = "[...document.querySelectorAll('#screen video')].every(v => v.paused)";

#[test]
fn tracks_overlap_as_loud_as_one() {
    let Some(browser) = browser(LAPTOP) else { return };
    let house = House::start();
    own(&browser, &house);
    begin(&browser);
    go(&browser, "settings", "#crossfade");
    browser.run("document.querySelector('#normalise').click()");
    set_field(&browser, "#crossfade", "6");
    let chosen = |settings: &Value| {
        (settings["crossfade_s"].clone(), settings["normalise"].clone()) == (json!(6), json!(false))
    };
    while !chosen(&answer(&browser, "/api/session")["settings"]) {}
    play_for(&browser, "happy");
    let first = browser.text("#now-title");
    set_field(&browser, "#seek", "13");
    let both =
        "[...document.querySelectorAll('#screen video')].filter(v => !v.paused).length === 2";
    browser.wait_for(both);
    browser.wait_for(&format!("document.querySelector('#now-title').innerText !== {first:?}"));
    // Equal power all the way: the squares of both volumes add up to that of the one.
    for _ in 0..5 {
        let power = "return [...document.querySelectorAll('#screen video')].reduce((sum, v) => sum + v.volume ** 2, 0)";
        let power = browser.run(power).as_f64().unwrap();
        assert!((power - 0.81).abs() < 0.02, "{power}");
    }
    browser.wait_for(
        "[...document.querySelectorAll('#screen video')].filter(v => !v.paused).length === 1",
    );
    browser.wait_for(PLAYS);
    // Moved about in, a track goes on from there.
    set_field(&browser, "#seek", "9");
    browser.wait_for(
        "[...document.querySelectorAll('#screen video')].some(v => !v.paused && v.currentTime > 9.2)",
    );
    assert_clean(&browser, &house);
}

/// Five seconds of a test picture with a tone; false where ffmpeg is missing.
fn film(path: &Path) -> bool {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    let made = Command::new("ffmpeg")
        .args(["-nostdin", "-v", "error", "-f", "lavfi", "-i"])
        .arg("gradients=size=640x360:rate=15:duration=5:c0=0x2a1f4e:c1=0xe0785a:x0=0:y0=0")
        .args([
            "-f",
            "lavfi",
            "-i",
            "sine=frequency=330:duration=5",
            "-c:v",
            "libvpx",
            "-pix_fmt",
            "yuv420p",
        ])
        .args(["-b:v", "300k", "-c:a", "libopus", "-metadata", "title=Harbour lights"])
        .arg(path)
        .status();
    made.is_ok_and(|status| status.success())
}

#[test]
fn a_video_plays_in_its_place() {
    let Some(browser) = browser(LAPTOP) else { return };
    let mut made = false;
    let house = House::with_more(|music| made = film(&music.join("Films/Harbour lights.webm")));
    if !made {
        return eprintln!("skipped: ffmpeg is not installed");
    }
    own(&browser, &house);
    begin(&browser);
    go(&browser, "library", "#search");
    browser.type_into("#search", "harbour lights");
    browser.wait_for("document.querySelector('#found').innerText.startsWith('1 ')");
    browser.run("document.querySelector('.rows .title').click()");
    browser.wait_for(PLAYS);
    browser.wait_for("document.querySelector('#screen.showing video.on').videoWidth === 640");
    let seen = "const r = document.querySelector('#screen').getBoundingClientRect(); \
                return r.width > 300 && r.bottom <= document.querySelector('#player').getBoundingClientRect().top";
    assert_eq!(browser.run(seen), json!(true));
    look(&browser, "video");
    // Where one types, f is a letter.
    browser.run("document.activeElement.blur()");
    browser.press("f");
    browser.wait_for("document.fullscreenElement?.id === 'screen'");
    browser.press("f");
    browser.wait_for("document.fullscreenElement === null");
    // A list of videos has it, and music takes its place.
    go(&browser, "listen", "#use-camera");
    browser.run("document.querySelector('#more').open = true");
    browser.run("document.querySelector('input[name=kind][value=video]').click()");
    browser.click("[data-word=happy]");
    browser.wait_for(
        "document.querySelector('#items:not(.stale) .item h3')?.innerText === 'Harbour lights'",
    );
    browser.run("document.querySelector('input[name=kind][value=music]').click()");
    play_for(&browser, "sad");
    browser.wait_for("!document.querySelector('#screen.showing')");
    assert_clean(&browser, &house);
}

#[test]
fn of_two_tabs_one_plays() {
    let Some(browser) = browser(LAPTOP) else { return };
    let house = House::start();
    own(&browser, &house);
    begin(&browser);
    play_for(&browser, "happy");
    let first = browser.text("#now-title");
    let one = browser.new_tab();
    browser.visit(&house.url());
    // What plays there stands here too, and is silent.
    browser.wait_for(&format!("document.querySelector('#now-title')?.innerText === {first:?}"));
    browser.wait_for(SILENT);
    play_for(&browser, "sad");
    browser.click("#next");
    browser.wait_for(PLAYS);
    let second = browser.text("#now-title");
    browser.go_to_tab(&one);
    browser.wait_for(SILENT);
    browser.wait_for("document.querySelector('#play').getAttribute('aria-label') === 'Play'");
    look_twice(&browser, "two-tabs");
    // It goes, and overwrites nothing: what comes back is what was played last.
    browser.run("location.reload()");
    browser.wait_for(&format!("document.querySelector('#now-title')?.innerText === {second:?}"));
    assert_clean(&browser, &house);
}

#[test]
fn ten_thousand_items_stay_light() {
    let Some(browser) = browser(LAPTOP) else { return };
    let house = House::start();
    own(&browser, &house);
    begin(&browser);
    // Every track again and again, so that places count and not numbers alone.
    let made = browser.run_async(
        "(async () => {
           const post = (path, body) => fetch(path, {method: 'POST', body: JSON.stringify(body),
             headers: {'content-type': 'application/json'}}).then(r => r.json());
           const {items} = await (await fetch('/api/items?playable=true&limit=200')).json();
           const ids = Array.from({length: 10000}, (_, i) => items[i % items.length].id);
           const {id} = await post('/api/playlists', {name: 'Ten thousand'});
           for (let at = 0; at < ids.length; at += 300)
             await post(`/api/playlists/${id}`, {items: ids.slice(at, at + 300)});
           return (await (await fetch(`/api/playlists/${id}?limit=1`)).json()).total;
         })().then(done)",
    );
    assert_eq!(made, json!(10_000));
    go(&browser, "playlists", ".saved-list");
    browser.run("document.querySelector('.saved-list .title').click()");
    browser.wait_for("document.querySelector('.saved-list .row .cover')");
    look_twice(&browser, "playlist-long");
    few_rows(&browser);
    browser.run("document.querySelector('.scroll').scrollTo(0, 5000 * 64)");
    let here = "[...document.querySelectorAll('.saved-list .row:not(.ghost)')].some(r => r.style.transform === 'translateY(320000px)')";
    browser.wait_for(here);
    few_rows(&browser);
    browser.run(
        "[...document.querySelectorAll('.saved-list .row')].find(r => r.style.transform === 'translateY(320000px)') \
         .querySelector('.title').click()",
    );
    browser.wait_for(PLAYS);
    browser.press("q");
    browser.wait_for("document.querySelectorAll('#queue .queued').length > 20");
    assert!(browser.run(QUEUED).as_u64().unwrap() <= 60);
    let more = browser.text("#queue .aside");
    assert!(more.contains("4945"), "it stands at 5,000 of 10,000: {more}");
    look(&browser, "queue-long");
    // What a browser keeps of it fits, and comes back.
    let kept = browser.run("return localStorage.getItem('attune.player').length");
    assert!(kept.as_u64().unwrap() < 500_000, "{kept}");
    let title = browser.text("#now-title");
    browser.run("location.reload()");
    browser.wait_for(&format!("document.querySelector('#now-title')?.innerText === {title:?}"));
    assert_clean(&browser, &house);
}

const QUEUED: &str = "return document.querySelectorAll('#queue .queued').length";

fn few_rows(browser: &Browser) {
    let rows = browser.run("return document.querySelectorAll('.saved-list .row').length");
    assert!((5..60).contains(&rows.as_u64().unwrap()), "{rows} rows are drawn");
}

#[test]
fn a_list_is_put_in_order_and_leads_on() {
    let Some(browser) = browser(LAPTOP) else { return };
    let house = House::start();
    own(&browser, &house);
    begin(&browser);
    list_for(&browser, "happy");
    let order = "return [...document.querySelectorAll('.item h3')].map(h => h.innerText)";
    let before = browser.run(order);
    // "Move down" stands in the first item's menu.
    browser.run("document.querySelector('.item .menu summary').click()");
    browser.wait_for("document.querySelector('.item .menu[open] .entries')");
    bring(&browser, ".item .menu[open] .entries");
    look(&browser, "item-menu");
    browser.run("[...document.querySelectorAll('.item .menu[open] .entry')].find(e => e.innerText === 'Move down').click()");
    let moved = json!([before[1], before[0]]);
    browser.wait_for(&format!(
        "JSON.stringify([...document.querySelectorAll('.item h3')].slice(0, 2).map(h => h.innerText)) === JSON.stringify({moved})"
    ));
    browser.run("document.querySelector('.item .tools .tool:nth-child(2)').click()");
    browser
        .wait_for("document.querySelector('.item .tools .tool:nth-child(2)[aria-pressed=true]')");
    // More like this.
    browser.run("document.querySelector('.item .menu summary').click(); \
                 [...document.querySelectorAll('.item .menu[open] .entry')].find(e => e.innerText === 'More like this').click()");
    browser.wait_for("document.getElementById('list-title').innerText.startsWith('Like “')");
    // Another mood leaves that; a point as the goal.
    list_for(&browser, "neutral");
    browser.run("document.querySelector('input[name=goal][value=point]').click()");
    browser.wait_for("document.querySelector('.aim .plane')");
    let point = "const p = document.querySelector('.aim .plane'); const r = p.getBoundingClientRect(); \
                 for (const t of ['pointerdown', 'pointerup']) p.dispatchEvent(new PointerEvent(t, {pointerId: 1, bubbles: true, \
                 clientX: r.left + 0.8 * r.width, clientY: r.top + 0.3 * r.height}))";
    browser.run(point);
    browser.wait_for("document.getElementById('list-title').innerText === 'To take you there'");
    bring(&browser, ".aim");
    look(&browser, "goal-point");
    assert_clean(&browser, &house);
}

#[test]
fn the_diary_compares_before_a_list_and_after_it() {
    let Some(browser) = browser(LAPTOP) else { return };
    let house = House::start();
    own(&browser, &house);
    begin(&browser);
    go(&browser, "diary", "#diary-on");
    browser.click("#diary-on");
    browser.wait_for("document.querySelector('#diary-off')");
    play_for(&browser, "sad");
    while diary(&browser).len() != 1 {}
    // The last of the queue comes to its end.
    browser.press("q");
    browser.wait_for("document.querySelector('#queue .queued')");
    browser.run("[...document.querySelectorAll('#queue .queued .title')].at(-1).click()");
    browser.wait_for(PLAYS);
    browser.press("q");
    set_field(&browser, "#seek", "19");
    browser.wait_for("document.querySelector('.after .plane')");
    bring(&browser, ".after");
    look(&browser, "after-a-list");
    browser.run(
        "const p = document.querySelector('.after .plane'); const r = p.getBoundingClientRect(); \
         for (const t of ['pointerdown', 'pointerup']) p.dispatchEvent(new PointerEvent(t, {pointerId: 1, bubbles: true, \
         clientX: r.left + 0.8 * r.width, clientY: r.top + 0.4 * r.height}))",
    );
    browser.wait_for("!document.querySelector('.after')");
    while diary(&browser).len() != 2 {}
    let entries = diary(&browser);
    assert_eq!(entries[1]["after"], entries[0]["id"], "{entries:?}");
    go(&browser, "diary", ".diary-entry");
    browser.wait_for("document.querySelectorAll('.way line').length === 1");
    look(&browser, "diary-after");
    // A day is deleted as a whole.
    browser.click(".day-head .tool");
    browser.say_yes();
    browser.wait_for("document.querySelectorAll('.diary-entry').length === 0");
    assert_eq!(diary(&browser), Vec::<Value>::new());
    assert_clean(&browser, &house);
}

fn diary(browser: &Browser) -> Vec<Value> {
    answer(browser, "/api/diary")["entries"].as_array().unwrap().clone()
}
