//! An account on several devices: its password, and who is signed in.

use serde_json::json;

use crate::acts::{LAPTOP, PASSWORD, PHONE, answer, assert_clean, begin, bring, go, look, own};
use crate::driver::Browser;
use crate::house::{House, browser};

const NEW_PASSWORD: &str = "seven green kettles";
const DEVICES: &str = "document.querySelectorAll('[aria-labelledby=devices-title] li').length";

/// Fills the door in.
fn enter(browser: &Browser, password: &str) {
    browser.wait_for("document.querySelector('#enter')");
    browser.run(
        "document.querySelectorAll('#name, #password').forEach(field => { field.value = ''; })",
    );
    browser.type_into("#name", "Maya");
    browser.type_into("#password", password);
    browser.click("#enter");
}

fn sign_in(browser: &Browser, password: &str) {
    enter(browser, password);
    browser.wait_for("document.querySelector('#use-camera') && !document.querySelector('.veil')");
}

/// Changes the password on the page of settings.
fn change(browser: &Browser, old: &str, new: &str) {
    let form = "[aria-labelledby=profile-title] form";
    for (word, password) in [("current-password", old), ("new-password", new)] {
        let field = format!("{form} input[autocomplete={word}]");
        browser.run(&format!("document.querySelector({field:?}).value = ''"));
        browser.type_into(&field, password);
    }
    browser.click(&format!("{form} button"));
}

/// Presses a word, whether the page has noticed by itself that the session is over or not.
fn ask(browser: &Browser, word: &str) {
    browser.run(&format!("document.querySelector('[data-word={word}]').click()"));
}

fn said(browser: &Browser, text: &str) {
    browser.wait_for(&format!("document.querySelector('.toast')?.innerText.includes({text:?})"));
}

#[test]
fn devices_are_signed_out_and_passwords_changed() {
    let (Some(laptop), Some(phone)) = (browser(LAPTOP), browser(PHONE)) else { return };
    let house = House::start();
    own(&laptop, &house);
    begin(&laptop);
    phone.visit(&house.url());
    sign_in(&phone, PASSWORD);

    // One device is signed out from the other.
    go(&laptop, "settings", "#sign-out");
    laptop.wait_for(&format!("{DEVICES} === 2"));
    bring(&laptop, "[aria-labelledby=devices-title]");
    look(&laptop, "devices");
    assert!(laptop.text("[aria-labelledby=devices-title]").contains("Chrome"));
    laptop.run("document.querySelector('[aria-labelledby=devices-title] li .tool').click()");
    laptop.wait_for(&format!("{DEVICES} === 1"));
    ask(&phone, "happy");
    phone.wait_for("document.querySelector('.veil #password')");
    look(&phone, "phone-session-ended");
    sign_in(&phone, PASSWORD);

    // A new password takes the old one, and signs the others out.
    change(&laptop, "not this one", NEW_PASSWORD);
    said(&laptop, "do not belong together");
    change(&laptop, PASSWORD, "short");
    said(&laptop, "8 to 256");
    change(&laptop, PASSWORD, NEW_PASSWORD);
    said(&laptop, "hanged");
    ask(&phone, "sad");
    phone.wait_for("document.querySelector('.veil #password')");
    enter(&phone, PASSWORD);
    phone.wait_for("document.querySelector('.refused:not([hidden])')");
    sign_in(&phone, NEW_PASSWORD);

    // Everywhere means here too.
    assert_eq!(answer(&laptop, "/api/devices")["devices"].as_array().unwrap().len(), 2);
    laptop.click("#sign-out-everywhere");
    laptop.wait_for("document.querySelector('.door #enter')");
    ask(&phone, "happy");
    phone.wait_for("document.querySelector('.veil #password')");
    let still = "fetch('/api/work').then(r => done(r.status))";
    assert_eq!((laptop.run_async(still), phone.run_async(still)), (json!(401), json!(401)));
    // Refusals are seen in the console; nothing but them is.
    for browser in [&laptop, &phone] {
        let log = browser.log();
        let other =
            |line: &&String| !["401", "403", "400"].iter().any(|status| line.contains(status));
        assert_eq!(log.iter().find(other), None);
    }
    sign_in_again(&laptop, &house);
}

fn sign_in_again(browser: &Browser, house: &House) {
    browser.visit(&house.url());
    sign_in(browser, NEW_PASSWORD);
    assert_clean(browser, house);
}
