//! A real server: what Supysonic says of real clips, and what it streams.
//!
//! Makes a Python environment with Supysonic from PyPI under `target/`, once; without Python, network or
//! clips it says so and passes.

#![expect(clippy::unwrap_used, clippy::print_stderr, reason = "helpers of a test")]

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::AtomicBool;

use attune_app::{AppError, Library, SignIn, SubsonicError};
use attune_core::{Item, Source};

const PASSWORD: &str = "three blue spoons";
const CLIPS: [&str; 2] =
    ["sorohanro_-_solo-trumpet-06.ogg", "admiralbob77_-_Choice_-_Drum-bass.ogg"];

/// A running server, and the folders that it serves from.
struct Supysonic {
    process: Child,
    address: String,
    _state: tempfile::TempDir,
}

impl Supysonic {
    fn start(python: &Path, music: &Path, tokens: bool) -> Self {
        let state = tempfile::tempdir().unwrap();
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/peers/supysonic_server.py");
        let mut command = Command::new(python);
        command.arg(script).arg(music).arg(state.path()).args(["maya", PASSWORD]);
        command.args(tokens.then_some("tokens")).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command.stderr(Stdio::null()).spawn().unwrap();
        let mut port = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut port).unwrap();
        let address = format!("http://127.0.0.1:{}", port.trim());
        Self { process, address, _state: state }
    }
}

impl Drop for Supysonic {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

fn sign_in(password: &str) -> SignIn {
    SignIn::Password { user: "maya".to_owned(), password: password.to_owned() }
}

/// A folder with the clips; `None`, and a word on stderr, where there are none.
fn music() -> Option<tempfile::TempDir> {
    let clips = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/audio");
    let folder = tempfile::tempdir().unwrap();
    for clip in CLIPS {
        let Ok(bytes) = std::fs::read(clips.join(clip)) else {
            eprintln!("skipped: {} is not there", clips.join(clip).display());
            return None;
        };
        std::fs::write(folder.path().join(clip), bytes).unwrap();
    }
    Some(folder)
}

#[tokio::test]
async fn a_real_server_is_listed_heard_and_streamed() {
    let Some((music, python)) = music().zip(python()) else { return };
    let library = Library::in_memory().await.unwrap();
    let before = library.catalogue().await.unwrap().items.len();
    let server = Supysonic::start(&python, music.path(), true);
    let wrong = library.connect_server(&server.address, &sign_in("spoons")).await.err().unwrap();
    assert!(matches!(wrong, AppError::Server(SubsonicError::WrongPassword { .. })), "{wrong}");
    let (connection, info) =
        library.connect_server(&server.address, &sign_in(PASSWORD)).await.unwrap();
    assert_eq!((info.version.as_deref(), info.open), (Some("1.12.0"), false));
    let report = library.sync_server(connection.id, &mut |_| {}).await.unwrap();
    assert_eq!((report.tracks, report.added), (2, 2));
    let heard = library.hear_server(connection.id, &AtomicBool::new(false), &mut |_| {}).await;
    assert_eq!(heard.unwrap().heard, 2);

    // The same clips out of a folder.
    let files = Library::in_memory().await.unwrap();
    files.add_folder(music.path(), &mut |_| {}).await.unwrap();
    let (listed, files) = (library.catalogue().await.unwrap(), files.catalogue().await.unwrap());
    assert_eq!(listed.items.len(), before + 2);
    for clip in CLIPS {
        let path = music.path().join(clip).canonicalize().unwrap();
        let is_file = |item: &&Item| item.source.address() == path.to_str().unwrap();
        let file = files.items.iter().find(is_file).unwrap();
        let title = clip.trim_end_matches(".ogg");
        let item = listed.find(title).unwrap();
        assert_eq!((item.mood, item.descriptors), (file.mood, file.descriptors), "{title}");
        let Source::Server(address) = &item.source else { panic!("{:?}", item.source) };
        let bytes = std::fs::read(&path).unwrap();
        assert!(stream(&library, address, None).await.1 == bytes, "{title}");
        let part = stream(&library, address, Some("bytes=100-199")).await;
        assert!(part == (206, bytes[100..200].to_vec()), "{title}");
    }
}

async fn stream(
    library: &Library,
    address: &attune_core::ServerAddress,
    range: Option<&str>,
) -> (u16, Vec<u8>) {
    let mut media = library.stream(address, range).await.unwrap();
    let mut bytes = Vec::new();
    media.body.read_to_end(&mut bytes).unwrap();
    (media.status, bytes)
}

/// As it is, it takes passwords alone, and Attune keeps none.
#[tokio::test]
async fn a_server_that_takes_no_tokens_is_refused_with_that_reason() {
    let Some((music, python)) = music().zip(python()) else { return };
    let library = Library::in_memory().await.unwrap();
    let server = Supysonic::start(&python, music.path(), false);
    let refused = library.connect_server(&server.address, &sign_in(PASSWORD)).await.err().unwrap();
    assert!(matches!(refused, AppError::Server(SubsonicError::NoTokens { .. })), "{refused}");
}

/// A Python that has Supysonic, kept under `target/`.
fn python() -> Option<PathBuf> {
    // Two tests at once make one environment.
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("python-supysonic");
    std::fs::create_dir_all(&folder).unwrap();
    let lock = std::fs::File::create(folder.join(".lock")).unwrap();
    lock.lock().unwrap();
    let python = folder.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    let ready = folder.join("ready");
    if ready.exists() {
        return Some(python);
    }
    let [venv, pip] = [&["-m", "venv"][..], &["-m", "pip", "install", "--quiet"]];
    let made = attempt(Command::new("python3").args(venv).arg(&folder))
        .and_then(|()| attempt(Command::new(&python).args(pip).arg("supysonic==0.7.9")));
    if let Err(problem) = made {
        eprintln!("skipped: Supysonic cannot be installed: {problem}");
        return None;
    }
    std::fs::write(ready, "").unwrap();
    Some(python)
}

fn attempt(command: &mut Command) -> Result<(), String> {
    match command.output() {
        Ok(output) if output.status.success() => Ok(()),
        Ok(output) => Err(told(&output)),
        Err(error) => Err(error.to_string()),
    }
}

fn told(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    text(&output.stdout) + &text(&output.stderr)
}
