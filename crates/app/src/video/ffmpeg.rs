use std::io::{BufReader, ErrorKind, Read};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::thread::JoinHandle;

use super::y4m::Y4m;
use super::{Step, Video, VideoError};

/// A video that the program `ffmpeg` decodes, file access alone being allowed to it.
pub(super) struct Ffmpeg {
    child: Child,
    complaints: Option<JoinHandle<String>>,
    frames: Y4m<BufReader<ChildStdout>>,
}

impl Ffmpeg {
    pub fn open(path: &Path, colour: bool) -> Result<Self, VideoError> {
        let mut child = command()
            .args(["-protocol_whitelist", "file", "-i"])
            .arg(file_url(path))
            .args(["-map", "0:v:0", "-an", "-pix_fmt", "yuv420p", "-f", "yuv4mpegpipe", "-"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(not_started)?;
        let complaints = listen(&mut child);
        let stdout = child.stdout.take().ok_or(VideoError::NoPictures)?;
        match Y4m::new(BufReader::new(stdout), colour) {
            Ok(frames) => Ok(Self { child, complaints, frames }),
            Err(error) => {
                let _ = child.wait();
                Err(refusal(complaints).unwrap_or(error))
            }
        }
    }
}

impl Video for Ffmpeg {
    fn step(&mut self) -> Result<Step, VideoError> {
        let step = self.frames.step()?;
        if matches!(step, Step::Picture(..)) {
            return Ok(step);
        }
        let _ = self.child.wait();
        Ok(complaint(self.complaints.take())
            .map_or(step, |text| Step::Skipped(VideoError::Ffmpeg(text))))
    }

    fn fps(&self) -> f64 {
        self.frames.fps()
    }
}

impl Drop for Ffmpeg {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// `ffmpeg`, saying errors only.
pub(super) fn command() -> Command {
    let mut command = Command::new("ffmpeg");
    command.args(["-nostdin", "-hide_banner", "-v", "error"]).stderr(Stdio::piped());
    // A terminal sends Ctrl-C to its whole group; a video that is being drawn is to be finished.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    command
}

/// A path that cannot be taken for an option or an address.
pub(super) fn file_url(path: &Path) -> std::ffi::OsString {
    let mut url = std::ffi::OsString::from("file:");
    url.push(path);
    url
}

pub(super) fn not_started(error: std::io::Error) -> VideoError {
    match error.kind() {
        ErrorKind::NotFound => VideoError::NoFfmpeg,
        _ => VideoError::Ffmpeg(error.to_string()),
    }
}

/// Reads what the program complains of while it runs, so that it never waits for a reader.
pub(super) fn listen(child: &mut Child) -> Option<JoinHandle<String>> {
    let mut stderr = child.stderr.take()?;
    Some(std::thread::spawn(move || {
        let (mut text, mut chunk) = (Vec::new(), [0; 4096]);
        while let Ok(n) = stderr.read(&mut chunk) {
            if n == 0 {
                break;
            }
            text.extend_from_slice(&chunk[..n]);
            text.drain(..text.len().saturating_sub(4096));
        }
        String::from_utf8_lossy(&text).into_owned()
    }))
}

/// Why there is not a single picture.
fn refusal(complaints: Option<JoinHandle<String>>) -> Option<VideoError> {
    let text = complaints?.join().ok()?;
    if text.contains("matches no streams") {
        return Some(VideoError::NoPictures);
    }
    if text.contains("Invalid data found") {
        return Some(VideoError::NoVideo);
    }
    last_line(&text).map(VideoError::Ffmpeg)
}

/// The last line of it that says something.
pub(super) fn complaint(complaints: Option<JoinHandle<String>>) -> Option<String> {
    last_line(&complaints?.join().ok()?)
}

fn last_line(text: &str) -> Option<String> {
    let says = |line: &&str| !line.is_empty() && !line.starts_with("Last message repeated");
    text.lines().rev().map(str::trim).find(says).map(str::to_owned)
}
