use std::fmt;

use attune_core::Language;
use serde::Serialize;

use crate::filter::{Filter, Filters, bearing};
use crate::index::Index;
use crate::reason::listed;
use crate::request::Request;

/// Why a list is empty, and the smallest change that would fill it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EmptiedBy {
    /// The filters that between them leave nothing; none where the library itself is empty, or where
    /// items fit a journey but the mood of none is known.
    pub filters: Vec<Filter>,
    /// The fewest of them that must go before anything is left. Of several such choices the one that
    /// leaves the least, so that as much as possible of what was asked for stays; bans go last.
    pub without: Vec<Filter>,
    /// How many items there are without these.
    pub items_without: usize,
    /// What to ask for instead, where one filter of years, languages, genres or artists must go: the
    /// years widened by the least, the word that an unknown one probably meant, or else the language or
    /// genre that gives the most items; nobody stands in for an artist.
    pub nearest: Option<Nearest>,
    /// How many items the list starts from, which are never on it.
    pub seeds: usize,
    /// How many of these pass every filter.
    pub fitting_seeds: usize,
    /// How many items only a ban keeps out.
    pub only_banned: usize,
}

/// A word for a filter that would not leave the list empty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Nearest {
    /// Years as `1950-1980`, or a name as the library writes it.
    pub word: String,
    /// How many items it gives.
    pub items: usize,
}

/// A set of filters as their [`Filter::bit`]s.
type Set = usize;
/// How many sets there are.
const SETS: Set = 1 << Filter::ALL.len();

fn filters_of(set: Set) -> Vec<Filter> {
    Filter::ALL.into_iter().filter(|filter| set & filter.bit() as Set != 0).collect()
}

/// How many items fail each set of filters, and no other.
struct Failing([usize; SETS]);

impl Failing {
    fn count(index: &Index, filters: &Filters) -> Self {
        let mut failing = [0usize; SETS];
        for i in (0..index.len() as u32).filter(|i| !filters.is_seed(*i)) {
            failing[filters.failed(index, i) as Set] += 1;
        }
        Self(failing)
    }

    /// How many items are left without the filters of a set.
    fn left_without(&self, dropped: Set) -> usize {
        (0..SETS).filter(|set| set & !dropped == 0).map(|set| self.0[set]).sum()
    }

    /// Whether the filters of a set leave nothing by themselves.
    fn empties(&self, set: Set) -> bool {
        (0..SETS).all(|failed| failed & set != 0 || self.0[failed] == 0)
    }

    /// How many items fail this filter and no other.
    fn only(&self, filter: Filter) -> usize {
        self.0[filter.bit() as Set]
    }

    /// The filters that must go.
    fn least_change(&self) -> Set {
        let bans = |set: Set| set & Filter::Banned.bit() as Set;
        (0..SETS)
            .filter(|set| self.left_without(*set) > 0)
            .min_by_key(|set| (set.count_ones(), bans(*set), self.left_without(*set)))
            .unwrap_or(0)
    }

    /// The fewest filters that leave nothing and for which, of those that must go, one alone stands.
    fn conflict(&self, one: Filter, must_go: Set) -> Set {
        let one = one.bit() as Set;
        (0..SETS)
            .filter(|set| set & must_go == one && self.empties(*set))
            .min_by_key(|set| set.count_ones())
            .unwrap_or(one)
    }
}

impl EmptiedBy {
    /// Looks at every item once; only for requests that nothing answered.
    pub(crate) fn find(index: &Index, request: &Request, filters: &Filters) -> Self {
        let failing = Failing::count(index, filters);
        let must_go = failing.least_change();
        let without = filters_of(must_go);
        let conflicts = without.iter().map(|filter| failing.conflict(*filter, must_go));
        let open = || {
            let others = (0..index.len() as u32).filter(|i| !filters.is_seed(*i));
            others.filter(|i| filters.failed(index, *i) as Set & !must_go == 0)
        };
        Self {
            filters: filters_of(conflicts.fold(0, |all, conflict| all | conflict)),
            nearest: match without[..] {
                [filter] => nearest(index, request, filter, open()),
                _ => None,
            },
            items_without: failing.left_without(must_go),
            without,
            seeds: filters.seeds(),
            fitting_seeds: filters.fitting_seeds(index),
            only_banned: failing.only(Filter::Banned),
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
    let counts = match filter {
        Filter::Year => return nearest_years(index, request, open),
        Filter::Language | Filter::Genre | Filter::Artist => bearing(index, filter, open),
        _ => return None,
    };
    let (names, asked): (_, Vec<&str>) = match filter {
        Filter::Language => {
            (&index.language_names, request.languages.iter().map(Language::name).collect())
        }
        Filter::Genre => (&index.genre_names, request.genres.iter().map(String::as_str).collect()),
        _ => (&index.artist_names, request.artists.iter().map(String::as_str).collect()),
    };
    let items = |id: u32| counts.get(id as usize).copied().unwrap_or(0);
    let unknown = asked.into_iter().filter(|word| names.get(word).is_none());
    let meant = unknown.filter_map(|word| names.suggest(word, items)).next();
    // Equals by name, so that the order of the library does not count.
    let frequent = || {
        let ids = (0..counts.len() as u32).filter(|id| items(*id) > 0);
        let ids = ids.filter(|_| filter != Filter::Artist);
        ids.max_by(|a, b| {
            let by_count = items(*a).cmp(&items(*b));
            by_count.then_with(|| names.shown(*b).cmp(names.shown(*a)))
        })
    };
    let best = meant.or_else(frequent)?;
    Some(Nearest { word: names.shown(best).to_owned(), items: items(best) })
}

/// The years widened until something fits, by the fewest years and rather to the past.
fn nearest_years(
    index: &Index,
    request: &Request,
    open: impl Iterator<Item = u32>,
) -> Option<Nearest> {
    let years = request.years.as_ref()?;
    let (first, last) = (*years.start(), *years.end());
    let years_of: Vec<i16> = open.filter_map(|i| index.year[i as usize]).collect();
    let off = |year: i16| match year {
        y if y < first => i32::from(first) - i32::from(y),
        y => i32::from(y) - i32::from(last),
    };
    let year = years_of.iter().copied().min_by_key(|year| (off(*year), *year))?;
    let items = years_of.iter().filter(|other| **other == year).count();
    Some(Nearest { word: format!("{}-{}", first.min(year), last.max(year)), items })
}

impl fmt::Display for EmptiedBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let n = self.items_without;
        match (self.filters.is_empty(), n) {
            (true, 0) if self.seeds > 0 => {
                return f.write_str("there is nothing else in the library");
            }
            (true, 0) => return f.write_str("there is nothing in the library"),
            (true, n) => {
                return write!(f, "of the {n} that fit, none has a known mood to travel by");
            }
            _ => {}
        }
        let together = if self.filters.len() > 1 { " together" } else { "" };
        let without = match (self.filters == self.without, self.filters.len()) {
            (true, 1) => "it".to_owned(),
            (true, _) => "them".to_owned(),
            _ => named(&self.without),
        };
        let items = if n == 1 { "item" } else { "items" };
        write!(
            f,
            "{}{together} left nothing; without {without} {n} {items} would fit",
            named(&self.filters)
        )?;
        match &self.nearest {
            Some(Nearest { word, items }) if self.without == [Filter::Year] => {
                write!(f, ", {items} of them in {word}")
            }
            Some(Nearest { word, items }) => write!(f, ", {items} of them with '{word}'"),
            None => Ok(()),
        }?;
        self.left_out(f)
    }
}

impl EmptiedBy {
    /// What fits and is left out all the same.
    fn left_out(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.only_banned {
            0 => {}
            _ if self.without.contains(&Filter::Banned) => {}
            1 => f.write_str("; 1 item fits but is banned: liking it takes that back")?,
            n => write!(f, "; {n} items fit but are banned: liking one takes that back")?,
        }
        match self.fitting_seeds {
            0 => Ok(()),
            _ => f.write_str("; what the list starts from fits, but is never on it"),
        }
    }
}

/// "the year filter", "the artist and not-this filters".
fn named(filters: &[Filter]) -> String {
    let names: Vec<String> = filters.iter().map(Filter::to_string).collect();
    let plural = if names.len() > 1 { "s" } else { "" };
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    format!("the {} filter{plural}", listed(&names))
}
