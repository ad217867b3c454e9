use std::io;
use std::path::PathBuf;
use std::time::Instant;

use linuxvideo::format::{PixFormat, PixelFormat};
use linuxvideo::stream::ReadStream;
use linuxvideo::{BufType, Device};

use super::pixels::{READ, Raw, picture};
use super::{Video, VideoError, VideoOptions};
use crate::video::Step;

/// The size asked for; the driver may give another.
const SIZE: (u32, u32) = (640, 480);
/// Frames a second that most cameras give.
const FPS: f64 = 30.0;
/// Damaged frames one after another after which a camera counts as gone.
const MOST_BAD: u32 = 30;

pub(in crate::video) fn open(
    number: u32,
    options: VideoOptions,
) -> Result<Box<dyn Video>, VideoError> {
    let path = PathBuf::from(format!("/dev/video{number}"));
    let device = Device::open(&path).map_err(refusal)?;
    let wanted = wanted(&device)?;
    let format = device.video_capture(wanted).map_err(refusal)?;
    let given = format.format();
    let raw = Raw {
        fourcc: given.pixel_format().as_fourcc(),
        width: given.width() as usize,
        height: given.height() as usize,
        stride: given.bytes_per_line() as usize,
    };
    if !READ.contains(&raw.fourcc) {
        return Err(VideoError::Formats(given.pixel_format().to_string()));
    }
    let stream = format.into_stream().map_err(refusal)?;
    Ok(Box::new(Camera { stream, raw, colour: options.colour, since: None, bad: 0 }))
}

/// The format that costs least to read, of those the camera gives.
fn wanted(device: &Device) -> Result<PixFormat, VideoError> {
    let formats = device.formats(BufType::VIDEO_CAPTURE);
    let given: Vec<PixelFormat> = formats.filter_map(|f| Some(f.ok()?.pixel_format())).collect();
    let best = READ.iter().find(|fourcc| given.iter().any(|g| g.as_fourcc() == **fourcc));
    let Some(best) = best else {
        let names: Vec<String> = given.iter().map(ToString::to_string).collect();
        let none = "nothing".to_owned();
        return Err(VideoError::Formats(if names.is_empty() { none } else { names.join(", ") }));
    };
    Ok(PixFormat::new(SIZE.0, SIZE.1, PixelFormat::from_fourcc(*best)))
}

fn refusal(error: io::Error) -> VideoError {
    match error.kind() {
        io::ErrorKind::NotFound => VideoError::NoCamera,
        io::ErrorKind::PermissionDenied => VideoError::Forbidden,
        io::ErrorKind::ResourceBusy => VideoError::Busy,
        _ => VideoError::Stopped(error),
    }
}

struct Camera {
    stream: ReadStream,
    raw: Raw,
    colour: bool,
    since: Option<Instant>,
    bad: u32,
}

impl Video for Camera {
    fn step(&mut self) -> Result<Step, VideoError> {
        let (raw, colour) = (self.raw, self.colour);
        let seen = self.stream.dequeue(|view| {
            Ok(if view.is_error() { Err(VideoError::CutOff) } else { picture(raw, &view, colour) })
        });
        let at_s = self.since.get_or_insert_with(Instant::now).elapsed().as_secs_f64();
        match seen.map_err(VideoError::Stopped)? {
            Ok(picture) => {
                self.bad = 0;
                Ok(Step::Picture(at_s, picture))
            }
            Err(why) if self.bad < MOST_BAD => {
                self.bad += 1;
                Ok(Step::Skipped(why))
            }
            Err(why) => Err(why),
        }
    }

    fn fps(&self) -> f64 {
        FPS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The numbers that Linux gives: no such device, in use, not allowed, gone, no camera at all.
    #[test]
    fn every_refusal_has_its_own_words() {
        let refused = |errno| refusal(io::Error::from_raw_os_error(errno)).to_string();
        assert_eq!(refused(2), "there is no such camera");
        assert_eq!(refused(16), "another program uses the camera");
        assert_eq!(refused(13), "you may not use the camera");
        assert!(refused(19).starts_with("the camera stopped"), "{}", refused(19));
        let no_camera = open(9_999, VideoOptions { fps: 30.0, colour: false });
        assert!(matches!(no_camera.err(), Some(VideoError::NoCamera)));
    }
}
