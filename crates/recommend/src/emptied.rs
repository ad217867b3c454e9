use std::fmt;

use serde::Serialize;

use crate::filter::{Filter, Filters};
use crate::index::Index;

/// Why a list is empty, and the smallest change that would fill it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EmptiedBy {
    /// The fewest filters that must go before anything is left (of several such choices the one
    /// that leaves the most); none where the library itself is empty, or where items fit a journey
    /// but the mood of none is known.
    pub filters: Vec<Filter>,
    /// How many items there are without them.
    pub items_without: usize,
}

impl EmptiedBy {
    /// Looks at every item once; only for requests that nothing answered.
    pub(crate) fn find(index: &Index, filters: &Filters) -> Self {
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
        Self {
            filters: Filter::ALL.into_iter().filter(is_dropped).collect(),
            items_without: left_without(choice),
        }
    }
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
        let (names, plural) = (names.join(" and "), if names.len() > 1 { "s" } else { "" });
        let (n, items) =
            (self.items_without, if self.items_without == 1 { "item" } else { "items" });
        write!(f, "the {names} filter{plural} left nothing; without it {n} {items} would fit")
    }
}
