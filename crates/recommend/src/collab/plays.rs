/// Who played what, and how much: a sparse matrix by listener.
#[derive(Clone, Debug, PartialEq)]
pub struct Plays {
    items: usize,
    starts: Vec<usize>,
    entries: Vec<(u32, f32)>,
}

impl Default for Plays {
    /// Nobody, and nothing.
    fn default() -> Self {
        Self { items: 0, starts: vec![0], entries: Vec::new() }
    }
}

/// The plays can not be used.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum PlaysError {
    /// An item's number is not below the number of items.
    #[error("item {item} is not one of the {items} items")]
    UnknownItem {
        /// The number given.
        item: u32,
        /// How many items there are.
        items: usize,
    },
    /// A count that is not a finite number above 0.
    #[error("an item can not be played {0} times")]
    BadCount(f32),
}

impl Plays {
    /// One history a listener: items below `items` with how much each was played, above 0. An item
    /// that stands twice is added up.
    ///
    /// # Errors
    /// Refuses unknown items and counts that are not finite or not above 0.
    pub fn new(
        items: usize,
        histories: impl IntoIterator<Item = Vec<(u32, f32)>>,
    ) -> Result<Self, PlaysError> {
        let (mut starts, mut entries) = (vec![0], Vec::new());
        for mut history in histories {
            history.sort_by_key(|(item, _)| *item);
            history.dedup_by(|next, kept| {
                let same = next.0 == kept.0;
                if same {
                    kept.1 += next.1;
                }
                same
            });
            for (item, count) in &history {
                if *item as usize >= items {
                    return Err(PlaysError::UnknownItem { item: *item, items });
                }
                if !count.is_finite() || *count <= 0.0 {
                    return Err(PlaysError::BadCount(*count));
                }
            }
            entries.extend(history);
            starts.push(entries.len());
        }
        Ok(Self { items, starts, entries })
    }

    /// How many items there are.
    #[must_use]
    pub fn items(&self) -> usize {
        self.items
    }

    /// How many listeners there are.
    #[must_use]
    pub fn listeners(&self) -> usize {
        self.starts.len() - 1
    }

    /// How many pairs of listener and item there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether nobody played anything.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// What a listener played, by item.
    #[must_use]
    pub fn of(&self, listener: usize) -> &[(u32, f32)] {
        &self.entries[self.starts[listener]..self.starts[listener + 1]]
    }

    /// Every listener's history.
    pub fn histories(&self) -> impl Iterator<Item = &[(u32, f32)]> {
        (0..self.listeners()).map(|u| self.of(u))
    }

    /// How many listeners each item has.
    #[must_use]
    pub fn listeners_of_items(&self) -> Vec<f32> {
        let mut counts = vec![0.0; self.items];
        self.entries.iter().for_each(|(item, _)| counts[*item as usize] += 1.0);
        counts
    }

    /// Counts raised to `power` after dividing by the listener's mean: 0 makes all of them 1, 1
    /// keeps the proportions.
    #[must_use]
    pub fn tempered(&self, power: f32) -> Self {
        let mut tempered = self.clone();
        for u in 0..self.listeners() {
            let own = &mut tempered.entries[self.starts[u]..self.starts[u + 1]];
            let mean = own.iter().map(|(_, c)| c).sum::<f32>() / own.len().max(1) as f32;
            own.iter_mut().for_each(|(_, c)| *c = (*c / mean).powf(power));
        }
        tempered
    }

    /// Each count replaced by what `scale` makes of it and of its row's length.
    pub(super) fn scaled(&self, scale: impl Fn(f32, usize) -> f32) -> Self {
        let mut scaled = self.clone();
        for row in self.starts.windows(2) {
            let own = &mut scaled.entries[row[0]..row[1]];
            own.iter_mut().for_each(|(_, c)| *c = scale(*c, row[1] - row[0]));
        }
        scaled
    }

    /// The same by item: its listeners, each with how much.
    #[must_use]
    pub(crate) fn transposed(&self) -> Self {
        let mut starts = vec![0usize; self.items + 1];
        self.entries.iter().for_each(|(item, _)| starts[*item as usize + 1] += 1);
        for i in 0..self.items {
            starts[i + 1] += starts[i];
        }
        let (mut next, mut entries) = (starts.clone(), vec![(0, 0.0); self.len()]);
        for (u, history) in self.histories().enumerate() {
            for (item, count) in history {
                entries[next[*item as usize]] = (u as u32, *count);
                next[*item as usize] += 1;
            }
        }
        Self { items: self.listeners(), starts, entries }
    }
}
