//! The page and its files: complete, compressed, kept by browsers, from nowhere else.

use std::io::Read;

use crate::client::{MODEL, Running};

/// Every address that the page's HTML asks for.
fn addresses(html: &str) -> Vec<String> {
    let quoted = html.split('"').skip(1).step_by(2);
    quoted.filter(|text| text.starts_with("/assets/")).map(str::to_owned).collect()
}

#[test]
fn every_file_of_the_page_is_served_with_its_type() {
    let server = Running::start();
    let page = server.get("/", &[]);
    assert_eq!((page.status, page.header("content-type")), (200, "text/html; charset=utf-8"));
    let files = addresses(page.text());
    assert!(files.len() >= 6, "{files:?}");
    for file in files {
        let answer = server.get(&file, &[]);
        let expected = match file.rsplit('.').next() {
            Some("css") => "text/css; charset=utf-8",
            Some("js") => "text/javascript; charset=utf-8",
            Some("png") => "image/png",
            Some("wasm") => "application/wasm",
            _ => "image/svg+xml",
        };
        assert_eq!((answer.status, answer.header("content-type")), (200, expected), "{file}");
        assert_eq!(answer.header("cache-control"), "public, max-age=31536000, immutable", "{file}");
    }
}

#[test]
fn scripts_import_only_files_that_are_served() {
    let server = Running::start();
    let page = server.get("/", &[]);
    let script = addresses(page.text()).into_iter().find(|a| a.ends_with("boot.js")).unwrap();
    let folder = script.trim_end_matches("boot.js");
    let mut waiting = vec!["boot.js".to_owned(), "reader-worker.js".to_owned()];
    let mut seen = Vec::new();
    while let Some(name) = waiting.pop() {
        let answer = server.get(&format!("{folder}{name}"), &[]);
        assert_eq!(answer.status, 200, "{name}");
        let imported = answer.text().split("from \"./").skip(1);
        let imported = imported.filter_map(|rest| rest.split('"').next()).map(str::to_owned);
        waiting.extend(imported.filter(|name| !seen.contains(name)));
        seen.push(name);
    }
    assert!(seen.iter().any(|name| name == "vision.js"), "{seen:?}");
}

#[test]
fn the_app_is_small_enough_for_a_phone() {
    let server = Running::start();
    let page = server.get("/", &[]);
    let mut bytes = page.body.len();
    let folder = addresses(page.text()).into_iter().find(|a| a.ends_with("boot.js")).unwrap();
    let folder = folder.trim_end_matches("boot.js");
    let styles = addresses(page.text()).into_iter().filter(|a| a.ends_with(".css"));
    let files =
        ["attune_ui_bg.wasm", "attune_ui.js", "boot.js"].map(|name| format!("{folder}{name}"));
    for file in styles.chain(files) {
        let answer = server.get(&file, &[("accept-encoding", "gzip")]);
        assert_eq!(answer.status, 200, "{file}");
        bytes += answer.body.len();
    }
    assert!(bytes < 1_000_000, "{bytes} bytes compressed");
}

#[test]
fn the_service_worker_keeps_files_that_are_there() {
    let server = Running::start();
    let worker = server.get("/sw.js", &[]);
    assert_eq!(
        (worker.status, worker.header("content-type")),
        (200, "text/javascript; charset=utf-8")
    );
    let kept = addresses(worker.text().lines().find(|line| line.contains("SHELL =")).unwrap());
    assert!(kept.len() > 12, "{kept:?}");
    for file in kept {
        assert_eq!(server.get(&file, &[]).status, 200, "{file}");
    }
    let manifest = server.get("/manifest.webmanifest", &[]);
    assert_eq!(manifest.header("content-type"), "application/manifest+json");
    for icon in manifest.json()["icons"].as_array().unwrap() {
        assert_eq!(server.get(icon["src"].as_str().unwrap(), &[]).status, 200, "{icon}");
    }
}

#[test]
fn nothing_in_the_page_comes_from_elsewhere() {
    let server = Running::start();
    let page = server.get("/", &[]);
    for word in ["http://", "https://", "onclick=", "style=", "<script>", "<style"] {
        assert!(!page.text().contains(word), "{word}");
    }
}

#[test]
fn gzip_goes_to_those_who_take_it() {
    let server = Running::start();
    let plain = server.get("/", &[]);
    let packed = server.get("/", &[("accept-encoding", "gzip, br")]);
    assert_eq!((plain.header("content-encoding"), packed.header("content-encoding")), ("", "gzip"));
    assert!(packed.body.len() < plain.body.len() / 2);
    let mut unpacked = Vec::new();
    flate2::read::GzDecoder::new(&packed.body[..]).read_to_end(&mut unpacked).unwrap();
    assert_eq!(unpacked, plain.body);
    assert_ne!(plain.header("etag"), packed.header("etag"));
    assert_eq!(packed.header("vary"), "accept-encoding");
}

#[test]
fn what_the_browser_holds_is_not_sent_again() {
    let server = Running::start();
    for path in ["/", "/model.safetensors"] {
        let first = server.get(path, &[]);
        assert_eq!((first.status, first.header("cache-control")), (200, "no-cache"), "{path}");
        let tag = first.header("etag");
        let again = server.get(path, &[("if-none-match", tag)]);
        assert_eq!((again.status, again.body.len()), (304, 0), "{path}");
        assert_eq!(again.header("etag"), tag, "{path}");
        assert_eq!(server.get(path, &[("if-none-match", "\"other\"")]).status, 200, "{path}");
    }
}

#[test]
fn an_older_page_finds_its_files_but_must_not_keep_them() {
    let server = Running::start();
    let answer = server.get("/assets/0000000000000000/vision.js", &[]);
    assert_eq!((answer.status, answer.header("cache-control")), (200, "no-cache"));
}

#[test]
fn the_model_arrives_byte_for_byte() {
    let server = Running::start();
    assert_eq!(server.get("/model.safetensors", &[]).body, MODEL);
}

#[test]
fn what_is_not_there_is_said_in_json() {
    let server = Running::start();
    for path in ["/nothing", "/assets/x/nothing.js", "/assets/x/..%2f..%2fCargo.toml", "/assets/"] {
        let answer = server.get(path, &[]);
        assert_eq!(
            (answer.status, answer.header("content-type")),
            (404, "application/json"),
            "{path}"
        );
        assert!(answer.json()["hint"].is_string(), "{path}");
    }
    let answer = server.send("POST /", &[], "");
    assert_eq!(answer.status, 405);
}
