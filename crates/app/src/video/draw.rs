//! Boxes and labels on the frames, kept as a folder of pictures or as a video.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::thread::JoinHandle;

use attune_core::Reading;
use attune_draw::{Canvas, Colour, Lettering};
use image::RgbImage;
use image::imageops::{self, FilterType};

use super::ffmpeg::{command, complaint, file_url, listen, not_started};
use super::{Picture, VideoError};
use crate::AppError;

/// A colour a person, told apart also by those who see few colours (Okabe and Ito 2008).
const COLOURS: [Colour; 6] =
    [[230, 159, 0], [86, 180, 233], [0, 158, 115], [240, 228, 66], [213, 94, 0], [204, 121, 167]];

/// Where drawn frames go.
pub struct Drawing {
    name: String,
    sink: Sink,
}

enum Sink {
    Folder { path: PathBuf, written: u32 },
    Film { path: PathBuf, fps: f64, film: Option<Film> },
}

/// A video that is being written by `ffmpeg`.
struct Film {
    child: Child,
    complaints: Option<JoinHandle<String>>,
    /// Under another name until it is whole.
    part: PathBuf,
    size: (u32, u32),
    written: u64,
}

impl Drawing {
    /// Into a video where the name has an ending such as `.mp4`, else into a folder, made if it is
    /// not there. `fps` is the video's frame rate.
    ///
    /// # Errors
    /// Where the folder cannot be made, `ffmpeg` is not there, or something would be drawn over.
    pub fn open(path: &Path, fps: f64) -> Result<Self, AppError> {
        let name = path.display().to_string();
        let sink = open(path, fps);
        let wrap = |source| AppError::Video { name: name.clone(), source };
        Ok(Self { sink: sink.map_err(wrap)?, name })
    }

    /// Draws people into a picture, which needs its colours, and keeps it.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn add(&mut self, at_s: f64, picture: Picture, people: &[Reading]) -> Result<(), AppError> {
        let Some(image) = picture.colour else { return Ok(()) };
        let mut canvas = Canvas::from(image);
        people.iter().for_each(|reading| draw_person(&mut canvas, reading));
        let kept = self.sink.add(at_s, canvas.into_picture());
        kept.map_err(|source| AppError::Video { name: self.name.clone(), source })
    }

    /// Finishes the video.
    ///
    /// # Errors
    /// Where `ffmpeg` could not.
    pub fn finish(self) -> Result<(), AppError> {
        self.sink.finish().map_err(|source| AppError::Video { name: self.name, source })
    }
}

fn open(path: &Path, fps: f64) -> Result<Sink, VideoError> {
    let fps = if (1.0..=240.0).contains(&fps) { fps } else { 25.0 };
    if path.extension().is_some() && !path.is_dir() {
        if path.exists() {
            return Err(VideoError::Occupied);
        }
        command().arg("-version").stdout(Stdio::null()).status().map_err(not_started)?;
        return Ok(Sink::Film { path: path.to_owned(), fps, film: None });
    }
    let not_made = |error: std::io::Error| VideoError::Drawing(error.to_string());
    fs::create_dir_all(path).map_err(not_made)?;
    if fs::read_dir(path).map_err(not_made)?.next().is_some() {
        return Err(VideoError::Occupied);
    }
    Ok(Sink::Folder { path: path.to_owned(), written: 0 })
}

impl Sink {
    fn add(&mut self, at_s: f64, image: RgbImage) -> Result<(), VideoError> {
        match self {
            Self::Folder { path, written } => {
                *written += 1;
                let file = path.join(format!("{written:06}.jpg"));
                image.save(file).map_err(|error| VideoError::Drawing(error.to_string()))
            }
            Self::Film { path, fps, film } => {
                let film = match film {
                    Some(film) => film,
                    empty => empty.insert(Film::begin(path, *fps, image.dimensions())?),
                };
                film.add(at_s * *fps, image)
            }
        }
    }

    fn finish(self) -> Result<(), VideoError> {
        match self {
            Self::Film { path, film: Some(film), .. } => film.finish(&path),
            _ => Ok(()),
        }
    }
}

impl Film {
    fn begin(path: &Path, fps: f64, size: (u32, u32)) -> Result<Self, VideoError> {
        let ending = path.extension().unwrap_or_default().to_string_lossy();
        let part = path.with_extension(format!("part.{ending}"));
        let size_text = format!("{}x{}", size.0, size.1);
        let mut child = command()
            .args(["-y", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", &size_text])
            .args(["-r", &fps.to_string(), "-i", "pipe:0", "-pix_fmt", "yuv420p"])
            .args(["-vf", "pad=ceil(iw/2)*2:ceil(ih/2)*2"])
            .arg(file_url(&part))
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .map_err(not_started)?;
        let complaints = listen(&mut child);
        Ok(Self { child, complaints, part, size, written: 0 })
    }

    /// Writes the picture as often as it takes to come to `place`, its number by the clock.
    fn add(&mut self, place: f64, image: RgbImage) -> Result<(), VideoError> {
        let (width, height) = self.size;
        let image = if image.dimensions() == self.size {
            image
        } else {
            imageops::resize(&image, width, height, FilterType::Triangle)
        };
        // A stop of more than a minute is cut out.
        let last = (place.max(0.0).round() as u64).min(self.written + 1800);
        while self.written <= last {
            let stdin = self.child.stdin.as_mut();
            let sent = stdin.map_or(Ok(()), |pipe| pipe.write_all(&image));
            sent.map_err(|error| self.why().unwrap_or(VideoError::Drawing(error.to_string())))?;
            self.written += 1;
        }
        Ok(())
    }

    fn why(&mut self) -> Option<VideoError> {
        let _ = self.child.wait();
        complaint(self.complaints.take()).map(VideoError::Drawing)
    }

    fn finish(mut self, path: &Path) -> Result<(), VideoError> {
        drop(self.child.stdin.take());
        let status = self.child.wait().map_err(|error| VideoError::Drawing(error.to_string()))?;
        if !status.success() {
            let failed = VideoError::Drawing("ffmpeg failed".to_owned());
            return Err(complaint(self.complaints.take()).map_or(failed, VideoError::Drawing));
        }
        fs::rename(&self.part, path).map_err(|error| VideoError::Drawing(error.to_string()))
    }
}

impl Drop for Film {
    /// Nothing half-written stays.
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_file(&self.part);
    }
}

/// A box around a face, and what it shows on a plate above it.
fn draw_person(canvas: &mut Canvas, reading: &Reading) {
    let [picture_width, _] = canvas.size();
    let colour = COLOURS[reading.person.0 as usize % COLOURS.len()];
    let lettering = if picture_width < 480 { Lettering::SMALL } else { Lettering::MEDIUM };
    let b = reading.face;
    let [x, y] = [b.x, b.y].map(|v| v.round() as i32);
    let label = label(reading);
    let [width, height] = lettering.size(&label);
    let plate = [width + 4, height + 2];
    let above = y - plate[1] as i32;
    let top = if above < 0 { y + b.height as i32 } else { above };
    let left = x.min(picture_width as i32 - plate[0] as i32).max(0);
    canvas.frame([x, y], [b.width as u32, b.height as u32], colour, 2);
    canvas.plate([left, top], plate, colour);
    canvas.text([left + 2, top + 1], &label, [0; 3], lettering);
}

/// `1 happy 84 %`.
fn label(reading: &Reading) -> String {
    let number = reading.person.0;
    match reading.expression {
        Some(expression) => {
            let p = 100.0 * reading.probabilities.of(expression);
            format!("{number} {expression} {p:.0} %")
        }
        None => format!("{number} {}/{}?", reading.likeliest[0], reading.likeliest[1]),
    }
}
