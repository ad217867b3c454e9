//! As much of WebDriver (W3C) as the tests need.

use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::client::request;

const PATIENCE: Duration = Duration::from_secs(30);
/// The key under which WebDriver names an element.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// A browser with one page.
pub struct Browser {
    driver: Child,
    address: SocketAddr,
    session: String,
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
        let mut browser = Self { driver, address, session: String::new() };
        browser.session = browser.open(binary, arguments);
        Ok(browser)
    }

    fn open(&self, binary: &str, arguments: &[String]) -> String {
        let quiet = "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run \
                     --disable-background-networking --disable-component-update --disable-sync \
                     --window-size=1280,1000 --force-prefers-reduced-motion";
        let quiet = quiet.split_whitespace().map(str::to_owned);
        let args: Vec<String> = quiet.chain(arguments.iter().cloned()).collect();
        let wanted = json!({"capabilities": {"alwaysMatch": {
            "goog:chromeOptions": {"binary": binary, "args": args},
            "goog:loggingPrefs": {"browser": "ALL"},
        }}});
        let opened = self.call("POST /session", &wanted);
        opened["sessionId"].as_str().unwrap().to_owned()
    }

    fn call(&self, what: &str, body: &Value) -> Value {
        let headers = [("content-type", "application/json")];
        let answer = request(self.address, what, &headers, &body.to_string());
        let value = answer.json()["value"].take();
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
            let page = self.text("main");
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
        entries.as_array().unwrap().iter().map(|entry| entry["message"].to_string()).collect()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        if !self.session.is_empty() {
            request(self.address, &format!("DELETE /session/{}", self.session), &[], "");
        }
        self.driver.kill().ok();
        self.driver.wait().ok();
    }
}

/// ChromeDriver prints the port it took.
fn port(driver: &mut Child) -> u16 {
    let lines = BufReader::new(driver.stdout.take().unwrap()).lines();
    let told = lines.map_while(Result::ok).find_map(|line| {
        line.split_once("started successfully on port ")?.1.trim_end_matches('.').parse().ok()
    });
    told.unwrap()
}
