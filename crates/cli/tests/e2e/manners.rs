//! How the page behaves: still for who wants it still, quiet for who listens to it, installable, helpful.

use std::path::{Path, PathBuf};
use std::time::Duration;

use image::{Rgb, RgbImage};
use serde_json::{Value, json};

use crate::acts::{LAPTOP, LISTED, PHONE, assert_clean, begin, bring, look, own};
use crate::driver::Browser;
use crate::house::{House, browser, browser_seeing, photos};

const FACE: &str = "obama-480p.jpg";

/// Whether the system asks for less motion.
fn wants_stillness(browser: &Browser, still: bool) {
    let value = if still { "reduce" } else { "no-preference" };
    let features = json!([{"name": "prefers-reduced-motion", "value": value}]);
    browser.devtools("Emulation.setEmulatedMedia", json!({ "features": features }));
}

#[test]
fn nothing_moves_for_those_who_want_it_still() {
    let Some(browser) = browser(LAPTOP) else { return };
    let house = House::start();
    own(&browser, &house);
    begin(&browser);
    // What is on its way breathes, presses glide: where motion is welcome.
    for still in [false, true] {
        wants_stillness(&browser, still);
        browser.run("location.reload()");
        browser.wait_for("document.querySelector('#use-camera')");
        browser.road.slow(Duration::from_millis(1_200));
        browser.click("[data-word=happy]");
        browser.wait_for("document.querySelector('.ghosts')");
        let moving =
            "return document.getAnimations().filter(a => a.playState === 'running').length";
        let waiting = browser.run(moving).as_u64().unwrap();
        browser.road.slow(Duration::ZERO);
        browser.wait_for(LISTED);
        let glides = browser.run(
            "return getComputedStyle(document.querySelector('.button.main')).transitionDuration !== '0s'",
        );
        assert_eq!((waiting > 0, glides), (!still, json!(!still)), "{waiting} move");
    }
    assert_clean(&browser, &house);
}

/// Writes down what live regions come to say.
const LISTENER: &str = "
    window.spoken = [];
    const REGIONS = '[role=status], [role=alert], [aria-live]';
    const last = new WeakMap();
    const hear = (region) => {
      const text = region.textContent.trim();
      if (text && last.get(region) !== text) window.spoken.push(text);
      last.set(region, text);
    };
    new MutationObserver((changes) => {
      const regions = new Set();
      for (const { target, addedNodes } of changes) {
        for (const node of [target, ...addedNodes]) {
          const element = node.nodeType === 1 ? node : node.parentElement;
          const around = element?.closest?.(REGIONS);
          if (around) regions.add(around);
          element?.querySelectorAll?.(REGIONS).forEach((inside) => regions.add(inside));
        }
      }
      regions.forEach(hear);
    }).observe(document, { subtree: true, childList: true, characterData: true });";

/// What is spoken within ten seconds of a camera that is on.
fn spoken_while_reading(browser: &Browser, house: &House) -> Vec<String> {
    browser.before_each_page(LISTENER);
    own(browser, house);
    begin(browser);
    browser.run("window.spoken.length = 0");
    browser.click("#use-camera");
    browser.wait_for("document.querySelector('#stage[data-state=camera]')");
    browser.run_async("setTimeout(done, 10000)");
    serde_json::from_value(browser.run("return window.spoken")).unwrap()
}

#[test]
fn a_reading_speaks_once_and_not_with_every_frame() {
    let Some(browser) = browser(LAPTOP) else { return };
    let house = House::start();
    let spoken = spoken_while_reading(&browser, &house);
    browser.wait_for(LISTED);
    // That one is to hold still, perhaps; and that the list is there.
    assert!((1..=4).contains(&spoken.len()), "{spoken:#?}");
    assert!(spoken.iter().any(|text| text.contains(" items")), "{spoken:#?}");
    assert_clean(&browser, &house);
}

#[test]
fn who_sits_in_the_dark_is_told_once() {
    let Some(photos) = photos() else { return };
    let Some(browser) = browser_seeing(LAPTOP, &in_the_dark(&photos)) else { return };
    let house = House::start();
    let spoken = spoken_while_reading(&browser, &house);
    assert!(spoken.iter().filter(|text| text.contains("Too dark")).count() == 1, "{spoken:#?}");
    assert!(spoken.len() <= 4, "{spoken:#?}");
    assert_clean(&browser, &house);
}

#[test]
fn advice_helps_who_sits_in_the_dark_or_far_away() {
    let Some(photos) = photos() else { return };
    let seen = [
        (in_the_dark(&photos), "Too dark", "advice-dark"),
        (far_away(&photos), "The face is small", "advice-small"),
    ];
    for (picture, advice, name) in seen {
        let Some(browser) = browser_seeing(LAPTOP, &picture) else { return };
        let house = House::start();
        own(&browser, &house);
        begin(&browser);
        browser.click("#use-camera");
        browser.wait_for(&format!(
            "document.querySelector('.live-word')?.innerText.startsWith({advice:?})"
        ));
        bring(&browser, "#stage");
        look(&browser, name);
        assert_clean(&browser, &house);
    }
}

/// The portrait with a sixth of its light.
fn in_the_dark(photos: &Path) -> PathBuf {
    let mut photo = image::open(photos.join(FACE)).unwrap().to_rgb8();
    photo.pixels_mut().for_each(|Rgb(pixel)| pixel.iter_mut().for_each(|v| *v /= 6));
    kept(&photo, "in-the-dark.png")
}

/// The portrait as somebody at the far end of a room.
fn far_away(photos: &Path) -> PathBuf {
    let photo = image::open(photos.join(FACE)).unwrap();
    let small = photo.resize(640, 210, image::imageops::FilterType::Triangle).to_rgb8();
    let mut room = RgbImage::from_pixel(640, 480, Rgb([150, 146, 140]));
    image::imageops::overlay(&mut room, &small, 130, 132);
    kept(&room, "far-away.png")
}

fn kept(picture: &RgbImage, name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    picture.save(&path).unwrap();
    path
}

#[test]
fn a_phone_can_install_it() {
    let Some(browser) = browser(PHONE) else { return };
    let house = House::start();
    own(&browser, &house);
    browser.wait_for("navigator.serviceWorker.controller");
    let manifest = browser.devtools("Page.getAppManifest", json!({}));
    assert_eq!(manifest["errors"], json!([]), "{manifest}");
    let manifest: Value = serde_json::from_str(manifest["data"].as_str().unwrap()).unwrap();
    assert_eq!((&manifest["display"], &manifest["start_url"]), (&json!("standalone"), &json!("/")));
    let missing = browser.devtools("Page.getInstallabilityErrors", json!({}));
    assert_eq!(missing["installabilityErrors"], json!([]), "{missing}");
    assert_clean(&browser, &house);
}
