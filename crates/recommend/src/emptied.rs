use std::fmt;

use serde::Serialize;

use crate::filter::{Filter, Filters};
use crate::index::{Index, NONE};
use crate::request::Request;

/// Why a list is empty, and the smallest change that would fill it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EmptiedBy {
    /// The fewest filters that must go before anything is left (of several such choices the one
    /// that leaves the most); none where the library itself is empty, or where items fit a journey
    /// but the mood of none is known.
    pub filters: Vec<Filter>,
    /// How many items there are without them.
    pub items_without: usize,
    /// What to ask for instead, where one filter of years, languages, genres or artists is to blame:
    /// the nearest year, or else the word that gives the most items.
    pub nearest: Option<Nearest>,
}

/// A word for a filter that would not leave the list empty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Nearest {
    /// A year, or a name as the library writes it.
    pub word: String,
    /// How many items it gives.
    pub items: usize,
}

impl EmptiedBy {
    /// Looks at every item once; only for requests that nothing answered.
    pub(crate) fn find(index: &Index, request: &Request, filters: &Filters) -> Self {
        let mut failing = [0usize; 1 << Filter::ALL.len()];
        for i in 0..index.len() as u32 {
            failing[filters.failed(index, i) as usize] += 1;
        }
        let left_without = |dropped: usize| -> usize {
            (0..failing.len()).filter(|mask| mask & !dropped == 0).map(|mask| failing[mask]).sum()
        };
        let choice = (0..failing.len())
            .filter(|dropped| left_without(*dropped) > 0)
            .min_by_key(|dropped| (dropped.count_ones(), usize::MAX - left_without(*dropped)))
            .unwrap_or(0);
        let is_dropped = |filter: &Filter| choice & filter.bit() as usize != 0;
        let blamed: Vec<Filter> = Filter::ALL.into_iter().filter(is_dropped).collect();
        let open = || {
            (0..index.len() as u32).filter(|i| filters.failed(index, *i) as usize & !choice == 0)
        };
        Self {
            nearest: match blamed[..] {
                [filter] => nearest(index, request, filter, open()),
                _ => None,
            },
            items_without: left_without(choice),
            filters: blamed,
        }
    }
}

/// Among `open`, all that pass the other filters.
fn nearest(
    index: &Index,
    request: &Request,
    filter: Filter,
    open: impl Iterator<Item = u32>,
) -> Option<Nearest> {
    let words: Vec<u32> = match filter {
        Filter::Year => return nearest_year(index, request, open),
        Filter::Language => {
            open.map(|i| index.language[i as usize]).filter(|l| *l != NONE).collect()
        }
        Filter::Genre => open.flat_map(|i| index.genres.get(i)).copied().collect(),
        Filter::Artist => open.flat_map(|i| index.artists.get(i)).copied().collect(),
        _ => return None,
    };
    let most = *words.iter().max()? as usize;
    let mut counts = vec![0usize; most + 1];
    words.iter().for_each(|word| counts[*word as usize] += 1);
    let names = match filter {
        Filter::Language => &index.language_names,
        Filter::Genre => &index.genre_names,
        _ => &index.artist_names,
    };
    let shown = |id: usize| names.shown(id as u32);
    // Equals by name, so that the order of the library does not count.
    let best = (0..counts.len())
        .filter(|id| counts[*id] > 0)
        .max_by(|a, b| counts[*a].cmp(&counts[*b]).then_with(|| shown(*b).cmp(shown(*a))))?;
    Some(Nearest { word: shown(best).to_owned(), items: counts[best] })
}

fn nearest_year(
    index: &Index,
    request: &Request,
    open: impl Iterator<Item = u32>,
) -> Option<Nearest> {
    let years = request.years.as_ref()?;
    let years_of: Vec<i16> = open.filter_map(|i| index.year[i as usize]).collect();
    let off = |year: i16| match year {
        y if y < *years.start() => i32::from(*years.start()) - i32::from(y),
        y => i32::from(y) - i32::from(*years.end()),
    };
    let year = years_of.iter().copied().min_by_key(|year| (off(*year).abs(), *year))?;
    let items = years_of.iter().filter(|other| **other == year).count();
    Some(Nearest { word: year.to_string(), items })
}

impl fmt::Display for EmptiedBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.filters.is_empty(), self.items_without) {
            (true, 0) => return f.write_str("there is nothing in the library"),
            (true, n) => {
                return write!(f, "of the {n} that fit, none has a known mood to travel by");
            }
            _ => {}
        }
        let names: Vec<String> = self.filters.iter().map(Filter::to_string).collect();
        let (plural, them) = if names.len() > 1 { ("s", "them") } else { ("", "it") };
        let (names, n) = (names.join(" and "), self.items_without);
        let items = |n: usize| if n == 1 { "item" } else { "items" };
        write!(
            f,
            "the {names} filter{plural} left nothing; without {them} {n} {} would fit",
            items(n)
        )?;
        match &self.nearest {
            Some(Nearest { word, items: n }) => write!(f, ", {n} of them with '{word}'"),
            None => Ok(()),
        }
    }
}
