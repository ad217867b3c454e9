//! What sounds like the items that a listener likes best.

use attune_core::ItemId;
use attune_recommend::{Alike, Request};

use crate::library::Catalogue;
use crate::sound::sounds;

/// Items that likeness starts from: those liked best.
const SEEDS: usize = 3;
/// A liking from which on it starts: an item heard to its end once.
const LEAST_LIKING: f32 = 0.25;
/// Neighbours of each.
const NEIGHBOURS: usize = 50;
/// A cosine that is no likeness.
const UNLIKE: f32 = 0.5;

/// Puts the neighbours in sound of what the listener likes best into a request; only items of which
/// more than the mood is known have or are any. Compares every vector three times.
pub(crate) fn add_alike(catalogue: &Catalogue, request: &mut Request) {
    let Some(space) = catalogue.index.space() else { return };
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
    let seeds: Vec<usize> = liked.iter().filter_map(|(id, _)| place(*id)).take(SEEDS).collect();
    let open = |i: usize| !seeds.contains(&i) && catalogue.items.get(i).is_some_and(sounds);
    for seed in &seeds {
        let Some((query, item)) = space.like(*seed).zip(catalogue.items.get(*seed)) else {
            continue;
        };
        for near in space.nearest(&query, NEIGHBOURS, open) {
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
