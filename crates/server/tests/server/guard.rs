//! Foreign names and pages are refused, strict headers stand on every answer, a busy port is said.

use attune_server::{ListenConfig, ModelFile, ServeError, Server};

use crate::client::{Running, runtime, served};

#[test]
fn strict_headers_stand_on_every_answer() {
    let server = Running::start();
    for (path, headers) in
        [("/", vec![]), ("/nothing", vec![]), ("/", vec![("host", "evil.example")])]
    {
        let answer = server.get(path, &headers);
        let policy = answer.header("content-security-policy");
        for rule in
            ["default-src 'self'", "script-src 'self' 'wasm-unsafe-eval'", "connect-src 'self'"]
        {
            assert!(policy.contains(rule), "{path}: {policy}");
        }
        assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"), "{policy}");
        assert!(answer.header("permissions-policy").contains("camera=(self)"), "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "no-referrer", "{path}");
    }
}

#[test]
fn foreign_hosts_are_refused() {
    let server = Running::start();
    let port = server.address.port();
    for (host, expected) in [
        (format!("localhost:{port}"), 200),
        (format!("[::1]:{port}"), 200),
        (format!("evil.example:{port}"), 421),
        (format!("127.0.0.1.evil.example:{port}"), 421),
        (String::new(), 421),
    ] {
        let answer = server.get("/", &[("host", &host)]);
        assert_eq!(answer.status, expected, "{host}");
    }
}

#[test]
fn pages_of_other_sites_are_refused() {
    let server = Running::start();
    let own = format!("http://{}", server.address);
    for (origin, expected) in [
        (own.as_str(), 200),
        ("http://evil.example", 403),
        ("http://127.0.0.1:1", 403),
        ("null", 403),
    ] {
        let answer = server.get("/", &[("origin", origin)]);
        assert_eq!(answer.status, expected, "{origin}");
        assert_eq!(answer.header("access-control-allow-origin"), "", "{origin}");
    }
}

#[test]
fn a_busy_port_is_a_typed_error_with_a_hint() {
    let server = Running::start();
    let listen = ListenConfig { address: server.address };
    let bound = bind(listen);
    let error = bound.err().unwrap();
    assert!(matches!(error, ServeError::Busy(address) if address == server.address), "{error}");
    assert!(error.hint().unwrap().contains("--listen"));
}

#[test]
fn an_address_of_another_machine_is_refused() {
    let listen = ListenConfig { address: ([192, 0, 2, 1], 0).into() };
    let bound = bind(listen);
    let error = bound.err().unwrap();
    assert!(matches!(error, ServeError::Bind(..)) && error.hint().is_some(), "{error}");
}

#[test]
fn an_idle_connection_does_not_keep_the_server_from_stopping() {
    let server = Running::start();
    let idle = std::net::TcpStream::connect(server.address).unwrap();
    drop(server);
    drop(idle);
}

fn bind(listen: ListenConfig) -> Result<Server, ServeError> {
    let model = ModelFile::new((&[]).into());
    runtime().block_on(async { Server::bind(listen, served(model).await).await })
}
