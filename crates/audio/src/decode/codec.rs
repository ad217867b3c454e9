use symphonia::core::codecs::audio::well_known::CODEC_ID_OPUS;
use symphonia::core::codecs::audio::{AudioCodecParameters, AudioDecoder, AudioDecoderOptions};
use symphonia::core::errors::Error as Inner;
use symphonia::core::packet::Packet;

#[cfg(feature = "opus")]
use super::opus::OpusTrack;
use crate::error::{AudioError, AudioErrorKind};

/// From packets to samples: symphonia's own decoders, and Opus, which it only unpacks.
pub(super) enum Codec {
    Symphonia(Box<dyn AudioDecoder>),
    #[cfg(feature = "opus")]
    Opus(Box<OpusTrack>),
}

impl Codec {
    pub(super) fn new(parameters: &AudioCodecParameters) -> Result<Self, AudioError> {
        if parameters.codec == CODEC_ID_OPUS {
            #[cfg(feature = "opus")]
            return OpusTrack::new(parameters).map(|track| Self::Opus(Box::new(track)));
            #[cfg(not(feature = "opus"))]
            return Err(AudioError::new(
                AudioErrorKind::UnsupportedCodec,
                "its sound is Opus, and this Attune was built without it",
            ));
        }
        let options = AudioDecoderOptions::default();
        let decoder = symphonia::default::get_codecs().make_audio_decoder(parameters, &options);
        decoder.map(Self::Symphonia).map_err(|error| {
            let message = format!("its sound is coded in a way Attune cannot decode: {error}");
            AudioError::new(AudioErrorKind::UnsupportedCodec, message)
        })
    }

    /// Replaces `samples` by those of the packet, interleaved; answers rate and channels.
    pub(super) fn decode(
        &mut self,
        packet: &Packet,
        samples: &mut Vec<f32>,
    ) -> Result<(u32, usize), Inner> {
        samples.clear();
        match self {
            #[cfg(feature = "opus")]
            Self::Opus(track) => track.decode(packet, samples),
            Self::Symphonia(decoder) => {
                let decoded = decoder.decode(packet)?;
                let shape = (decoded.spec().rate(), decoded.spec().channels().count());
                decoded.copy_to_vec_interleaved(samples);
                if shape.0 == 0 || shape.1 == 0 {
                    return Err(Inner::DecodeError("no rate or no channels"));
                }
                Ok(shape)
            }
        }
    }
}
