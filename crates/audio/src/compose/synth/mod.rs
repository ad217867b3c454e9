//! From notes to sound: soft tones, a few drums, a room, and an even loudness.

mod drum;
mod loudness;
mod room;
mod tone;

use super::score::{Note, Part, Score};
use room::Room;
use tone::Timbre;

/// Samples a second.
pub const RATE_HZ: u32 = 44_100;
/// After the last note, for the room to fade.
const TAIL_S: f32 = 2.5;

/// Plays a piece: interleaved left and right at [`RATE_HZ`], -16 LUFS by EBU R128, peaks below
/// -1 dBFS.
#[must_use]
pub fn render(score: &Score) -> Vec<f32> {
    let frames = frames(score.length_s + TAIL_S);
    let (mut dry, mut wet) = (vec![0.0; 2 * frames], vec![0.0; 2 * frames]);
    let players = Players::of(score);
    for (i, note) in score.notes.iter().enumerate() {
        let mono = players.play(note, i as u64);
        let (pan, send) = place(note.part);
        add(&mut dry, &mono, note.start_s, pan, 1.0);
        add(&mut wet, &mono, note.start_s, pan, send);
    }
    let character = score.character;
    Room::new(character.brightness).fill(&mut wet);
    for (sample, echo) in dry.iter_mut().zip(&wet) {
        *sample += character.room * echo;
    }
    loudness::settle(&mut dry);
    dry
}

/// One sound a part, tuned to the piece.
struct Players {
    lead: Timbre,
    inner: Timbre,
    figure: Timbre,
    bass: Timbre,
}

impl Players {
    fn of(score: &Score) -> Self {
        let c = score.character;
        Self {
            lead: Timbre::lead(c),
            inner: Timbre::held(c),
            figure: Timbre::plucked(c),
            bass: Timbre::bass(c),
        }
    }

    fn play(&self, note: &Note, seed: u64) -> Vec<f32> {
        match note.part {
            Part::Lead => self.lead.sound(note),
            Part::Inner => self.inner.sound(note),
            Part::Figure => self.figure.sound(note),
            Part::Bass => self.bass.sound(note),
            Part::Kick => drum::kick(note.velocity),
            Part::Hat => drum::hat(note.velocity, seed),
            Part::Brush => drum::brush(note.velocity, seed),
        }
    }
}

/// Where a part sits from left (-1) to right, and how much of it the room gets.
fn place(part: Part) -> (f32, f32) {
    match part {
        Part::Lead => (0.12, 1.0),
        Part::Inner => (-0.2, 0.9),
        Part::Figure => (0.35, 0.9),
        Part::Bass => (0.0, 0.25),
        Part::Kick => (0.0, 0.1),
        Part::Hat => (-0.35, 0.3),
        Part::Brush => (0.15, 0.6),
    }
}

fn frames(seconds: f32) -> usize {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "minutes at most")]
    let frames = (seconds.max(0.0) * RATE_HZ as f32) as usize;
    frames
}

/// Mixes a sound in, with equal power wherever it sits.
fn add(mix: &mut [f32], mono: &[f32], start_s: f32, pan: f32, gain: f32) {
    let angle = (pan + 1.0) * std::f32::consts::FRAC_PI_4;
    let (left, right) = (gain * angle.cos(), gain * angle.sin());
    let start = 2 * frames(start_s);
    let Some(mix) = mix.get_mut(start..) else { return };
    for ([l, r], sample) in mix.as_chunks_mut().0.iter_mut().zip(mono) {
        *l += left * sample;
        *r += right * sample;
    }
}

#[cfg(test)]
mod tests {
    use attune_core::Point;

    use super::super::score::compose;
    use super::*;
    use crate::descriptors::loudness::LoudnessMeter;

    #[test]
    fn pieces_are_as_loud_as_asked_and_nothing_clips() {
        for (i, (valence, arousal)) in [(0.7, 0.9), (-0.8, -0.8)].into_iter().enumerate() {
            let score = compose(Point { valence, arousal }, i as u64);
            let sound = render(&score);
            let mut meter = LoudnessMeter::new(RATE_HZ, 2).unwrap();
            meter.push(&sound);
            let loudness = meter.finish();
            let lufs = loudness.integrated_lufs.unwrap();
            assert!((lufs + 16.0).abs() < 0.3, "{lufs} LUFS");
            assert!(loudness.peak_dbfs.unwrap() < -0.9, "{loudness:?}");
            assert!(sound.iter().all(|x| x.is_finite()));
        }
    }
}
