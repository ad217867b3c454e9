//! The library as one looks through it: sorted, searched as one types, counted by artist, album and
//! language, and laid out in the mood plane. Pure over a [`Catalogue`]'s items.

use std::collections::HashMap;

use attune_core::{Item, Kind, Point};
use attune_recommend::fold;
use serde::Serialize;

/// What of the library is looked at.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Look {
    /// Words of which each must occur in title, artist, album, language, genre or tag.
    pub search: String,
    /// Only this artist, as it is written.
    pub artist: Option<String>,
    /// Only this album, as it is written.
    pub album: Option<String>,
    /// Only this language, by its name.
    pub language: Option<String>,
    /// Only music or only video.
    pub kind: Option<Kind>,
    /// Only what plays in the app.
    pub playable: bool,
    /// The order.
    pub sort: Sort,
}

/// The order of items.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// By title.
    #[default]
    Title,
    /// By artist, album, then title.
    Artist,
    /// The newest in the library first.
    Newest,
    /// From unpleasant to pleasant.
    Valence,
    /// From calm to excited.
    Arousal,
}

/// What items are counted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupBy {
    /// By each artist.
    Artist,
    /// By album and main artist.
    Album,
    /// By language.
    Language,
}

/// Items that have something in common.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Shelved {
    /// What: an artist, an album or a language.
    pub name: String,
    /// For an album: whose.
    pub artist: Option<String>,
    /// How many.
    pub items: usize,
    /// One of them, for its picture.
    pub item: i64,
    /// Their mean mood, where any is known.
    pub mood: Option<Point>,
}

/// A part of the mood plane.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Window {
    /// Least and greatest valence.
    pub valence: (f32, f32),
    /// Least and greatest arousal.
    pub arousal: (f32, f32),
}

/// An item in the plane: number, place, kind, whether it plays here.
pub type Dot = (i64, f32, f32, bool);

/// Items made ready to be looked through.
#[derive(Debug)]
pub struct Shelf {
    /// By position in the catalogue: all words, folded, a space between.
    words: Vec<String>,
    by_title: Vec<u32>,
    by_artist: Vec<u32>,
}

impl Shelf {
    /// Folds and sorts; takes a second or so for 100,000 items.
    #[must_use]
    pub fn new(items: &[Item]) -> Self {
        let words = items.iter().map(words).collect();
        let title_key =
            |i: &u32| items.get(*i as usize).map(|item| (item.title.to_lowercase(), item.id));
        let artist_key = |i: &u32| {
            items.get(*i as usize).map(|item| {
                let album = item.album.as_deref().unwrap_or("\u{10ffff}").to_lowercase();
                (item.artist().to_lowercase(), album, item.title.to_lowercase(), item.id)
            })
        };
        let all = 0..u32::try_from(items.len()).unwrap_or(u32::MAX);
        let (mut by_title, mut by_artist): (Vec<u32>, Vec<u32>) =
            (all.clone().collect(), all.collect());
        by_title.sort_by_cached_key(title_key);
        by_artist.sort_by_cached_key(artist_key);
        Self { words, by_title, by_artist }
    }

    /// How many items there are to see, and `limit` of them from `offset` on.
    #[must_use]
    pub fn page<'a>(
        &self,
        items: &'a [Item],
        look: &Look,
        offset: usize,
        limit: usize,
    ) -> (usize, Vec<&'a Item>) {
        let found = self.find(items, look);
        (found.len(), found.into_iter().skip(offset).take(limit).collect())
    }

    /// Every item that is to be seen, in the order asked for.
    #[must_use]
    pub fn find<'a>(&self, items: &'a [Item], look: &Look) -> Vec<&'a Item> {
        let wanted: Vec<String> = look.search.split_whitespace().map(fold).collect();
        let fits = |i: u32| {
            let item = items.get(i as usize)?;
            let words = self.words.get(i as usize)?;
            let seen = wanted.iter().all(|word| words.contains(word.as_str())) && look.takes(item);
            seen.then_some(item)
        };
        let mut found: Vec<&Item> = match look.sort {
            Sort::Artist => self.by_artist.iter().filter_map(|i| fits(*i)).collect(),
            _ => self.by_title.iter().filter_map(|i| fits(*i)).collect(),
        };
        let axis = |item: &Item, of: fn(Point) -> f32| item.mood.map_or(2.0, |m| of(m.point()));
        match look.sort {
            Sort::Title | Sort::Artist => {}
            Sort::Newest => found.sort_by_key(|item| std::cmp::Reverse(item.id)),
            Sort::Valence => {
                found.sort_by(|a, b| axis(a, |p| p.valence).total_cmp(&axis(b, |p| p.valence)));
            }
            Sort::Arousal => {
                found.sort_by(|a, b| axis(a, |p| p.arousal).total_cmp(&axis(b, |p| p.arousal)));
            }
        }
        found
    }

    /// What the items to be seen have in common, the largest first.
    #[must_use]
    pub fn groups(&self, items: &[Item], look: &Look, by: GroupBy) -> Vec<Shelved> {
        let mut groups: HashMap<(String, Option<String>), Gathered> = HashMap::new();
        for item in self.find(items, look) {
            let mut put = |name: &str, artist: Option<&str>| {
                let key = (name.to_owned(), artist.map(str::to_owned));
                groups.entry(key).or_default().add(item);
            };
            match by {
                GroupBy::Artist => item.artists.iter().for_each(|artist| put(artist, None)),
                GroupBy::Album => {
                    if let Some(album) = &item.album {
                        put(album, Some(item.artist()));
                    }
                }
                GroupBy::Language => {
                    if let Some(language) = &item.language {
                        put(language.name(), None);
                    }
                }
            }
        }
        let mut shelved: Vec<Shelved> =
            groups.into_iter().map(|((name, artist), of)| of.shelved(name, artist)).collect();
        shelved.sort_by(|a, b| b.items.cmp(&a.items).then_with(|| a.name.cmp(&b.name)));
        shelved
    }

    /// How many items of known mood lie in a window, and at most `limit` of them, spread evenly over
    /// the library rather than from its beginning.
    #[must_use]
    pub fn dots(
        &self,
        items: &[Item],
        look: &Look,
        window: Window,
        limit: usize,
    ) -> (usize, Vec<Dot>) {
        let inside = |item: &&Item| {
            item.mood.is_some_and(|mood| {
                (window.valence.0..=window.valence.1).contains(&mood.valence)
                    && (window.arousal.0..=window.arousal.1).contains(&mood.arousal)
            })
        };
        let mut found: Vec<&Item> = self.find(items, look).into_iter().filter(inside).collect();
        let count = found.len();
        if count > limit {
            // The same items whatever the window, so that zooming adds dots and moves none.
            found.sort_by_key(|item| scatter(item.id.0));
            found.truncate(limit);
        }
        let dot = |item: &Item| {
            let mood = item.mood?;
            Some((item.id.0, mood.valence, mood.arousal, plays_here(item)))
        };
        (count, found.into_iter().filter_map(dot).collect())
    }
}

/// Whether an item plays in the app itself.
#[must_use]
pub fn plays_here(item: &Item) -> bool {
    !matches!(item.source, attune_core::Source::Link(_))
}

impl Look {
    fn takes(&self, item: &Item) -> bool {
        let is = |wanted: &Option<String>, has: Option<&str>| {
            wanted.as_deref().is_none_or(|wanted| has == Some(wanted))
        };
        self.kind.is_none_or(|kind| kind == item.kind)
            && (!self.playable || plays_here(item))
            && self.artist.as_ref().is_none_or(|artist| item.artists.contains(artist))
            && is(&self.album, item.album.as_deref())
            && is(&self.language, item.language.as_ref().map(|l| l.name()))
    }
}

fn words(item: &Item) -> String {
    let mut words = fold(&item.title);
    let language = item.language.as_ref().map(|language| language.name());
    let more = item.artists.iter().map(String::as_str);
    let more = more.chain(item.album.as_deref()).chain(language);
    let more = more.chain(item.genres.iter().map(String::as_str));
    for word in more {
        words.push(' ');
        words.push_str(&fold(word));
    }
    for tag in &item.tags {
        words.push(' ');
        words.push_str(&fold(tag.key()));
    }
    words
}

#[derive(Default)]
struct Gathered {
    items: usize,
    item: i64,
    moods: usize,
    valence: f32,
    arousal: f32,
}

impl Gathered {
    fn add(&mut self, item: &Item) {
        if self.items == 0 {
            self.item = item.id.0;
        }
        self.items += 1;
        if let Some(mood) = item.mood {
            self.moods += 1;
            self.valence += mood.valence;
            self.arousal += mood.arousal;
        }
    }

    fn shelved(self, name: String, artist: Option<String>) -> Shelved {
        let n = self.moods as f32;
        let mood = (self.moods > 0).then(|| Point::new(self.valence / n, self.arousal / n));
        Shelved { name, artist, items: self.items, item: self.item, mood }
    }
}

/// Mixes a number's bits (the finaliser of SplitMix64), so that an order by it is no order at all.
fn scatter(id: i64) -> u64 {
    let mut z = id.cast_unsigned().wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use attune_recommend::synthetic_items;

    #[test]
    fn every_word_of_a_search_must_occur() {
        let items: Vec<_> = synthetic_items(2_000, 7).collect();
        let shelf = Shelf::new(&items);
        let (title, artist) = (&items[17].title, items[17].artist());
        let search = format!("{artist} {title}").to_uppercase();
        let look = Look { search, ..Look::default() };
        let found = shelf.find(&items, &look);
        assert!(found.iter().any(|item| item.id == items[17].id), "{title} {artist}");
        let none = Look { search: format!("{title} xyzzy"), ..Look::default() };
        assert!(shelf.find(&items, &none).is_empty());
    }

    #[test]
    fn pages_cover_everything_once() {
        let items: Vec<_> = synthetic_items(500, 3).collect();
        let shelf = Shelf::new(&items);
        for sort in [Sort::Title, Sort::Artist, Sort::Newest, Sort::Valence, Sort::Arousal] {
            let look = Look { sort, ..Look::default() };
            let mut ids: Vec<i64> = (0..5)
                .flat_map(|page| shelf.page(&items, &look, page * 100, 100).1)
                .map(|item| item.id.0)
                .collect();
            ids.sort_unstable();
            ids.dedup();
            assert_eq!(ids.len(), 500, "{sort:?}");
        }
    }

    #[test]
    fn zooming_moves_no_dot() {
        let items: Vec<_> = synthetic_items(3_000, 5).collect();
        let shelf = Shelf::new(&items);
        let whole = Window { valence: (-1.0, 1.0), arousal: (-1.0, 1.0) };
        let part = Window { valence: (0.0, 0.5), arousal: (0.0, 0.5) };
        let (count, dots) = shelf.dots(&items, &Look::default(), whole, 200);
        assert_eq!((count > 200, dots.len()), (true, 200));
        let (_, zoomed) = shelf.dots(&items, &Look::default(), part, 200);
        let inside =
            dots.iter().filter(|d| (0.0..=0.5).contains(&d.1) && (0.0..=0.5).contains(&d.2));
        assert!(inside.clone().count() > 0);
        assert!(inside.into_iter().all(|dot| zoomed.contains(dot)));
    }
}
