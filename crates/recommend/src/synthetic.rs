use attune_core::{Descriptors, Item, ItemId, Kind, Language, Mood, MoodTag, Point, Source};

use crate::index::mix32;

const LANGUAGES: [&str; 8] =
    ["english", "hindi", "tamil", "telugu", "kannada", "malayalam", "spanish", "korean"];
const GENRES: [&str; 6] = ["pop", "rock", "r&b", "rap", "latin", "edm"];

/// A made-up library of `n` tracks for measuring speed: about twelve tracks an artist, eight
/// languages, six genres, moods spread over the plane and one in twenty unknown. The same `n` and
/// `seed` give the same library.
#[must_use]
pub fn synthetic_library(n: usize, seed: u32) -> Vec<Item> {
    synthetic_items(n, seed).collect()
}

/// As [`synthetic_library`], one by one.
pub fn synthetic_items(n: usize, seed: u32) -> impl Iterator<Item = Item> {
    let mut draws = Draws(mix32(seed ^ 0x9e37_79b9));
    (0..n).map(move |i| synthetic_item(i, n as u32 / 12 + 1, &mut draws))
}

/// `n` made-up vectors of `dimensions` numbers in [-1, 1), one after the other.
#[must_use]
pub fn synthetic_vectors(n: usize, dimensions: usize, seed: u32) -> Vec<f32> {
    let mut draws = Draws(mix32(seed ^ 0x85eb_ca6b));
    (0..n * dimensions).map(|_| draws.share() * 2.0 - 1.0).collect()
}

fn synthetic_item(i: usize, artists: u32, draws: &mut Draws) -> Item {
    // The square makes some artists far more frequent than others, as in real libraries.
    let artist = (draws.share() * draws.share() * artists as f32) as u32;
    let point = Point::new(draws.share() * 2.0 - 1.0, draws.share() * 2.0 - 1.0);
    let known = draws.below(20) > 0;
    Item {
        id: ItemId(i as i64),
        kind: if draws.below(10) == 0 { Kind::Video } else { Kind::Music },
        title: format!("Title {i}"),
        artists: vec![format!("Artist {artist}")],
        album: Some(format!("Album {artist} {}", draws.below(4))),
        language: Language::new(LANGUAGES[draws.below(8) as usize]),
        genres: vec![GENRES[draws.below(6) as usize].to_owned()],
        year: i16::try_from(1960 + draws.below(66)).ok(),
        duration_ms: Some(120_000 + draws.below(240_000)),
        popularity: Some(draws.share() * draws.share()),
        explicit: None,
        tags: MoodTag::ALL.iter().copied().filter(|t| t.point().distance(point) < 0.2).collect(),
        mood: known.then(|| Mood::new(point, 0.15 + 0.2 * draws.share())),
        descriptors: Descriptors {
            tempo_bpm: Some(60.0 + 120.0 * draws.share()),
            energy: Some(point.arousal / 2.0 + 0.5),
            ..Descriptors::default()
        },
        source: Source::Link(format!("https://example.org/{i}")),
    }
}

struct Draws(u32);

impl Draws {
    fn next(&mut self) -> u32 {
        self.0 = self.0.wrapping_add(0x9e37_79b9);
        mix32(self.0)
    }

    fn below(&mut self, n: u32) -> u32 {
        self.next() % n
    }

    /// In [0, 1).
    fn share(&mut self) -> f32 {
        (self.next() >> 8) as f32 / (1u32 << 24) as f32
    }
}
