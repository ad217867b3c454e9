//! The way between a browser and the world: an HTTP proxy that every request passes, whoever sends it: the
//! page, its workers, its service worker, the browser itself.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A request that passed.
#[derive(Clone, Debug)]
pub struct Passed {
    /// Scheme, host and path; of what is encrypted the host alone.
    pub address: String,
    /// Bytes of its body.
    pub body: usize,
}

/// A running proxy; its threads end with the test.
pub struct Road {
    pub address: SocketAddr,
    passed: Arc<Mutex<Vec<Passed>>>,
    delay_ms: Arc<AtomicU64>,
}

/// Bytes that a slow road lets through at once.
const PORTION: usize = 128 * 1024;

impl Road {
    pub fn open() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let (passed, delay_ms) = (Arc::default(), Arc::default());
        let road = Self { address, passed, delay_ms };
        let (passed, delay_ms) = (Arc::clone(&road.passed), Arc::clone(&road.delay_ms));
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (passed, delay_ms) = (Arc::clone(&passed), Arc::clone(&delay_ms));
                // Who hangs up, hangs up.
                std::thread::spawn(move || _ = pass(stream, &passed, &delay_ms));
            }
        });
        road
    }

    /// What passed since this was last called.
    pub fn passed(&self) -> Vec<Passed> {
        std::mem::take(&mut self.passed.lock().unwrap())
    }

    /// From now on every answer, and every portion of it, comes so much later.
    pub fn slow(&self, delay: Duration) {
        self.delay_ms.store(u64::try_from(delay.as_millis()).unwrap(), Ordering::Relaxed);
    }
}

/// Hands one request on, and its answer back; each has a connection of its own.
fn pass(
    mut browser: TcpStream,
    passed: &Mutex<Vec<Passed>>,
    delay_ms: &AtomicU64,
) -> std::io::Result<()> {
    let mut reader = BufReader::new(browser.try_clone()?);
    let mut head = Vec::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Ok(());
        }
        if line.trim_end().is_empty() {
            break;
        }
        head.push(line.trim_end().to_owned());
    }
    let (method, rest) = head[0].split_once(' ').unwrap_or_default();
    let (target, _) = rest.split_once(' ').unwrap_or_default();
    let header = |name: &str| {
        let mut values = head.iter().filter_map(|line| line.split_once(": "));
        values.find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value.to_owned())
    };
    // A body of unknown length is longer than any that is allowed.
    let unknown = if header("transfer-encoding").is_some() { usize::MAX } else { 0 };
    let length = header("content-length").map_or(unknown, |n| n.parse().unwrap_or(usize::MAX));
    passed.lock().unwrap().push(Passed { address: target.to_owned(), body: length });
    let host = target.strip_prefix("http://").and_then(|rest| rest.split_once('/'));
    let Some((host, path)) = host.filter(|_| method != "CONNECT" && length < usize::MAX) else {
        return browser.write_all(b"HTTP/1.1 403 Forbidden\r\nconnection: close\r\n\r\n");
    };
    let mut server = TcpStream::connect(host)?;
    let mut request = format!("{method} /{path} HTTP/1.1\r\nconnection: close\r\n");
    let own = |line: &&String| {
        let line = line.to_ascii_lowercase();
        !line.starts_with("connection:") && !line.starts_with("proxy-")
    };
    head[1..].iter().filter(own).for_each(|line| request += &format!("{line}\r\n"));
    server.write_all(format!("{request}\r\n").as_bytes())?;
    std::io::copy(&mut reader.take(length as u64), &mut server)?;
    let mut portion = vec![0; PORTION];
    loop {
        let n = server.read(&mut portion)?;
        if n == 0 {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(delay_ms.load(Ordering::Relaxed)));
        browser.write_all(&portion[..n])?;
    }
}
