//! One pass over a recording through every family.

use std::io::Cursor;
use std::path::Path;

use crate::decode::{Block, Decoder};
use crate::descriptors::frame::{self, LowLevel};
use crate::descriptors::key::Pitches;
use crate::descriptors::loudness::LoudnessMeter;
use crate::descriptors::rhythm::Rhythm;
use crate::descriptors::{Descriptors, DescriptorsVersion};
use crate::error::{AudioError, AudioErrorKind};
use crate::lanes::{self, Wide, wide};
use crate::resample::Resampler;

/// The rate of DEAM's recordings; nothing is measured above it.
const TOP_RATE_HZ: u32 = 44_100;
/// Two hours: what comes after is not listened to. A film, a concert and most audiobooks' files end
/// before; of a day's recording they take as long as of two hours.
const LONGEST_S: u64 = 2 * 60 * 60;

/// What was measured and how it went.
#[derive(Clone, Debug, PartialEq)]
pub struct Description {
    /// What was measured.
    pub descriptors: Descriptors,
    /// Packets that could not be decoded.
    pub damaged_packets: u32,
    /// The recording goes on after what was heard.
    pub cut: bool,
}

/// Decodes a file and measures it. Memory is the same for a minute and for a day.
///
/// # Errors
///
/// See [`AudioErrorKind`].
pub fn describe(path: &Path) -> Result<Description, AudioError> {
    describe_start(Decoder::open(path)?, LONGEST_S)
}

/// As [`describe`], for a whole file in memory. One that was cut short is heard as far as it goes.
///
/// # Errors
///
/// See [`AudioErrorKind`].
pub fn describe_bytes(file: Vec<u8>) -> Result<Description, AudioError> {
    if file.is_empty() {
        return Err(AudioError::empty());
    }
    describe_start(Decoder::over(Box::new(Cursor::new(file)), None)?, LONGEST_S)
}

/// Measures no more than the first seconds.
fn describe_start(mut decoder: Decoder, longest_s: u64) -> Result<Description, AudioError> {
    let mut listener: Option<Listener> = None;
    let mut cut = false;
    while let Some(block) = decoder.next_block()? {
        let listener = match &mut listener {
            Some(listener) => listener,
            none => none.insert(Listener::new(block.rate_hz, block.channels)?),
        };
        listener.hear(block);
        if listener.frames >= longest_s * u64::from(block.rate_hz) {
            cut = true;
            break;
        }
    }
    let descriptors = listener.ok_or_else(AudioError::empty)?.finish()?;
    Ok(Description { descriptors, damaged_packets: decoder.damaged_packets(), cut })
}

/// Measures samples that are in memory, full scale 1.
///
/// # Errors
///
/// Where they are fewer than a frame of 60 ms, or rate or channels make no sense.
pub fn describe_samples(block: Block<'_>) -> Result<Descriptors, AudioError> {
    let mut listener = Listener::new(block.rate_hz, block.channels)?;
    listener.hear(block);
    listener.finish()
}

/// Every family, fed side by side.
struct Listener {
    file_rate_hz: u32,
    channels: usize,
    frames: u64,
    squares: f64,
    peak: f32,
    loudness: LoudnessMeter,
    mono: Vec<f32>,
    /// Down to the top rate.
    down: Option<Resampler>,
    heard: Heard,
    /// Up to the top rate.
    up: Option<(Resampler, LowLevel)>,
}

struct Heard {
    rate_hz: u32,
    low_level: LowLevel,
    rhythm: Rhythm,
    pitches: Pitches,
}

impl Heard {
    fn new(rate_hz: u32) -> Self {
        let frames_hz = rate_hz as f32 / frame::step(rate_hz) as f32;
        Self {
            rate_hz,
            low_level: LowLevel::new(rate_hz),
            rhythm: Rhythm::new(frames_hz),
            pitches: Pitches::new(rate_hz),
        }
    }

    fn push(&mut self, samples: &[f32]) {
        let rhythm = &mut self.rhythm;
        self.low_level.push(samples, &mut |bands| rhythm.push(bands));
        self.pitches.push(samples);
    }
}

/// Leaves what a 16-bit recording keeps of samples, cut towards zero: openSMILE hears no more, nor
/// did it of DEAM's recordings, and what lies below is decoders' noise.
fn rounded(samples: &mut [f32]) -> &[f32] {
    wide(Round(&mut *samples));
    samples
}

struct Round<'a>(&'a mut [f32]);

impl Wide for Round<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        for sample in self.0 {
            *sample = sixteen_bits(*sample);
        }
    }
}

#[inline(always)]
fn sixteen_bits(sample: f32) -> f32 {
    let whole = (sample * 32_768.0).trunc();
    lanes::smaller(lanes::larger(whole, -32_768.0), 32_767.0) / 32_768.0
}

/// The mean of all channels, each rounded; answers the sum of its squares and its peak.
struct Mix<'a> {
    samples: &'a [f32],
    channels: usize,
    mono: &'a mut Vec<f32>,
}

impl Wide for Mix<'_> {
    type Output = (f64, f32);

    #[inline(always)]
    fn run(self) -> (f64, f32) {
        let Self { samples, channels, mono } = self;
        mono.clear();
        match channels {
            1 => mono.extend(samples.iter().map(|x| sixteen_bits(*x))),
            2 => {
                let frames = samples.as_chunks().0.iter();
                mono.extend(frames.map(|[l, r]| (sixteen_bits(*l) + sixteen_bits(*r)) * 0.5));
            }
            _ => {
                let sum = |frame: &[f32]| frame.iter().map(|x| sixteen_bits(*x)).sum::<f32>();
                let frames = samples.chunks_exact(channels);
                mono.extend(frames.map(|frame| sum(frame) / channels as f32));
            }
        }
        let squares = mono.chunks(4_096).map(|part| f64::from(lanes::sum(part, |x| x * x)));
        (squares.sum(), lanes::peak(mono))
    }
}

impl Listener {
    fn new(rate_hz: u32, channels: usize) -> Result<Self, AudioError> {
        let odd = || {
            let message = format!("{channels} channels at {rate_hz} Hz are not understood");
            AudioError::new(AudioErrorKind::UnsupportedCodec, message)
        };
        if !(1_000..=768_000).contains(&rate_hz) {
            return Err(odd());
        }
        let resampler = || Resampler::new(rate_hz, TOP_RATE_HZ).ok_or_else(odd);
        let loudness = LoudnessMeter::new(rate_hz, channels).ok_or_else(odd)?;
        let down = if rate_hz > TOP_RATE_HZ { Some(resampler()?) } else { None };
        let up = if rate_hz < TOP_RATE_HZ {
            Some((resampler()?, LowLevel::new(TOP_RATE_HZ)))
        } else {
            None
        };
        Ok(Self {
            file_rate_hz: rate_hz,
            channels,
            frames: 0,
            squares: 0.0,
            peak: 0.0,
            loudness,
            mono: Vec::new(),
            down,
            heard: Heard::new(rate_hz.min(TOP_RATE_HZ)),
            up,
        })
    }

    fn hear(&mut self, block: Block<'_>) {
        self.loudness.push(block.samples);
        let (samples, channels, mono) = (block.samples, self.channels, &mut self.mono);
        let (squares, peak) = wide(Mix { samples, channels, mono });
        self.frames += self.mono.len() as u64;
        self.squares += squares;
        self.peak = self.peak.max(peak);
        let heard = &mut self.heard;
        match &mut self.down {
            Some(down) => down.push(&self.mono, &mut |samples| heard.push(rounded(samples))),
            None => heard.push(&self.mono),
        }
        if let Some((up, low_level)) = &mut self.up {
            up.push(&self.mono, &mut |samples| low_level.push(rounded(samples), &mut |_| {}));
        }
    }

    fn finish(mut self) -> Result<Descriptors, AudioError> {
        let heard = &mut self.heard;
        if let Some(down) = &mut self.down {
            down.finish(&mut |samples| heard.push(rounded(samples)));
        }
        let llds_44100 = self.up.map(|(mut up, mut low_level)| {
            up.finish(&mut |samples| low_level.push(rounded(samples), &mut |_| {}));
            low_level.finish()
        });
        let heard = self.heard;
        let llds = heard.low_level.finish();
        if llds.is_empty() || llds_44100.as_ref().is_some_and(Vec::is_empty) {
            let ms = 1_000 * self.frames / u64::from(self.file_rate_hz);
            let least = 1_000 * frame::shortest(TOP_RATE_HZ) / TOP_RATE_HZ as usize;
            let message = format!("it lasts {ms} ms, and {least} ms is the least to describe");
            return Err(AudioError::new(AudioErrorKind::TooShort, message));
        }
        let rms = (self.squares / self.frames as f64).sqrt();
        #[expect(clippy::cast_possible_truncation, reason = "descriptors are single precision")]
        let crest_db = (rms > 0.0).then(|| (20.0 * (f64::from(self.peak) / rms).log10()) as f32);
        let (tempo, onset_rate_hz) = heard.rhythm.finish();
        let (chroma, key) = heard.pitches.finish();
        let heard_ms = self.frames * 1_000 / u64::from(self.file_rate_hz);
        Ok(Descriptors {
            version: DescriptorsVersion::CURRENT,
            heard_ms: u32::try_from(heard_ms).unwrap_or(u32::MAX),
            rate_hz: heard.rate_hz,
            loudness: self.loudness.finish(),
            crest_db,
            tempo,
            onset_rate_hz,
            key,
            chroma,
            llds,
            llds_44100,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::io::Write;

    use super::*;

    /// The file says that it lasts for 20 hours and does, without taking space on the disk; only the
    /// limit is a shorter one, because two hours take half a minute.
    #[test]
    fn of_a_file_of_twenty_hours_the_start_is_heard() {
        let path = tempfile::NamedTempFile::with_suffix(".wav").unwrap();
        let (rate, seconds) = (8_000u32, 20 * 60 * 60);
        let mut header = b"RIFF".to_vec();
        header.extend((36 + rate * seconds).to_le_bytes());
        header.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
        header.extend([rate, rate].iter().flat_map(|x| x.to_le_bytes()));
        header.extend(b"\x01\0\x08\0data");
        header.extend((rate * seconds).to_le_bytes());
        let mut file = File::create(path.path()).unwrap();
        file.write_all(&header).unwrap();
        file.set_len(44 + u64::from(rate * seconds)).unwrap();
        let found = describe_start(Decoder::open(path.path()).unwrap(), 3).unwrap();
        assert!(found.cut && (3_000..4_000).contains(&found.descriptors.heard_ms), "{found:?}");
    }
}
