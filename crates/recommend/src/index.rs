use std::borrow::Borrow;
use std::hash::{Hash, Hasher};

use attune_core::{Item, ItemId, Kind, Language, MoodTag, Point};

use rustc_hash::{FxHashMap, FxHasher};

use crate::by_id::ById;
use crate::content::{Space, sounds};
use crate::grid::Grid;
use crate::lists::Lists;
use crate::names::{Names, fold, without_version};
use crate::spare::Spare;

/// No album, language or year.
pub(crate) const NONE: u32 = u32::MAX;

/// A library laid out for ranking: one array a property, names as numbers. Built once, then
/// [`rank`](Index::rank)ed as often as one likes; it borrows nothing and can be kept and shared.
///
/// Memory: about 100 bytes an item, and each distinct name once.
#[derive(Clone, Debug, Default)]
pub struct Index {
    pub(crate) ids: Vec<ItemId>,
    by_id: ById,
    pub(crate) valence: Vec<f32>,
    pub(crate) arousal: Vec<f32>,
    /// Of the mood, a coordinate's; infinite where no mood is known.
    pub(crate) variance: Vec<f32>,
    pub(crate) popularity: Vec<f32>,
    /// The id, well mixed.
    pub(crate) salt: Vec<u32>,
    pub(crate) kind: Vec<Kind>,
    pub(crate) language: Vec<u32>,
    pub(crate) album: Vec<u32>,
    pub(crate) year: Vec<Option<i16>>,
    /// 0 where unknown.
    pub(crate) duration_ms: Vec<u32>,
    /// Base-2 logarithm of the tempo; not a number where unknown.
    pub(crate) tempo_log2: Vec<f32>,
    /// Marked as explicit.
    pub(crate) explicit: Vec<bool>,
    /// What a video asks of the eyes and of time, 0.25 to 1, and 0 for music; empty without videos.
    pub(crate) video: Vec<f32>,
    /// Whether more than its mood is known of how it sounds.
    pub(crate) heard: Vec<bool>,
    /// Descriptor vectors by position.
    pub(crate) space: Option<Space>,
    /// Bit `n` stands for `MoodTag::ALL[n]`.
    pub(crate) tags: Vec<u32>,
    /// Equal for two recordings of the same title by the same main artist.
    pub(crate) song: Vec<u64>,
    pub(crate) artists: Lists,
    pub(crate) genres: Lists,
    pub(crate) items_by_artist: Lists,
    /// Items of known mood.
    pub(crate) grid: Grid,
    pub(crate) artist_names: Names,
    pub(crate) genre_names: Names,
    pub(crate) language_names: Names,
    pub(crate) spare: Spare,
}

impl Index {
    /// Lays out `items`; positions in a [`Playlist`](crate::Playlist) are positions in this slice.
    #[must_use]
    pub fn new(items: &[Item]) -> Self {
        Self::of(items)
    }

    /// As [`new`](Self::new), of items that come one by one and need not be kept.
    #[must_use]
    pub fn of<I: Borrow<Item>>(items: impl IntoIterator<Item = I>) -> Self {
        let (mut index, mut albums) = (Self::default(), FxHashMap::default());
        for item in items {
            index.push(item.borrow(), &mut albums);
        }
        if index.kind.contains(&Kind::Video) {
            index.video = (0..index.len()).map(|i| index.attention(i)).collect();
        }
        index.items_by_artist = index.artists.inverted(index.artist_names.len());
        let place = |i| index.has_mood(i).then(|| index.point(i));
        index.grid = Grid::new((0..index.len() as u32).map(place));
        index.by_id = ById::new(&index.ids);
        index
    }

    /// With vectors for likeness of sound, one an item in the order of the items; a space of another
    /// length is left out.
    #[must_use]
    pub fn with_space(self, space: Space) -> Self {
        let space = Some(space).filter(|space| space.len() == self.len());
        Self { space, ..self }
    }

    /// The vectors that likeness of sound is looked up in.
    #[must_use]
    pub fn space(&self) -> Option<&Space> {
        self.space.as_ref()
    }

    /// The position of an item in the slice the index was built from.
    #[must_use]
    pub fn position(&self, id: ItemId) -> Option<usize> {
        self.positions(id).first().map(|i| *i as usize)
    }

    /// 0.25 for a video of up to four minutes, 1 from half an hour on, evenly by the logarithm of its
    /// length; one of unknown length counts as four minutes. This project's own choice.
    fn attention(&self, i: usize) -> f32 {
        const SHORT: f32 = 240_000.0;
        let octaves = (self.duration_ms[i] as f32 / SHORT).max(1.0).log2();
        match self.kind[i] {
            Kind::Music => 0.0,
            Kind::Video => (0.25 + 0.25 * octaves).min(1.0),
        }
    }

    fn push(&mut self, item: &Item, albums: &mut FxHashMap<u64, u32>) {
        self.ids.push(item.id);
        self.salt.push(mix32(item.id.0 as u32 ^ mix32((item.id.0 >> 32) as u32)));
        self.push_mood(item);
        let heard = item.popularity.filter(|p| p.is_finite()).unwrap_or(0.0);
        self.popularity.push(heard.clamp(0.0, 1.0));
        self.kind.push(item.kind);
        self.explicit.push(item.explicit == Some(true));
        self.year.push(item.year);
        self.duration_ms.push(item.duration_ms.unwrap_or(0));
        let tempo = item.descriptors.tempo_bpm.filter(|t| t.is_finite() && *t > 0.0);
        self.tempo_log2.push(tempo.map_or(f32::NAN, f32::log2));
        self.heard.push(sounds(item));
        self.tags.push(item.tags.iter().map(|tag| tag_bit(*tag)).fold(0, |a, b| a | b));
        self.push_names(item, albums);
    }

    fn push_mood(&mut self, item: &Item) {
        let mood = item
            .mood
            .filter(|m| m.valence.is_finite() && m.arousal.is_finite() && !m.uncertainty.is_nan());
        let point = mood.map_or(Point { valence: 0.0, arousal: 0.0 }, |m| m.point());
        self.valence.push(point.valence.clamp(-1.0, 1.0));
        self.arousal.push(point.arousal.clamp(-1.0, 1.0));
        let variance = |uncertainty: f32| uncertainty.clamp(0.0, 4.0).powi(2);
        self.variance.push(mood.map_or(f32::INFINITY, |m| variance(m.uncertainty)));
    }

    fn push_names(&mut self, item: &Item, albums: &mut FxHashMap<u64, u32>) {
        let (artists, genres) = (&mut self.artist_names, &mut self.genre_names);
        self.artists.push(item.artists.iter().filter_map(|name| artists.intern(name)));
        self.genres.push(item.genres.iter().filter_map(|name| genres.intern(name)));
        let language = item.language.as_ref().map(Language::name);
        self.language.push(language.and_then(|l| self.language_names.intern(l)).unwrap_or(NONE));
        // Two albums of one title ("Greatest Hits") are told apart by their year.
        let album = item.album.as_deref().filter(|a| !a.trim().is_empty());
        let album = album.map(|title| hashed(&(fold(title), item.year)));
        let next = albums.len() as u32;
        self.album.push(album.map_or(NONE, |album| *albums.entry(album).or_insert(next)));
        let position = self.artists.len() as u32 - 1;
        self.song.push(hashed(&(
            fold(without_version(&item.title)),
            self.artists.get(position).first(),
        )));
    }

    /// How many items there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// Whether anything is by this artist, in any spelling.
    #[must_use]
    pub fn has_artist(&self, name: &str) -> bool {
        self.artist_names.get(name).is_some()
    }

    /// The positions that bear `id`; one in a sound library.
    pub(crate) fn positions(&self, id: ItemId) -> &[u32] {
        self.by_id.positions(&self.ids, id)
    }

    pub(crate) fn has_mood(&self, i: u32) -> bool {
        self.variance[i as usize].is_finite()
    }

    pub(crate) fn point(&self, i: u32) -> Point {
        Point { valence: self.valence[i as usize], arousal: self.arousal[i as usize] }
    }
}

fn hashed(value: &impl Hash) -> u64 {
    let mut hasher = FxHasher::default();
    value.hash(&mut hasher);
    hasher.finish()
}

/// The bit of a tag in a set of tags.
pub(crate) fn tag_bit(tag: MoodTag) -> u32 {
    1 << (tag as u32)
}

/// Mixes all bits into all bits (the finaliser of MurmurHash3, public domain).
#[inline(always)]
pub(crate) fn mix32(mut x: u32) -> u32 {
    x ^= x >> 16;
    x = x.wrapping_mul(0x85eb_ca6b);
    x ^= x >> 13;
    x = x.wrapping_mul(0xc2b2_ae35);
    x ^ (x >> 16)
}

const _: () = assert!(MoodTag::ALL.len() <= 32, "a set of tags is 32 bits");
