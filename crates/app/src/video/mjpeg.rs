use std::io::Read;

use super::{Step, Video, VideoError, VideoOptions, decode};
use crate::jpeg::{self, End};

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

    /// What comes next in the file.
    fn next(&mut self) -> Result<Next, VideoError> {
        // A picture is looked for again only when as much has come as there was.
        let (mut wanted, mut passed) = (1, 0);
        loop {
            let start = self.buffer.windows(2).position(|pair| pair == jpeg::START);
            let before = start.unwrap_or(self.buffer.len().saturating_sub(1));
            self.buffer.drain(..before);
            passed += before;
            if passed > 0 && start.is_some() {
                return Ok(Next::Passed(passed));
            }
            if self.buffer.len() >= wanted || self.ended {
                match jpeg::end(&self.buffer) {
                    Some(End::Whole(length)) => {
                        return Ok(Next::Picture(self.buffer.drain(..length).collect()));
                    }
                    Some(End::Broken(length)) => {
                        self.buffer.drain(..length);
                        return Ok(Next::Broken);
                    }
                    None => wanted = 2 * self.buffer.len(),
                }
            }
            if self.ended || self.buffer.len() > LARGEST {
                let rest = std::mem::take(&mut self.buffer);
                self.ended = true;
                let cut = start.is_some() && rest.len() > 2;
                return Ok(if cut { Next::CutOff } else { Next::End });
            }
            self.ended = (&mut self.reader).take(CHUNK).read_to_end(&mut self.buffer)? == 0;
        }
    }

    /// The time of the next picture, which a broken one takes as well.
    fn tick(&mut self) -> f64 {
        self.shown += 1;
        f64::from(self.shown - 1) / self.options.fps
    }
}

/// What stands next in the file.
enum Next {
    Picture(Vec<u8>),
    /// A picture in which another begins.
    Broken,
    /// So many bytes that belong to no picture.
    Passed(usize),
    CutOff,
    End,
}

impl<R: Read + Send> Video for Mjpeg<R> {
    fn step(&mut self) -> Result<Step, VideoError> {
        let bytes = match self.next()? {
            Next::Picture(bytes) => bytes,
            Next::Broken => {
                self.tick();
                let name = format!("frame {}", self.shown);
                return Ok(Step::Skipped(VideoError::Damaged { name }));
            }
            Next::Passed(bytes) => return Ok(Step::Skipped(VideoError::Bytes(bytes))),
            Next::CutOff => return Ok(Step::Skipped(VideoError::CutOff)),
            Next::End => return Ok(Step::End),
        };
        let at_s = self.tick();
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
        let (mut seen, mut ticks) = (Vec::new(), 0u8);
        loop {
            match video.step().unwrap() {
                Step::Picture(at_s, picture) => {
                    assert!((at_s - f64::from(ticks) / 10.0).abs() < 1e-9);
                    ticks += 1;
                    seen.push(Ok(picture.frame.pixels()[0]));
                }
                Step::Skipped(why) => {
                    ticks += u8::from(!matches!(why, VideoError::Bytes(_)));
                    seen.push(Err(why.to_string()));
                }
                Step::End => return seen,
            }
        }
    }

    /// Damage that reads as the longest segment there is must not swallow the pictures behind it.
    #[test]
    fn damage_costs_the_pictures_it_hits_and_keeps_the_time() {
        let mut broken = jpeg(90);
        let end = broken.len() - 2;
        broken[end..].copy_from_slice(&[0xff, 0xe5]);
        broken.extend([0xff, 0xff]);
        let many: Vec<Vec<u8>> = (0..40).map(|n| jpeg(100 + n)).collect();
        let stream = [jpeg(50), broken, many.concat()].concat();
        let seen = greys(&stream);
        let expected = (0..40).map(|n| Ok(100 + n));
        assert!(seen[0] == Ok(50) && seen[1].is_err(), "{seen:?}");
        assert!(seen[2..].iter().cloned().eq(expected), "{seen:?}");
    }

    #[test]
    fn pictures_follow_each_other_and_a_broken_one_is_passed_over() {
        let mut broken = jpeg(90);
        let half = broken.len() / 2;
        broken[half..half + 40].fill(0x11);
        let stream = [jpeg(50), broken, b"noise".to_vec(), jpeg(200)].concat();
        let seen = greys(&stream);
        assert_eq!((&seen[0], seen.last().unwrap()), (&Ok(50), &Ok(200)), "{seen:?}");
        assert!(seen.contains(&Err("5 bytes are no picture".to_owned())), "{seen:?}");
        let cut = [jpeg(50), jpeg(200)[..300].to_vec()].concat();
        assert_eq!(greys(&cut), [Ok(50), Err("the last picture is cut off".to_owned())]);
        assert_eq!(greys(&[0xff, 0xd8]), []);
    }
}
