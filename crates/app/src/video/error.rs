use std::io;

use attune_vision::FrameError;

use crate::photo::PhotoError;

/// Why a stream gives no picture.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VideoError {
    /// The file cannot be opened or read.
    #[error("it cannot be read: {0}")]
    Unreadable(#[from] io::Error),
    /// A folder without pictures, an empty file, a video without a frame.
    #[error("there are no pictures in it")]
    NoPictures,
    /// Neither Y4M nor MJPEG, and no program to read it with.
    #[error("this kind of video needs the program ffmpeg, which is not installed")]
    NoFfmpeg,
    /// Nothing that `ffmpeg` knows.
    #[error("this is no video")]
    NoVideo,
    /// What `ffmpeg` has to say.
    #[error("ffmpeg says: {0}")]
    Ffmpeg(String),
    /// A picture of the stream.
    #[error("{name}: {source}")]
    Picture {
        /// Which one.
        name: String,
        /// What is wrong with it.
        source: PhotoError,
    },
    /// A picture that does not end where the next one begins.
    #[error("{name} is damaged")]
    Damaged {
        /// Which one.
        name: String,
    },
    /// A Y4M file that breaks the format.
    #[error("the Y4M stream is damaged: {0}")]
    Y4m(String),
    /// The file ends in the middle of a picture.
    #[error("the last picture is cut off")]
    CutOff,
    /// Larger than any video.
    #[error("frames of {width} x {height} pixels are too large")]
    TooLarge {
        /// Pixels across.
        width: usize,
        /// Pixels down.
        height: usize,
    },
    /// No such device.
    #[error("there is no such camera")]
    NoCamera,
    /// Another program has it.
    #[error("another program uses the camera")]
    Busy,
    /// The system does not let this user.
    #[error("you may not use the camera")]
    Forbidden,
    /// The device gives no pictures, or none that are read.
    #[error("the camera gives no format that is read, but {0}")]
    Formats(String),
    /// It was there and is not any more.
    #[error("the camera stopped: {0}")]
    Stopped(io::Error),
    /// Not on this system.
    #[error("cameras are read on Linux only")]
    NoCamerasHere,
    /// So many bytes between pictures that belong to none.
    #[error("{0} bytes are no picture")]
    Bytes(usize),
    /// What is drawn would replace something.
    #[error("it is there already, and nothing is drawn over it")]
    Occupied,
    /// What was drawn cannot be kept.
    #[error("what was drawn cannot be written: {0}")]
    Drawing(String),
}

impl VideoError {
    /// What a person can do about it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Unreadable(_) => "check the path and that you may read it",
            Self::NoPictures | Self::NoVideo => {
                "name a folder of JPEG, PNG or WebP frames, or a video"
            }
            Self::NoFfmpeg => "install ffmpeg, or give a folder of frames, a Y4M or an MJPEG file",
            Self::Ffmpeg(_)
            | Self::Y4m(_)
            | Self::CutOff
            | Self::Bytes(_)
            | Self::Damaged { .. } => "record or download the video again",
            Self::Picture { source, .. } => source.hint(),
            Self::TooLarge { .. } => "scale it down: 640 x 480 is plenty",
            Self::NoCamera => {
                "plug it in, or name another with --camera N; `ls /dev/video*` lists them"
            }
            Self::Busy => "end the program that shows its picture",
            Self::Forbidden => "add yourself to the group `video` and log in again",
            Self::Formats(_) => "try another camera, or record a video and read that with --video",
            Self::Stopped(_) => "plug it in again",
            Self::NoCamerasHere => {
                "record a video and read that with --video, or use `attune serve`"
            }
            Self::Occupied => "name another file or an empty folder with --draw",
            Self::Drawing(_) => "check the path and the space left; a folder needs no ffmpeg",
        }
    }
}

impl From<FrameError> for VideoError {
    fn from(error: FrameError) -> Self {
        match error {
            FrameError::TooLarge { width, height } => Self::TooLarge { width, height },
            _ => Self::NoPictures,
        }
    }
}
