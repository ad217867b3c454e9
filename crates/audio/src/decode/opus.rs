//! Opus packets (RFC 6716) through `ropus`, the reference decoder in Rust.

use ropus::{Channels, DecodeMode, Decoder};
use symphonia::core::codecs::audio::AudioCodecParameters;
use symphonia::core::errors::Error as Inner;
use symphonia::core::packet::Packet;

use crate::error::{AudioError, AudioErrorKind};

/// Opus always decodes to this rate.
const RATE_HZ: u32 = 48_000;

/// A mono or stereo stream.
pub(super) struct OpusTrack {
    decoder: Decoder,
    channels: usize,
    packet: Vec<f32>,
}

impl OpusTrack {
    pub(super) fn new(parameters: &AudioCodecParameters) -> Result<Self, AudioError> {
        let refuse = |message: String| AudioError::new(AudioErrorKind::UnsupportedCodec, message);
        let layout = match parameters.channels.as_ref().map(|channels| channels.count()) {
            Some(1) => Channels::Mono,
            Some(2) | None => Channels::Stereo,
            Some(n) => return Err(refuse(format!("its Opus stream has {n} channels, not 1 or 2"))),
        };
        let decoder = Decoder::new(RATE_HZ, layout)
            .map_err(|error| refuse(format!("its Opus stream cannot be decoded: {error}")))?;
        let channels = layout.count();
        let packet = vec![0.0; decoder.max_frame_samples_per_channel() * channels];
        Ok(Self { decoder, channels, packet })
    }

    pub(super) fn decode(
        &mut self,
        packet: &Packet,
        samples: &mut Vec<f32>,
    ) -> Result<(u32, usize), Inner> {
        let frames = self
            .decoder
            .decode_float(&packet.data, &mut self.packet, DecodeMode::Normal)
            .map_err(|_| Inner::DecodeError("invalid Opus packet"))?;
        let trim = |ticks: u64| usize::try_from(ticks).unwrap_or(usize::MAX).min(frames);
        let start = trim(packet.trim_start.get());
        let end = frames - trim(packet.trim_end.get()).min(frames - start);
        samples.extend_from_slice(&self.packet[start * self.channels..end * self.channels]);
        Ok((RATE_HZ, self.channels))
    }
}
