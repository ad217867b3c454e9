use attune_core::ItemId;

/// Positions between two landmarks.
const STRIDE: usize = 256;

/// Finds items by their ids. A few landmarks are searched first: they stay in the processor's cache,
/// where a search through a million ids would wait for memory twenty times.
#[derive(Clone, Debug, Default)]
pub(crate) struct ById {
    /// Positions in the order of their ids.
    order: Vec<u32>,
    /// Every 256th id in that order.
    landmarks: Vec<ItemId>,
}

impl ById {
    pub fn new(ids: &[ItemId]) -> Self {
        let mut order: Vec<u32> = (0..ids.len() as u32).collect();
        order.sort_by_key(|i| ids[*i as usize]);
        let landmarks = order.iter().step_by(STRIDE).map(|i| ids[*i as usize]).collect();
        Self { order, landmarks }
    }

    /// The positions that bear `id` among `ids`, the ones it was made of.
    pub fn positions(&self, ids: &[ItemId], id: ItemId) -> &[u32] {
        let of = |i: &u32| ids[*i as usize];
        let next = self.landmarks.partition_point(|landmark| *landmark < id);
        let from = next.saturating_sub(1) * STRIDE;
        let to = (next * STRIDE + 1).min(self.order.len());
        let start = from + self.order[from..to].partition_point(|i| of(i) < id);
        let count = self.order[start..].iter().take_while(|i| of(i) == id).count();
        &self.order[start..start + count]
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn finds_what_a_walk_through_all_finds(
            numbers in prop::collection::vec(-400i64..400, 0..1500), wanted in -401i64..401,
        ) {
            let ids: Vec<ItemId> = numbers.iter().map(|n| ItemId(*n)).collect();
            let by_id = ById::new(&ids);
            for id in ids.iter().copied().chain([ItemId(wanted)]).take(50) {
                let walked: Vec<u32> =
                    (0..ids.len() as u32).filter(|i| ids[*i as usize] == id).collect();
                prop_assert_eq!(by_id.positions(&ids, id), walked.as_slice());
            }
            prop_assert!(by_id.positions(&ids, ItemId(5000)).is_empty());
        }
    }
}
