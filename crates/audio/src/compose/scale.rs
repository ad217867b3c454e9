//! Seven notes, and where they lie.

/// A mode, from the darkest to the brightest as the circle of fifths has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scale {
    /// Minor with a low second.
    Phrygian,
    /// Natural minor.
    Aeolian,
    /// Minor with a major sixth.
    Dorian,
    /// Major with a low seventh.
    Mixolydian,
    /// Major.
    Ionian,
    /// Major with a high fourth.
    Lydian,
}

impl Scale {
    /// Minor for unhappy points, major for happy ones; the outermost only where it is restless or
    /// very bright.
    #[must_use]
    pub fn of(valence: f32, arousal: f32) -> Self {
        match valence {
            v if v < -0.6 && arousal > 0.2 => Self::Phrygian,
            v if v < -0.2 => Self::Aeolian,
            v if v < 0.05 => Self::Dorian,
            v if v < 0.25 => Self::Mixolydian,
            v if v > 0.7 && arousal < 0.2 => Self::Lydian,
            _ => Self::Ionian,
        }
    }

    /// Semitones above the tonic.
    #[must_use]
    pub const fn degrees(self) -> [i32; 7] {
        match self {
            Self::Phrygian => [0, 1, 3, 5, 7, 8, 10],
            Self::Aeolian => [0, 2, 3, 5, 7, 8, 10],
            Self::Dorian => [0, 2, 3, 5, 7, 9, 10],
            Self::Mixolydian => [0, 2, 4, 5, 7, 9, 10],
            Self::Ionian => [0, 2, 4, 5, 7, 9, 11],
            Self::Lydian => [0, 2, 4, 6, 7, 9, 11],
        }
    }

    /// Semitones above the tonic of any step, also beyond an octave.
    #[must_use]
    pub fn semitones(self, step: i32) -> i32 {
        12 * step.div_euclid(7) + self.degrees()[step.rem_euclid(7).unsigned_abs() as usize]
    }

    /// The step that lies nearest to so many semitones above the tonic.
    #[must_use]
    pub fn nearest_step(self, semitones: i32) -> i32 {
        let octave = 7 * semitones.div_euclid(12);
        let distance = |step: &i32| (self.semitones(*step) - semitones).abs();
        (octave..=octave + 7).min_by_key(distance).unwrap_or(octave)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_and_semitones_agree_over_octaves() {
        for scale in [Scale::Phrygian, Scale::Ionian, Scale::Lydian] {
            for step in -15..15 {
                assert_eq!(scale.nearest_step(scale.semitones(step)), step, "{scale:?}");
                assert_eq!(scale.semitones(step + 7), scale.semitones(step) + 12);
            }
        }
    }

    #[test]
    fn happier_points_have_brighter_modes() {
        let third = |valence| Scale::of(valence, 0.5).degrees()[2];
        assert_eq!([-0.9, -0.4, 0.0, 0.2, 0.8].map(third), [3, 3, 3, 4, 4]);
    }
}
