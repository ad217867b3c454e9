use std::collections::HashMap;

use attune_core::NewItem;

use crate::row::Entry;

/// The entries of one catalogue, each thing once.
#[derive(Default)]
pub(crate) struct Gathered {
    pub(crate) entries: Vec<Entry>,
    /// How many rows were about something already there.
    pub(crate) merged: u64,
    by_id: HashMap<String, usize>,
    by_identity: HashMap<String, usize>,
}

impl Gathered {
    /// Takes an entry in, or joins it to the one with the same number or the same identity.
    pub(crate) fn add(&mut self, entry: Entry) {
        let identity = entry.item.identity();
        let same_id = entry.id.as_ref().and_then(|id| self.by_id.get(id));
        let slot = same_id.or_else(|| self.by_identity.get(&identity)).copied();
        let slot = slot.unwrap_or(self.entries.len());
        if let Some(id) = &entry.id {
            self.by_id.insert(id.clone(), slot);
        }
        self.by_identity.entry(identity).or_insert(slot);
        match self.entries.get_mut(slot) {
            Some(first) => {
                self.merged += 1;
                join(first, entry);
            }
            None => self.entries.push(entry),
        }
    }
}

/// Mood words of both count; of everything else the entry that more people hear speaks first.
/// Releases of the same track differ in that, and a forgotten one should not hide a known one.
fn join(first: &mut Entry, mut second: Entry) {
    let same_name = first.item.identity() == second.item.identity();
    if same_name && second.item.popularity > first.item.popularity {
        std::mem::swap(first, &mut second);
    }
    let known: Vec<_> =
        second.item.tags.iter().filter(|tag| !first.item.tags.contains(tag)).copied().collect();
    first.item.tags.extend(known);
    first.valence = first.valence.or(second.valence);
    take(&mut first.item, |item| item.completed_by(second.item));
}

fn take(item: &mut NewItem, change: impl FnOnce(NewItem) -> NewItem) {
    *item = change(item.clone());
}
