//! `attune library connect`, `connections`, `sync` and `disconnect`.

use std::io::Write;
use std::process::Stdio;

use crate::fake::{FakeServer, FakeSong, PASSWORD, USER};
use crate::harness::Sandbox;
use crate::snapshot;

fn two() -> FakeServer {
    FakeServer::start(vec![
        FakeSong::tone("a", "Low Bell Test", "Quiet Rooftops Test", 200.0),
        FakeSong::tone("b", "High Bell Test", "Loud Rooftops Test", 900.0),
    ])
}

/// What is seen, whatever port the server got.
fn seen(sandbox: &Sandbox, server: &FakeServer, args: &[&str]) -> String {
    sandbox.run(args).replace(&server.address.to_string(), "[SERVER]")
}

#[test]
fn a_server_is_connected_listed_synchronised_and_disconnected() {
    let (sandbox, server) = (Sandbox::new(), two());
    sandbox.write("password", format!("{PASSWORD}\n"));
    let url = server.url();
    let connect = ["library", "connect", &url, "--user", USER, "--password-file", "password"];
    snapshot!("connections_none", seen(&sandbox, &server, &["library", "connections"]));
    snapshot!("connect", seen(&sandbox, &server, &connect));
    snapshot!("connections", seen(&sandbox, &server, &["library", "connections"]));
    let json = sandbox.json(&["library", "connections", "--format", "json"]);
    let connection = &json["connections"][0];
    assert_eq!((&connection["tracks"], &connection["waiting"]), (&2.into(), &0.into()), "{json}");
    assert!(!json.to_string().contains("token"), "{json}");
    snapshot!("sync", seen(&sandbox, &server, &["library", "sync"]));
    let shown = sandbox.json(&["library", "show", "Low Bell Test", "--format", "json"]);
    assert_eq!(shown["item"]["source"]["server"], "subsonic:1/a", "{shown}");
    assert_eq!(shown["item"]["mood_origin"], "recording", "{shown}");
    snapshot!("disconnect", seen(&sandbox, &server, &["library", "disconnect", "1"]));
    snapshot!("disconnect_again", seen(&sandbox, &server, &["library", "disconnect", "1"]));
    assert!(sandbox.run(&["library", "show", "Low Bell Test"]).contains("exit 1\n"));
}

#[test]
fn passwords_come_from_a_file_a_variable_or_a_pipe() {
    let server = two();
    let url = server.url();
    let args = ["import", "subsonic", &url, "--user", USER, "--list-only", "--format", "json"];
    let sandbox = Sandbox::new().env("ATTUNE_SERVER_PASSWORD", PASSWORD);
    let report = sandbox.json(&args);
    assert_eq!(
        (&report["syncs"][0]["sync"]["added"], &report["syncs"][0]["heard"]),
        (&2.into(), &().into())
    );
    let sandbox = Sandbox::new();
    let mut command = sandbox.command(&args);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(format!("{PASSWORD}\n").as_bytes()).unwrap();
    assert!(child.wait().unwrap().success());
    // An empty pipe is no password.
    let none = Sandbox::new().run(&args[..5]);
    assert!(none.contains("exit 1\n") && none.contains("the password is empty"), "{none}");
}

#[test]
fn what_cannot_be_connected_says_why() {
    let (sandbox, mut server) = (Sandbox::new().env("ATTUNE_SERVER_PASSWORD", "spoons"), two());
    let url = server.url();
    let connect = ["library", "connect", &url, "--user", USER];
    snapshot!("connect_wrong_password", seen(&sandbox, &server, &connect));
    server.shelf().page = Some("<!doctype html><title>A router</title>");
    snapshot!("connect_router", seen(&sandbox, &server, &connect));
    server.stop();
    snapshot!("connect_unreachable", seen(&sandbox, &server, &connect));
    let no_user = sandbox.run(&["library", "connect", "nas"]);
    assert!(no_user.contains("exit 2\n") && no_user.contains("--user <NAME>"), "{no_user}");
    snapshot!(
        "connect_no_address",
        sandbox.run(&["library", "connect", "ftp://nas", "--user", USER])
    );
    snapshot!("sync_none", sandbox.run(&["library", "sync"]));
}
