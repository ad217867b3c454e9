//! The mood map: zooming, moving, and playing from it.

use serde_json::{Value, json};

use crate::acts::{LAPTOP, PLAYS, assert_clean, begin, go, look, own};
use crate::driver::Browser;
use crate::house::{House, browser};

const ENTER: &str = "\u{e007}";

/// How many times as wide as the frame the whole plane is drawn.
fn zoom(browser: &Browser) -> f64 {
    let share = "return document.querySelector('.sheet').offsetWidth / document.querySelector('.map').clientWidth";
    browser.run(share).as_f64().unwrap()
}

/// Where a dot is, in pixels of the window.
fn place(browser: &Browser, dot: &str) -> (f64, f64) {
    browser.middle(&format!(".dot[data-id='{dot}']"))
}

fn near((x, y): (f64, f64), (u, v): (f64, f64)) -> bool {
    (x - u).abs() < 2.0 && (y - v).abs() < 2.0
}

#[test]
fn the_map_zooms_moves_and_plays() {
    let Some(browser) = browser(LAPTOP) else { return };
    let house = House::start();
    own(&browser, &house);
    begin(&browser);
    go(&browser, "library", "#map");
    browser.click("#map");
    browser.run("document.querySelector('#only-playable').click()");
    browser.wait_for("document.querySelectorAll('.map .dot').length === 12");
    browser.run("document.querySelector('.map').scrollIntoView({block: 'center'})");
    // A dot that nothing lies over.
    let dot = browser.run(
        "return [...document.querySelectorAll('.map .dot')].find(d => { const r = d.getBoundingClientRect(); \
         return document.elementFromPoint(r.left + r.width / 2, r.top + r.height / 2) === d; }).dataset.id",
    );
    let dot = dot.as_str().unwrap();
    let start = place(&browser, dot);

    // The wheel zooms where it is turned.
    let wheel =
        json!({"type": "mouseWheel", "x": start.0, "y": start.1, "deltaX": 0, "deltaY": -300});
    browser.devtools("Input.dispatchMouseEvent", wheel);
    browser.wait_for("parseFloat(document.querySelector('.sheet').style.width) > 130");
    assert!(near(place(&browser, dot), start), "{:?} {start:?}", place(&browser, dot));

    // Who drags moves it, and presses nothing.
    let to = (start.0 + 60.0, start.1 - 45.0);
    browser.drag(start, to);
    browser.run_async("setTimeout(done, 400)");
    assert!(near(place(&browser, dot), to), "{:?} {to:?}", place(&browser, dot));
    assert_eq!(browser.run("return document.querySelector('#panel .row')"), Value::Null);

    // Two fingers that are spread zoom between them.
    let before = zoom(&browser);
    pinch(&browser, to, [40.0, 50.0, 60.0, 80.0]);
    browser.run_async("setTimeout(done, 400)");
    let spread = zoom(&browser) / before;
    assert!((1.8..2.2).contains(&spread), "{spread}");
    assert!(near(place(&browser, dot), to), "{:?} {to:?}", place(&browser, dot));

    // A press shows an item, another plays it.
    browser.run(&format!("document.querySelector(\".dot[data-id='{dot}']\").click()"));
    browser.wait_for("document.querySelector('#panel .row .title')");
    browser.click("#panel .row .title");
    browser.wait_for(PLAYS);
    let pressed = browser.text("#now-title");
    by_keyboard(&browser, &pressed);
    assert_clean(&browser, &house);
}

/// Spreads two fingers around a place, so many pixels from it.
fn pinch(browser: &Browser, (x, y): (f64, f64), steps: [f64; 4]) {
    browser.devtools(
        "Emulation.setTouchEmulationEnabled",
        json!({"enabled": true, "maxTouchPoints": 2}),
    );
    let touch = |kind: &str, fingers: Value| {
        browser.devtools("Input.dispatchTouchEvent", json!({"type": kind, "touchPoints": fingers}));
    };
    let fingers =
        |apart: f64| json!([{"x": x - apart, "y": y, "id": 1}, {"x": x + apart, "y": y, "id": 2}]);
    touch("touchStart", fingers(steps[0]));
    steps[1..].iter().for_each(|apart| touch("touchMove", fingers(*apart)));
    touch("touchEnd", json!([]));
    browser.devtools("Emulation.setTouchEmulationEnabled", json!({"enabled": false}));
}

/// Arrows move, plus and minus zoom, Enter shows what lies in the middle and then plays it.
fn by_keyboard(browser: &Browser, playing: &str) {
    browser.run("document.querySelector('.map').focus()");
    (0..12).for_each(|_| browser.press("-"));
    assert!((zoom(browser) - 1.0).abs() < 0.01, "{}", zoom(browser));
    browser.press("+");
    let left =
        |browser: &Browser| browser.run("return document.querySelector('.sheet').offsetLeft");
    let (before, wider) = (left(browser).as_f64().unwrap(), zoom(browser));
    assert!(wider > 1.3, "{wider}");
    browser.press("\u{e012}");
    assert!(left(browser).as_f64().unwrap() > before, "to the left is what was to the left");
    browser.run_async("setTimeout(done, 600)");
    look(browser, "library-map-zoomed");
    for _ in 0..6 {
        browser.press(ENTER);
        browser.wait_for("document.querySelector('#panel .row .title')");
        browser.run_async("setTimeout(done, 300)");
        let shown = browser.text("#panel .row .title");
        if shown != playing {
            browser.press(ENTER);
            browser.wait_for(&format!(
                "document.querySelector('#now-title').innerText === {shown:?} && {PLAYS}"
            ));
            return;
        }
        // The one that plays lies in the middle: on to another.
        (0..4).for_each(|_| browser.press("\u{e012}"));
        browser.run_async("setTimeout(done, 600)");
    }
    panic!("there is nothing on the map but {playing}");
}
