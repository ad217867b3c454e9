//! As much of WebDriver (W3C) as the tests need.

use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use base64::prelude::{BASE64_STANDARD, Engine};
use serde_json::{Value, json};

use crate::http::request;
use crate::road::{Passed, Road};

const PATIENCE: Duration = Duration::from_secs(90);
/// The key under which WebDriver names an element.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// A browser with one page.
pub struct Browser {
    driver: Child,
    address: SocketAddr,
    session: String,
    /// What all of its requests pass.
    pub road: Road,
}

impl Browser {
    /// Starts one, or says what is missing.
    pub fn start(arguments: &[String]) -> Result<Self, String> {
        let chromium = ["/usr/bin/chromium", "/usr/bin/google-chrome"];
        let binary = chromium.into_iter().find(|path| Path::new(path).exists());
        let binary = binary.ok_or("chromium is not installed")?;
        let mut driver = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|_| "chromedriver is not installed")?;
        let address = (Ipv4Addr::LOCALHOST, port(&mut driver)).into();
        let road = Road::open();
        let mut browser = Self { driver, address, session: String::new(), road };
        browser.session = browser.open(binary, arguments);
        Ok(browser)
    }

    fn open(&self, binary: &str, arguments: &[String]) -> String {
        let quiet = "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run \
                     --disable-background-networking --disable-component-update --disable-sync \
                     --disable-features=NetworkTimeServiceQuerying \
                     --force-prefers-reduced-motion --autoplay-policy=no-user-gesture-required --lang=en-GB";
        let quiet = quiet.split_whitespace().map(str::to_owned);
        // Addresses of this machine too: browsers ask those directly, unless they are told not to.
        let road = [format!("--proxy-server=http://{}", self.road.address)];
        let road = road.into_iter().chain(["--proxy-bypass-list=<-loopback>".to_owned()]);
        let args: Vec<String> = quiet.chain(road).chain(arguments.iter().cloned()).collect();
        let mut options = json!({"binary": binary, "args": args});
        if let Some((width, height)) = phone(arguments) {
            // No window is as narrow as a phone; what is emulated is.
            let metrics = json!({"width": width, "height": height, "pixelRatio": 1, "touch": true});
            options["mobileEmulation"] = json!({ "deviceMetrics": metrics });
        }
        let wanted = json!({"capabilities": {"alwaysMatch": {
            "goog:chromeOptions": options,
            "goog:loggingPrefs": {"browser": "ALL"},
        }}});
        let opened = self.call("POST /session", &wanted);
        opened["sessionId"].as_str().unwrap().to_owned()
    }

    fn call(&self, what: &str, body: &Value) -> Value {
        // A request without parameters has no body.
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let answer = request(self.address, what, &body);
        let mut value: Value = serde_json::from_slice(&answer.body).unwrap();
        let value = value["value"].take();
        assert_eq!(answer.status, 200, "{what}: {value}");
        value
    }

    fn command(&self, what: &str, body: Value) -> Value {
        self.call(&format!("POST /session/{}/{what}", self.session), &body)
    }

    pub fn visit(&self, address: &str) {
        self.command("url", json!({ "url": address }));
    }

    /// Runs a function body in the page and returns its value.
    pub fn run(&self, script: &str) -> Value {
        self.command("execute/sync", json!({"script": script, "args": []}))
    }

    pub fn text(&self, selector: &str) -> String {
        let script = format!("return document.querySelector('{selector}')?.innerText ?? ''");
        self.run(&script).as_str().unwrap().to_owned()
    }

    fn element(&self, selector: &str) -> String {
        let found = self.command("element", json!({"using": "css selector", "value": selector}));
        found[ELEMENT].as_str().unwrap().to_owned()
    }

    pub fn click(&self, selector: &str) {
        // What is fixed to the window's edge must not lie over it.
        let middle = "scrollIntoView({block: 'center'})";
        self.run(&format!("document.querySelector({selector:?}).{middle}"));
        let element = self.element(selector);
        self.command(&format!("element/{element}/click"), json!({}));
    }

    /// Types into an element; a file input takes a path.
    pub fn type_into(&self, selector: &str, text: &str) {
        let element = self.element(selector);
        self.command(&format!("element/{element}/value"), json!({ "text": text }));
    }

    /// Waits until an expression holds in the page.
    pub fn wait_for(&self, expression: &str) {
        let started = Instant::now();
        while self.run(&format!("return Boolean({expression})")) != json!(true) {
            let page = self.text("body");
            assert!(
                started.elapsed() < PATIENCE,
                "{expression} never held:\n{page}\n{:?}",
                self.log()
            );
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// What the browser logged since it was last asked, policy violations too.
    pub fn log(&self) -> Vec<String> {
        let entries = self.command("se/log", json!({"type": "browser"}));
        let entries = entries.as_array().unwrap().iter();
        let loud =
            entries.filter(|entry| entry["level"] == "SEVERE" || entry["level"] == "WARNING");
        loud.map(|entry| entry["message"].to_string()).collect()
    }

    /// What was asked for since this was last called, by anybody in the browser.
    pub fn requests(&self) -> Vec<Passed> {
        self.road.passed()
    }

    /// A command of the Chrome DevTools Protocol.
    pub fn devtools(&self, what: &str, parameters: Value) -> Value {
        self.command("goog/cdp/execute", json!({ "cmd": what, "params": parameters }))
    }

    /// Runs a script in every page before its own ones.
    pub fn before_each_page(&self, script: &str) {
        self.devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": script }));
    }

    /// Opens another tab and goes there; the answer is the one that was left.
    pub fn new_tab(&self) -> String {
        let here = self.call(&format!("GET /session/{}/window", self.session), &Value::Null);
        let opened = self.command("window/new", json!({ "type": "tab" }));
        self.go_to_tab(opened["handle"].as_str().unwrap());
        here.as_str().unwrap().to_owned()
    }

    pub fn go_to_tab(&self, handle: &str) {
        self.command("window", json!({ "handle": handle }));
    }

    /// How many tabs are open.
    pub fn tabs(&self) -> usize {
        let open =
            self.call(&format!("GET /session/{}/window/handles", self.session), &Value::Null);
        open.as_array().unwrap().len()
    }

    /// Says yes to the question that the page asks.
    pub fn say_yes(&self) {
        self.command("alert/accept", json!({}));
    }

    /// Presses a key wherever the focus is.
    pub fn press(&self, key: &str) {
        let strokes = json!([{"type": "keyDown", "value": key}, {"type": "keyUp", "value": key}]);
        let actions = json!({"actions": [{"type": "key", "id": "keys", "actions": strokes}]});
        self.command("actions", actions);
    }

    /// Presses a key while another is held down.
    pub fn press_with(&self, held: &str, key: &str) {
        let stroke = |kind: &str, key: &str| json!({"type": kind, "value": key});
        let strokes = [("keyDown", held), ("keyDown", key), ("keyUp", key), ("keyUp", held)];
        let strokes = strokes.map(|(kind, key)| stroke(kind, key));
        self.command(
            "actions",
            json!({"actions": [{"type": "key", "id": "keys", "actions": strokes}]}),
        );
    }

    /// Drags with the mouse, in pixels of the window.
    pub fn drag(&self, from: (f64, f64), to: (f64, f64)) {
        let middle = ((from.0 + to.0) / 2.0, (from.1 + to.1) / 2.0);
        let step = |(x, y): (f64, f64)| json!({"type": "pointerMove", "duration": 60, "x": x.round(), "y": y.round()});
        let press = |kind: &str| json!({"type": kind, "button": 0});
        let acts = json!([
            step(from),
            press("pointerDown"),
            step((from.0, from.1 + 6.0)),
            step(middle),
            step(to),
            step(to),
            press("pointerUp"),
        ]);
        let mouse = json!({"type": "pointer", "id": "mouse", "parameters": {"pointerType": "mouse"}, "actions": acts});
        self.command("actions", json!({ "actions": [mouse] }));
    }

    /// The middle of an element, in pixels of the window.
    pub fn middle(&self, selector: &str) -> (f64, f64) {
        let at = self.run(&format!(
            "const r = document.querySelector({selector:?}).getBoundingClientRect(); \
             return [r.left + r.width / 2, r.top + r.height / 2]"
        ));
        (at[0].as_f64().unwrap(), at[1].as_f64().unwrap())
    }

    /// What is on the screen, as PNG.
    pub fn screenshot(&self) -> Vec<u8> {
        let what = format!("GET /session/{}/screenshot", self.session);
        let png = self.call(&what, &Value::Null);
        BASE64_STANDARD.decode(png.as_str().unwrap()).unwrap()
    }

    /// Runs a function body that calls `done(value)`.
    pub fn run_async(&self, script: &str) -> Value {
        let script = format!("const done = arguments[arguments.length - 1]; {script}");
        self.command("execute/async", json!({"script": script, "args": []}))
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        if !self.session.is_empty() {
            request(self.address, &format!("DELETE /session/{}", self.session), "");
        }
        self.driver.kill().ok();
        self.driver.wait().ok();
    }
}

/// Width and height of a window as narrow as a phone.
fn phone(arguments: &[String]) -> Option<(u32, u32)> {
    let size = arguments.iter().find_map(|argument| argument.strip_prefix("--window-size="))?;
    let (width, height) = size.split_once(',')?;
    let (width, height) = (width.parse().ok()?, height.parse().ok()?);
    (width < 500).then_some((width, height))
}

/// ChromeDriver prints the port it took.
fn port(driver: &mut Child) -> u16 {
    let lines = BufReader::new(driver.stdout.take().unwrap()).lines();
    let told = lines.map_while(Result::ok).find_map(|line| {
        line.split_once("started successfully on port ")?.1.trim_end_matches('.').parse().ok()
    });
    told.unwrap()
}
