//! What people do.

use serde_json::{Value, json};

use crate::acts::{
    LAPTOP, LISTED, PASSWORD, PHONE, PLAYS, assert_clean, begin, bring, dark_picture, go, listed,
    look, look_twice, own, picture, sent,
};
use crate::driver::Browser;
use crate::house::{House, browser, photos, start};

#[test]
fn a_first_evening() {
    let Some(browser) = browser(LAPTOP) else { return };
    let house = House::start();
    browser.visit(&house.url());
    browser.wait_for("document.querySelector('#enter')");
    look(&browser, "door");
    dark_picture(&browser, "door-dark");
    own(&browser, &house);
    look(&browser, "first-run");
    browser.click("#folder");
    browser.wait_for("document.querySelector('#use-folder')");
    look(&browser, "folders");
    begin(&browser);
    look(&browser, "listen");
    dark_picture(&browser, "listen-dark");

    // Nothing is read, and nothing is sent, before somebody asks for it.
    assert_eq!(browser.run("return document.getElementById('camera').srcObject"), Value::Null);
    assert!(browser.text("#sent summary").len() > 3);
    browser.click("#use-camera");
    browser.wait_for("document.querySelector('.face-box')");
    bring(&browser, "#stage");
    picture(&browser, "camera");
    browser.wait_for("document.querySelectorAll('#bars li').length === 8");
    // What is read is seen on the plane while it is read.
    browser.wait_for("document.querySelector('.mood .point:not([hidden])')");
    // A steady face is taken without a press, and the camera's light goes out.
    browser.wait_for(LISTED);
    assert_eq!(browser.run("return document.getElementById('camera').srcObject"), Value::Null);
    let sent: Value = serde_json::from_str(&sent(&browser)).unwrap();
    assert!(sent["mood"]["valence"].is_number() && sent.to_string().len() < 400, "{sent}");
    look(&browser, "reading");
    browser.click("#not-right");
    browser.run("document.querySelectorAll('.question .chip')[1].click()");
    browser.wait_for(
        "document.querySelector('.question') === null && document.querySelector('#said')",
    );
    browser.wait_for(LISTED);

    browser.click("label:has(input[value=lift])");
    browser.wait_for("document.getElementById('list-title').innerText === 'To lift you'");
    browser.wait_for(LISTED);
    browser.run(
        "document.querySelector('#more').open = true; document.querySelector('#journey').click()",
    );
    browser.wait_for("document.querySelector('.way polyline')");
    listed(&browser);
    browser.run("document.querySelector('#more').open = false");
    browser.click("#play-all");
    browser.wait_for(PLAYS);
    browser.run("document.querySelector('.list').scrollIntoView()");
    look(&browser, "list");
    browser.run("scrollTo(0, 0)");
    picture(&browser, "journey");
    dark_picture(&browser, "journey-dark");

    let first = browser.text("#now-title");
    browser.click("#like-now");
    browser.wait_for("document.querySelector('#like-now[aria-pressed=true]')");
    browser.click("#next");
    browser.wait_for(&format!("document.querySelector('#now-title').innerText !== {first:?}"));
    browser.wait_for(PLAYS);
    browser.press(" ");
    browser.wait_for("[...document.querySelectorAll('#screen video')].every(v => v.paused)");
    browser.press("q");
    browser.wait_for("document.querySelector('#queue')");
    look(&browser, "queue");
    browser.press("q");
    browser.press("?");
    browser.wait_for("document.querySelector('.help')");
    look(&browser, "keyboard");
    browser.click("#help-close");
    let events = browser.run_async("fetch('/api/export/m3u8?items=1').then(r => done(r.status))");
    assert_eq!(events, json!(200));
    browser.click("#save");
    browser.wait_for("document.querySelector('.toast')");
    go(&browser, "playlists", ".saved-list");
    browser.run("document.querySelector('.saved-list .title').click()");
    browser.wait_for("document.querySelector('.saved-list .row')");
    look(&browser, "playlists");

    go(&browser, "library", ".rows .row .cover");
    look(&browser, "library");
    browser.type_into("#search", "vale low tides");
    browser.wait_for("document.querySelector('#found').innerText.startsWith('3 ')");
    for (tab, there) in
        [("albums", ".group"), ("artists", ".group"), ("languages", ".group"), ("map", ".dot")]
    {
        browser.run("const s = document.querySelector('#search'); s.value = ''; s.dispatchEvent(new Event('input', {bubbles: true}))");
        browser.click(&format!("#{tab}"));
        browser.wait_for(&format!("document.querySelector('{there}')"));
        look(&browser, &format!("library-{tab}"));
    }
    dark_picture(&browser, "library-map-dark");
    browser.click("#play-here");
    browser.wait_for(PLAYS);

    diary(&browser);
    go(&browser, "settings", "#sign-out");
    browser.wait_for("document.querySelector('#members li')");
    look(&browser, "settings");
    browser.run("document.querySelector('input[name=theme][value=dark]').click()");
    browser.wait_for("document.documentElement.dataset.theme === 'dark'");
    go(&browser, "listen", "#use-camera");
    look(&browser, "dark");
    browser.run("location.reload()");
    browser.wait_for("document.querySelector('#now-title')");
    go(&browser, "settings", "#sign-out");
    browser.run("document.querySelector('input[name=interface][value=hi]').click()");
    browser.wait_for("document.documentElement.lang === 'hi'");
    go(&browser, "listen", "#use-camera");
    look(&browser, "hindi");
    assert_clean(&browser, &house);
}

fn diary(browser: &Browser) {
    go(browser, "diary", "#diary-on");
    look(browser, "diary-off");
    browser.click("#diary-on");
    browser.wait_for("document.querySelector('#diary-off')");
    for word in ["sad", "happy", "neutral"] {
        go(browser, "listen", "#use-camera");
        browser.click(&format!("[data-word={word}]"));
        browser.wait_for(LISTED);
        let count = "fetch('/api/diary').then(r => r.json()).then(d => done(d.entries.map(e => e.expression)))";
        while !browser.run_async(count).as_array().unwrap().contains(&json!(word)) {}
    }
    go(browser, "diary", ".diary-entry");
    look(browser, "diary");
    dark_picture(browser, "diary-dark");
    let csv = browser.run_async("fetch('/api/diary/export/csv').then(r => r.text()).then(done)");
    assert_eq!(csv.as_str().unwrap().lines().count(), 4, "{csv}");
    let named = "['#diary-json', '#diary-csv'].map(id => document.querySelector(id)).map(a => [a.getAttribute('href'), a.download])";
    let files = browser.run(&format!("return {named}"));
    assert_eq!(files, json!([["/api/diary/export/json", ""], ["/api/diary/export/csv", ""]]));
    let kept = "fetch('/api/diary/export/json').then(async r => done([r.headers.get('content-disposition'), await r.json()]))";
    let kept = browser.run_async(kept);
    assert!(kept[0].as_str().unwrap().starts_with("attachment"), "{kept}");
    let words: Vec<_> = kept[1].as_array().unwrap().iter().map(|e| &e["expression"]).collect();
    assert_eq!(words, ["sad", "happy", "neutral"], "{kept}");
    browser.run("document.querySelector('.diary-entry .tool').click()");
    browser.wait_for("document.querySelectorAll('.diary-entry').length === 2");
    browser.click("#delete-all");
    browser.say_yes();
    browser.wait_for("document.querySelectorAll('.diary-entry').length === 0");
}

#[test]
fn on_a_phone() {
    let Some(browser) = browser(PHONE) else { return };
    let house = House::start();
    own(&browser, &house);
    look(&browser, "phone-first-run");
    begin(&browser);
    look(&browser, "phone-listen");
    let photo = photos().unwrap().join("obama-480p.jpg");
    browser.type_into("#file", photo.to_str().unwrap());
    listed(&browser);
    browser.run("document.querySelector('.reading').scrollIntoView()");
    picture(&browser, "phone-reading");
    browser.click("#play-all");
    browser.wait_for(PLAYS);
    browser.run("document.querySelector('.list').scrollIntoView()");
    look(&browser, "phone-list");
    for (page, there) in
        [("library", ".rows .row .cover"), ("settings", "#sign-out"), ("diary", "#diary-on")]
    {
        go(&browser, page, there);
        look(&browser, &format!("phone-{page}"));
        thumbs_fit(&browser);
    }
    go(&browser, "library", "#map");
    browser.click("#map");
    browser.wait_for("document.querySelector('.map .dot')");
    look(&browser, "phone-map");
    // What the bar has no room for stands in the queue, and dislike in the menu.
    browser.click("#open-queue");
    browser.wait_for("document.querySelector('#queue .spare')?.offsetParent");
    look(&browser, "phone-queue");
    thumbs_fit(&browser);
    browser.run("document.querySelectorAll('#queue .spare .tool')[2].click()");
    browser
        .wait_for("document.querySelector('#queue .spare .tool:nth-child(3)[aria-pressed=true]')");
    browser.run("document.querySelector('#queue .queue-head .tool').click()");
    go(&browser, "listen", ".item");
    thumbs_fit(&browser);
    let first = browser.run("return document.querySelector('.item').dataset.id");
    browser.run("document.querySelector('.item .menu summary').click()");
    browser.wait_for("document.querySelector('.item .menu[open] .narrow-only')?.offsetParent");
    bring(&browser, ".item .menu[open] .entries");
    look(&browser, "phone-item-menu");
    browser.run("document.querySelector('.item .menu[open] .narrow-only').click()");
    browser.wait_for(&format!(
        "document.querySelector('.item[data-id=\"{}\"] .tool:nth-child(2)[aria-pressed=true]')",
        first.as_str().unwrap()
    ));
    assert_clean(&browser, &house);
}

/// Thumbs find what they press.
fn thumbs_fit(browser: &Browser) {
    let small = "return [...document.querySelectorAll('button:not(.dot):not(.title), summary, select, .chip, .switch, .goals label')] \
                 .filter(b => b.offsetParent && (b.offsetHeight < 40 || b.offsetWidth < 40)).map(b => b.outerHTML.slice(0, 120))";
    assert_eq!(browser.run(small), json!([]));
}

#[test]
fn a_refused_camera_is_no_dead_end() {
    if photos().is_none() {
        return;
    }
    let arguments = [
        format!("--window-size={LAPTOP}"),
        "--use-fake-device-for-media-stream".to_owned(),
        "--deny-permission-prompts".to_owned(),
    ];
    let Some(browser) = start(&arguments) else { return };
    let house = House::start();
    own(&browser, &house);
    begin(&browser);
    browser.click("#use-camera");
    browser.wait_for("document.querySelector('[data-trouble=refused]')");
    bring(&browser, "#stage");
    look(&browser, "refused");
    let photo = photos().unwrap();
    browser.type_into("#file", photo.join("dogs.jpg").to_str().unwrap());
    browser.wait_for("document.querySelector('[data-trouble=no_face]')");
    browser.type_into("#file", photo.join("clip.mp4").to_str().unwrap());
    browser.wait_for("document.querySelector('[data-trouble=unreadable]')");
    browser.click("[data-word=sad]");
    browser.wait_for(LISTED);
    assert_clean(&browser, &house);
}

#[test]
fn the_server_goes_and_comes_back() {
    let Some(browser) = browser(LAPTOP) else { return };
    let mut house = House::start();
    own(&browser, &house);
    begin(&browser);
    browser.click("[data-word=happy]");
    listed(&browser);
    browser.wait_for("navigator.serviceWorker.controller");
    house.kill();
    browser.click("#again");
    browser
        .wait_for("document.querySelector('#list-notice')?.innerText.includes('does not answer')");
    look(&browser, "no-answer");
    browser.run("location.reload()");
    browser.wait_for(
        "document.querySelector('.door [role=status]')?.innerText.includes('does not answer')",
    );
    look(&browser, "off-line");
    house.restart();
    browser.wait_for("document.querySelector('#use-camera')");
    browser.click("[data-word=happy]");
    listed(&browser);

    // A file that is gone is passed over, and said.
    std::fs::remove_dir_all(house.music()).unwrap();
    browser.click("#play-all");
    browser.wait_for("document.querySelector('.toast')?.innerText.includes('is not where it was')");
    look_twice(&browser, "file-gone");

    // A session that has ended is taken up where the page stands.
    let out = "fetch('/api/sign-out', {method: 'POST'}).then(r => done(r.status))";
    assert_eq!(browser.run_async(out), json!(200));
    // What the player reports may have brought the question up already.
    browser.run("document.querySelector('.veil') || document.querySelector('#again').click()");
    browser.wait_for("document.querySelector('.veil #password')");
    look(&browser, "session-ended");
    browser.type_into(".veil #password", PASSWORD);
    browser.click(".veil #enter");
    browser.wait_for("!document.querySelector('.veil')");
    browser.wait_for(LISTED);
}

#[test]
fn two_people_side_by_side() {
    let Some(maya) = browser(LAPTOP) else { return };
    let house = House::start();
    own(&maya, &house);
    begin(&maya);
    go(&maya, "settings", "#invite");
    maya.click("#invite");
    maya.wait_for("document.querySelector('#invitation')");
    let link = maya.run("return document.querySelector('#invitation').value");
    let Some(noor) = browser(LAPTOP) else { return };
    noor.visit(link.as_str().unwrap());
    noor.wait_for("document.querySelector('#enter')");
    look(&noor, "invited");
    noor.type_into("#name", "نور");
    noor.type_into("#password", "three blue spoons");
    noor.click("#enter");
    noor.wait_for("document.querySelector('#use-camera')");
    for browser in [&maya, &noor] {
        go(browser, "listen", "#use-camera");
        browser.click("[data-word=happy]");
        listed(browser);
    }
    let first = maya.run("return document.querySelector('.item').dataset.id");
    let first = first.as_str().unwrap();
    // Of an artist who is asked for nothing is held back.
    let listed = |browser: &Browser, artists: &str, what: &str| {
        browser.run_async(&format!(
            "fetch('/api/recommend', {{method: 'POST', \
             headers: {{'content-type': 'application/json'}}, body: JSON.stringify(\
             {{expression: 'happy', playable: true, limit: 200, artists: {artists}}})}}) \
             .then(r => r.json()).then(l => done({what}))"
        ))
    };
    let artist = format!("l.items.filter(i => String(i.id) == '{first}').map(i => i.artist)");
    let artists = (0..20)
        .map(|seed| listed(&maya, &format!("[], seed: {seed}"), &artist).to_string())
        .find(|artists| artists != "[]")
        .expect("what stands on the list is offered");
    maya.run("document.querySelector('.item .menu summary').click(); [...document.querySelectorAll('.item .menu[open] .entry')].find(e => e.innerText === 'Never again').click()");
    maya.wait_for(&format!("!document.querySelector('.item[data-id=\"{first}\"]')"));
    let offered =
        |browser| listed(browser, &artists, &format!("l.items.some(i => i.id == {first})"));
    assert_eq!(
        (offered(&maya), offered(&noor)),
        (json!(false), json!(true)),
        "banned by one alone"
    );
    noor.run("location.hash = '/settings'");
    noor.wait_for("document.querySelector('#sign-out')");
    assert_eq!(noor.run("return document.querySelector('#invite')"), Value::Null);
    assert_clean(&maya, &house);
    assert_clean(&noor, &house);
}
