//! A small OpenSubsonic server for tests of several crates: it lists, streams in parts, shows pictures,
//! checks tokens, and can misbehave. It is plain threads over TCP, so that it needs nothing that these
//! crates may not have.

#![allow(dead_code, clippy::unwrap_used, reason = "each test uses a part of it")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::JoinHandle;

use attune_connect::subsonic::Credentials;
use serde_json::{Value, json};

pub const USER: &str = "maya";
pub const PASSWORD: &str = "three blue spoons";
/// One pixel.
pub const PICTURE: &[u8] =
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x02\0\0\0\x90wS\xde\0\0\0\x0c\
    IDATx\x9cc\xf8\xcf\xc0\0\0\x03\x01\x01\0\xc9\xfe\x92\xef\0\0\0\0IEND\xaeB`\x82";

/// A recording, and what is said of it.
#[derive(Clone)]
pub struct FakeSong {
    /// A `Child` of the interface.
    pub said: Value,
    pub bytes: Vec<u8>,
    pub media_type: &'static str,
}

impl FakeSong {
    /// A second of a tone.
    pub fn tone(id: &str, title: &str, artist: &str, hz: f32) -> Self {
        let bytes = tone(hz);
        let said = json!({"id": id, "title": title, "artist": artist, "album": "Tones", "duration": 1,
            "size": bytes.len(), "suffix": "wav", "isDir": false, "coverArt": format!("cover-{id}")});
        Self { said, bytes, media_type: "audio/wav" }
    }

    fn is(&self, id: &str) -> bool {
        self.said["id"].as_str() == Some(id)
    }
}

/// What the server answers with, to be changed while it runs.
pub struct Shelf {
    pub password: String,
    pub songs: Vec<FakeSong>,
    /// Whether a search for nothing finds everything.
    pub searches: bool,
    /// This instead of any answer.
    pub page: Option<&'static str>,
    /// Methods that fail.
    pub fails: Vec<&'static str>,
}

/// Answers until it is dropped.
pub struct FakeServer {
    pub address: SocketAddr,
    shelf: Arc<Mutex<Shelf>>,
    asked: Arc<Mutex<Vec<String>>>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl FakeServer {
    pub fn start(songs: Vec<FakeSong>) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let password = PASSWORD.to_owned();
        let shelf = Shelf { password, songs, searches: true, page: None, fails: Vec::new() };
        let (shelf, asked) = (Arc::new(Mutex::new(shelf)), Arc::default());
        let stop: Arc<AtomicBool> = Arc::default();
        let shared = (Arc::clone(&shelf), Arc::clone(&asked), Arc::clone(&stop));
        let thread = std::thread::spawn(move || {
            let (shelf, asked, stop) = shared;
            for stream in listener.incoming().map_while(Result::ok) {
                if stop.load(Ordering::Relaxed) {
                    return;
                }
                let (shelf, asked) = (Arc::clone(&shelf), Arc::clone(&asked));
                // Who hangs up, hangs up.
                std::thread::spawn(move || _ = answer(stream, &shelf, &asked));
            }
        });
        Self { address, shelf, asked, stop, thread: Some(thread) }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What it answers with from now on.
    pub fn shelf(&self) -> MutexGuard<'_, Shelf> {
        self.shelf.lock().unwrap()
    }

    /// Methods that were asked since this was last called.
    pub fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.asked.lock().unwrap())
    }

    /// Nobody listens there any more.
    pub fn stop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        TcpStream::connect(self.address).ok();
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }
}

impl Drop for FakeServer {
    fn drop(&mut self) {
        self.stop();
    }
}

fn answer(
    mut stream: TcpStream,
    shelf: &Mutex<Shelf>,
    asked: &Mutex<Vec<String>>,
) -> std::io::Result<()> {
    let mut first = [0];
    // Who begins to speak TLS is told in plain words, as web servers do.
    if stream.peek(&mut first)? == 1 && first == [0x16] {
        return stream.write_all(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n");
    }
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    let first = lines.next().transpose()?.unwrap_or_default();
    let mut range = None;
    for line in lines {
        let line = line?;
        if line.is_empty() {
            break;
        }
        if let Some(value) = line.to_lowercase().strip_prefix("range: bytes=") {
            range = Some(value.to_owned());
        }
    }
    let target = first.split(' ').nth(1).unwrap_or_default().to_owned();
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    let method = path.rsplit('/').next().unwrap_or_default().trim_end_matches(".view").to_owned();
    asked.lock().unwrap().push(method.clone());
    let said = |key: &str| {
        let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        pairs.find(|(name, _)| *name == key).map(|(_, value)| decoded(value)).unwrap_or_default()
    };
    let (head, body) = respond(&shelf.lock().unwrap(), &method, &said, range.as_deref());
    stream.write_all(
        format!("HTTP/1.1 {head}connection: close\r\ncontent-length: {}\r\n\r\n", body.len())
            .as_bytes(),
    )?;
    stream.write_all(&body)?;
    stream.flush()?;
    // The other side reads to the end before this one hangs up.
    stream.shutdown(std::net::Shutdown::Write)?;
    stream.read(&mut [0; 1]).map(drop)
}

fn respond(
    shelf: &Shelf,
    method: &str,
    said: &dyn Fn(&str) -> String,
    range: Option<&str>,
) -> (String, Vec<u8>) {
    if let Some(page) = shelf.page {
        return ("200 OK\r\ncontent-type: text/html\r\n".to_owned(), page.into());
    }
    let Credentials::Token { token, .. } =
        Credentials::of_password(USER, &shelf.password, &said("s"))
    else {
        unreachable!()
    };
    if said("u") != USER || said("t") != token {
        return failed(40, "Wrong username or password");
    }
    if shelf.fails.contains(&method) {
        return failed(0, "something broke");
    }
    let number = |key: &str| said(key).parse::<usize>().unwrap_or(0);
    let song = || shelf.songs.iter().find(|song| song.is(&said("id")));
    let says = |songs: &mut dyn Iterator<Item = &FakeSong>| -> Vec<Value> {
        songs.map(|song| song.said.clone()).collect()
    };
    match method {
        "ping" => ok(json!({})),
        "search3" if !shelf.searches => ok(json!({"searchResult3": {}})),
        "search3" => {
            let mut page = shelf.songs.iter().skip(number("songOffset")).take(number("songCount"));
            ok(json!({"searchResult3": {"song": says(&mut page)}}))
        }
        "getAlbumList2" if number("offset") > 0 => ok(json!({"albumList2": {}})),
        "getAlbumList2" => ok(json!({"albumList2": {"album": [{"id": "all", "name": "Tones"}]}})),
        "getAlbum" => ok(json!({"album": {"id": "all", "song": says(&mut shelf.songs.iter())}})),
        "getCoverArt" => ("200 OK\r\ncontent-type: image/png\r\n".to_owned(), PICTURE.to_vec()),
        "stream" => match song() {
            Some(song) => part(song, range),
            None => failed(70, "not found"),
        },
        _ => failed(0, "no such method"),
    }
}

fn ok(mut inner: Value) -> (String, Vec<u8>) {
    let own = json!({"status": "ok", "version": "1.16.1", "type": "fake", "openSubsonic": true});
    inner.as_object_mut().unwrap().extend(own.as_object().unwrap().clone());
    wrapped(inner)
}

fn failed(code: i64, message: &str) -> (String, Vec<u8>) {
    let error = json!({"code": code, "message": message});
    wrapped(json!({"status": "failed", "version": "1.16.1", "type": "fake", "error": error}))
}

fn wrapped(response: Value) -> (String, Vec<u8>) {
    let body = json!({ "subsonic-response": response }).to_string().into_bytes();
    ("200 OK\r\ncontent-type: application/json\r\n".to_owned(), body)
}

fn part(song: &FakeSong, range: Option<&str>) -> (String, Vec<u8>) {
    let whole = &song.bytes;
    let kind = format!("content-type: {}\r\naccept-ranges: bytes\r\n", song.media_type);
    let Some((from, to)) = range.and_then(|range| range.split_once('-')) else {
        return (format!("200 OK\r\n{kind}"), whole.clone());
    };
    let from = from.parse::<usize>().unwrap();
    let to = to.parse::<usize>().map_or(whole.len(), |to| (to + 1).min(whole.len()));
    if from >= whole.len() {
        let head =
            format!("416 Range Not Satisfiable\r\ncontent-range: bytes */{}\r\n", whole.len());
        return (head, Vec::new());
    }
    let range = format!("content-range: bytes {from}-{}/{}\r\n", to - 1, whole.len());
    (format!("206 Partial Content\r\n{kind}{range}"), whole[from..to].to_vec())
}

fn decoded(text: &str) -> String {
    let bytes = text.replace('+', " ").into_bytes();
    let (mut out, mut at) = (Vec::new(), 0);
    while at < bytes.len() {
        let code = bytes.get(at + 1..at + 3).and_then(|two| std::str::from_utf8(two).ok());
        match (bytes[at], code.and_then(|two| u8::from_str_radix(two, 16).ok())) {
            (b'%', Some(byte)) => {
                out.push(byte);
                at += 3;
            }
            (byte, _) => {
                out.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8(out).unwrap()
}

/// A second of a tone as 16-bit mono WAV.
pub fn tone(hz: f32) -> Vec<u8> {
    seconds(hz, 1)
}

/// So many seconds of it.
pub fn seconds(hz: f32, seconds: u32) -> Vec<u8> {
    let rate = 22_050u32;
    let sample =
        |i: u32| (8_000.0 * (std::f32::consts::TAU * hz * i as f32 / rate as f32).sin()) as i16;
    let data: Vec<u8> = (0..rate * seconds).flat_map(|i| sample(i).to_le_bytes()).collect();
    let length = u32::try_from(data.len()).unwrap();
    let mut wav = b"RIFF".to_vec();
    wav.extend((36 + length).to_le_bytes());
    wav.extend(b"WAVEfmt ");
    wav.extend(16u32.to_le_bytes());
    wav.extend([1u8, 0, 1, 0]);
    wav.extend(rate.to_le_bytes());
    wav.extend((2 * rate).to_le_bytes());
    wav.extend([2u8, 0, 16, 0]);
    wav.extend(b"data");
    wav.extend(length.to_le_bytes());
    wav.extend(data);
    wav
}
