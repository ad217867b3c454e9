use attune_core::Item;

/// The version of [`catalogue_row`]: rows of different versions are not comparable.
pub const CATALOGUE_VERSION: u32 = 1;

/// What a number of a [`catalogue_row`] says, in the order of the row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dimension {
    /// Base-2 logarithm of the tempo.
    Tempo,
    /// Loudness in LUFS.
    Loudness,
    /// Perceptual energy.
    Energy,
    /// How danceable.
    Danceability,
    /// Valence of its mood.
    Valence,
    /// Arousal of its mood.
    Arousal,
}

impl Dimension {
    /// How many there are.
    pub const COUNT: usize = 6;
}

/// What tells how an item sounds, apart from its mood.
const HEARD: [Dimension; 4] =
    [Dimension::Tempo, Dimension::Loudness, Dimension::Energy, Dimension::Danceability];

/// Whether more than its mood is known of how an item sounds.
#[must_use]
pub fn sounds(item: &Item) -> bool {
    let row = catalogue_row(item);
    HEARD.iter().any(|dimension| row[*dimension as usize].is_finite())
}

/// What a catalogue says of an item, as a vector for likeness; not a number where it says nothing.
/// Stands in for measured descriptors where a library has none.
#[must_use]
pub fn catalogue_row(item: &Item) -> [f32; Dimension::COUNT] {
    let d = &item.descriptors;
    let tempo = d.tempo_bpm.filter(|bpm| *bpm > 0.0).map(f32::log2);
    let (valence, arousal) = (item.mood.map(|m| m.valence), item.mood.map(|m| m.arousal));
    [tempo, d.loudness_lufs, d.energy, d.danceability, valence, arousal]
        .map(|x| x.filter(|x| x.is_finite()).unwrap_or(f32::NAN))
}
