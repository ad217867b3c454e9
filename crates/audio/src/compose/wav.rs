use std::io;
use std::path::Path;

use hound::{Error, SampleFormat, WavSpec, WavWriter};

use super::synth::RATE_HZ;

/// Writes interleaved stereo at [`RATE_HZ`] as a WAV file of 16 bits.
///
/// # Errors
/// Where the file cannot be written.
pub fn write_wav(path: &Path, stereo: &[f32]) -> io::Result<()> {
    let spec = WavSpec {
        channels: 2,
        sample_rate: RATE_HZ,
        bits_per_sample: 16,
        sample_format: SampleFormat::Int,
    };
    let failed = |error| match error {
        Error::IoError(error) => error,
        other => io::Error::other(other),
    };
    let mut writer = WavWriter::create(path, spec).map_err(failed)?;
    for sample in stereo {
        #[expect(clippy::cast_possible_truncation, reason = "within 16 bits by the clamp")]
        let sample = (sample.clamp(-1.0, 1.0) * 32_767.0).round() as i16;
        writer.write_sample(sample).map_err(failed)?;
    }
    writer.finalize().map_err(failed)
}
