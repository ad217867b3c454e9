//! The keyboard alone does everything.

use serde_json::json;

use crate::acts::{LAPTOP, LISTED, PASSWORD, PLAYS, assert_clean, begin, picture};
use crate::driver::Browser;
use crate::house::{House, browser};

/// As WebDriver writes keys that have no character.
const TAB: &str = "\u{e004}";
const ENTER: &str = "\u{e007}";
const ESCAPE: &str = "\u{e00c}";
const RIGHT: &str = "\u{e014}";

/// Goes on with the tabulator until the focus is there; it must be seen.
fn tab_to(browser: &Browser, selector: &str) {
    let there = format!("return document.activeElement?.matches('{selector}') === true");
    for _ in 0..120 {
        browser.press(TAB);
        if browser.run(&there) == json!(true) {
            let seen = "const e = document.activeElement; const s = e.matches('.unseen, .chip input, .goals input') ? \
                 getComputedStyle(e.closest('.plane') ?? e.closest('.goals label') ?? e.nextElementSibling) : getComputedStyle(e); \
                 return s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2";
            assert_eq!(browser.run(seen), json!(true), "the focus on {selector} is not seen");
            return;
        }
    }
    panic!("the tabulator never comes to {selector}");
}

fn write(browser: &Browser, text: &str) {
    text.chars().for_each(|letter| browser.press(&letter.to_string()));
}

#[test]
fn an_evening_without_a_mouse() {
    let Some(browser) = browser(LAPTOP) else { return };
    let house = House::start();
    browser.visit(&house.url());
    browser.wait_for("document.querySelector('#enter')");
    tab_to(&browser, "#name");
    write(&browser, "Maya");
    browser.press(TAB);
    write(&browser, PASSWORD);
    browser.press(ENTER);
    browser.wait_for("document.querySelector('#starter')");
    tab_to(&browser, "#folder");
    browser.press(ENTER);
    browser.wait_for("document.querySelector('#use-folder')");
    begin(&browser);

    // A mood on the plane by the arrow keys, another by a word, a goal, a list.
    tab_to(&browser, ".plane input");
    for _ in 0..8 {
        browser.press(RIGHT);
    }
    browser.wait_for("document.querySelector('.mood-words').innerText.includes('pleasant')");
    picture(&browser, "plane-by-keyboard");
    browser.wait_for(LISTED);
    tab_to(&browser, "[data-word=happy]");
    browser.press(ENTER);
    browser.wait_for("document.querySelector('[data-word=happy][aria-pressed=true]')");
    tab_to(&browser, "input[name=goal]");
    browser.press(RIGHT);
    browser.wait_for("document.getElementById('list-title').innerText === 'To lift you'");
    browser.wait_for(LISTED);
    tab_to(&browser, "#play-all");
    browser.press(ENTER);
    browser.wait_for(PLAYS);
    let first = browser.text("#now-title");
    tab_to(&browser, ".item .title");
    browser.press("n");
    browser.wait_for(&format!("document.querySelector('#now-title').innerText !== {first:?}"));
    browser.press("l");
    browser.wait_for("document.querySelector('#like-now[aria-pressed=true]')");
    for (key, button) in [("s", "shuffle"), ("r", "repeat")] {
        browser.press(key);
        browser.wait_for(&format!("document.querySelector('#{button}[aria-pressed=true]')"));
    }
    // Hardware keys and lock screens are told what plays.
    browser.wait_for(
        "navigator.mediaSession.metadata?.title === document.querySelector('#now-title').innerText \
         && navigator.mediaSession.playbackState === 'playing'",
    );
    // A menu opens, and its entries are reached.
    tab_to(&browser, ".item .menu summary");
    browser.press(ENTER);
    tab_to(&browser, ".item .menu[open] .entry");
    browser.press(ESCAPE);

    // The library: search, a row, the map.
    browser.press("/");
    browser.wait_for("document.activeElement?.id === 'search'");
    write(&browser, "relay");
    browser.wait_for("document.querySelector('#found').innerText.startsWith('1 ')");
    tab_to(&browser, ".rows .title");
    browser.press(ENTER);
    browser.wait_for("document.querySelector('#now-title').innerText === 'Relay'");
    browser.press("/");
    browser.wait_for("document.activeElement?.id === 'search'");
    (0..5).for_each(|_| browser.press("\u{e003}"));
    tab_to(&browser, "[role=tab][aria-selected=true]");
    (0..4).for_each(|_| browser.press(RIGHT));
    browser.wait_for("document.querySelector('.map .dot')");
    tab_to(&browser, ".map");
    browser.press("+");
    browser.press(ENTER);
    browser.wait_for("document.querySelector('#panel .row .title')");
    browser.press("5");
    browser.wait_for("document.querySelector('#sign-out')");
    tab_to(&browser, "#sign-out");
    browser.press(ENTER);
    browser.wait_for("document.querySelector('.door #enter')");
    assert_clean(&browser, &house);
}
