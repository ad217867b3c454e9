//! A grey picture.

use crate::resample::{Region, resample};

/// The most pixels a frame may have: what 8-bit grey at 268 megapixels takes, 256 MiB.
pub const MAX_PIXELS: usize = 1 << 28;

/// One grey picture, 8 bits a pixel, rows from the top.
#[derive(Clone, PartialEq, Eq)]
pub struct Frame {
    width: usize,
    height: usize,
    pixels: Vec<u8>,
}

impl std::fmt::Debug for Frame {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Frame({} x {})", self.width, self.height)
    }
}

/// The numbers given make no picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// A side is zero.
    #[error("a picture of {width} x {height} pixels is empty")]
    Empty {
        /// Pixels across.
        width: usize,
        /// Pixels down.
        height: usize,
    },
    /// More than [`MAX_PIXELS`].
    #[error("a picture of {width} x {height} pixels is too large")]
    TooLarge {
        /// Pixels across.
        width: usize,
        /// Pixels down.
        height: usize,
    },
    /// The buffer does not fit the size.
    #[error("a picture of this size takes {expected} bytes, {got} were given")]
    Length {
        /// Bytes that the size calls for.
        expected: usize,
        /// Bytes given.
        got: usize,
    },
}

impl Frame {
    /// Takes grey values, one byte a pixel.
    pub fn from_luma(width: usize, height: usize, pixels: Vec<u8>) -> Result<Self, FrameError> {
        check(width, height, 1, pixels.len())?;
        Ok(Self { width, height, pixels })
    }

    /// Takes red, green and blue, three bytes a pixel.
    pub fn from_rgb8(width: usize, height: usize, rgb: &[u8]) -> Result<Self, FrameError> {
        check(width, height, 3, rgb.len())?;
        let (triples, _) = rgb.as_chunks::<3>();
        Ok(Self { width, height, pixels: triples.iter().map(|p| luma(*p)).collect() })
    }

    /// Takes red, green, blue and alpha, four bytes a pixel, shown on white.
    pub fn from_rgba8(width: usize, height: usize, rgba: &[u8]) -> Result<Self, FrameError> {
        check(width, height, 4, rgba.len())?;
        let (quads, _) = rgba.as_chunks::<4>();
        let pixels = quads.iter().map(|&[r, g, b, a]| on_white(luma([r, g, b]), a)).collect();
        Ok(Self { width, height, pixels })
    }

    /// Pixels across, at least 1.
    #[must_use]
    pub fn width(&self) -> usize {
        self.width
    }

    /// Pixels down, at least 1.
    #[must_use]
    pub fn height(&self) -> usize {
        self.height
    }

    /// The grey values, rows from the top.
    #[must_use]
    pub fn pixels(&self) -> &[u8] {
        &self.pixels
    }

    /// The picture at another size (each side at least 1), smoothed where it shrinks.
    #[must_use]
    pub fn resized(&self, width: usize, height: usize) -> Self {
        let (width, height) = (width.max(1), height.max(1));
        let whole = Region { x: 0.0, y: 0.0, width: self.width as f32, height: self.height as f32 };
        Self { width, height, pixels: resample(self, whole, width, height) }
    }
}

/// ITU-R BT.601 luma in 16-bit fixed point, rounded: the same integer on every machine.
fn luma([r, g, b]: [u8; 3]) -> u8 {
    ((19595 * u32::from(r) + 38470 * u32::from(g) + 7471 * u32::from(b) + 32768) >> 16) as u8
}

fn on_white(grey: u8, alpha: u8) -> u8 {
    let alpha = u32::from(alpha);
    ((u32::from(grey) * alpha + 255 * (255 - alpha) + 127) / 255) as u8
}

fn check(width: usize, height: usize, channels: usize, got: usize) -> Result<(), FrameError> {
    if width == 0 || height == 0 {
        return Err(FrameError::Empty { width, height });
    }
    let pixels = width.checked_mul(height).filter(|n| *n <= MAX_PIXELS);
    let expected = pixels.ok_or(FrameError::TooLarge { width, height })? * channels;
    if got == expected { Ok(()) } else { Err(FrameError::Length { expected, got }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_become_bt601_luma() {
        let rgb = [255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255, 10, 20, 30];
        let frame = Frame::from_rgb8(5, 1, &rgb).unwrap();
        assert_eq!(frame.pixels(), [76, 150, 29, 255, 18]);
        let rgba = [255, 0, 0, 255, 255, 0, 0, 0, 0, 0, 0, 128];
        assert_eq!(Frame::from_rgba8(3, 1, &rgba).unwrap().pixels(), [76, 255, 127]);
    }

    #[test]
    fn refuses_what_is_no_picture() {
        let empty = FrameError::Empty { width: 0, height: 4 };
        assert_eq!(Frame::from_luma(0, 4, vec![]), Err(empty));
        let short = FrameError::Length { expected: 12, got: 11 };
        assert_eq!(Frame::from_rgb8(2, 2, &[0; 11]), Err(short));
        let (width, height) = (usize::MAX, 2);
        let large = FrameError::TooLarge { width, height };
        assert_eq!(Frame::from_rgba8(width, height, &[]), Err(large));
    }

    #[test]
    fn resizing_keeps_flat_pictures_and_means() {
        for (w, h, to_w, to_h) in [(7, 5, 3, 2), (3, 4, 9, 1), (1, 1, 4, 4), (640, 2, 1, 1)] {
            let flat = Frame::from_luma(w, h, vec![93; w * h]).unwrap().resized(to_w, to_h);
            assert_eq!((flat.width(), flat.height()), (to_w, to_h));
            assert!(flat.pixels().iter().all(|p| *p == 93));
        }
        let board: Vec<u8> =
            (0..64 * 64).map(|i| if (i + i / 64) % 2 == 0 { 0 } else { 200 }).collect();
        let grey = Frame::from_luma(64, 64, board).unwrap().resized(8, 8);
        assert!(grey.pixels().iter().all(|p| p.abs_diff(100) <= 2), "{:?}", grey.pixels());
    }
}
