//! `attune serve` and `attune doctor`.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};

use crate::harness::Sandbox;
use crate::snapshot;

/// A port that is taken for as long as the listener lives.
fn busy_port() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    (listener, address)
}

#[test]
fn a_busy_port_is_told() {
    let (listener, address) = busy_port();
    let port = listener.local_addr().unwrap().port();
    let seen = Sandbox::new().run(&["serve", "--listen", &address]);
    let seen = seen.replace(&(port.wrapping_add(1)).to_string(), "[NEXT]");
    snapshot!("serve_busy", seen.replace(&port.to_string(), "[PORT]"));
}

#[test]
fn an_address_must_be_one() {
    snapshot!("serve_no_address", Sandbox::new().run(&["serve", "--listen", "here"]));
    let seen = Sandbox::new().run(&["serve", "--listen", "192.0.2.1:8787"]);
    snapshot!("serve_foreign_address", seen);
}

/// Ends the server even where an assertion fails.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn get(address: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

#[test]
#[cfg(unix)]
fn the_page_is_served_until_it_is_told_to_stop() {
    let sandbox = Sandbox::new();
    let mut command = sandbox.command(&["--quiet", "serve", "--listen", "127.0.0.1:0"]);
    let mut server = Running(command.stdout(Stdio::piped()).spawn().unwrap());
    let mut line = String::new();
    BufReader::new(server.0.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let address = line.trim().strip_prefix("Attune is at http://").unwrap().to_owned();
    let page = get(&address, "/");
    assert!(page.starts_with("HTTP/1.1 200") && page.contains("<!doctype html>"), "{page}");
    assert!(get(&address, "/api/health").contains("\"ok\""));
    let told = Command::new("kill").arg(server.0.id().to_string()).status().unwrap();
    assert!(told.success());
    assert_eq!(server.0.wait().unwrap().code(), Some(0));
}

#[test]
fn doctor_finds_everything_in_order_or_says_what_is_not() {
    let sandbox = Sandbox::new().env("ATTUNE_LISTEN", "127.0.0.1:0");
    let healthy = sandbox.json(&["doctor", "--format", "json"]);
    assert_eq!(healthy["ok"], true, "{healthy}");
    let (_listener, address) = busy_port();
    let sandbox = Sandbox::new().env("ATTUNE_LISTEN", &address);
    sandbox.write("file", "").write("model", "no model");
    let args = ["--data-dir", "file", "--model", "model", "doctor"];
    let port = address.rsplit(':').next().unwrap_or_default();
    snapshot!("doctor_broken", sandbox.run(&args).replace(port, "[PORT]"));
}
