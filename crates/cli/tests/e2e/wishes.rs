//! What people wish for: goals, languages and artists, and what opens elsewhere.

use serde_json::{Value, json};

use crate::acts::{LAPTOP, answer, assert_clean, begin, go, list_for, listed, look, own, sent};
use crate::driver::Browser;
use crate::house::{House, browser};

/// Lists from the whole library, links too.
fn with_links(browser: &Browser) {
    go(browser, "listen", "#use-camera");
    browser.run(
        "document.querySelector('#more').open = true; document.querySelector('#playable').click()",
    );
}

/// The list that the page asked for last, as the server answers it.
fn asked_again(browser: &Browser) -> Vec<Value> {
    let list = browser.run_async(&format!(
        "fetch('/api/recommend', {{method: 'POST', headers: {{'content-type': 'application/json'}}, \
         body: JSON.stringify({})}}).then(r => r.json()).then(done)",
        sent(browser)
    ));
    list["items"].as_array().unwrap().clone()
}

fn mean(items: &[Value], axis: &str) -> f64 {
    let values: Vec<f64> = items.iter().filter_map(|i| i["mood"][axis].as_f64()).collect();
    values.iter().sum::<f64>() / values.len() as f64
}

#[test]
fn goals_lead_where_they_say() {
    let Some(browser) = browser(LAPTOP) else { return };
    let house = House::start();
    own(&browser, &house);
    begin(&browser);
    with_links(&browser);
    list_for(&browser, "neutral");
    let [calm, energise, focus] =
        [("calm", "To calm you"), ("energise", "To energise you"), ("focus", "To keep you steady")]
            .map(|(goal, title)| {
                browser.click(&format!("label:has(input[name=goal][value={goal}])"));
                browser.wait_for(&format!(
                    "document.getElementById('list-title').innerText === {title:?}"
                ));
                listed(&browser);
                let asked: Value = serde_json::from_str(&sent(&browser)).unwrap();
                assert_eq!(asked["goal"], goal);
                asked_again(&browser)
            });
    let [calm, energise, steady] = [&calm, &energise, &focus].map(|items| mean(items, "arousal"));
    assert!(calm < steady && steady < energise, "{calm} {steady} {energise}");
    assert!(energise - calm > 0.5, "{calm} {energise}");
    // From the same mood a lift is pleasanter than a list that stays.
    let pleasant = |goal: &str| {
        browser.click(&format!("label:has(input[name=goal][value={goal}])"));
        listed(&browser);
        mean(&asked_again(&browser), "valence")
    };
    list_for(&browser, "sad");
    assert!(pleasant("match") < pleasant("lift"));
    assert_clean(&browser, &house);
}

#[test]
fn links_open_elsewhere_and_say_so() {
    let Some(browser) = browser(LAPTOP) else { return };
    let house = House::start();
    own(&browser, &house);
    begin(&browser);
    with_links(&browser);
    list_for(&browser, "happy");
    browser.wait_for("document.querySelector('.item a.title')");
    browser.run("document.querySelector('.item a.title').scrollIntoView({block: 'center'})");
    look(&browser, "links");
    let link = browser.run(
        "const a = document.querySelector('.item a.title'); \
         return {target: a.target, rel: a.rel, name: a.getAttribute('aria-label'), href: a.href, text: a.innerText, \
         note: a.closest('.item').querySelector('.elsewhere').innerText}",
    );
    assert_eq!((&link["target"], &link["rel"]), (&json!("_blank"), &json!("noopener noreferrer")));
    let name = link["name"].as_str().unwrap();
    assert_eq!(name, format!("{}, opens elsewhere", link["text"].as_str().unwrap()));
    let host = link["href"].as_str().unwrap().split('/').nth(2).unwrap();
    assert_eq!(link["note"], host.trim_start_matches("www."));
    let list = browser.text(".list-name");
    assert!(list.contains("open elsewhere") || list.contains("play here"), "{list}");
    // Until it is pressed nobody hears of it.
    assert_clean(&browser, &house);
    browser.click(".item a.title");
    browser.run_async("setTimeout(done, 1500)");
    assert_eq!(browser.tabs(), 2);
    let asked = browser.requests();
    assert!(asked.iter().any(|passed| passed.address.contains(host)), "{asked:?}");
    // What plays is not touched, and the list stays.
    browser.wait_for("document.querySelector('.item a.title')");
    assert_eq!(browser.run("return document.querySelector('#now-title')"), Value::Null);
}

#[test]
fn tastes_are_kept_and_every_list_keeps_to_them() {
    let Some(browser) = browser(LAPTOP) else { return };
    let house = House::start();
    own(&browser, &house);
    begin(&browser);
    with_links(&browser);
    go(&browser, "settings", ".languages input[value=hindi], .languages input[value=Hindi]");
    browser.run(
        "document.querySelector('.languages input[value=hindi], .languages input[value=Hindi]').click(); \
         const a = document.querySelector('#artists'); a.value = 'Lata Mangeshkar,  Kishore Kumar ,'; \
         a.dispatchEvent(new Event('change', {bubbles: true}))",
    );
    let kept = |settings: &Value| {
        settings["languages"].as_array().unwrap().len() == 1
            && settings["artists"] == json!(["Lata Mangeshkar", "Kishore Kumar"])
    };
    let is_kept = || kept(&answer(&browser, "/api/session")["settings"]);
    assert!((0..600).any(|_| is_kept()), "{}", answer(&browser, "/api/session"));
    browser.run("location.reload()");
    browser.wait_for("document.querySelector('.languages input:checked')");
    let artists = browser.run("return document.querySelector('#artists').value");
    assert_eq!(artists, json!("Lata Mangeshkar, Kishore Kumar"));
    list_for(&browser, "happy");
    let asked: Value = serde_json::from_str(&sent(&browser)).unwrap();
    assert_eq!(asked["artists"], json!(["Lata Mangeshkar", "Kishore Kumar"]));
    let items = asked_again(&browser);
    assert!(items.len() > 2, "{items:?}");
    for item in &items {
        let (language, artist) = (&item["language"], item["artist"].as_str().unwrap());
        assert!(language.as_str().unwrap().eq_ignore_ascii_case("hindi"), "{item}");
        assert!(artist.contains("Lata Mangeshkar") || artist.contains("Kishore Kumar"), "{item}");
    }
    // Where nothing is left of them, one press lets go.
    browser.run(
        "document.querySelector('#more').open = true; const a = document.querySelector('#artists'); \
         a.value = 'Nobody At All'; a.dispatchEvent(new Event('input', {bubbles: true}))",
    );
    browser.wait_for("document.querySelector('#let-go')");
    browser.click("#let-go");
    listed(&browser);
    let asked: Value = serde_json::from_str(&sent(&browser)).unwrap();
    assert_eq!((&asked["artists"], &asked["languages"]), (&json!([]), &json!([])));
    assert_clean(&browser, &house);
}
