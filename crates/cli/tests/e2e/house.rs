//! The real binary over a data folder that is gone afterwards.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use crate::driver::Browser;
use crate::fake_camera::film;

const FACE: &str = "obama-480p.jpg";

/// A running `attune serve`.
pub struct House {
    server: Child,
    pub address: String,
    folder: TempDir,
}

impl House {
    pub fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(folder.path().join("music")).unwrap();
        let (server, address) = serve(folder.path(), "127.0.0.1:0");
        Self { server, address, folder }
    }

    pub fn url(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// Ends the server at once.
    pub fn kill(&mut self) {
        self.server.kill().unwrap();
        self.server.wait().unwrap();
    }

    /// Starts it again at the same address.
    pub fn restart(&mut self) {
        let (server, address) = serve(self.folder.path(), &self.address);
        (self.server, self.address) = (server, address);
    }

    /// Where the house band's files are.
    pub fn data_dir(&self) -> PathBuf {
        self.folder.path().join("data")
    }
}

fn serve(folder: &Path, listen: &str) -> (Child, String) {
    let mut server = Command::new(env!("CARGO_BIN_EXE_attune"))
        .args(["--quiet", "serve", "--listen", listen, "--browse"])
        .arg(folder.join("music"))
        .env("ATTUNE_DATA_DIR", folder.join("data"))
        .env("HOME", folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(server.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let address = line.trim().strip_prefix("Attune is at http://").unwrap().to_owned();
    (server, address)
}

impl Drop for House {
    fn drop(&mut self) {
        self.server.kill().ok();
        self.server.wait().ok();
    }
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

/// A browser whose camera shows a face.
pub fn browser(size: &str) -> Option<Browser> {
    let film = film(&photos()?.join(FACE));
    start(&[
        format!("--window-size={size}"),
        "--use-fake-device-for-media-stream".to_owned(),
        "--use-fake-ui-for-media-stream".to_owned(),
        format!("--use-file-for-fake-video-capture={}", film.display()),
    ])
}

/// A browser, or a word on stderr where there is none.
pub fn start(arguments: &[String]) -> Option<Browser> {
    match Browser::start(arguments) {
        Ok(browser) => Some(browser),
        Err(missing) => {
            eprintln!("skipped: {missing}");
            None
        }
    }
}
