use std::io::Read;

use super::{Step, Video, VideoError, VideoOptions, decode};
use crate::jpeg;

/// Bytes read at once.
const CHUNK: u64 = 1 << 16;
/// The largest picture, in bytes.
const LARGEST: usize = 64 << 20;

/// JPEG pictures one after another.
pub(super) struct Mjpeg<R> {
    reader: R,
    buffer: Vec<u8>,
    ended: bool,
    shown: u32,
    options: VideoOptions,
}

impl<R: Read> Mjpeg<R> {
    pub fn new(reader: R, options: VideoOptions) -> Self {
        Self { reader, buffer: Vec::new(), ended: false, shown: 0, options }
    }

    /// The bytes of the next picture; `None` at the end.
    fn next(&mut self) -> Result<Option<Vec<u8>>, VideoError> {
        // A picture is looked for again only when as much has come as there was.
        let mut wanted = 1;
        loop {
            let start = self.buffer.windows(2).position(|pair| pair == jpeg::START);
            let before = start.unwrap_or(self.buffer.len().saturating_sub(1));
            self.buffer.drain(..before);
            if self.buffer.len() >= wanted || self.ended {
                if let Some(length) = jpeg::length(&self.buffer) {
                    return Ok(Some(self.buffer.drain(..length).collect()));
                }
                wanted = 2 * self.buffer.len();
            }
            if self.ended || self.buffer.len() > LARGEST {
                let rest = std::mem::take(&mut self.buffer);
                self.ended = true;
                return if start.is_some() && rest.len() > 2 {
                    Err(VideoError::CutOff)
                } else {
                    Ok(None)
                };
            }
            self.ended = (&mut self.reader).take(CHUNK).read_to_end(&mut self.buffer)? == 0;
        }
    }
}

impl<R: Read + Send> Video for Mjpeg<R> {
    fn step(&mut self) -> Result<Step, VideoError> {
        let bytes = match self.next() {
            Ok(Some(bytes)) => bytes,
            Ok(None) => return Ok(Step::End),
            Err(VideoError::CutOff) => return Ok(Step::Skipped(VideoError::CutOff)),
            Err(error) => return Err(error),
        };
        let at_s = f64::from(self.shown) / self.options.fps;
        self.shown += 1;
        Ok(match decode(&bytes, self.options.colour) {
            Ok(picture) => Step::Picture(at_s, picture),
            Err(source) => {
                Step::Skipped(VideoError::Picture { name: format!("frame {}", self.shown), source })
            }
        })
    }

    fn fps(&self) -> f64 {
        self.options.fps
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A JPEG of one grey.
    fn jpeg(grey: u8) -> Vec<u8> {
        let mut bytes = std::io::Cursor::new(Vec::new());
        let image = image::GrayImage::from_pixel(24, 16, image::Luma([grey]));
        image.write_to(&mut bytes, image::ImageFormat::Jpeg).unwrap();
        bytes.into_inner()
    }

    fn greys(stream: &[u8]) -> Vec<Result<u8, String>> {
        let options = VideoOptions { fps: 10.0, colour: false };
        let mut video = Mjpeg::new(stream, options);
        let mut seen = Vec::new();
        loop {
            match video.step().unwrap() {
                Step::Picture(at_s, picture) => {
                    assert!((at_s - seen.len() as f64 / 10.0).abs() < 1e-9);
                    seen.push(Ok(picture.frame.pixels()[0]));
                }
                Step::Skipped(why) => seen.push(Err(why.to_string())),
                Step::End => return seen,
            }
        }
    }

    #[test]
    fn pictures_follow_each_other_and_a_broken_one_is_passed_over() {
        let mut broken = jpeg(90);
        let half = broken.len() / 2;
        broken[half..half + 40].fill(0x11);
        let stream = [jpeg(50), broken, b"noise".to_vec(), jpeg(200)].concat();
        let seen = greys(&stream);
        assert_eq!((&seen[0], seen.last().unwrap()), (&Ok(50), &Ok(200)), "{seen:?}");
        let cut = [jpeg(50), jpeg(200)[..300].to_vec()].concat();
        assert_eq!(greys(&cut), [Ok(50), Err("the last picture is cut off".to_owned())]);
        assert_eq!(greys(&[0xff, 0xd8]), []);
    }
}
