//! The real recordings: known loudness and keys, broken files, one piece in six codings.

#![expect(clippy::unwrap_used, clippy::print_stderr, reason = "helpers of a test")]

use std::path::PathBuf;

use attune_audio::{AudioErrorKind, Block, Decoder, Descriptors, Mode, describe, describe_samples};

/// A file from the data beside the checkout, where that is there.
fn data(name: &str) -> Option<PathBuf> {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");
    let data = std::env::var_os("ATTUNE_DATA").map_or_else(|| beside.into(), PathBuf::from);
    let path = data.join("audio").join(name);
    if path.exists() {
        return Some(path);
    }
    eprintln!("skipped: {} is not there (ATTUNE_DATA names the data folder)", path.display());
    None
}

fn described(name: &str) -> Option<Descriptors> {
    Some(describe(&data(name)?).unwrap().descriptors)
}

#[test]
fn calibration_sequences_read_what_the_ebu_says() {
    for (name, lufs, range) in [
        ("1kHz_sine_-26LUFS-16bit.flac", Some(-26.0), None),
        ("seq-3341-1-16bit.flac", Some(-23.0), None),
        ("seq-3341-2-16bit.flac", Some(-33.0), None),
        ("seq-3341-3-16bit-v02.flac", Some(-23.0), None),
        ("seq-3342-1-16bit.flac", None, Some(10.0)),
        ("seq-3342-2-16bit.flac", None, Some(5.0)),
    ] {
        let Some(found) = described(&format!("calibration/{name}")) else { return };
        let off = |measured: Option<f32>, known: Option<f32>| {
            known.map_or(0.0, |known| (measured.unwrap() - known).abs())
        };
        assert!(off(found.loudness.integrated_lufs, lufs) <= 0.1, "{name} {found:?}");
        assert!(off(found.loudness.range_lu, range) <= 1.0, "{name} {found:?}");
    }
}

/// The first file's name says E major, and its notes, by any reading of their pitch at 440 Hz, are
/// those of E flat major, 9 to 18 cents high.
#[test]
fn the_saxophone_is_in_the_key_that_sounds() {
    for (name, tonic, mode) in [
        ("359500__mtg__sax-tenor-e-major.wav", 3, Mode::Major),
        ("359628__mtg__sax-tenor-d-minor.wav", 2, Mode::Minor),
    ] {
        let Some(found) = described(&format!("calibration/{name}")) else { return };
        let key = found.key.unwrap();
        assert_eq!((key.tonic, key.mode), (tonic, mode), "{name}: {key} {:?}", found.chroma);
    }
}

#[test]
fn broken_files_are_refused_with_the_reason() {
    for (name, kind) in [
        ("empty.mp3", AudioErrorKind::Empty),
        ("empty.ogg", AudioErrorKind::Empty),
        ("empty.wav", AudioErrorKind::Empty),
        ("1024_samples.wav", AudioErrorKind::TooShort),
        ("unsupported.sd2", AudioErrorKind::UnknownFormat),
    ] {
        let Some(path) = data(&format!("broken/{name}")) else { return };
        let error = describe(&path).map(|d| d.descriptors.heard_ms).unwrap_err();
        assert_eq!(error.kind(), kind, "{name}: {error}");
        assert!(!error.hint().is_empty());
    }
}

#[test]
fn a_bad_header_does_not_hide_good_sound() {
    let Some(found) = described("broken/impulses_1second_22050_bad_stream_info.flac") else {
        return;
    };
    assert!(found.heard_ms > 900, "{found:?}");
}

#[test]
fn other_things_are_no_sound() {
    let folder = tempfile::tempdir().unwrap();
    let written = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        describe(&path).map(|d| d.descriptors.heard_ms).unwrap_err().kind()
    };
    assert_eq!(
        written("words.mp3", &b"not a song, a letter\n".repeat(400)),
        AudioErrorKind::UnknownFormat
    );
    assert_eq!(written("nothing.wav", b""), AudioErrorKind::Empty);
    assert_eq!(written("cut.ogg", b"OggS\0"), AudioErrorKind::UnknownFormat);
    let gone = describe(&folder.path().join("gone.mp3")).unwrap_err();
    assert_eq!(gone.kind(), AudioErrorKind::Unreadable);
}

/// A recording's samples, interleaved, with their rate and channels.
fn decoded(name: &str) -> Option<(u32, usize, Vec<f32>)> {
    let mut decoder = Decoder::open(&data(name)?).unwrap();
    let (mut shape, mut samples) = ((0, 0), Vec::new());
    while let Some(block) = decoder.next_block().unwrap() {
        shape = (block.rate_hz, block.channels);
        samples.extend_from_slice(block.samples);
    }
    Some((shape.0, shape.1, samples))
}

/// How many frames after the start of `other` the start of `reference` is heard, both in stereo.
fn delay(reference: &[f32], other: &[f32]) -> usize {
    let heard: Vec<f32> = reference.iter().skip(100_000).step_by(14).take(6_000).copied().collect();
    let likeness = |delay: usize| -> f32 {
        let later = other.iter().skip(100_000 + 2 * delay).step_by(14);
        heard.iter().zip(later).map(|(a, b)| a * b).sum()
    };
    (0..70_000).max_by(|a, b| likeness(*a).total_cmp(&likeness(*b))).unwrap()
}

/// The five files hold the same ten seconds after leads of different length, so the leads are cut
/// off first. A mean is held to 2 % of itself or of the descriptor's deviation, whichever is
/// larger: a cepstral coefficient's mean may be next to nothing.
#[test]
fn one_piece_sounds_the_same_in_every_coding() {
    let Some((rate, channels, wav)) = decoded("codecs/music.wav") else { return };
    let ten_seconds = |rate: u32, samples: &[f32], lead: usize| {
        let from = channels * lead;
        let samples = &samples[from..from + channels * rate as usize * 10];
        describe_samples(Block { rate_hz: rate, channels, samples }).unwrap()
    };
    let reference = ten_seconds(rate, &wav, 0);
    let mut flac_lead = 0;
    for name in ["music.flac", "music.mp3", "music.m4a", "music.ogg", "music.opus"] {
        if name == "music.opus" && !cfg!(feature = "opus") {
            continue;
        }
        let (other_rate, _, samples) = decoded(&format!("codecs/{name}")).unwrap();
        // Opus has its own rate and, trimmed, the same lead as FLAC.
        let lead = match name {
            "music.opus" => flac_lead * other_rate as usize / rate as usize,
            _ => delay(&wav, &samples),
        };
        flac_lead = if name == "music.flac" { lead } else { flac_lead };
        let other = ten_seconds(other_rate, &samples, lead);
        assert!((other.onset_rate_hz / reference.onset_rate_hz - 1.0).abs() < 0.02, "{name}");
        let key = |d: &Descriptors| d.key.map(|key| (key.tonic, key.mode));
        assert_eq!(key(&other), key(&reference), "{name}");
        let loudness = |d: &Descriptors| d.loudness.integrated_lufs.unwrap();
        assert!((loudness(&other) - loudness(&reference)).abs() < 0.1, "{name}");
        for lld in KEPT_BY_EVERY_CODING {
            let (a, b) = (reference.lld(lld).unwrap(), other.lld(lld).unwrap());
            let mean = (a.mean - b.mean).abs() / a.mean.abs().max(a.deviation);
            let deviation = (b.deviation / a.deviation - 1.0).abs();
            assert!(mean < 0.02 && deviation < 0.02, "{name} {lld}: {a:?} {b:?}");
        }
    }
}

#[cfg(not(feature = "opus"))]
#[test]
fn a_build_without_opus_says_so() {
    let Some(path) = data("codecs/music.opus") else { return };
    let error = describe(&path).unwrap_err();
    assert_eq!(error.kind(), AudioErrorKind::UnsupportedCodec);
    assert!(error.to_string().contains("built without"), "{error}");
    assert!(!error.hint().contains("Opus"), "{}", error.hint());
}

/// What no codec changes: the shape of the spectrum's top and of near silence is theirs to drop.
const KEPT_BY_EVERY_CODING: [&str; 8] = [
    "pcm_RMSenergy_sma",
    "pcm_fftMag_fband250-650_sma",
    "pcm_fftMag_fband1000-4000_sma",
    "pcm_fftMag_spectralRollOff25.0_sma",
    "pcm_fftMag_spectralFlux_sma",
    "pcm_fftMag_spectralSlope_sma",
    "pcm_fftMag_spectralHarmonicity_sma",
    "audspec_lengthL1norm_sma",
];

#[test]
fn the_loop_runs_at_125_beats_a_minute() {
    let Some(found) = described("calibration/techno_loop.mp3") else { return };
    let tempo = found.tempo.unwrap();
    assert!((tempo.bpm - 125.0).abs() < 0.5 && tempo.confidence > 0.5, "{tempo:?}");
}
