//! A running server and a client of a dozen lines.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use attune_app::Library;
use attune_server::{ListenConfig, ModelFile, Places, ServeError, Served, Server, Work};
use serde_json::Value;
use tokio::sync::oneshot;

/// What stands for a model where no face is read.
pub const MODEL: &[u8] = b"the bytes of a model file";

/// Answers until it is dropped; its end is then checked.
pub struct Running {
    pub address: SocketAddr,
    /// The owner's, as a request carries it.
    cookie: String,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<Result<(), ServeError>>>,
}

impl Running {
    /// For tests in which no face is read.
    pub fn start() -> Self {
        let mut server = Self::start_unowned();
        server.cookie = server.own();
        server
    }

    /// Before anybody has an account.
    pub fn start_unowned() -> Self {
        Self::start_over(|| served(ModelFile::new(MODEL.into())))
    }

    /// Where others than this machine can reach it; with the code that the first account takes.
    pub fn start_for_all() -> (Self, String) {
        let all = ListenConfig { address: (Ipv4Addr::UNSPECIFIED, 0).into() };
        let (tell, told) = std::sync::mpsc::channel();
        let see = move |server: &Server| {
            tell.send(server.setup_code().map(ToString::to_string)).unwrap();
        };
        let server = Self::start_seen(all, || served(ModelFile::new(MODEL.into())), see);
        (server, told.recv().unwrap().unwrap())
    }

    /// Over a data folder, below which music may be looked for.
    pub fn start_at(data_dir: &Path) -> Self {
        let data_dir = data_dir.to_owned();
        let mut server = Self::start_over(move || served_at(data_dir));
        server.cookie = server.own();
        server
    }

    /// Makes the first account; the answer is its cookie.
    fn own(&self) -> String {
        let body = r#"{"name":"Maya","password":"correct horse battery"}"#;
        let answer = self.send("POST /api/owner", &JSON, body);
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.cookie()
    }

    fn start_over<F: Future<Output = Served>>(serve: impl FnOnce() -> F + Send + 'static) -> Self {
        Self::start_seen(free_port(), serve, |server| {
            assert!(server.setup_code().is_none(), "this machine's own server asks for no code");
        })
    }

    fn start_seen<F: Future<Output = Served>>(
        listen: ListenConfig,
        serve: impl FnOnce() -> F + Send + 'static,
        see: impl FnOnce(&Server) + Send + 'static,
    ) -> Self {
        let (stop, stopped) = oneshot::channel::<()>();
        let (tell, told) = std::sync::mpsc::channel();
        let thread = std::thread::spawn(move || {
            runtime().block_on(async {
                let server = Server::bind(listen, serve().await).await?;
                see(&server);
                tell.send(server.address()).unwrap();
                server.run_until(async { drop(stopped.await) }).await
            })
        });
        let address = told.recv_timeout(Duration::from_secs(10)).unwrap();
        Self { address, cookie: String::new(), stop: Some(stop), thread: Some(thread) }
    }

    /// `GET` with the right `Host`.
    pub fn get(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.send(&format!("GET {path}"), headers, "")
    }

    /// Any request with the right `Host`, unless `headers` say another.
    pub fn send(&self, what: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let mut headers = headers.to_vec();
        if !self.cookie.is_empty() && !headers.iter().any(|(name, _)| *name == "cookie") {
            headers.push(("cookie", &self.cookie));
        }
        request(self.address, what, &headers, body)
    }

    /// Sends JSON, as the owner or with another cookie.
    pub fn post(&self, path: &str, cookie: Option<&str>, body: &Value) -> Answer {
        let mut headers = JSON.to_vec();
        headers.extend(cookie.map(|cookie| ("cookie", cookie)));
        self.send(&format!("POST {path}"), &headers, &body.to_string())
    }

    /// Asks with another cookie than the owner's.
    pub fn get_as(&self, path: &str, cookie: &str) -> Answer {
        self.get(path, &[("cookie", cookie)])
    }
}

/// What a body of JSON is marked with.
const JSON: [(&str, &str); 1] = [("content-type", "application/json")];

/// One request on a connection of its own.
pub fn request(to: SocketAddr, what: &str, headers: &[(&str, &str)], body: &str) -> Answer {
    let mut request = format!("{what} HTTP/1.1\r\nconnection: close\r\n");
    if !headers.iter().any(|(name, _)| *name == "host") {
        request += &format!("host: {to}\r\n");
    }
    if what.starts_with("POST") {
        request += &format!("content-length: {}\r\n", body.len());
    }
    for (name, value) in headers {
        request += &format!("{name}: {value}\r\n");
    }
    let mut stream = TcpStream::connect(to).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    stream.write_all(format!("{request}\r\n{body}").as_bytes()).unwrap();
    Answer::parse(&read_answer(&mut stream))
}

/// Reads to the end of the body, or of the connection where no length is told; not every server
/// closes the connection when it is asked to.
fn read_answer(stream: &mut TcpStream) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut chunk = [0; 16 * 1024];
    while length(&bytes).is_none_or(|length| bytes.len() < length) {
        match stream.read(&mut chunk).unwrap() {
            0 => break,
            n => bytes.extend_from_slice(&chunk[..n]),
        }
    }
    bytes
}

/// How long the whole answer is, once its head says so.
fn length(bytes: &[u8]) -> Option<usize> {
    let end = bytes.windows(4).position(|w| w == b"\r\n\r\n")? + 4;
    let head = std::str::from_utf8(&bytes[..end]).unwrap().to_lowercase();
    let told = head.lines().find_map(|line| line.strip_prefix("content-length:"))?;
    Some(end + told.trim().parse::<usize>().unwrap())
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.stop.take());
        let ended = self.thread.take().unwrap().join();
        if !std::thread::panicking() {
            ended.unwrap().unwrap();
        }
    }
}

pub fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

/// The starter catalogue, in memory.
pub async fn served(model: ModelFile) -> Served {
    let library = Arc::new(Library::in_memory().await.unwrap());
    Served { library, model, work: Work::default(), places: Places::default() }
}

async fn served_at(data_dir: PathBuf) -> Served {
    let library = Arc::new(Library::open(&data_dir).await.unwrap());
    let places = Places { browse: vec![data_dir.join("music")], data_dir: Some(data_dir) };
    Served { library, model: ModelFile::new(MODEL.into()), work: Work::default(), places }
}

/// The expression model of the repository, or the one that `ATTUNE_MODEL` names.
pub fn model_file() -> PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models/attune.safetensors");
    std::env::var_os("ATTUNE_MODEL").map_or(own, PathBuf::from)
}

/// The folder of test photographs; `None`, and a word on stderr, where there is none.
pub fn photos() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let photos = std::env::var_os("ATTUNE_DATA").map_or(beside, PathBuf::from).join("photos");
    let found = photos.canonicalize().ok();
    if found.is_none() {
        eprintln!("skipped: no photographs in {}", photos.display());
    }
    found
}

pub fn free_port() -> ListenConfig {
    ListenConfig { address: (Ipv4Addr::LOCALHOST, 0).into() }
}

/// A status, headers in lower case and a body.
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Answer {
    fn parse(bytes: &[u8]) -> Self {
        let end = bytes.windows(4).position(|w| w == b"\r\n\r\n").unwrap();
        let head = std::str::from_utf8(&bytes[..end]).unwrap();
        let mut lines = head.lines();
        let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let headers = lines.filter_map(|line| line.split_once(": "));
        let headers = headers.map(|(n, v)| (n.to_lowercase(), v.to_owned())).collect();
        Self { status, headers, body: bytes[end + 4..].to_vec() }
    }

    /// The header's value, or the empty string.
    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(n, _)| n == name).map_or("", |(_, v)| v)
    }

    /// The session that it sets, as the next request carries it.
    pub fn cookie(&self) -> String {
        self.header("set-cookie").split(';').next().unwrap().to_owned()
    }

    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}
