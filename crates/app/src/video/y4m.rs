use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use attune_vision::Frame;
use image::RgbImage;
use y4m::{Decoder, Limits};

use super::{Picture, Step, Video, VideoError};

/// What a Y4M file begins with.
pub(super) const MAGIC: &[u8] = b"YUV4MPEG2";
/// The longest side, in pixels.
const LONGEST_SIDE: usize = 16_384;
/// The most memory for one frame, in bytes.
const MOST_MEMORY: usize = 1 << 28;

/// An uncompressed stream, as `ffmpeg` and `mjpegtools` write it.
pub(super) struct Y4m<R: Read> {
    decoder: Decoder<Counted<R>>,
    layout: Layout,
    fps: f64,
    shown: u32,
    taken: Arc<AtomicU64>,
    colour: bool,
    ended: bool,
}

/// How a frame's bytes are to be read.
#[derive(Clone, Copy)]
struct Layout {
    width: usize,
    height: usize,
    bytes_per_sample: usize,
    /// Bits beyond 8.
    shift: usize,
    full_range: bool,
}

impl<R: Read> Y4m<R> {
    pub fn new(reader: R, colour: bool) -> Result<Self, VideoError> {
        let taken = Arc::new(AtomicU64::new(0));
        let counted = Counted { reader, taken: Arc::clone(&taken) };
        let limits = Limits { bytes: MOST_MEMORY };
        let decoder = Decoder::new_with_limits(counted, limits).map_err(refusal)?;
        let (width, height) = (decoder.get_width(), decoder.get_height());
        if width.max(height) > LONGEST_SIDE {
            return Err(VideoError::TooLarge { width, height });
        }
        let rate = decoder.get_framerate();
        let fps = rate.num as f64 / rate.den as f64;
        let words = decoder.get_raw_params().split(|b| *b == b' ');
        let layout = Layout {
            width,
            height,
            bytes_per_sample: decoder.get_bytes_per_sample(),
            shift: decoder.get_bit_depth() - 8,
            full_range: words.into_iter().any(|word| word == b"XCOLORRANGE=FULL"),
        };
        let fps = if fps.is_finite() && fps > 0.0 { fps } else { 25.0 };
        Ok(Self { decoder, layout, fps, shown: 0, taken, colour, ended: false })
    }
}

impl<R: Read + Send> Video for Y4m<R> {
    fn step(&mut self) -> Result<Step, VideoError> {
        if self.ended {
            return Ok(Step::End);
        }
        let before = self.taken.load(Ordering::Relaxed);
        match self.decoder.read_frame() {
            Ok(frame) => {
                let planes = [frame.get_y_plane(), frame.get_u_plane(), frame.get_v_plane()];
                let picture = self.layout.picture(planes, self.colour)?;
                let at_s = f64::from(self.shown) / self.fps;
                self.shown += 1;
                Ok(Step::Picture(at_s, picture))
            }
            Err(error) => {
                // Nothing says where the next frame would begin.
                self.ended = true;
                let cut = self.taken.load(Ordering::Relaxed) > before;
                match error {
                    y4m::Error::EOF if cut => Ok(Step::Skipped(VideoError::CutOff)),
                    y4m::Error::EOF => Ok(Step::End),
                    error => Ok(Step::Skipped(refusal(error))),
                }
            }
        }
    }

    fn fps(&self) -> f64 {
        self.fps
    }
}

fn refusal(error: y4m::Error) -> VideoError {
    match error {
        y4m::Error::IoError(error) => VideoError::Unreadable(error),
        y4m::Error::EOF => VideoError::NoPictures,
        y4m::Error::UnknownColorspace => VideoError::Y4m("its colours are not read".to_owned()),
        y4m::Error::OutOfMemory => VideoError::Y4m("its frames are too large".to_owned()),
        error => VideoError::Y4m(error.to_string()),
    }
}

impl Layout {
    fn picture(self, [luma, u, v]: [&[u8]; 3], colour: bool) -> Result<Picture, VideoError> {
        let y = self.samples(luma);
        let colour = colour.then(|| self.rgb(&y, &self.samples(u), &self.samples(v)));
        let grey = y.iter().map(|y| self.stretched(i32::from(*y)) as u8).collect();
        Ok(Picture { frame: Frame::from_luma(self.width, self.height, grey)?, colour })
    }

    /// The upper 8 bits of each sample.
    fn samples(self, plane: &[u8]) -> Vec<u8> {
        if self.bytes_per_sample == 1 {
            return plane.to_vec();
        }
        let wide = plane.as_chunks::<2>().0.iter().map(|b| u16::from_le_bytes(*b));
        wide.map(|value| (value >> self.shift).min(255) as u8).collect()
    }

    /// Video's luma runs from 16 to 235 and its chroma over 224 levels (ITU-R BT.601), pictures' over
    /// all 256.
    fn stretched(self, y: i32) -> i32 {
        if self.full_range { y } else { ((y - 16) * 255 + 109) / 219 }.clamp(0, 255)
    }

    fn rgb(self, y: &[u8], u: &[u8], v: &[u8]) -> RgbImage {
        // The chroma planes' size says how they are sampled.
        let narrow = self.width.div_ceil(2);
        let (across, down) = if u.len() == self.width * self.height {
            (1, 1)
        } else {
            (2, if u.len() == narrow * self.height { 1 } else { 2 })
        };
        let chroma_width = self.width.div_ceil(across);
        RgbImage::from_fn(self.width as u32, self.height as u32, |px, py| {
            let (px, py) = (px as usize, py as usize);
            let at = py / down * chroma_width + px / across;
            let chroma = |plane: &[u8]| {
                let value = i32::from(plane.get(at).copied().unwrap_or(128)) - 128;
                if self.full_range { value } else { value * 255 / 224 }
            };
            let luma = self.stretched(i32::from(y[py * self.width + px]));
            image::Rgb(rgb(luma, chroma(u), chroma(v)))
        })
    }
}

/// BT.601, luma of full range, chroma around 0, in 1024ths.
pub(super) fn rgb(y: i32, u: i32, v: i32) -> [u8; 3] {
    let (red, green, blue) = (1436 * v, -352 * u - 731 * v, 1815 * u);
    [red, green, blue].map(|c| (y + (c + 512) / 1024).clamp(0, 255) as u8)
}

/// Counts what is read, to tell an end from a cut.
struct Counted<R> {
    reader: R,
    taken: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.reader.read(buffer)?;
        self.taken.fetch_add(n as u64, Ordering::Relaxed);
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(bytes: &[u8], colour: bool) -> Vec<String> {
        let mut video = match Y4m::new(bytes, colour) {
            Ok(video) => video,
            Err(error) => return vec![error.to_string()],
        };
        let mut seen = Vec::new();
        loop {
            match video.step().unwrap() {
                Step::Picture(at_s, picture) => {
                    let first = picture.colour.map(|c| c.get_pixel(0, 0).0);
                    seen.push(format!("{at_s:.2} {} {first:?}", picture.frame.pixels()[0]));
                }
                Step::Skipped(why) => seen.push(why.to_string()),
                Step::End => return seen,
            }
        }
    }

    #[test]
    fn frames_have_times_and_full_range() {
        let mut bytes = b"YUV4MPEG2 W3 H2 F20:1 C420jpeg\nFRAME\n".to_vec();
        bytes.extend([235, 16, 16, 16, 16, 16, 128, 128, 128, 128]);
        bytes.extend(b"FRAME\n");
        bytes.extend([81, 16, 16, 16, 16, 16, 90, 128, 240, 128]);
        assert_eq!(
            steps(&bytes, true),
            ["0.00 255 Some([255, 255, 255])", "0.05 76 Some([254, 1, 1])"]
        );
        assert_eq!(steps(&bytes[..bytes.len() - 1], false)[1], "the last picture is cut off");
        let deep =
            [&b"YUV4MPEG2 W1 H1 F1:0 C444p10 XCOLORRANGE=FULL\nFRAME\n"[..], &[0, 2, 0, 2, 0, 2]];
        assert_eq!(steps(&deep.concat(), false), ["0.00 128 None"]);
    }

    #[test]
    fn what_breaks_the_format_is_told() {
        for (bytes, told) in [
            (&b"YUV4MPEG2 W0 H2\n"[..], "the Y4M stream is damaged: General parsing error"),
            (b"YUV4MPEG2 W2 H2 C411\n", "the Y4M stream is damaged: its colours are not read"),
            (b"YUV4MPEG2 W99999 H1 Cmono\n", "frames of 99999 x 1 pixels are too large"),
            (b"YUV4MPEG2 W2 H2", "there are no pictures in it"),
            (
                b"YUV4MPEG2 W1 H1 Cmono\nFRAME\n1FRUME\n2",
                "the Y4M stream is damaged: Error parsing y4m header",
            ),
        ] {
            assert_eq!(steps(bytes, false).last().unwrap(), told);
        }
    }
}
