//! Melodies: motifs of a bar, repeated, moved and answered.

use fastrand::Rng;

use super::character::Character;
use super::harmony::Chord;

/// A note of a melody within its bar.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Tone {
    /// In beats from the bar's beginning.
    pub(super) at: f32,
    /// In beats.
    pub(super) beats: f32,
    /// Step of the scale, counted from the tonic in the middle.
    pub(super) step: i32,
}

/// A rhythm and a contour, without a place.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Motif {
    /// Onset and length in beats, and steps from where the bar begins.
    tones: Vec<(f32, f32, i32)>,
}

/// Steps a melody may reach above and below the middle.
const REACH: i32 = 8;
/// The widest leap, in steps.
const WIDEST: i32 = 5;

impl Motif {
    pub(super) fn new(character: &Character, beats: u8, rng: &mut Rng) -> Self {
        let rhythm = rhythm(character.density, beats, rng);
        let count = rhythm.len().max(2) as f32;
        let mut step = 0;
        let mut tones = Vec::with_capacity(rhythm.len());
        for (i, (at, length)) in rhythm.into_iter().enumerate() {
            if i > 0 {
                step += stride(rng) + lean(character.rise / count, rng);
            }
            tones.push((at, length, step));
        }
        Self { tones }
    }

    /// The same with its last tones led elsewhere.
    pub(super) fn varied(&self, rng: &mut Rng) -> Self {
        let mut varied = self.clone();
        let half = varied.tones.len() / 2;
        for (_, _, step) in varied.tones.iter_mut().skip(half.max(1)) {
            *step += stride(rng);
        }
        varied
    }

    /// The motif over a chord, begun from a step near `from`: where a beat begins, and where a tone is
    /// held, it is one of the chord; between beats it passes. What would leap further than a sixth
    /// takes the octave that is nearer.
    fn over(&self, chord: Chord, character: &Character, from: i32) -> Vec<Tone> {
        let first = nearest(chord, character, from);
        let mut last = first;
        let place = |(at, beats, step): &(f32, f32, i32)| {
            let step = (first + step).clamp(-REACH, REACH);
            let strong = (at.fract() == 0.0 && *beats >= 0.5) || *beats >= 1.0;
            let step = if strong { nearest(chord, character, step) } else { step };
            let leap = step - last;
            last = if leap.abs() > WIDEST { step - 7 * leap.signum() } else { step };
            Tone { at: *at, beats: *beats, step: last }
        };
        self.tones.iter().map(place).collect()
    }
}

/// The same melody when it comes back: long tones sometimes turn to their neighbour and back, so that
/// no return is the same as before.
pub(super) fn ornamented(tones: &[Tone], rng: &mut Rng) -> Vec<Tone> {
    let mut ornamented = Vec::with_capacity(tones.len() + 2);
    for tone in tones {
        if tone.beats < 1.0 || rng.f32() > 0.3 {
            ornamented.push(*tone);
            continue;
        }
        let (turn, neighbour) = (0.25 * tone.beats.min(2.0), if rng.bool() { 1 } else { -1 });
        let then = tone.beats - 2.0 * turn;
        ornamented.push(Tone { beats: turn, ..*tone });
        ornamented.push(Tone { at: tone.at + turn, beats: turn, step: tone.step + neighbour });
        ornamented.push(Tone { at: tone.at + 2.0 * turn, beats: then, step: tone.step });
    }
    ornamented
}

/// Eight bars over eight chords: a a' b and a rest, then a a' and a way home.
pub(super) fn period(
    motifs: &[Motif; 2],
    chords: &[Chord],
    character: &Character,
    beats: u8,
    rng: &mut Rng,
) -> Vec<Vec<Tone>> {
    let answer = motifs[0].varied(rng);
    let bars = [&motifs[0], &answer, &motifs[1], &motifs[0], &motifs[0], &answer, &motifs[1]];
    let mut from = rng.i32(-1..=4);
    let mut melody = Vec::with_capacity(chords.len());
    for (bar, chord) in chords.iter().enumerate() {
        let rests = bar % 4 == 3;
        let tones = match bars.get(bar) {
            Some(motif) if !rests => motif.over(*chord, character, from),
            _ => ending(*chord, character, from, beats),
        };
        if let Some(last) = tones.last() {
            // Back to the middle, so that no melody climbs out of its range.
            from = last.step - last.step.signum() * i32::from(last.step.abs() > 4) * 3;
        }
        melody.push(tones);
    }
    melody
}

/// A long tone of the chord, after a short one where there is time.
fn ending(chord: Chord, character: &Character, from: i32, beats: u8) -> Vec<Tone> {
    let step = nearest(chord, character, from);
    let long = f32::from(beats) - 1.0;
    if character.density > 0.9 {
        let near = Tone { at: 0.0, beats: 1.0, step: step + 1 };
        vec![near, Tone { at: 1.0, beats: long, step }]
    } else {
        vec![Tone { at: 0.0, beats: long, step }]
    }
}

/// Mostly to the neighbour, sometimes a third or further: the distances of folk songs.
fn stride(rng: &mut Rng) -> i32 {
    let size = match rng.f32() {
        x if x < 0.12 => 0,
        x if x < 0.72 => 1,
        x if x < 0.92 => 2,
        _ => 4,
    };
    if rng.bool() { size } else { -size }
}

/// A whole step up or down as often as its share says.
fn lean(share: f32, rng: &mut Rng) -> i32 {
    if rng.f32() < share.abs() { if share > 0.0 { 1 } else { -1 } } else { 0 }
}

/// The step of a tone that can be held over a chord and is nearest.
fn nearest(chord: Chord, character: &Character, step: i32) -> i32 {
    let here = character.scale.semitones(step);
    let tones = chord.held_tones(character.scale);
    let apart = |pitch: i32| {
        tones.iter().any(|tone| (tone - pitch).rem_euclid(12) == 0).then(|| (pitch - here).abs())
    };
    let near = (here - 6..=here + 6).filter_map(|p| Some((apart(p)?, p))).min();
    near.map_or(step, |(_, pitch)| character.scale.nearest_step(pitch))
}

/// Onsets and lengths that fill a bar with about `density` notes a beat.
fn rhythm(density: f32, beats: u8, rng: &mut Rng) -> Vec<(f32, f32)> {
    let mut tones = Vec::new();
    let (mut at, end) = (0.0, f32::from(beats));
    while at < end {
        let wanted = (1.0 / density.max(0.1)) * (0.6 + 0.8 * rng.f32());
        let length = [0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 4.0]
            .into_iter()
            .filter(|length| at + length <= end && fits(at, *length))
            .min_by(|a: &f32, b| (a - wanted).abs().total_cmp(&(b - wanted).abs()))
            .unwrap_or(end - at);
        // Some places stay silent, so that a melody breathes; never the first.
        if at == 0.0 || rng.f32() > 0.12 {
            tones.push((at, length));
        }
        at += length;
    }
    tones
}

/// Short notes may begin anywhere on their grid, long ones only where a beat does.
fn fits(at: f32, length: f32) -> bool {
    let grid = if length >= 1.0 { 0.5 } else { length.min(0.5) };
    let on = at / grid;
    on.fract() == 0.0 && (length < 2.0 || at.fract() == 0.0)
}
