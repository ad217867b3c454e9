//! From the bytes of a camera's frame to a picture.

use attune_vision::Frame;
use image::RgbImage;

use crate::video::y4m::rgb;
use crate::video::{Picture, VideoError, coloured, decode};

/// The formats that are read, by their four-character codes, the cheapest first.
pub(super) const READ: [[u8; 4]; 9] =
    [*b"GREY", *b"NV12", *b"YU12", *b"YUYV", *b"UYVY", *b"RGB3", *b"BGR3", *b"MJPG", *b"JPEG"];

/// A frame as the driver describes it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Raw {
    pub fourcc: [u8; 4],
    pub width: usize,
    pub height: usize,
    /// Bytes from one row to the next; 0 where they follow each other.
    pub stride: usize,
}

/// The picture in a frame's bytes; too few of them are refused.
pub(super) fn picture(raw: Raw, bytes: &[u8], colour: bool) -> Result<Picture, VideoError> {
    match &raw.fourcc {
        b"MJPG" | b"JPEG" => {
            let named = |source| VideoError::Picture { name: "a frame".to_owned(), source };
            decode(bytes, colour).map_err(named)
        }
        b"RGB3" => Ok(coloured(raw.image(bytes, 3, |p| [p[0], p[1], p[2]])?)?),
        b"BGR3" => Ok(coloured(raw.image(bytes, 3, |p| [p[2], p[1], p[0]])?)?),
        b"YUYV" => raw.packed(bytes, [0, 2, 1, 3], colour),
        b"UYVY" => raw.packed(bytes, [1, 3, 0, 2], colour),
        _ => raw.planar(bytes, colour),
    }
}

impl Raw {
    /// `n` bytes of each row, the row's padding left out.
    fn rows<'a>(&self, bytes: &'a [u8], n: usize, height: usize) -> Option<Vec<&'a [u8]>> {
        let stride = self.stride.max(n);
        (0..height).map(|y| bytes.get(y * stride..y * stride + n)).collect()
    }

    fn image(
        &self,
        bytes: &[u8],
        size: usize,
        pixel: impl Fn(&[u8]) -> [u8; 3],
    ) -> Result<RgbImage, VideoError> {
        let rows = self.rows(bytes, self.width * size, self.height).ok_or(VideoError::CutOff)?;
        let pixels = rows.iter().flat_map(|row| row.chunks_exact(size).flat_map(&pixel)).collect();
        RgbImage::from_raw(self.width as u32, self.height as u32, pixels).ok_or(VideoError::CutOff)
    }

    /// Two pixels in four bytes; `order` says where their lumas, U and V stand. Cameras' luma runs
    /// from 0 to 255.
    fn packed(&self, bytes: &[u8], order: [usize; 4], colour: bool) -> Result<Picture, VideoError> {
        let pairs = self.width.div_ceil(2);
        let rows = self.rows(bytes, pairs * 4, self.height).ok_or(VideoError::CutOff)?;
        let grey = rows.iter().flat_map(|row| {
            let lumas = row.as_chunks::<4>().0.iter().flat_map(|p| [p[order[0]], p[order[1]]]);
            lumas.take(self.width)
        });
        let frame = Frame::from_luma(self.width, self.height, grey.collect())?;
        let colour = colour.then(|| {
            RgbImage::from_fn(self.width as u32, self.height as u32, |x, y| {
                let (x, row) = (x as usize, rows[y as usize]);
                let pair = &row[x / 2 * 4..x / 2 * 4 + 4];
                let at = |i: usize| i32::from(pair[order[i]]);
                image::Rgb(rgb(at(x % 2), at(2) - 128, at(3) - 128))
            })
        });
        Ok(Picture { frame, colour })
    }

    /// A plane of luma first; what follows it matters for colours only.
    fn planar(&self, bytes: &[u8], colour: bool) -> Result<Picture, VideoError> {
        let rows = self.rows(bytes, self.width, self.height).ok_or(VideoError::CutOff)?;
        let frame = Frame::from_luma(self.width, self.height, rows.concat())?;
        let chroma = &bytes[self.stride.max(self.width) * self.height..];
        let colour = colour.then(|| self.planar_colour(&frame, chroma));
        Ok(Picture { frame, colour })
    }

    fn planar_colour(&self, frame: &Frame, chroma: &[u8]) -> RgbImage {
        let stride = self.stride.max(self.width);
        let half = stride.div_ceil(2);
        let at = |i: usize| chroma.get(i).map_or(0, |value| i32::from(*value) - 128);
        RgbImage::from_fn(self.width as u32, self.height as u32, |x, y| {
            let (x, y) = (x as usize, y as usize);
            let (u, v) = match &self.fourcc {
                b"NV12" => {
                    let place = y / 2 * stride + x / 2 * 2;
                    (at(place), at(place + 1))
                }
                b"YU12" => {
                    let place = y / 2 * half + x / 2;
                    (at(place), at(half * self.height.div_ceil(2) + place))
                }
                _ => (0, 0),
            };
            image::Rgb(rgb(i32::from(frame.pixels()[y * self.width + x]), u, v))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(fourcc: &[u8; 4], stride: usize, bytes: &[u8]) -> (Vec<u8>, [u8; 3]) {
        let raw = Raw { fourcc: *fourcc, width: 2, height: 2, stride };
        let picture = picture(raw, bytes, true).unwrap();
        (picture.frame.pixels().to_vec(), picture.colour.unwrap().get_pixel(0, 0).0)
    }

    #[test]
    fn every_format_gives_luma_and_colour() {
        let grey = vec![10, 20, 30, 40];
        assert_eq!(read(b"GREY", 3, &[10, 20, 0, 30, 40, 0]), (grey.clone(), [10; 3]));
        let red = [178, 0, 50];
        let luma = vec![50, 60, 70, 80];
        for (fourcc, bytes) in [
            (b"YUYV", &[50, 128, 60, 219, 70, 128, 80, 219][..]),
            (b"UYVY", &[128, 50, 219, 60, 128, 70, 219, 80]),
            (b"NV12", &[50, 60, 70, 80, 128, 219]),
            (b"YU12", &[50, 60, 70, 80, 128, 219]),
        ] {
            assert_eq!(read(fourcc, 0, bytes), (luma.clone(), red), "{fourcc:?}");
        }
        let (grey, colour) = read(b"BGR3", 0, &[0, 0, 255, 0, 0, 0, 9, 9, 9, 255, 255, 255]);
        assert_eq!((grey, colour), (vec![76, 0, 9, 255], [255, 0, 0]));
    }

    #[test]
    fn too_few_bytes_are_refused() {
        for fourcc in READ {
            let raw = Raw { fourcc, width: 8, height: 8, stride: 0 };
            for n in [0, 1, 15, 63] {
                assert!(picture(raw, &vec![7; n], true).is_err(), "{fourcc:?} {n}");
            }
        }
    }
}
