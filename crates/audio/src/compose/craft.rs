//! How well a piece is made, as far as counting tells: how much of it is new, how much of it rubs,
//! and how like another piece it is.

use std::collections::HashSet;

use super::score::{Note, Part, Score};

/// What counting tells of a piece.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Craft {
    /// Bars in which the melody plays.
    pub bars: usize,
    /// Those of them whose melody no earlier bar has, note for note.
    pub different_bars: usize,
    /// How long a minor second or ninth sounds between two pitched notes, in seconds a minute of
    /// music; pairs of notes are added up.
    pub minor_second_s: f32,
    /// How long the melody stands a tritone over the bass, in seconds a minute of music.
    pub tritone_s: f32,
}

/// Two notes overlap for longer than this where they are heard together, in seconds.
const TOGETHER_S: f32 = 0.03;
/// Notes that a phrase is compared by.
const PHRASE: usize = 5;

impl Craft {
    /// Counts.
    #[must_use]
    pub fn of(score: &Score) -> Self {
        let bars = bars(score);
        let different: HashSet<_> = bars.iter().collect();
        let pitched: Vec<&Note> = score.notes.iter().filter(|note| is_pitched(note)).collect();
        let a_minute = 60.0 / score.length_s;
        let second = |a: &Note, b: &Note| (a.pitch - b.pitch).abs() % 12 == 1;
        let tritone = |a: &Note, b: &Note| {
            let parts = [a.part, b.part];
            let outer = parts.contains(&Part::Lead) && parts.contains(&Part::Bass);
            outer && (a.pitch - b.pitch).abs() % 12 == 6
        };
        Self {
            bars: bars.len(),
            different_bars: different.len(),
            minor_second_s: a_minute * together(&pitched, second),
            tritone_s: a_minute * together(&pitched, tritone),
        }
    }
}

/// Which share of all phrases of five notes of two melodies is in both, whatever the key and the pace:
/// the Jaccard index, 1 for the same piece.
#[must_use]
pub fn likeness(a: &Score, b: &Score) -> f32 {
    let (a, b) = (phrases(a), phrases(b));
    let both = a.intersection(&b).count() as f32;
    let either = a.union(&b).count() as f32;
    if either > 0.0 { both / either } else { 0.0 }
}

fn is_pitched(note: &Note) -> bool {
    matches!(note.part, Part::Lead | Part::Inner | Part::Figure | Part::Bass)
}

/// The melody's notes in the order of their beginnings: quarters of a beat from the beginning, and pitch.
fn melody(score: &Score) -> Vec<(i32, i32)> {
    let quarter_s = 15.0 / score.character.tempo_bpm;
    let lead = score.notes.iter().filter(|note| note.part == Part::Lead);
    #[expect(clippy::cast_possible_truncation, reason = "a few hundred")]
    let mut notes: Vec<(i32, i32)> =
        lead.map(|note| ((note.start_s / quarter_s).round() as i32, note.pitch)).collect();
    notes.sort_unstable();
    notes
}

/// Each bar's notes, from its beginning.
fn bars(score: &Score) -> Vec<Vec<(i32, i32)>> {
    let length = 4 * i32::from(score.beats);
    let mut bars: Vec<(i32, Vec<(i32, i32)>)> = Vec::new();
    for (at, pitch) in melody(score) {
        let (bar, within) = (at.div_euclid(length), at.rem_euclid(length));
        match bars.last_mut() {
            Some((last, notes)) if *last == bar => notes.push((within, pitch)),
            _ => bars.push((bar, vec![(within, pitch)])),
        }
    }
    bars.into_iter().map(|(_, notes)| notes).collect()
}

/// Distances in time and pitch between notes that follow each other.
fn phrases(score: &Score) -> HashSet<Vec<(i32, i32)>> {
    let notes = melody(score);
    let steps: Vec<(i32, i32)> =
        notes.windows(2).map(|pair| (pair[1].0 - pair[0].0, pair[1].1 - pair[0].1)).collect();
    steps.windows(PHRASE - 1).map(<[_]>::to_vec).collect()
}

/// Seconds for which pairs of notes sound together, of those that `apart` takes.
fn together(notes: &[&Note], apart: impl Fn(&Note, &Note) -> bool) -> f32 {
    let mut notes = notes.to_vec();
    notes.sort_by(|a, b| a.start_s.total_cmp(&b.start_s));
    let mut seconds = 0.0;
    for (i, a) in notes.iter().enumerate() {
        let end = a.start_s + a.length_s;
        let later = notes.iter().skip(i + 1).take_while(|b| b.start_s < end);
        for b in later.filter(|b| apart(a, b)) {
            let shared = end.min(b.start_s + b.length_s) - b.start_s;
            seconds += if shared > TOGETHER_S { shared } else { 0.0 };
        }
    }
    seconds
}

#[cfg(test)]
mod tests {
    use attune_core::Point;

    use super::*;
    use crate::compose::compose;

    fn note(part: Part, start_s: f32, length_s: f32, pitch: i32) -> Note {
        Note { part, start_s, length_s, pitch, velocity: 0.5 }
    }

    #[test]
    fn what_sounds_together_is_added_up() {
        let score = compose(Point { valence: 0.0, arousal: 0.0 }, 1);
        let of = |notes: &[Note]| {
            Craft::of(&Score { notes: notes.to_vec(), length_s: 60.0, ..score.clone() })
        };
        let close = |a: f32, b: f32| (a - b).abs() < 1e-4;
        // A ninth for one of two seconds, then a seventh, which does not count.
        let ninth = [
            note(Part::Bass, 0.0, 2.0, 40),
            note(Part::Inner, 1.0, 2.0, 53),
            note(Part::Kick, 0.0, 2.0, 41),
            note(Part::Lead, 1.0, 1.0, 51),
        ];
        assert!(close(of(&ninth).minor_second_s, 1.0), "{:?}", of(&ninth));
        let tritone = [note(Part::Lead, 0.0, 1.5, 70), note(Part::Bass, 0.5, 2.0, 40)];
        assert!(close(of(&tritone).tritone_s, 1.0), "{:?}", of(&tritone));
        let bar_s = 60.0 / score.character.tempo_bpm * f32::from(score.beats);
        let twice = [0.0, 1.0, 2.0]
            .map(|bar| note(Part::Lead, bar * bar_s, 0.1, if bar < 2.0 { 60 } else { 62 }));
        assert_eq!((of(&twice).bars, of(&twice).different_bars), (3, 2));
    }

    #[test]
    fn a_piece_is_like_itself_in_any_key() {
        let at = |seed| compose(Point { valence: 0.4, arousal: 0.4 }, seed);
        let mut higher = at(1);
        higher.notes.iter_mut().for_each(|note| note.pitch += 3);
        assert!((likeness(&at(1), &higher) - 1.0).abs() < 1e-6);
        assert!(likeness(&at(1), &at(2)) < 0.5);
    }
}
