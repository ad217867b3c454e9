//! A room: a feedback delay network (Jot and Chaigne 1991) of eight lines, mixed by a Householder
//! matrix, damped the more the higher the tone.

use super::RATE_HZ;

const LINES: usize = 8;
/// Lengths in samples at 44.1 kHz, without common factors.
const LENGTHS: [usize; LINES] = [1_327, 1_523, 1_747, 1_993, 2_239, 2_477, 2_687, 2_939];
/// Until the echo has fallen by 60 dB.
const FADE_S: f32 = 1.7;

pub(super) struct Room {
    lines: [Vec<f32>; LINES],
    at: [usize; LINES],
    gains: [f32; LINES],
    damped: [f32; LINES],
    /// Share of the highs that stays at each turn.
    open: f32,
}

impl Room {
    /// A brighter room for brighter music.
    pub(super) fn new(brightness: f32) -> Self {
        let gain = |length: usize| 10f32.powf(-3.0 * length as f32 / (FADE_S * RATE_HZ as f32));
        Self {
            lines: LENGTHS.map(|length| vec![0.0; length]),
            at: [0; LINES],
            gains: LENGTHS.map(gain),
            damped: [0.0; LINES],
            open: 0.35 + 0.35 * brightness,
        }
    }

    /// Replaces interleaved stereo by its echo.
    pub(super) fn fill(&mut self, stereo: &mut [f32]) {
        for frame in stereo.as_chunks_mut::<2>().0 {
            *frame = self.echo(*frame);
        }
    }

    fn echo(&mut self, [left, right]: [f32; 2]) -> [f32; 2] {
        let mut out = [0.0; LINES];
        for (i, out) in out.iter_mut().enumerate() {
            let heard = self.lines[i][self.at[i]];
            self.damped[i] += self.open * (heard - self.damped[i]);
            *out = self.gains[i] * self.damped[i];
        }
        let mean = 2.0 / LINES as f32 * out.iter().sum::<f32>();
        for (i, out) in out.iter().enumerate() {
            let input = if i % 2 == 0 { left } else { right };
            self.lines[i][self.at[i]] = input + out - mean;
            self.at[i] = (self.at[i] + 1) % self.lines[i].len();
        }
        let side = |first: usize| 0.5 * out.iter().skip(first).step_by(2).sum::<f32>();
        [side(0), side(1)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_impulse_echoes_and_dies_away() {
        let mut sound = vec![0.0; 2 * 4 * RATE_HZ as usize];
        sound[0] = 1.0;
        Room::new(0.5).fill(&mut sound);
        let power = |from: f32, to: f32| {
            let at = |s: f32| 2 * (s * RATE_HZ as f32) as usize;
            sound[at(from)..at(to)].iter().map(|x| x * x).sum::<f32>()
        };
        assert!(power(0.0, 0.5) > 0.01);
        assert!(power(3.0, 3.5) < 1e-5 * power(0.0, 0.5));
    }
}
