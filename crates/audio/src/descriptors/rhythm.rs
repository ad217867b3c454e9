//! Beats and onsets.
//!
//! The onset envelope is the rise of the logarithmic mel bands over 20 ms (spectral flux, Dixon
//! 2006). Tempo is where the autocorrelation of the envelope and of its multiples is largest under
//! a broad preference for 120 beats a minute (Ellis 2007); onsets are its peaks.

use serde::{Deserialize, Serialize};

use super::mel::BANDS;

/// Frames between which a rise is measured.
const RISE: usize = 2;
/// As much as is listened to for the beat: an hour of frames of 10 ms.
const LONGEST: usize = 360_000;
const SLOWEST_BPM: f32 = 50.0;
const FASTEST_BPM: f32 = 210.0;
/// Candidates are this share apart.
const STEP: f32 = 1.005;
/// The preference for 120 beats a minute halves about this many octaves away.
const PREFERRED_BPM: f32 = 120.0;
const OCTAVES: f32 = 1.1;
/// A beat repeats less evenly than this in noise.
const LEAST_CONFIDENCE: f32 = 0.05;

/// Beats a minute.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tempo {
    /// The likeliest.
    pub bpm: f32,
    /// The next likely, mostly half or double.
    pub alternative_bpm: Option<f32>,
    /// How evenly the beat repeats: the envelope's autocorrelation one beat later, 0 to 1.
    pub confidence: f32,
}

/// Collects the onset envelope of a stream.
pub(crate) struct Rhythm {
    frames_hz: f32,
    before: [[f32; BANDS]; RISE],
    frames: usize,
    envelope: Vec<f32>,
}

impl Rhythm {
    /// For frames that come this often.
    pub(crate) fn new(frames_hz: f32) -> Self {
        Self { frames_hz, before: [[0.0; BANDS]; RISE], frames: 0, envelope: Vec::new() }
    }

    /// Takes the natural logarithms of the next frame's mel bands.
    pub(crate) fn push(&mut self, logs: &[f32; BANDS]) {
        if self.envelope.len() == LONGEST {
            return;
        }
        let before = &mut self.before[self.frames % RISE];
        let rise: f32 =
            logs.iter().zip(before.iter()).map(|(now, then)| (now - then).max(0.0)).sum();
        // The first frames would rise from nothing.
        self.envelope.push(if self.frames < RISE { 0.0 } else { rise / BANDS as f32 });
        *before = *logs;
        self.frames += 1;
    }

    /// The tempo, where there is a beat, and onsets a second.
    pub(crate) fn finish(self) -> (Option<Tempo>, f32) {
        let onsets = onsets(&self.envelope);
        let seconds = self.envelope.len() as f32 / self.frames_hz;
        let rate = if seconds > 0.0 { onsets as f32 / seconds } else { 0.0 };
        (tempo(&self.envelope, self.frames_hz), rate)
    }
}

/// The envelope without its slow part, which is no beat.
fn sharpened(envelope: &[f32]) -> Vec<f32> {
    const AROUND: usize = 50;
    let mut sums = vec![0.0f64; envelope.len() + 1];
    for (i, value) in envelope.iter().enumerate() {
        sums[i + 1] = sums[i] + f64::from(*value);
    }
    let mean = |i: usize| {
        let (from, to) = (i.saturating_sub(AROUND), (i + AROUND + 1).min(envelope.len()));
        #[expect(clippy::cast_possible_truncation, reason = "single precision is enough")]
        let mean = ((sums[to] - sums[from]) / (to - from) as f64) as f32;
        mean
    };
    envelope.iter().enumerate().map(|(i, value)| (value - mean(i)).max(0.0)).collect()
}

/// Local peaks well above their surroundings, at least 50 ms apart.
fn onsets(envelope: &[f32]) -> usize {
    const NEAR: usize = 5;
    /// Mean rise of a band in nepers that ears would call a beginning.
    const LEAST: f32 = 0.15;
    let sharp = sharpened(envelope);
    let mut count = 0;
    let mut last: Option<usize> = None;
    for (i, value) in sharp.iter().enumerate() {
        let near = &sharp[i.saturating_sub(NEAR)..(i + NEAR + 1).min(sharp.len())];
        let peak = *value > LEAST && near.iter().all(|other| other <= value);
        if peak && last.is_none_or(|last| i - last >= NEAR) {
            count += 1;
            last = Some(i);
        }
    }
    count
}

fn tempo(envelope: &[f32], frames_hz: f32) -> Option<Tempo> {
    let sharp = sharpened(envelope);
    let lags = autocorrelation(&sharp, (4.5 * 60.0 / SLOWEST_BPM * frames_hz).ceil())?;
    let at = |bpm: f32, beats: f32| interpolated(&lags, beats * 60.0 / bpm * frames_hz);
    let evidence = |bpm: f32| {
        let octaves = (bpm / PREFERRED_BPM).log2() / OCTAVES;
        let beats = at(bpm, 1.0) + 0.75 * at(bpm, 2.0) + 0.5 * at(bpm, 3.0) + 0.5 * at(bpm, 4.0);
        (bpm, beats * (-0.5 * octaves * octaves).exp())
    };
    let candidates: Vec<(f32, f32)> =
        std::iter::successors(Some(SLOWEST_BPM), |bpm| Some(bpm * STEP))
            .take_while(|bpm| *bpm <= FASTEST_BPM)
            .map(evidence)
            .collect();
    let best = |far_from: Option<f32>| {
        let far = |bpm: f32| far_from.is_none_or(|other| (bpm / other).log2().abs() > 0.12);
        let peaks = candidates.windows(3).filter(|w| w[1].1 >= w[0].1 && w[1].1 >= w[2].1);
        let found = peaks.map(|w| w[1]).filter(|(bpm, evidence)| far(*bpm) && *evidence > 0.0);
        found.max_by(|a, b| a.1.total_cmp(&b.1)).map(|(bpm, _)| bpm)
    };
    let first = best(None)?;
    let confidence = at(first, 1.0).clamp(0.0, 1.0);
    (confidence >= LEAST_CONFIDENCE).then(|| Tempo {
        bpm: refined(&lags, first, frames_hz),
        alternative_bpm: best(Some(first)).map(|bpm| refined(&lags, bpm, frames_hz)),
        confidence,
    })
}

/// Normalised to 1 at lag 0; `None` without any beat or without length.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "lags")]
fn autocorrelation(signal: &[f32], longest: f32) -> Option<Vec<f32>> {
    let longest = (longest as usize).min(signal.len() / 2);
    let mean = signal.iter().sum::<f32>() / signal.len().max(1) as f32;
    let centred: Vec<f32> = signal.iter().map(|x| x - mean).collect();
    let at = |lag: usize| -> f32 {
        let pairs = centred.iter().zip(&centred[lag..]);
        pairs.map(|(a, b)| a * b).sum::<f32>() / (centred.len() - lag) as f32
    };
    let energy = (longest > 1).then(|| at(0)).filter(|energy| *energy > 1e-9)?;
    Some((0..=longest).map(|lag| at(lag) / energy).collect())
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a lag")]
fn interpolated(lags: &[f32], lag: f32) -> f32 {
    let (below, share) = (lag.floor() as usize, lag.fract());
    match (lags.get(below), lags.get(below + 1)) {
        (Some(a), Some(b)) => a + share * (b - a),
        _ => 0.0,
    }
}

/// Follows the peak to its fourth multiple, where a frame more or less counts for less.
fn refined(lags: &[f32], bpm: f32, frames_hz: f32) -> f32 {
    let mut beat = 60.0 / bpm * frames_hz;
    for multiple in [1.0f32, 2.0, 4.0] {
        let near = beat * multiple;
        let reach = (0.02 * near).max(2.0);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "lags")]
        let range = (near - reach).round().max(1.0) as usize..=(near + reach).round() as usize;
        let peak =
            range.filter(|lag| lag + 1 < lags.len()).max_by(|a, b| lags[*a].total_cmp(&lags[*b]));
        let Some(peak) = peak else { break };
        let (a, b, c) = (lags[peak - 1], lags[peak], lags[peak + 1]);
        let curve = a - 2.0 * b + c;
        let shift = if curve < 0.0 { (0.5 * (a - c) / curve).clamp(-0.5, 0.5) } else { 0.0 };
        beat = (peak as f32 + shift) / multiple;
    }
    60.0 * frames_hz / beat
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A click every beat over a quiet floor.
    fn clicks(bpm: f32, seconds: usize) -> (Option<Tempo>, f32) {
        let mut rhythm = Rhythm::new(100.0);
        let beat = 6_000.0 / bpm;
        for i in 0..seconds * 100 {
            let since = (i as f32) % beat;
            let power = 1e-6 + if since < 3.0 { 0.1 * (-since).exp() } else { 0.0 };
            rhythm.push(&[power.ln() + 20.8; BANDS]);
        }
        rhythm.finish()
    }

    #[test]
    fn a_metronome_is_read() {
        for bpm in [72.0, 90.0, 100.0, 120.0, 126.0, 150.0, 174.0] {
            let (tempo, onsets) = clicks(bpm, 30);
            let tempo = tempo.unwrap();
            let near = |x: f32| (x / bpm - 1.0).abs() < 0.01;
            let either = near(tempo.bpm) || tempo.alternative_bpm.is_some_and(near);
            assert!(either, "{bpm}: {tempo:?}");
            assert!((80.0..=160.0).contains(&bpm) == near(tempo.bpm) || near(tempo.bpm));
            assert!((onsets / (bpm / 60.0) - 1.0).abs() < 0.05, "{bpm}: {onsets}");
        }
    }

    #[test]
    fn silence_has_no_beat() {
        let mut rhythm = Rhythm::new(100.0);
        (0..1_000).for_each(|_| rhythm.push(&[0.0; BANDS]));
        assert_eq!(rhythm.finish(), (None, 0.0));
        assert_eq!(Rhythm::new(100.0).finish(), (None, 0.0));
    }
}
