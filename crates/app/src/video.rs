//! Moving pictures: a folder of frames, Y4M and MJPEG files, what `ffmpeg` can read, and cameras.

mod camera;
mod draw;
mod error;
mod ffmpeg;
mod folder;
mod mjpeg;
mod y4m;

use std::fs::File;
use std::io::{BufReader, Cursor, Read};
use std::path::Path;

use attune_vision::Frame;
use image::RgbImage;

use crate::AppError;

pub use draw::Drawing;
pub use error::VideoError;

/// A picture of a stream.
#[derive(Clone, Debug)]
pub struct Picture {
    /// What faces are read from.
    pub frame: Frame,
    /// The same in colour, where that was asked for.
    pub colour: Option<RgbImage>,
}

/// What comes next.
#[derive(Debug)]
pub enum Step {
    /// A picture and its time in seconds since the beginning.
    Picture(f64, Picture),
    /// Something that cannot be read; what comes after it may be.
    Skipped(VideoError),
    /// Nothing more.
    End,
}

/// Pictures in the order of their times.
pub trait Video: Send {
    /// The next picture. An error ends the stream.
    ///
    /// # Errors
    /// Where the source can give no more pictures though it has not ended.
    fn step(&mut self) -> Result<Step, VideoError>;

    /// Pictures a second, as the source states or was told.
    fn fps(&self) -> f64;
}

/// How a stream is opened.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct VideoOptions {
    /// Pictures a second of sources that state none.
    pub fps: f64,
    /// Whether pictures are wanted in colour too.
    pub colour: bool,
}

/// Opens a folder of frames (in the order of their names) or a video file.
///
/// # Errors
/// Where it cannot be opened, is no video, or needs an `ffmpeg` that is not there.
pub fn open(path: &Path, options: VideoOptions) -> Result<Box<dyn Video>, AppError> {
    let wrap = |source| AppError::Video { name: path.display().to_string(), source };
    open_video(path, options).map_err(wrap)
}

/// Opens a camera of this machine, 0 being the first.
///
/// # Errors
/// Where there is none, it is busy or gives no format that is read.
pub fn open_camera(number: u32, options: VideoOptions) -> Result<Box<dyn Video>, AppError> {
    let wrap = |source| AppError::Video { name: format!("camera {number}"), source };
    camera::open(number, options).map_err(wrap)
}

fn open_video(path: &Path, options: VideoOptions) -> Result<Box<dyn Video>, VideoError> {
    if path.is_dir() {
        return Ok(Box::new(folder::Folder::open(path, options)?));
    }
    let (mut file, mut start) = (File::open(path)?, Vec::new());
    (&mut file).take(16).read_to_end(&mut start)?;
    let (is_y4m, is_jpeg) = (start.starts_with(y4m::MAGIC), start.starts_with(&crate::jpeg::START));
    if start.is_empty() {
        return Err(VideoError::NoPictures);
    }
    // What has been read is put before the rest: a pipe cannot be read twice.
    let reader = BufReader::new(Cursor::new(start).chain(file));
    if is_jpeg {
        return Ok(Box::new(mjpeg::Mjpeg::new(reader, options)));
    }
    if is_y4m {
        let ours = y4m::Y4m::new(reader, options.colour);
        return match ours {
            Ok(video) => Ok(Box::new(video)),
            // Of the rarer kinds `ffmpeg` knows more.
            Err(refused @ VideoError::Y4m(_)) => match ffmpeg::Ffmpeg::open(path, options.colour) {
                Ok(video) => Ok(Box::new(video)),
                Err(_) => Err(refused),
            },
            Err(refused) => Err(refused),
        };
    }
    Ok(Box::new(ffmpeg::Ffmpeg::open(path, options.colour)?))
}

/// A picture file's bytes as a picture of a stream.
fn decode(bytes: &[u8], colour: bool) -> Result<Picture, crate::photo::PhotoError> {
    if !colour {
        return Ok(Picture { frame: crate::photo::decode(bytes)?, colour: None });
    }
    coloured(crate::photo::decode_colour(bytes)?).map_err(Into::into)
}

fn coloured(image: RgbImage) -> Result<Picture, attune_vision::FrameError> {
    let (width, height) = (image.width() as usize, image.height() as usize);
    Ok(Picture { frame: Frame::from_rgb8(width, height, &image)?, colour: Some(image) })
}
