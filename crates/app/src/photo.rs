//! Pictures as people have them, made into frames.

use std::fs::File;
use std::io::{Cursor, Read};
use std::path::Path;

use attune_vision::{Frame, FrameError};
use image::metadata::Orientation;
use image::{
    DynamicImage, GrayImage, ImageDecoder, ImageError, ImageReader, Limits, Rgb, RgbImage,
};

use crate::jpeg::is_cut_off;

/// The most pixels a picture may have.
pub const MOST_PIXELS: u64 = 100_000_000;
/// The longest side a picture may have, in pixels.
pub const LONGEST_SIDE: u32 = 30_000;
/// The largest file that is read, in bytes.
const LARGEST_FILE: u64 = 256 << 20;
/// What decoding may take, in bytes: 100 megapixels of 16-bit RGBA and some room.
const MOST_MEMORY: u64 = 1 << 30;

/// Why a picture could not be read.
#[derive(Debug, thiserror::Error)]
pub enum PhotoError {
    /// The file cannot be opened or read.
    #[error("it cannot be read: {0}")]
    Unreadable(#[from] std::io::Error),
    /// Not a byte in it.
    #[error("the file is empty")]
    Empty,
    /// More bytes than any photograph has.
    #[error("the file is larger than 256 MiB")]
    TooManyBytes,
    /// Another kind of file, whatever its name says.
    #[error("it is not a JPEG, PNG or WebP picture")]
    NotAPicture,
    /// Refused by its header, before it is decoded.
    #[error("a picture of {width} x {height} pixels is too large")]
    TooLarge {
        /// Pixels across.
        width: u32,
        /// Pixels down.
        height: u32,
    },
    /// Refused by its header, because decoding it would take more than 1 GiB.
    #[error("the picture is too large to decode")]
    TooMuchMemory,
    /// It ends before its end, or what is in it makes no sense.
    #[error("the picture is damaged or cut off")]
    Damaged(#[source] Option<ImageError>),
}

impl PhotoError {
    /// What a person can do about it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Unreadable(_) => "check the path and that you may read the file",
            Self::Empty | Self::Damaged(_) => "copy or download the picture again",
            Self::TooManyBytes | Self::TooLarge { .. } | Self::TooMuchMemory => {
                "scale it down to at most 100 megapixels and 30,000 pixels a side"
            }
            Self::NotAPicture => {
                "save it as JPEG, PNG or WebP; the ending of a name does not matter"
            }
        }
    }
}

impl From<FrameError> for PhotoError {
    fn from(_: FrameError) -> Self {
        Self::Damaged(None)
    }
}

/// Reads and [decodes](decode) a file.
pub fn open(path: &Path) -> Result<Frame, PhotoError> {
    decode(&read(path)?)
}

/// A file's bytes; of one that is too large only as many as show that.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, PhotoError> {
    let mut bytes = Vec::new();
    File::open(path)?.take(LARGEST_FILE + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Decodes a JPEG, PNG or WebP, told by its first bytes, and turns it upright as its EXIF
/// orientation says. What is transparent becomes white; 16 bits become 8, and colours grey.
pub fn decode(bytes: &[u8]) -> Result<Frame, PhotoError> {
    let (image, orientation) = decode_image(bytes)?;
    upright(frame(image)?, orientation)
}

/// A picture to read faces from and to draw on.
#[derive(Clone, Debug)]
pub struct ColourPhoto {
    /// What [`open`] gives.
    pub frame: Frame,
    /// The same pixels in colour.
    pub colour: RgbImage,
}

/// Reads a file as [`open`] does, and keeps its colours.
pub fn open_in_colour(path: &Path) -> Result<ColourPhoto, PhotoError> {
    let (image, orientation) = decode_image(&read(path)?)?;
    let frame = upright(frame(image.clone())?, orientation)?;
    Ok(ColourPhoto { frame, colour: colours(image, orientation) })
}

/// The same picture in colour, to be drawn on.
pub(crate) fn decode_colour(bytes: &[u8]) -> Result<RgbImage, PhotoError> {
    let (image, orientation) = decode_image(bytes)?;
    Ok(colours(image, orientation))
}

/// Upright and 8 bits a channel; what is transparent becomes white.
fn colours(mut image: DynamicImage, orientation: Orientation) -> RgbImage {
    image.apply_orientation(orientation);
    if !image.color().has_alpha() {
        return image.into_rgb8();
    }
    let image = image.into_rgba8();
    let on_white = |channel: u8, alpha: u8| {
        let [channel, alpha] = [channel, alpha].map(u32::from);
        ((channel * alpha + 255 * (255 - alpha) + 127) / 255) as u8
    };
    RgbImage::from_fn(image.width(), image.height(), |x, y| {
        let [red, green, blue, alpha] = image.get_pixel(x, y).0;
        Rgb([red, green, blue].map(|channel| on_white(channel, alpha)))
    })
}

fn decode_image(bytes: &[u8]) -> Result<(DynamicImage, Orientation), PhotoError> {
    if bytes.is_empty() {
        return Err(PhotoError::Empty);
    }
    if bytes.len() as u64 > LARGEST_FILE {
        return Err(PhotoError::TooManyBytes);
    }
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format()?;
    reader.limits(limits());
    let mut decoder = reader.into_decoder().map_err(refusal)?;
    let (width, height) = decoder.dimensions();
    let pixels = u64::from(width) * u64::from(height);
    if width.max(height) > LONGEST_SIDE || pixels > MOST_PIXELS {
        return Err(PhotoError::TooLarge { width, height });
    }
    if is_cut_off(bytes) {
        return Err(PhotoError::Damaged(None));
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let image = DynamicImage::from_decoder(decoder).map_err(refusal)?;
    Ok((image, orientation))
}

fn limits() -> Limits {
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(MOST_MEMORY);
    limits
}

fn refusal(error: ImageError) -> PhotoError {
    match error {
        ImageError::Unsupported(_) => PhotoError::NotAPicture,
        ImageError::Limits(_) => PhotoError::TooMuchMemory,
        other => PhotoError::Damaged(Some(other)),
    }
}

fn frame(image: DynamicImage) -> Result<Frame, FrameError> {
    let (width, height) = (image.width() as usize, image.height() as usize);
    match image {
        DynamicImage::ImageLuma8(grey) => Frame::from_luma(width, height, grey.into_raw()),
        image if image.color().has_alpha() => Frame::from_rgba8(width, height, &image.into_rgba8()),
        image => Frame::from_rgb8(width, height, &image.into_rgb8()),
    }
}

/// Turning the grey frame moves a third of the bytes that turning the picture would.
fn upright(frame: Frame, orientation: Orientation) -> Result<Frame, PhotoError> {
    if orientation == Orientation::NoTransforms {
        return Ok(frame);
    }
    let (width, height) = (frame.width() as u32, frame.height() as u32);
    let grey = GrayImage::from_raw(width, height, frame.pixels().to_vec());
    let mut image = DynamicImage::from(grey.ok_or(PhotoError::Damaged(None))?);
    image.apply_orientation(orientation);
    let (width, height) = (image.width() as usize, image.height() as usize);
    Ok(Frame::from_luma(width, height, image.into_luma8().into_raw())?)
}
