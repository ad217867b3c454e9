//! Putting a list in order, by mouse and by keyboard, and taking it along as a file.

use serde_json::{Value, json};

use crate::acts::{LAPTOP, PLAYS, assert_clean, begin, bring, list_for, look, own};
use crate::driver::Browser;
use crate::house::{House, browser};

/// As WebDriver writes keys that have no character.
const ALT: &str = "\u{e00a}";
const UP: &str = "\u{e013}";
const DOWN: &str = "\u{e015}";
const ENTER: &str = "\u{e007}";

const TITLES: &str = "[...document.querySelectorAll('.item h3')].map(h => h.innerText)";
const QUEUED: &str =
    "[...document.querySelectorAll('#queue .queued .title > bdi')].map(b => b.innerText)";

fn now(browser: &Browser, names: &str) -> Vec<String> {
    serde_json::from_value(browser.run(&format!("return {names}"))).unwrap()
}

/// Waits until names stand in this order.
fn stand(browser: &Browser, names: &str, order: &[&String]) {
    browser.wait_for(&format!("JSON.stringify({names}) === JSON.stringify({})", json!(order)));
}

/// Drags a row onto another.
fn drag(browser: &Browser, from: &str, to: &str) {
    bring(browser, to);
    let (from, to) = (browser.middle(from), browser.middle(to));
    browser.drag(from, to);
}

#[test]
fn rows_are_moved_by_mouse_and_by_keyboard() {
    let Some(browser) = browser(LAPTOP) else { return };
    let house = House::start();
    own(&browser, &house);
    begin(&browser);
    list_for(&browser, "happy");
    let t = now(&browser, TITLES);
    let rest: Vec<&String> = t[3..].iter().collect();
    let after = |first: [usize; 3]| -> Vec<&String> {
        first.iter().map(|i| &t[*i]).chain(rest.iter().copied()).collect()
    };
    drag(&browser, r#"[data-place="0"] .why"#, r#"[data-place="2"] .why"#);
    stand(&browser, TITLES, &after([1, 2, 0]));
    drag(&browser, r#"[data-place="2"] .why"#, r#"[data-place="1"] .why"#);
    stand(&browser, TITLES, &after([1, 0, 2]));

    // Alt and an arrow; the focus goes with the row, and where it is now is said.
    browser.run("document.querySelector('.item .title').focus()");
    let focus = |title: &String| {
        browser.wait_for(&format!("document.activeElement?.innerText === {title:?}"));
    };
    browser.press_with(ALT, DOWN);
    stand(&browser, TITLES, &after([0, 1, 2]));
    focus(&t[1]);
    let said = format!("{}: now 2 of {}", t[1], t.len());
    browser.wait_for(&format!(
        "[...document.querySelectorAll('[role=status]')].some(s => s.textContent === {said:?})"
    ));
    browser.press_with(ALT, DOWN);
    stand(&browser, TITLES, &after([0, 2, 1]));
    focus(&t[1]);
    browser.press_with(ALT, UP);
    stand(&browser, TITLES, &after([0, 1, 2]));
    browser.press_with(ALT, UP);
    focus(&t[1]);
    // Nothing is above the first.
    browser.press_with(ALT, UP);
    stand(&browser, TITLES, &after([1, 0, 2]));
    focus(&t[1]);

    let ordered = now(&browser, TITLES);
    files_have(&browser, &ordered);
    queue(&browser, &ordered);
    assert_clean(&browser, &house);
}

/// What is exported is the list as it stands.
fn files_have(browser: &Browser, titles: &[String]) {
    browser.run("document.querySelector('.list-actions .menu summary').click()");
    browser.wait_for("document.querySelector('.list-actions .menu[open] .entry')");
    bring(browser, ".list-actions .menu[open] .entries");
    look(browser, "export");
    let links = browser.run(
        "return [...document.querySelectorAll('.list-actions .entry[download]')].map(a => a.getAttribute('href'))",
    );
    let file = |format: &str| {
        let mut links = links.as_array().unwrap().iter().map(|link| link.as_str().unwrap());
        let link = links.find(|link| link.contains(&format!("/{format}?"))).unwrap();
        let answer = browser.run_async(&format!(
            "fetch({link:?}).then(async r => done([r.headers.get('content-disposition'), await r.text()]))"
        ));
        let name = answer[0].as_str().unwrap();
        assert!(name.starts_with("attachment") && name.contains(&format!(".{format}")), "{name}");
        answer[1].as_str().unwrap().to_owned()
    };
    let m3u8 = file("m3u8");
    assert!(m3u8.starts_with("#EXTM3U\n"), "{m3u8}");
    let infos: Vec<&str> = m3u8.lines().filter(|line| line.starts_with("#EXTINF:")).collect();
    assert!(infos.iter().zip(titles).all(|(line, title)| line.ends_with(title.as_str())), "{m3u8}");
    assert_eq!(infos.len(), titles.len());
    let xspf = file("xspf");
    let script = format!(
        "const x = new DOMParser().parseFromString({xspf:?}, 'application/xml'); \
         return [...x.querySelectorAll('track > title')].map(t => t.textContent)"
    );
    assert_eq!(browser.run(&script), json!(titles));
    let jspf: Value = serde_json::from_str(&file("jspf")).unwrap();
    let tracks = jspf["playlist"]["track"].as_array().unwrap();
    assert_eq!(
        tracks.iter().map(|t| &t["title"]).collect::<Vec<_>>(),
        titles.iter().collect::<Vec<_>>()
    );
}

/// The queue is put in order the same way.
fn queue(browser: &Browser, titles: &[String]) {
    browser.click("#play-all");
    browser.wait_for(PLAYS);
    browser.press("q");
    browser.wait_for("document.querySelector('#queue .queued')");
    assert_eq!(now(browser, QUEUED), titles);
    let after = |first: [usize; 4]| -> Vec<&String> {
        first.iter().map(|i| &titles[*i]).chain(&titles[4..]).collect()
    };
    drag(browser, r#"#queue [data-place="1"] .cover"#, r#"#queue [data-place="3"] .cover"#);
    stand(browser, QUEUED, &after([0, 2, 3, 1]));
    browser.run("document.querySelector('#queue [data-place=\"3\"] .up').focus()");
    // The same button moves it on: the focus stays with it.
    browser.press(ENTER);
    stand(browser, QUEUED, &after([0, 2, 1, 3]));
    browser.wait_for("document.activeElement?.matches('#queue [data-place=\"2\"] .up')");
    browser.press(ENTER);
    stand(browser, QUEUED, &after([0, 1, 2, 3]));
    // What plays went on.
    assert_eq!(browser.text("#now-title"), titles[0]);
    browser.wait_for(PLAYS);
}
