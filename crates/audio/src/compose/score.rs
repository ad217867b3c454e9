//! A whole piece as notes.

use attune_core::Point;
use fastrand::Rng;

use super::character::Character;
use super::harmony::{self, Chord};
use super::melody::{self, PERIOD, Theme, Tone};
use super::voicing::{self, Voices};

/// Who plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// The melody.
    Lead,
    /// Three held voices.
    Inner,
    /// Broken chords.
    Figure,
    /// The bass.
    Bass,
    /// A low drum.
    Kick,
    /// Something short and bright.
    Hat,
    /// A brushed accent.
    Brush,
}

/// One note.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Note {
    /// Who plays it.
    pub part: Part,
    /// In seconds from the beginning.
    pub start_s: f32,
    /// How long it is held, in seconds.
    pub length_s: f32,
    /// MIDI number; without meaning for drums.
    pub pitch: i32,
    /// How hard it is played, 0 to 1.
    pub velocity: f32,
}

/// A piece before it is played.
#[derive(Clone, Debug, PartialEq)]
pub struct Score {
    /// Where in the plane it was to stand.
    pub aim: Point,
    /// How it is played.
    pub character: Character,
    /// Beats a bar.
    pub beats: u8,
    /// MIDI number of the tonic below the melody.
    pub tonic: i32,
    /// In no order.
    pub notes: Vec<Note>,
    /// Until the last note ends, in seconds.
    pub length_s: f32,
}

/// About this long a piece is to be.
const LENGTH_S: f32 = 88.0;
const INTRO: usize = 2;
/// From which pitch to which a melody can be sung and is pleasant to hear.
const LEAD: (i32, i32) = (48, 91);
/// The lowest tonic that a melody of no mood at all moves around.
const MIDDLE: i32 = 61;
/// Orders in which the tones of a broken chord come.
const FIGURES: [[usize; 6]; 5] = [
    [0, 2, 1, 3, 2, 1],
    [0, 1, 2, 3, 2, 1],
    [0, 2, 3, 1, 2, 1],
    [3, 2, 1, 0, 1, 2],
    [0, 3, 2, 3, 1, 3],
];

/// Writes a piece for a point of the plane. The same point and seed give the same piece.
///
/// Form: two bars of accompaniment, periods of eight bars (A A B A and the like, as many as fit
/// into about a minute and a half, B with its own motifs, chords, figures and a higher place; a
/// part that comes back begins as before and goes on in its own way), and two bars to end with,
/// slowing down.
#[must_use]
pub fn compose(aim: Point, seed: u64) -> Score {
    let mut rng = Rng::with_seed(seed);
    let mut character = Character::of(aim);
    // No two pieces for a mood go at quite the same pace.
    character.tempo_bpm *= 0.94 + 0.12 * rng.f32();
    let waltz = aim.arousal < 0.3 && rng.f32() < 0.35;
    let beats = if waltz { 3 } else { 4 };
    let bar_s = f32::from(beats) * 60.0 / character.tempo_bpm;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few")]
    let periods = ((LENGTH_S / bar_s - 4.0) / PERIOD as f32).round().clamp(2.0, 8.0) as usize;
    let tonic = 60 + rng.i32(-4..=5) + character.register / 3;
    let mut writer = Writer {
        score: Score { aim, character, beats, tonic, notes: Vec::new(), length_s: 0.0 },
        figure: FIGURES[0],
        rng,
        bar_s,
        at_s: 0.0,
        inner: None,
    };
    writer.write(periods);
    writer.score
}

/// A part of the form.
struct Section {
    chords: Vec<Chord>,
    theme: Theme,
    /// The order of its broken chords.
    figure: [usize; 6],
}

/// What plays in a bar, and how much.
#[derive(Clone, Copy)]
struct Texture {
    lead: bool,
    bass: bool,
    drums: f32,
    gain: f32,
    /// Times as slow.
    slow: f32,
}

struct Writer {
    score: Score,
    rng: Rng,
    bar_s: f32,
    at_s: f32,
    inner: Option<Voices>,
    /// The order of its broken chords.
    figure: [usize; 6],
}

impl Writer {
    fn write(&mut self, periods: usize) {
        let (a, b) = (self.section(0, false), self.section(2, true));
        let drums = self.score.character.drums;
        let intro = Texture { lead: false, bass: false, drums: 0.0, gain: 0.8, slow: 1.0 };
        self.figure = a.figure;
        for chord in a.chords.iter().take(INTRO) {
            self.bar(*chord, &[], intro);
        }
        let mut heard = [false, false];
        for (i, other) in form(periods, &mut self.rng).into_iter().enumerate() {
            let part = if other { &b } else { &a };
            let returns = std::mem::replace(&mut heard[usize::from(other)], true);
            // The first time plainer, then fuller to the last.
            let gain = 0.88 + 0.12 * (i + 1) as f32 / periods as f32;
            let drums = if i == 0 { 0.5 * drums } else { drums };
            let texture = Texture { lead: true, bass: true, drums, gain, slow: 1.0 };
            self.part(part, returns, texture);
        }
        let last = Texture { lead: false, bass: true, drums: 0.0, gain: 0.8, slow: 1.12 };
        self.bar(Chord { root: 3, ..harmony::home() }, &[], last);
        self.end();
    }

    fn part(&mut self, part: &Section, returns: bool, texture: Texture) {
        let Score { character, beats, .. } = self.score;
        let rng = &mut self.rng;
        self.figure = part.figure;
        let melody = if returns {
            let theme = part.theme.again(rng);
            let bars = theme.over(&part.chords, &character, beats, rng);
            let bars = part.chords.iter().zip(bars);
            bars.map(|(chord, tones)| melody::ornamented(&tones, *chord, &character, rng)).collect()
        } else {
            part.theme.over(&part.chords, &character, beats, rng)
        };
        for (chord, tones) in part.chords.iter().zip(&melody) {
            self.bar(*chord, tones, texture);
        }
    }

    /// A part whose melody lies `lift` steps above the middle.
    fn section(&mut self, lift: i32, open: bool) -> Section {
        let Score { character, beats, .. } = self.score;
        let rng = &mut self.rng;
        let chords = harmony::period(character.scale, character.tension, open, rng);
        let theme = Theme::new(&character, beats, lift, rng);
        let figure = *rng.choice(&FIGURES).unwrap_or(&FIGURES[0]);
        Section { chords, theme, figure }
    }

    /// The tonic, held.
    fn end(&mut self) {
        let length = 1.6 * self.bar_s;
        let tones = self.pitches(harmony::home());
        self.inner = Some(voicing::lead(self.inner, &tones));
        for pitch in self.inner.into_iter().flatten() {
            self.play(Part::Inner, 0.0, length, pitch, 0.9);
        }
        self.play(Part::Lead, 0.0, length, self.middle(), 0.8);
        self.play(Part::Bass, 0.0, length, self.bass(harmony::home()), 0.9);
        self.score.length_s = self.at_s + length;
    }

    fn bar(&mut self, chord: Chord, tones: &[Tone], texture: Texture) {
        let beat_s = texture.slow * self.bar_s / f32::from(self.score.beats);
        self.hold(chord, texture, beat_s);
        self.figure(chord, texture, beat_s);
        if texture.bass {
            self.bass_line(chord, texture, beat_s);
        }
        if texture.lead {
            self.sing(chord, tones, texture, beat_s);
        }
        self.drum(texture.drums, texture.gain, beat_s);
        self.at_s += texture.slow * self.bar_s;
    }

    fn hold(&mut self, chord: Chord, texture: Texture, beat_s: f32) {
        let tones = self.pitches(chord);
        let voices = voicing::lead(self.inner, &tones);
        self.inner = Some(voices);
        let Score { character, beats, .. } = self.score;
        // Where it is lively, chords are struck again; where it is calm they are held.
        let strokes: &[f32] = match character.density {
            d if d > 1.5 => &[0.0, 1.5, 2.5],
            d if d > 1.1 => &[0.0, 2.0],
            _ => &[0.0],
        };
        for (i, at) in strokes.iter().enumerate().filter(|(_, at)| **at < f32::from(beats)) {
            let until = strokes.get(i + 1).copied().unwrap_or(f32::INFINITY).min(beats.into());
            let length = (until - at) * beat_s * character.articulation.max(0.6);
            for pitch in voices {
                self.play(Part::Inner, at * beat_s, length, pitch, 0.6 * texture.gain);
            }
        }
    }

    /// Broken chords: four a beat where it is wild, one in two beats where it is still.
    fn figure(&mut self, chord: Chord, texture: Texture, beat_s: f32) {
        let Score { character, beats, .. } = self.score;
        let step: f32 = match character.density {
            d if d > 1.7 => 0.25,
            d if d > 0.9 => 0.5,
            d if d > 0.6 => 1.0,
            _ => 2.0,
        };
        // Of two tones that rub the held voices have both, an octave or a seventh apart.
        let held = chord.held_tones(character.scale);
        let tones: Vec<i32> = match held.len() {
            0 | 1 => self.pitches(chord),
            _ => held.into_iter().map(|tone| self.score.tonic + tone).collect(),
        };
        let up: Vec<i32> = tones
            .iter()
            .chain(tones.first())
            .enumerate()
            .map(|(i, tone)| in_octave(*tone, 67) + 12 * i32::from(i >= tones.len()))
            .collect();
        let order = self.figure;
        let (mut at, mut i) = (0.0, 0);
        while at < f32::from(beats) {
            let pitch = up[order[i % order.len()] % up.len()];
            let accent = if at == 0.0 { 0.55 } else { 0.42 };
            let length = step.min(f32::from(beats) - at) * beat_s * character.articulation;
            self.play(Part::Figure, at * beat_s, length, pitch, accent * texture.gain);
            (at, i) = (at + step, i + 1);
        }
    }

    fn bass_line(&mut self, chord: Chord, texture: Texture, beat_s: f32) {
        let Score { character, beats, .. } = self.score;
        let root = self.bass(chord);
        let above = chord.tones(character.scale)[2] - chord.tones(character.scale)[0];
        let fifth = if root + above > 52 { root + above - 12 } else { root + above };
        let beats_f = f32::from(beats);
        let line: Vec<(f32, i32)> = match character.density {
            d if d > 1.6 => (0..2 * beats)
                .map(|i| (f32::from(i) / 2.0, if i % 4 == 3 { fifth } else { root }))
                .collect(),
            d if d > 1.0 => vec![(0.0, root), (beats_f / 2.0, fifth)],
            _ => vec![(0.0, root)],
        };
        for (i, (at, pitch)) in line.iter().enumerate() {
            let until = line.get(i + 1).map_or(beats_f, |(at, _)| *at);
            let length = (until - at) * beat_s * (0.3 + 0.7 * character.articulation);
            self.play(Part::Bass, at * beat_s, length, *pitch, 0.8 * texture.gain);
        }
    }

    fn sing(&mut self, chord: Chord, tones: &[Tone], texture: Texture, beat_s: f32) {
        let Score { character, .. } = self.score;
        for tone in tones {
            let pitch = within(LEAD, self.middle() + chord.sung(character.scale, tone.step));
            let length = tone.beats * beat_s * character.articulation;
            let accent = if tone.at.fract() == 0.0 { 1.0 } else { 0.86 };
            self.play(Part::Lead, tone.at * beat_s, length, pitch, accent * texture.gain);
        }
    }

    fn drum(&mut self, busy: f32, gain: f32, beat_s: f32) {
        if busy < 0.05 {
            return;
        }
        let beats = self.score.beats;
        for half in 0..2 * beats {
            let (at, off) = (f32::from(half) / 2.0, half % 2 == 1);
            let strong = half == 0 || (half == beats && beats == 4) || (busy > 0.75 && !off);
            if strong {
                self.play(Part::Kick, at * beat_s, 0.2, 36, busy.sqrt() * gain);
            }
            if !off && (half / 2) % 2 == 1 {
                self.play(Part::Brush, at * beat_s, 0.2, 50, 0.8 * busy * gain);
            }
            if off || busy > 0.5 {
                self.play(
                    Part::Hat,
                    at * beat_s,
                    0.05,
                    80,
                    busy * gain * if off { 0.8 } else { 0.5 },
                );
            }
        }
    }

    /// The tonic that the melody moves around.
    fn middle(&self) -> i32 {
        in_octave(self.score.tonic, MIDDLE + self.score.character.register)
    }

    fn pitches(&self, chord: Chord) -> Vec<i32> {
        let tonic = self.score.tonic;
        chord.tones(self.score.character.scale).into_iter().map(|tone| tonic + tone).collect()
    }

    fn bass(&self, chord: Chord) -> i32 {
        in_octave(self.score.tonic + self.score.character.scale.semitones(chord.root), 36)
    }

    /// Adds a note from now on; nobody plays two alike.
    fn play(&mut self, part: Part, after_s: f32, length_s: f32, pitch: i32, velocity: f32) {
        let Character { loudness, unevenness, .. } = self.score.character;
        let uneven = 1.0 + unevenness * (2.0 * self.rng.f32() - 1.0);
        let late = 0.006 * self.rng.f32();
        self.score.notes.push(Note {
            part,
            start_s: self.at_s + after_s + late,
            length_s,
            pitch,
            velocity: (velocity * uneven * (0.45 + 0.55 * loudness)).clamp(0.0, 1.0),
        });
    }
}

/// Which periods are B.
fn form(periods: usize, rng: &mut Rng) -> Vec<bool> {
    const A: bool = false;
    const B: bool = true;
    let forms: &[&[bool]] = match periods {
        0..=2 => &[&[A, B], &[A, A]],
        3 => &[&[A, B, A], &[A, A, B]],
        4 => &[&[A, A, B, A], &[A, B, A, A], &[A, B, A, B]],
        5 => &[&[A, A, B, A, A], &[A, B, A, B, A], &[A, A, B, B, A]],
        6 => &[&[A, A, B, A, B, A], &[A, B, A, A, B, A], &[A, A, B, B, A, B]],
        _ => &[&[A, A, B, A, A, B, B, A], &[A, B, A, B, A, A, B, A]],
    };
    let form = rng.choice(forms).copied().unwrap_or_default();
    form.iter().copied().cycle().take(periods).collect()
}

/// The pitch of this class within a range of an octave or more that lies nearest.
fn within((lowest, highest): (i32, i32), pitch: i32) -> i32 {
    let octaves = |semitones: i32| (semitones.max(0) + 11) / 12;
    pitch + 12 * (octaves(lowest - pitch) - octaves(pitch - highest))
}

/// The pitch of this class from `lowest` up.
fn in_octave(pitch: i32, lowest: i32) -> i32 {
    lowest + (pitch - lowest).rem_euclid(12)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(part: Part, score: &Score) -> Vec<Note> {
        score.notes.iter().copied().filter(|note| note.part == part).collect()
    }

    #[test]
    fn any_point_gives_a_piece_of_a_minute_or_two_within_playable_ranges() {
        for (i, point) in grid().into_iter().enumerate() {
            let score = compose(point, i as u64);
            assert!((60.0..=120.0).contains(&score.length_s), "{point:?}: {} s", score.length_s);
            for note in &score.notes {
                assert!(note.start_s >= 0.0 && note.length_s > 0.0 && note.velocity <= 1.0);
                assert!(note.start_s + note.length_s <= score.length_s + 1.0, "{note:?}");
                let range = match note.part {
                    Part::Lead => 48..=91,
                    Part::Bass => 28..=52,
                    _ => 30..=100,
                };
                assert!(range.contains(&note.pitch), "{point:?}: {note:?}");
            }
            for part in [Part::Lead, Part::Inner, Part::Figure, Part::Bass] {
                assert!(!all(part, &score).is_empty(), "{point:?}: nobody plays {part:?}");
            }
        }
    }

    #[test]
    fn rules_show_in_the_notes() {
        let at = |valence, arousal| compose(Point { valence, arousal }, 3);
        let (calm, wild) = (at(0.5, -0.9), at(0.5, 0.9));
        let pace = |score: &Score| score.notes.len() as f32 / score.length_s;
        assert!(pace(&wild) > 2.0 * pace(&calm));
        let mean = |score: &Score| {
            let lead = all(Part::Lead, score);
            lead.iter().map(|note| note.pitch as f32).sum::<f32>() / lead.len() as f32
        };
        assert!(mean(&at(0.9, 0.0)) > mean(&at(-0.9, 0.0)) + 5.0);
        assert!(all(Part::Kick, &calm).is_empty() && !all(Part::Kick, &wild).is_empty());
    }

    #[test]
    fn a_seed_gives_one_piece_and_no_two_seeds_the_same() {
        let point = Point { valence: 0.3, arousal: 0.1 };
        assert_eq!(compose(point, 7), compose(point, 7));
        let pitches = |seed| {
            let notes = all(Part::Lead, &compose(point, seed));
            notes.iter().map(|n| n.pitch - notes[0].pitch).collect::<Vec<_>>()
        };
        for seed in 0..20 {
            assert_ne!(pitches(seed), pitches(seed + 1));
        }
    }

    fn grid() -> Vec<Point> {
        let ends = [-1.0, -0.5, 0.0, 0.5, 1.0];
        ends.iter().flat_map(|v| ends.map(|a| Point { valence: *v, arousal: a })).collect()
    }
}
