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
    /// What the first account takes, where it takes one.
    pub setup_code: Option<String>,
    folder: TempDir,
}

impl House {
    pub fn start() -> Self {
        Self::listening("127.0.0.1:0", |_| {})
    }

    /// With more in its folder of music.
    pub fn with_more(more: impl FnOnce(&Path)) -> Self {
        Self::listening("127.0.0.1:0", more)
    }

    /// Where other machines can reach it.
    pub fn for_all() -> Self {
        Self::listening("0.0.0.0:0", |_| {})
    }

    fn listening(listen: &str, more: impl FnOnce(&Path)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let music = folder.path().join("music");
        write_music(&music);
        more(&music);
        let (server, address, setup_code) = serve(folder.path(), listen);
        Self { server, address, setup_code, folder }
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
        let (server, address, _) = serve(self.folder.path(), &self.address);
        (self.server, self.address) = (server, address);
    }

    /// The folder of its music.
    pub fn music(&self) -> PathBuf {
        self.folder.path().join("music")
    }
}

fn serve(folder: &Path, listen: &str) -> (Child, String, Option<String>) {
    let mut server = Command::new(env!("CARGO_BIN_EXE_attune"))
        .args(["--quiet", "serve", "--listen", listen, "--browse"])
        .arg(folder.join("music"))
        .env("ATTUNE_DATA_DIR", folder.join("data"))
        .env("ATTUNE_HOUSE_BAND", "off")
        .env("HOME", folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(server.stdout.take().unwrap()).lines().map_while(Result::ok);
    let address = lines.next().unwrap().strip_prefix("Attune is at http://").unwrap().to_owned();
    let code = (!listen.starts_with("127.")).then(|| {
        let line = lines.next().unwrap();
        line.strip_prefix("The setup code for the first account is ").unwrap().to_owned()
    });
    (server, address, code)
}

impl Drop for House {
    fn drop(&mut self) {
        self.server.kill().ok();
        self.server.wait().ok();
    }
}

/// Made-up recordings: short ones, with names of every length and direction.
const MUSIC: [&str; 12] = [
    "Ines Vale/Low Tides/01 Harbour",
    "Ines Vale/Low Tides/02 Slack Water",
    "Ines Vale/Low Tides/03 Breakwater",
    "Kofi Brandt/Signals/01 Relay",
    "Kofi Brandt/Signals/02 Carrier Wave",
    "Kofi Brandt/Signals/03 Static, and What Comes After It When the Radio Has Been Left On All Night \
     in an Empty Kitchen by the Sea",
    "ليلى منصور/ضوء/01 نافذة على البحر",
    "ليلى منصور/ضوء/02 مطر",
    "Mio Arai/Paper Rooms/01 Fold",
    "Mio Arai/Paper Rooms/02 Lantern",
    "Mio Arai/Paper Rooms/03 Crane",
    "Mio Arai/Paper Rooms/04 Ink",
];
const RATE_HZ: u32 = 22_050;
const SECONDS: u32 = 20;

/// The recordings, in a folder each album.
pub fn write_music(folder: &Path) {
    for (number, name) in (0..).zip(MUSIC) {
        write(&folder.join(format!("{name}.wav")), &wav(number));
    }
}

fn write(path: &Path, bytes: &[u8]) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, bytes).unwrap();
}

/// A tone as loud as its amplitude says, of 1.
pub fn write_tone(path: &Path, amplitude: f32) {
    let angle = |i: u32| std::f32::consts::TAU * 997.0 * i as f32 / RATE_HZ as f32;
    let sample = |i: u32| (amplitude * 32_767.0 * angle(i).sin()) as i16;
    write(path, &mono(sample));
}

/// Plucked notes of a chord, each track at a pitch and a pace of its own.
fn wav(number: u32) -> Vec<u8> {
    let base = 110.0 * 2f32.powf((number * 5 % 12) as f32 / 12.0);
    let beat = 0.25 + 0.09 * (number % 5) as f32;
    let third = if number.is_multiple_of(2) { 3.0 } else { 4.0 };
    let sample = |i: u32| {
        let t = i as f32 / RATE_HZ as f32;
        let steps = [0.0, third, 7.0, 12.0, 7.0, third];
        let pitch = base * 2f32.powf(steps[(t / beat) as usize % 6] / 12.0);
        let angle = std::f32::consts::TAU * pitch * t;
        let tone = angle.sin() + 0.4 * (2.0 * angle).sin();
        (8_000.0 * tone * (-3.0 * (t / beat).fract()).exp()) as i16
    };
    mono(sample)
}

/// As a 16-bit mono WAV.
fn mono(sample: impl Fn(u32) -> i16) -> Vec<u8> {
    let data: Vec<u8> = (0..RATE_HZ * SECONDS).flat_map(|i| sample(i).to_le_bytes()).collect();
    let length = data.len() as u32;
    let mut wav = b"RIFF".to_vec();
    wav.extend((36 + length).to_le_bytes());
    wav.extend(b"WAVEfmt ");
    wav.extend(16u32.to_le_bytes());
    wav.extend([1, 0, 1, 0]);
    wav.extend(RATE_HZ.to_le_bytes());
    wav.extend((2 * RATE_HZ).to_le_bytes());
    wav.extend([2, 0, 16, 0]);
    wav.extend(b"data");
    wav.extend(length.to_le_bytes());
    wav.extend(data);
    wav
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
    browser_seeing(size, &photos()?.join(FACE))
}

/// A browser whose camera shows this picture.
pub fn browser_seeing(size: &str, picture: &Path) -> Option<Browser> {
    let film = film(picture);
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
