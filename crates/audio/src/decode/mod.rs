//! From a file to blocks of interleaved samples.

mod codec;
#[cfg(feature = "opus")]
mod opus;

use std::fs::File;
use std::io;
use std::path::Path;

use symphonia::core::codecs::audio::AudioCodecParameters;
use symphonia::core::errors::Error as Inner;
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::{FormatOptions, FormatReader, TrackType};
use symphonia::core::io::{MediaSource, MediaSourceStream};
use symphonia::core::meta::MetadataOptions;

use crate::error::{AudioError, AudioErrorKind};
use codec::Codec;

/// This many packets in a row that cannot be decoded mean that nothing will come any more.
const HOPELESS: u32 = 100;

/// Samples in the order they are heard.
#[derive(Clone, Copy, Debug)]
pub struct Block<'a> {
    /// Samples a second for each channel.
    pub rate_hz: u32,
    /// How many channels are interleaved.
    pub channels: usize,
    /// Full scale is 1; a whole number of frames.
    pub samples: &'a [f32],
}

/// Decodes the first audio track of a file, a block at a time.
pub struct Decoder {
    format: Box<dyn FormatReader>,
    codec: Codec,
    track: u32,
    samples: Vec<f32>,
    shape: Option<(u32, usize)>,
    damaged_packets: u32,
}

impl Decoder {
    /// Opens a file and finds out what it is; its name is no more than a hint.
    pub fn open(path: &Path) -> Result<Self, AudioError> {
        let file = File::open(path)?;
        if file.metadata()?.len() == 0 {
            return Err(AudioError::empty());
        }
        let extension = path.extension().and_then(|e| e.to_str());
        Self::over(Box::new(file), extension)
    }

    /// Decodes from anything that can be read and sought.
    pub fn over(source: Box<dyn MediaSource>, extension: Option<&str>) -> Result<Self, AudioError> {
        let mut hint = Hint::new();
        if let Some(extension) = extension {
            hint.with_extension(extension);
        }
        let stream = MediaSourceStream::new(source, Default::default());
        let (formats, metadata) = (FormatOptions::default(), MetadataOptions::default());
        let format = symphonia::default::get_probe()
            .probe(&hint, stream, formats, metadata)
            .map_err(unknown)?;
        let (track, parameters) = audio_track(format.as_ref())?;
        let codec = Codec::new(&parameters)?;
        let (samples, shape, damaged_packets) = (Vec::new(), None, 0);
        Ok(Self { format, codec, track, samples, shape, damaged_packets })
    }

    /// The next samples, never empty; `None` at the end. A packet that cannot be decoded is
    /// passed over and counted.
    ///
    /// # Errors
    ///
    /// Where the file cannot be read further, where nothing decodes any more, and where rate or
    /// channels change on the way.
    pub fn next_block(&mut self) -> Result<Option<Block<'_>>, AudioError> {
        let mut failed = 0;
        loop {
            let packet = match self.format.next_packet() {
                Ok(Some(packet)) => packet,
                Ok(None) | Err(Inner::ResetRequired) => return Ok(None),
                Err(Inner::IoError(e)) if e.kind() == io::ErrorKind::UnexpectedEof => {
                    // Many encoders leave a last packet short; what was heard so far counts.
                    return if self.shape.is_some() { Ok(None) } else { Err(AudioError::empty()) };
                }
                Err(error) => return Err(error.into()),
            };
            if packet.track_id != self.track {
                continue;
            }
            match self.codec.decode(&packet, &mut self.samples) {
                Ok(_) if self.samples.is_empty() => {}
                Ok(shape) => return self.block(shape).map(Some),
                Err(Inner::IoError(_) | Inner::DecodeError(_)) if failed < HOPELESS => {
                    failed += 1;
                    self.damaged_packets += 1;
                }
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// How many packets could not be decoded so far.
    #[must_use]
    pub fn damaged_packets(&self) -> u32 {
        self.damaged_packets
    }

    fn block(&mut self, shape: (u32, usize)) -> Result<Block<'_>, AudioError> {
        if *self.shape.get_or_insert(shape) != shape {
            let message = "its sample rate or channels change on the way";
            return Err(AudioError::new(AudioErrorKind::Damaged, message));
        }
        for sample in &mut self.samples {
            // A damaged floating-point file must not poison every mean.
            *sample = if sample.is_finite() { sample.clamp(-8.0, 8.0) } else { 0.0 };
        }
        let (rate_hz, channels) = shape;
        Ok(Block { rate_hz, channels, samples: &self.samples })
    }
}

fn audio_track(format: &dyn FormatReader) -> Result<(u32, AudioCodecParameters), AudioError> {
    let track = format.default_track(TrackType::Audio).ok_or_else(AudioError::empty)?;
    let parameters = track.codec_params.as_ref().and_then(|codec| codec.audio());
    let unknown = || {
        AudioError::new(AudioErrorKind::UnsupportedCodec, "its sound is coded in an unknown way")
    };
    Ok((track.id, parameters.cloned().ok_or_else(unknown)?))
}

/// What the probe says of a file that it can make nothing of.
fn unknown(error: Inner) -> AudioError {
    match error {
        Inner::IoError(e) if e.kind() == io::ErrorKind::UnexpectedEof => {
            AudioError::new(AudioErrorKind::UnknownFormat, "it is no audio format Attune knows")
        }
        Inner::Unsupported(_) => {
            AudioError::new(AudioErrorKind::UnknownFormat, "it is no audio format Attune knows")
        }
        error => error.into(),
    }
}
