//! What a person does: show a photo, look into the camera, say a word, change their mind.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::driver::Browser;
use super::fake_camera::film;
use crate::client::{Running, photos};

const FACE: &str = "obama-480p.jpg";
const FACES: &str = "two_people.jpg";
const NO_FACE: &str = "dogs.jpg";

/// A browser whose camera shows a face, and the photographs; `None` where something is missing.
fn start() -> Option<(Browser, PathBuf)> {
    let photos = photos()?;
    let film = film(&photos.join(FACE));
    let arguments = [
        "--use-fake-device-for-media-stream".to_owned(),
        "--use-fake-ui-for-media-stream".to_owned(),
        format!("--use-file-for-fake-video-capture={}", film.display()),
    ];
    match Browser::start(&arguments) {
        Ok(browser) => Some((browser, photos)),
        Err(missing) => {
            eprintln!("skipped: {missing}");
            None
        }
    }
}

fn show(browser: &Browser, photo: &Path) {
    browser.type_into("#file", photo.to_str().unwrap());
}

/// The body that the page says it sent.
fn sent(browser: &Browser) -> Value {
    let text = browser.run("return document.getElementById('sent-body').textContent");
    serde_json::from_str(text.as_str().unwrap()).unwrap()
}

const LISTED: &str = "document.querySelectorAll('#items:not(.stale) .item').length > 0";

#[test]
fn a_person_walks_through_the_page() {
    let Some((browser, photos)) = start() else { return };
    let server = Running::start_with_model();
    browser.visit(&format!("http://{}/", server.address));

    show(&browser, &photos.join(FACE));
    browser.wait_for(LISTED);
    assert_eq!(browser.text("#reading-title"), "This face shows");
    assert_eq!(browser.run("return document.querySelectorAll('#bars li').length"), json!(8));
    assert_eq!(browser.run("return document.querySelectorAll('.face-box').length"), json!(1));
    let body = sent(&browser);
    assert!(body["mood"]["valence"].is_number() && body.to_string().len() < 400, "{body}");

    show(&browser, &photos.join(FACES));
    browser.wait_for("document.querySelectorAll('.face-box').length >= 2");
    browser.click(".face-box:nth-child(2)");
    browser.wait_for("document.querySelector('.face-box:nth-child(2)').ariaPressed === 'true'");

    show(&browser, &photos.join(NO_FACE));
    browser.wait_for("document.getElementById('notice').innerText.includes('No face found')");

    browser.click("button[data-word=sad]");
    browser.wait_for(
        "document.getElementById('sent-body').textContent.includes('\"expression\": \"sad\"')",
    );
    browser.click("input[value=lift]");
    browser.wait_for("document.getElementById('list-title').innerText === 'To lift you'");
    assert_eq!(sent(&browser)["goal"], "lift");

    browser.type_into("#artists", "Nobody of this name");
    browser.wait_for("document.getElementById('list-notice').innerText.includes('the artists')");

    assert_clean(&browser, &server);
}

#[test]
fn a_face_is_read_live_and_taken() {
    let Some((browser, _)) = start() else { return };
    let server = Running::start_with_model();
    browser.visit(&format!("http://{}/", server.address));
    browser.click("#use-camera");
    browser.wait_for("document.querySelectorAll('.face-box').length === 1");
    assert_eq!(browser.run("return document.querySelectorAll('.item').length"), json!(0));
    browser.click("#take");
    browser.wait_for(LISTED);
    assert_eq!(browser.run("return document.getElementById('video').srcObject"), Value::Null);
    assert_clean(&browser, &server);
}

/// No errors, no violated policy, nothing asked of anyone else.
fn assert_clean(browser: &Browser, server: &Running) {
    let log = browser.log();
    assert!(log.is_empty(), "{log:?}");
    let asked = browser.run("return performance.getEntriesByType('resource').map(r => r.name)");
    let home = format!("http://{}/", server.address);
    for address in asked.as_array().unwrap() {
        assert!(address.as_str().unwrap().starts_with(&home), "{address}");
    }
}

#[test]
#[ignore = "prints measurements"]
fn readings_a_second() {
    let Some((browser, _)) = start() else { return };
    let server = Running::start_with_model();
    browser.visit(&format!("http://{}/", server.address));
    browser.click("#use-camera");
    browser.wait_for("document.querySelectorAll('.face-box').length === 1");
    for (width, look) in
        [(320, "glanceAtFaces"), (320, "readFaces"), (640, "glanceAtFaces"), (640, "readFaces")]
    {
        browser.run(&measurement(width, look));
        browser.wait_for("window.measured");
        println!("{}", browser.run("const m = window.measured; window.measured = null; return m"));
    }
}

/// Reads the camera's frames one after the other, thirty times after a first one.
fn measurement(width: u32, look: &str) -> String {
    format!(
        r"
        const folder = document.querySelector('script[src]').src.replace('app.js', '');
        Promise.all([import(folder + 'reader.js'), import(folder + 'camera.js')]).then(async ([reader, camera]) => {{
          const video = document.getElementById('video');
          const durations = [];
          let faces = 0;
          for (let i = 0; i <= 30; i++) {{
            const started = performance.now();
            const answer = await reader.{look}(camera.grabFrame(video, {width}));
            durations.push(performance.now() - started);
            faces = answer.faces.length;
          }}
          const sorted = durations.slice(1).sort((a, b) => a - b);
          const median_ms = Math.round(sorted[15] * 10) / 10;
          window.measured = {{ width: {width}, look: '{look}', faces, median_ms, readings_per_s: Math.round(10000 / median_ms) / 10 }};
        }});"
    )
}
