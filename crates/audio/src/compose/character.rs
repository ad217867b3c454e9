//! How a piece is played for a point of the mood plane.

use attune_core::Point;

use super::scale::Scale;

/// What a composer and a player decide before the first note. Directions follow the rules that
/// Livingstone et al. (2010, *Changing musical emotion*, table 1) gathered from many studies and
/// Juslin and Laukka (2004) found in performances; the amounts are this project's own.
///
/// | more aroused | happier |
/// |---|---|
/// | faster, denser, louder, less legato, brighter, abrupt attacks, drums | major modes, plain consonant chords, higher, brighter, more notes, rising melodies, even loudness, breath |
///
/// Breath stands in no table of theirs. It was found by composing pieces of random characters and
/// asking the music model what it hears: of all that a character says, breath is what it takes for
/// pleasantness most, and a short articulation with drums what it takes for arousal, so these three
/// go with one axis alone. Mode and tension, which people hear first, the model hardly hears.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Character {
    /// Beats a minute.
    pub tempo_bpm: f32,
    /// The seven notes of the piece.
    pub scale: Scale,
    /// How far the melody lies above (below) the middle, in semitones.
    pub register: i32,
    /// Notes of the melody a beat.
    pub density: f32,
    /// Which share of its time a note sounds: 1 is legato.
    pub articulation: f32,
    /// How hard notes are played, 0 to 1.
    pub loudness: f32,
    /// How unevenly they are, as a share.
    pub unevenness: f32,
    /// How bright the tones are, 0 to 1.
    pub brightness: f32,
    /// How much breath sounds in sung and held tones, 0 to 1.
    pub breath: f32,
    /// How long a tone takes to begin, in seconds.
    pub attack_s: f32,
    /// Which share of the chords holds a dissonance.
    pub tension: f32,
    /// How far melodies rise (fall) over a bar, in steps of the scale.
    pub rise: f32,
    /// How busy the drums are, 0 for none to 1.
    pub drums: f32,
    /// How much of the room is heard, 0 to 1.
    pub room: f32,
}

impl Character {
    /// What the rules say for a point.
    #[must_use]
    pub fn of(aim: Point) -> Self {
        let Point { valence, arousal } = Point::new(aim.valence, aim.arousal);
        let (awake, glad) = ((arousal + 1.0) / 2.0, (valence + 1.0) / 2.0);
        #[expect(clippy::cast_possible_truncation, reason = "a few semitones")]
        let register = (5.0 * valence + 2.0 * arousal).round() as i32;
        Self {
            tempo_bpm: 56.0 * (1.35 * awake + 0.1 * glad).exp2(),
            scale: Scale::of(valence, arousal),
            register,
            density: 0.35 + 1.2 * awake + 0.5 * glad,
            articulation: 1.0 - 0.5 * awake - 0.05 * glad,
            loudness: 0.3 + 0.65 * awake,
            unevenness: 0.06 + 0.18 * (1.0 - glad),
            brightness: 0.05 + 0.45 * awake + 0.45 * glad,
            breath: 0.6 * glad,
            attack_s: 0.004 + 0.08 * (1.0 - awake).powi(2) + 0.03 * (1.0 - glad).powi(2),
            tension: 0.05 + 0.6 * (1.0 - glad),
            rise: 1.5 * valence,
            drums: ((arousal + 0.2) / 1.1).clamp(0.0, 1.0),
            room: 0.12 + 0.2 * (1.0 - awake) + 0.15 * (1.0 - glad),
        }
    }
}
