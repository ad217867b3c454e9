//! Chords and how they follow each other.

use fastrand::Rng;

use super::scale::Scale;

/// What stands on a root beside third and fifth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colour {
    /// Nothing.
    Triad,
    /// The seventh above.
    Seventh,
    /// The second instead of the third.
    Suspended,
}

/// A chord on a step of the scale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chord {
    /// Step of the scale, 0 to 6.
    pub root: i32,
    /// What makes it more than plain.
    pub colour: Colour,
    /// A leading tone leads back to the tonic: the third of a minor dominant is raised.
    pub leading: bool,
}

impl Chord {
    const TONIC: Self = Self { root: 0, colour: Colour::Triad, leading: false };

    /// Its tones as semitones above the tonic, the root first.
    #[must_use]
    pub fn tones(self, scale: Scale) -> Vec<i32> {
        let above = |steps: i32| scale.semitones(self.root + steps);
        let third = above(2) + i32::from(self.leading);
        match self.colour {
            Colour::Triad => vec![above(0), third, above(4)],
            Colour::Suspended => vec![above(0), above(1), above(4)],
            Colour::Seventh => vec![above(0), third, above(4), above(6)],
        }
    }

    /// Those that a melody can rest on: none that rubs against another tone of the chord.
    #[must_use]
    pub fn held_tones(self, scale: Scale) -> Vec<i32> {
        let tones = self.tones(scale);
        tones.into_iter().filter(|tone| !self.rubs(scale, *tone)).collect()
    }

    /// A step of the scale as it is sung over this chord, in semitones above the tonic: where the chord
    /// has a leading tone, so has the melody.
    #[must_use]
    pub fn sung(self, scale: Scale, step: i32) -> i32 {
        scale.semitones(step) + i32::from(self.leading && step.rem_euclid(7) == 6)
    }

    /// Whether a pitch, in semitones above the tonic, lies a semitone from a tone of the chord, in any
    /// octave, or a tritone from its root without being a tone of it.
    #[must_use]
    pub fn rubs(self, scale: Scale, pitch: i32) -> bool {
        let tones = self.tones(scale);
        let apart = |tone: i32| (pitch - tone).rem_euclid(12);
        let own = tones.iter().any(|tone| apart(*tone) == 0);
        tones.iter().any(|tone| [1, 11].contains(&apart(*tone))) || (!own && apart(tones[0]) == 6)
    }

    fn is_diminished(self, scale: Scale) -> bool {
        scale.semitones(self.root + 4) - scale.semitones(self.root) == 6
    }
}

/// What a chord does: rest, lead away, or call for the rest.
#[derive(Clone, Copy)]
enum Function {
    Tonic,
    Away,
    Dominant,
}

/// Eight bars, a chord each: a question that ends open and an answer that ends at home, or open
/// too where the next part is to follow at once.
pub(super) fn period(scale: Scale, tension: f32, open: bool, rng: &mut Rng) -> Vec<Chord> {
    use Function::{Away, Dominant, Tonic};
    let middle = if rng.bool() { [Tonic, Away] } else { [Away, Tonic] };
    let sixth = if rng.bool() { Away } else { Tonic };
    let end = if open { [Away, Dominant] } else { [Dominant, Tonic] };
    let plan = [Tonic, middle[0], middle[1], Dominant, Tonic, sixth, end[0], end[1]];
    let mut chords: Vec<Chord> = Vec::with_capacity(plan.len());
    for (bar, function) in plan.into_iter().enumerate() {
        let home = bar == 0 || (bar == 7 && !open);
        let chord = if home {
            Chord::TONIC
        } else {
            some(scale, function, tension, chords.last().copied(), rng)
        };
        chords.push(chord);
    }
    chords
}

/// Home at the end.
pub(super) fn home() -> Chord {
    Chord::TONIC
}

fn some(
    scale: Scale,
    function: Function,
    tension: f32,
    before: Option<Chord>,
    rng: &mut Rng,
) -> Chord {
    let minor = scale.degrees()[2] == 3;
    let roots: &[i32] = match (function, minor) {
        (Function::Tonic, false) => &[0, 5, 5, 2],
        (Function::Tonic, true) => &[0, 5, 2],
        (Function::Away, false) => &[3, 3, 1, 5],
        (Function::Away, true) => &[3, 5, 5, 1],
        (Function::Dominant, false) => &[4, 4, 4, 6],
        (Function::Dominant, true) => &[4, 6, 6],
    };
    let plain = |root: i32| Chord { root, colour: Colour::Triad, leading: false };
    let fits = |root: &&i32| {
        let other = before.is_none_or(|before| before.root != **root);
        other && (tension > 0.5 || !plain(**root).is_diminished(scale))
    };
    let fitting: Vec<i32> = roots.iter().filter(fits).copied().collect();
    let root = rng.choice(fitting).unwrap_or(roots[0]);
    // A second that is a semitone is no suspension but a wrong note.
    let mild = scale.semitones(root + 1) - scale.semitones(root) == 2;
    let colour = match rng.f32() {
        x if x < tension => Colour::Seventh,
        x if mild && x < tension + 0.08 => Colour::Suspended,
        _ => Colour::Triad,
    };
    let dominant = matches!(function, Function::Dominant) && root == 4;
    // Over a diminished fifth a raised third would lead nowhere.
    let leading = minor && dominant && !plain(root).is_diminished(scale);
    Chord { root, colour, leading }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_begin_at_home_and_end_there_or_open() {
        for seed in 0..50 {
            let mut rng = Rng::with_seed(seed);
            let closed = period(Scale::Ionian, 0.3, false, &mut rng);
            assert_eq!((closed.len(), closed[0].root, closed[7].root), (8, 0, 0));
            let open = period(Scale::Aeolian, 0.3, true, &mut rng);
            assert_eq!(open[0].root, 0);
            assert!([4, 6].contains(&open[7].root), "{open:?}");
            let stays = closed.windows(2).filter(|pair| pair[0].root == pair[1].root).count();
            assert!(stays <= 1, "{closed:?}");
        }
    }

    #[test]
    fn tones_are_thirds_apart_and_a_minor_dominant_leads_home() {
        let five = Chord { root: 4, colour: Colour::Seventh, leading: false };
        assert_eq!(five.tones(Scale::Ionian), [7, 11, 14, 17]);
        let leading = Chord { leading: true, ..five };
        assert_eq!(leading.tones(Scale::Aeolian), [7, 11, 14, 17]);
    }

    #[test]
    fn a_melody_rests_on_no_tone_that_rubs() {
        let four = Chord { root: 3, colour: Colour::Seventh, leading: false };
        assert_eq!(four.tones(Scale::Ionian), [5, 9, 12, 16]);
        assert_eq!(four.held_tones(Scale::Ionian), [9, 12]);
        let five = Chord { root: 4, ..four };
        assert_eq!(five.held_tones(Scale::Ionian), five.tones(Scale::Ionian));
        // The fourth over a major chord rubs against its third; the second does not.
        let one = Chord::TONIC;
        assert_eq!([5, 2, 17].map(|pitch| one.rubs(Scale::Ionian, pitch)), [true, false, true]);
        assert!(one.rubs(Scale::Lydian, 6));
        let leading = Chord { root: 4, leading: true, ..one };
        assert_eq!(leading.sung(Scale::Aeolian, 6), 11);
    }

    #[test]
    fn a_suspension_is_a_whole_tone() {
        let suspended = (0..500).flat_map(|seed| {
            let scale = if seed % 2 == 0 { Scale::Phrygian } else { Scale::Ionian };
            let chords = period(scale, 0.1, false, &mut Rng::with_seed(seed));
            chords.into_iter().filter(|chord| chord.colour == Colour::Suspended).map(move |chord| {
                let tones = chord.tones(scale);
                tones[1] - tones[0]
            })
        });
        let seconds: Vec<i32> = suspended.collect();
        assert!(seconds.len() > 20 && seconds.iter().all(|second| *second == 2), "{seconds:?}");
    }
}
