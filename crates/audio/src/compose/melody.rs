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

    /// The motif over a chord, begun from a step near `from` and kept around the step `middle`: where
    /// a beat begins, and where a tone is held, it is one of the chord; between beats it passes. What
    /// would leap further than a sixth takes the octave that is nearer.
    fn over(&self, chord: Chord, character: &Character, from: i32, middle: i32) -> Vec<Tone> {
        let first = nearest(chord, character, from);
        let mut last = first;
        let place = |(at, beats, step): &(f32, f32, i32)| {
            let step = (first + step).clamp(middle - REACH, middle + REACH);
            let strong = (at.fract() == 0.0 && *beats >= 0.5) || *beats >= 1.0;
            let step = if strong {
                nearest(chord, character, step)
            } else {
                passing(chord, character, step, *beats, (step - last).signum())
            };
            let leap = step - last;
            last = if leap.abs() > WIDEST { step - 7 * leap.signum() } else { step };
            Tone { at: *at, beats: *beats, step: last }
        };
        self.tones.iter().map(place).collect()
    }
}

/// The same bar when it comes back: long tones sometimes turn to their neighbour and back, and where
/// there is time a tone leads on to the next one, so that no return is the same as before.
pub(super) fn ornamented(
    tones: &[Tone],
    chord: Chord,
    character: &Character,
    rng: &mut Rng,
) -> Vec<Tone> {
    let mut ornamented = Vec::with_capacity(tones.len() + 2);
    for (i, tone) in tones.iter().enumerate() {
        let next = tones.get(i + 1).map(|next| next.step);
        match next {
            _ if tone.beats >= 1.0 && rng.f32() < 0.3 => {
                ornamented.extend(turn(*tone, chord, character, rng));
            }
            Some(next) if tone.beats >= 0.5 && rng.f32() < 0.25 => {
                ornamented.extend(led_on(*tone, next, chord, character));
            }
            _ => ornamented.push(*tone),
        }
    }
    ornamented
}

/// To the neighbour and back.
fn turn(tone: Tone, chord: Chord, character: &Character, rng: &mut Rng) -> [Tone; 3] {
    let (time, way) = (0.25 * tone.beats.min(2.0), if rng.bool() { 1 } else { -1 });
    let step = passing(chord, character, tone.step + way, time, way);
    [
        Tone { beats: time, ..tone },
        Tone { at: tone.at + time, beats: time, step },
        Tone { at: tone.at + 2.0 * time, beats: tone.beats - 2.0 * time, ..tone },
    ]
}

/// The first half of the tone, then a step on the way to the next.
fn led_on(tone: Tone, next: i32, chord: Chord, character: &Character) -> [Tone; 2] {
    let half = 0.5 * tone.beats;
    let way = if next == tone.step { 1 } else { (next - tone.step).signum() };
    let step = passing(chord, character, next - way, half, way);
    [Tone { beats: half, ..tone }, Tone { at: tone.at + half, beats: half, step }]
}

/// Which of its motifs a bar of a period is made of; after every fourth it rests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Bar {
    Head,
    Answer,
    Other,
    Rest,
}

/// How the motifs of eight bars can follow each other.
const PLANS: [[Bar; PERIOD]; 4] = {
    use Bar::{Answer, Head, Other, Rest};
    [
        [Head, Answer, Other, Rest, Head, Answer, Other, Rest],
        [Head, Other, Head, Rest, Head, Other, Answer, Rest],
        [Head, Head, Other, Rest, Other, Head, Answer, Rest],
        [Head, Other, Answer, Rest, Other, Other, Head, Rest],
    ]
};

/// Bars of a period.
pub(super) const PERIOD: usize = 8;

/// What the melody of a part is made of.
#[derive(Clone, Debug)]
pub(super) struct Theme {
    motifs: [Motif; 2],
    plan: [Bar; PERIOD],
    /// Where it begins, in steps from the middle.
    from: i32,
    /// The step it moves around.
    middle: i32,
}

impl Theme {
    pub(super) fn new(character: &Character, beats: u8, middle: i32, rng: &mut Rng) -> Self {
        let motifs = [Motif::new(character, beats, rng), Motif::new(character, beats, rng)];
        let plan = *rng.choice(&PLANS).unwrap_or(&PLANS[0]);
        Self { motifs, plan, from: rng.i32(-1..=4), middle }
    }

    /// The theme as it comes back: it begins as before and goes on in its own way.
    pub(super) fn again(&self, rng: &mut Rng) -> Self {
        let motifs = [self.motifs[0].clone(), self.motifs[1].varied(rng)];
        Self { motifs, ..self.clone() }
    }

    /// Eight bars over eight chords: a question and a rest, then an answer and a way home.
    pub(super) fn over(
        &self,
        chords: &[Chord],
        character: &Character,
        beats: u8,
        rng: &mut Rng,
    ) -> Vec<Vec<Tone>> {
        let (answer, middle) = (self.motifs[0].varied(rng), self.middle);
        let mut from = middle + self.from;
        let mut melody = Vec::with_capacity(chords.len());
        for (bar, chord) in self.plan.iter().zip(chords) {
            let tones = match bar {
                Bar::Head => self.motifs[0].over(*chord, character, from, middle),
                Bar::Answer => answer.over(*chord, character, from, middle),
                Bar::Other => self.motifs[1].over(*chord, character, from, middle),
                Bar::Rest => ending(*chord, character, from, beats),
            };
            if let Some(last) = tones.last() {
                // Back to the middle, so that no melody climbs out of its range.
                let away = last.step - middle;
                from = last.step - away.signum() * i32::from(away.abs() > 4) * 3;
            }
            melody.push(tones);
        }
        melody
    }
}

/// A long tone of the chord, after its neighbour where there is time.
fn ending(chord: Chord, character: &Character, from: i32, beats: u8) -> Vec<Tone> {
    let step = nearest(chord, character, from);
    let long = f32::from(beats) - 1.0;
    if character.density > 0.9 {
        let near = passing(chord, character, step + 1, 1.0, 1);
        let near = Tone { at: 0.0, beats: 1.0, step: near };
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

/// A tone that sounds for longer than this is heard with the chord, in seconds.
const PASSING_S: f32 = 0.18;

/// A step that leads on over a chord: as it is where it is short, else the first in its direction that
/// does not rub.
fn passing(chord: Chord, character: &Character, step: i32, beats: f32, way: i32) -> i32 {
    if beats * 60.0 / character.tempo_bpm < PASSING_S {
        return step;
    }
    let way = if way == 0 { 1 } else { way };
    let scale = character.scale;
    let near = [0, way, -way, 2 * way].map(|by| step + by);
    near.into_iter().find(|step| !chord.rubs(scale, chord.sung(scale, *step))).unwrap_or(step)
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
