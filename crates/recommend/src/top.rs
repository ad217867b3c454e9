//! The best few of many, in one pass.

use std::cmp::Ordering;

/// An item that may enter the list.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Candidate {
    pub position: u32,
    pub id: i64,
    pub score: f32,
}

/// Best first; equal scores in the order of their ids, so that the library's order does not count.
pub(crate) fn better(a: &Candidate, b: &Candidate) -> Ordering {
    b.score.total_cmp(&a.score).then(a.id.cmp(&b.id)).then(a.position.cmp(&b.position))
}

/// Keeps the best `keep` of what is offered. Constant time an offer, whatever the order.
pub(crate) struct Top {
    keep: usize,
    held: Vec<Candidate>,
    bar: f32,
}

impl Top {
    pub fn new(keep: usize) -> Self {
        Self { keep: keep.max(1), held: Vec::new(), bar: f32::NEG_INFINITY }
    }

    /// Below this score an offer is lost.
    pub fn bar(&self) -> f32 {
        self.bar
    }

    pub fn offer(&mut self, candidate: Candidate) {
        self.held.push(candidate);
        if self.held.len() >= self.keep.saturating_mul(2) {
            self.held.select_nth_unstable_by(self.keep - 1, better);
            self.held.truncate(self.keep);
            self.bar = self.held[self.keep - 1].score;
        }
    }

    /// Best first.
    pub fn finish(mut self) -> Vec<Candidate> {
        self.held.sort_unstable_by(better);
        self.held.truncate(self.keep);
        self.held
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_best_are_those_a_full_sort_finds(
            scores in prop::collection::vec(-3i32..3, 0..300), keep in 1usize..40,
        ) {
            let all = scores.iter().enumerate().map(|(i, s)| Candidate {
                position: i as u32, id: (i as i64 * 7) % 300, score: *s as f32,
            });
            let mut sorted: Vec<_> = all.clone().collect();
            sorted.sort_by(better);
            sorted.truncate(keep);
            let mut top = Top::new(keep);
            all.for_each(|c| if c.score >= top.bar() { top.offer(c) });
            let ids = |list: &[Candidate]| list.iter().map(|c| c.id).collect::<Vec<_>>();
            prop_assert_eq!(ids(&top.finish()), ids(&sorted));
        }
    }
}
