//! What sounds like the items that a listener likes best.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use attune_core::ItemId;
use attune_recommend::content::{Near, Space, sounds};
use attune_recommend::{Alike, Request};

use crate::library::Catalogue;

/// Items that likeness starts from: those liked best.
const SEEDS: usize = 3;
/// A liking from which on it starts: an item heard to its end once.
const LEAST_LIKING: f32 = 0.25;
/// Neighbours of each.
const NEIGHBOURS: usize = 50;
/// A cosine that is no likeness.
const UNLIKE: f32 = 0.5;
/// Items whose neighbours are kept; then all are forgotten.
const KEPT: usize = 1000;

/// Neighbours by the position of the item that they are of. What a listener likes best changes seldom,
/// and looking compares every vector of the library.
#[derive(Default)]
pub(crate) struct Neighbours(Mutex<HashMap<usize, Arc<[Near]>>>);

impl Neighbours {
    /// The nearest of which more than the mood is known; `None` where nothing tells how the item sounds.
    fn of(&self, catalogue: &Catalogue, space: &Space, position: usize) -> Option<Arc<[Near]>> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(near) = kept.get(&position) {
            return Some(Arc::clone(near));
        }
        let query = space.like(position)?;
        let open = |i: usize| i != position && catalogue.items.get(i).is_some_and(sounds);
        let near: Arc<[Near]> = space.nearest(&query, NEIGHBOURS, open).into();
        if kept.len() >= KEPT {
            kept.clear();
        }
        kept.insert(position, Arc::clone(&near));
        Some(near)
    }
}

/// Puts the neighbours in sound of what the listener likes best into a request; only items of which
/// more than the mood is known have or are any.
pub(crate) fn add_alike(catalogue: &Catalogue, request: &mut Request) {
    let Some(space) = catalogue.index.space() else { return };
    let seeds = seeds(catalogue, request);
    for seed in &seeds {
        let Some(item) = catalogue.items.get(*seed) else { continue };
        let Some(all) = catalogue.neighbours.of(catalogue, space, *seed) else { continue };
        for near in all.iter().filter(|near| !seeds.contains(&near.position)) {
            let strength = (near.likeness - UNLIKE) / (1.0 - UNLIKE);
            let Some(found) = catalogue.items.get(near.position).filter(|_| strength > 0.0) else {
                continue;
            };
            let alike = Alike { strength, to: item.id, title: item.title.clone() };
            let best = request.alike.entry(found.id).or_insert_with(|| alike.clone());
            if alike.strength > best.strength {
                *best = alike;
            }
        }
    }
}

/// The positions of the items liked best of which more than the mood is known.
fn seeds(catalogue: &Catalogue, request: &Request) -> Vec<usize> {
    let tastes = &request.tastes;
    let mut liked: Vec<(ItemId, f32)> =
        tastes.items.iter().map(|(id, liking)| (*id, *liking)).collect();
    liked.retain(|(id, liking)| {
        *liking >= LEAST_LIKING || (*liking > 0.0 && tastes.liked_items.contains(id))
    });
    liked.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let place = |id: ItemId| {
        let position = catalogue.index.position(id)?;
        catalogue.items.get(position).filter(|item| sounds(item)).map(|_| position)
    };
    liked.iter().filter_map(|(id, _)| place(*id)).take(SEEDS).collect()
}
