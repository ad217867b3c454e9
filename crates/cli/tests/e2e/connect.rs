//! The second door: a music server.

use serde_json::json;

use crate::acts::{LAPTOP, PLAYS, answer, assert_clean, go, look, own};
use crate::fake::{FakeServer, FakeSong, PASSWORD, USER, seconds};
use crate::house::{House, browser};

fn music() -> FakeServer {
    let song = |id: &str, title: &str, hz: f32| {
        let mut song = FakeSong::tone(id, title, "Ada Lindqvist", hz);
        song.bytes = seconds(hz, 20);
        song.said["duration"] = json!(20);
        song.said["album"] = json!("Far Rooms");
        song
    };
    FakeServer::start(vec![
        song("1", "Attic", 220.0),
        song("2", "Cellar", 110.0),
        song("3", "Stairs", 440.0),
    ])
}

#[test]
fn a_server_is_connected_and_plays() {
    let Some(browser) = browser(LAPTOP) else { return };
    let (house, mut music) = (House::start(), music());
    own(&browser, &house);
    browser.click("#server");
    browser.wait_for("document.querySelector('#connect-server')");
    look(&browser, "connect");
    browser.type_into("#server-address", &music.address.to_string());
    browser.type_into("#server-user", USER);
    browser.type_into("#server-password", "a slip");
    browser.click("#connect-server");
    browser.wait_for("document.querySelector('#server-refused:not([hidden])')");
    let told = browser.text("#server-refused");
    assert!(told.contains("does not know this user name"), "{told}");
    look(&browser, "connect-refused");
    // The browser's console tells of every refused request.
    let log = browser.log();
    assert!(
        log.iter().all(|line| line.contains("/api/connections") && line.contains("400")),
        "{log:#?}"
    );
    browser.run("document.querySelector('#server-password').value = ''");
    browser.type_into("#server-password", PASSWORD);
    browser.click("#connect-server");
    browser.wait_for("document.querySelector('#use-camera')");

    // It is listed and listened to by itself, and then plays through this very server.
    let heard = |c: &serde_json::Value| c["tracks"] == json!(3) && c["waiting"] == json!(0);
    while !heard(&answer(&browser, "/api/connections")["connections"][0]) {
        std::thread::sleep(std::time::Duration::from_millis(300));
    }
    go(&browser, "library", "#search");
    browser.type_into("#search", "far rooms attic");
    browser.wait_for("document.querySelector('#found').innerText.startsWith('1 ')");
    browser.run("document.querySelector('.rows .title').click()");
    browser.wait_for(PLAYS);
    assert_eq!(browser.text("#now-title"), "Attic");

    go(&browser, "settings", "#connections li");
    let line = browser.text("#connections li");
    assert!(line.contains(&music.address.to_string()) && line.contains("3 tracks"), "{line}");
    browser.run("document.querySelector('#connections').scrollIntoView({block: 'center'})");
    look(&browser, "settings-connections");
    music.shelf().songs.remove(2);
    browser.run("document.querySelector('#connections li button').click()");
    browser.wait_for(
        "document.querySelector('#connections li').innerText.includes('1 not there any more')",
    );
    // Nothing more is asked of it by the player.
    browser.run("document.activeElement.blur()");
    browser.press(" ");
    browser.wait_for("[...document.querySelectorAll('#screen video')].every(v => v.paused)");
    music.stop();
    browser.run("document.querySelector('#connections li button').click()");
    browser.wait_for("document.querySelector('#connections li .refused')");
    browser.run("document.querySelector('#connections li .tool').click()");
    browser.say_yes();
    browser.wait_for("!document.querySelector('#connections li')");
    assert_clean(&browser, &house);
}
