use std::collections::HashSet;
use std::fmt;
use std::ops::RangeInclusive;

use attune_core::{ItemId, Kind, Language};
use serde::{Deserialize, Serialize};

use crate::index::{Index, NONE};
use crate::names::Names;
use crate::request::Request;

/// A part of a request that can keep items out of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Filter {
    /// The languages asked for.
    Language,
    /// The artists asked for.
    Artist,
    /// The genres asked for.
    Genre,
    /// The years asked for.
    Year,
    /// Music or video.
    Kind,
    /// What the listener never wants.
    Banned,
    /// Nothing explicit.
    Explicit,
    /// What was named as not wanted this time.
    NotThis,
}

impl Filter {
    /// Every filter, in declaration order.
    pub const ALL: [Self; 8] = [
        Self::Language,
        Self::Artist,
        Self::Genre,
        Self::Year,
        Self::Kind,
        Self::Banned,
        Self::Explicit,
        Self::NotThis,
    ];

    pub(crate) const fn bit(self) -> u8 {
        1 << (self as u8)
    }
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Language => "language",
            Self::Artist => "artist",
            Self::Genre => "genre",
            Self::Year => "year",
            Self::Kind => "kind",
            Self::Banned => "banned",
            Self::Explicit => "clean",
            Self::NotThis => "not-this",
        })
    }
}

/// A word of a filter that nothing in the library bears.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UnknownWord {
    /// The filter it stands in.
    pub filter: Filter,
    /// The word as it was given.
    pub word: String,
    /// The known word it probably meant.
    pub did_you_mean: Option<String>,
}

impl fmt::Display for UnknownWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.filter {
            Filter::NotThis => write!(f, "nothing here is by the artist '{}'", self.word)?,
            filter => write!(f, "nothing here has the {filter} '{}'", self.word)?,
        }
        match &self.did_you_mean {
            Some(word) => write!(f, ": did you mean '{word}'?"),
            None => Ok(()),
        }
    }
}

/// The filters of a request in the numbers of an index.
pub(crate) struct Filters {
    languages: Option<Vec<bool>>,
    pub artists: Option<Vec<bool>>,
    pub genres: Option<Vec<bool>>,
    years: Option<RangeInclusive<i16>>,
    kind: Option<Kind>,
    banned_artists: Vec<bool>,
    banned_items: Vec<u32>,
    clean: bool,
    not_artists: Vec<bool>,
    not_items: Vec<u32>,
    seeds: Vec<u32>,
    pub unknown: Vec<UnknownWord>,
}

impl Filters {
    pub fn new(index: &Index, request: &Request) -> Self {
        let mut unknown = Vec::new();
        let mut wanted = |names: &Names, filter, words: Vec<&str>| -> Option<Vec<bool>> {
            let (flags, missing) = flags(names, &words);
            unknown.extend(unknown_words(index, names, filter, missing));
            (!words.is_empty()).then_some(flags)
        };
        let banned: Vec<&str> = request.tastes.banned_artists.iter().map(String::as_str).collect();
        let not: Vec<&str> = request.not_artists.iter().map(String::as_str).collect();
        let not_artists = wanted(&index.artist_names, Filter::NotThis, not).unwrap_or_default();
        let languages = request.languages.iter().map(Language::name).collect();
        let artists = request.artists.iter().map(String::as_str).collect();
        let genres = request.genres.iter().map(String::as_str).collect();
        Self {
            languages: wanted(&index.language_names, Filter::Language, languages),
            artists: wanted(&index.artist_names, Filter::Artist, artists),
            genres: wanted(&index.genre_names, Filter::Genre, genres),
            years: request.years.clone(),
            kind: request.kind,
            banned_artists: flags(&index.artist_names, &banned).0,
            banned_items: places(index, &request.tastes.banned_items),
            clean: request.clean,
            not_artists,
            not_items: places(index, &request.not_items),
            seeds: places(index, &request.seeds),
            unknown,
        }
    }

    /// The filters that keep item `i` out, as [`Filter::bit`]s; 0 lets it in.
    pub fn failed(&self, index: &Index, i: u32) -> u8 {
        let seed = if self.is_seed(i) { Filter::NotThis.bit() } else { 0 };
        seed | self.failed_as_asked(index, i)
    }

    /// The same, were the list not to start from it.
    fn failed_as_asked(&self, index: &Index, i: u32) -> u8 {
        let at = i as usize;
        let any = |flags: &[bool], ids: &[u32]| ids.iter().any(|id| flags[*id as usize]);
        let language = index.language[at];
        let fails = |filter: Filter, failed: bool| if failed { filter.bit() } else { 0 };
        let no_language = |flags: &Vec<bool>| language == NONE || !flags[language as usize];
        let no_year =
            |years: &RangeInclusive<i16>| index.year[at].is_none_or(|y| !years.contains(&y));
        let named = |artists: &[bool], items: &[u32]| {
            !artists.is_empty() && any(artists, index.artists.get(i))
                || items.binary_search(&i).is_ok()
        };
        let not_this = named(&self.not_artists, &self.not_items);
        fails(Filter::Language, self.languages.as_ref().is_some_and(no_language))
            | fails(
                Filter::Artist,
                self.artists.as_ref().is_some_and(|a| !any(a, index.artists.get(i))),
            )
            | fails(
                Filter::Genre,
                self.genres.as_ref().is_some_and(|g| !any(g, index.genres.get(i))),
            )
            | fails(Filter::Year, self.years.as_ref().is_some_and(no_year))
            | fails(Filter::Kind, self.kind.is_some_and(|kind| kind != index.kind[at]))
            | fails(Filter::Banned, named(&self.banned_artists, &self.banned_items))
            | fails(Filter::Explicit, self.clean && index.explicit[at])
            | fails(Filter::NotThis, not_this)
    }

    /// How many items the list starts from.
    pub fn seeds(&self) -> usize {
        self.seeds.len()
    }

    /// How many of these pass every filter.
    pub fn fitting_seeds(&self, index: &Index) -> usize {
        self.seeds.iter().filter(|i| self.failed_as_asked(index, **i) == 0).count()
    }

    /// Whether the list starts from item `i`, which nobody meant to filter out.
    pub fn is_seed(&self, i: u32) -> bool {
        self.seeds.binary_search(&i).is_ok()
    }
}

/// Each with the name that it probably meant.
fn unknown_words(
    index: &Index,
    names: &Names,
    filter: Filter,
    words: Vec<&str>,
) -> Vec<UnknownWord> {
    if words.is_empty() {
        return Vec::new();
    }
    let bearing = bearing(index, filter, 0..index.len() as u32);
    let meant =
        |word: &str| names.suggest(word, |id| bearing.get(id as usize).copied().unwrap_or(0));
    let unknown = |word: &str| UnknownWord {
        filter,
        word: word.to_owned(),
        did_you_mean: meant(word).map(|id| names.shown(id).to_owned()),
    };
    words.into_iter().map(unknown).collect()
}

/// By the number of a language, genre or artist, how many of some items bear it; what lies beyond the
/// end none does.
pub(crate) fn bearing(
    index: &Index,
    filter: Filter,
    items: impl Iterator<Item = u32>,
) -> Vec<usize> {
    let mut counts = Vec::new();
    let mut count = |ids: &[u32]| {
        for id in ids.iter().map(|id| *id as usize) {
            if counts.len() <= id {
                counts.resize(id + 1, 0);
            }
            counts[id] += 1;
        }
    };
    items.for_each(|i| match filter {
        Filter::Language => {
            let language = index.language[i as usize];
            count(if language == NONE { &[] } else { std::slice::from_ref(&language) });
        }
        Filter::Genre => count(index.genres.get(i)),
        _ => count(index.artists.get(i)),
    });
    counts
}

/// The positions of the items, ascending.
fn places(index: &Index, ids: &HashSet<ItemId>) -> Vec<u32> {
    let mut places: Vec<u32> = ids.iter().flat_map(|id| index.positions(*id)).copied().collect();
    places.sort_unstable();
    places
}

/// Which names the words mean, and the words that mean none. No words, no flags.
fn flags<'a>(names: &Names, words: &[&'a str]) -> (Vec<bool>, Vec<&'a str>) {
    let mut missing = Vec::new();
    let mut flags = vec![false; if words.is_empty() { 0 } else { names.len() }];
    for word in words {
        match names.get(word) {
            Some(id) => flags[id as usize] = true,
            None => missing.push(*word),
        }
    }
    (flags, missing)
}
