//! What plays, in which order. Pure.

use serde::{Deserialize, Serialize};

use crate::answers::Item;

/// What comes after the end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Repeat {
    /// Silence.
    #[default]
    Off,
    /// The beginning.
    All,
    /// The same again.
    One,
}

impl Repeat {
    /// The next of the three.
    pub fn turned(self) -> Self {
        match self {
            Self::Off => Self::All,
            Self::All => Self::One,
            Self::One => Self::Off,
        }
    }
}

/// Items in playing order, and where in them one is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Queue {
    items: Vec<Item>,
    at: usize,
    pub repeat: Repeat,
    pub shuffled: bool,
    /// The order before shuffling, by item number.
    before: Vec<i64>,
}

impl Queue {
    /// Plays these from the item at `at` on; links are left out, for they don't play here.
    pub fn play(&mut self, items: Vec<Item>, at: usize) {
        // By place, not by number: a list may hold an item twice.
        let before = items.iter().take(at).filter(|item| item.plays).count();
        self.items = items.into_iter().filter(|item| item.plays).collect();
        self.at = before.min(self.items.len().saturating_sub(1));
        self.before.clear();
        self.shuffled = false;
    }

    /// What plays now.
    pub fn current(&self) -> Option<&Item> {
        self.items.get(self.at)
    }

    /// What plays when this one has ended by itself.
    pub fn following(&self) -> Option<&Item> {
        if self.repeat == Repeat::One { self.current() } else { self.items.get(self.next_place()?) }
    }

    /// What was played and what is to come, in order.
    pub fn items(&self) -> &[Item] {
        &self.items
    }

    /// The place of what plays now.
    pub fn at(&self) -> usize {
        self.at
    }

    fn next_place(&self) -> Option<usize> {
        match self.at + 1 {
            next if next < self.items.len() => Some(next),
            _ if self.repeat != Repeat::Off && !self.items.is_empty() => Some(0),
            _ => None,
        }
    }

    /// Goes on as somebody asks for it; false at the end.
    pub fn skip(&mut self) -> bool {
        let next = self.next_place();
        self.at = next.unwrap_or(self.at);
        next.is_some()
    }

    /// Goes on as an item has ended; false at the end.
    pub fn advance(&mut self) -> bool {
        self.repeat == Repeat::One && !self.items.is_empty() || self.skip()
    }

    /// Goes back by one.
    pub fn back(&mut self) {
        self.at = self.at.saturating_sub(1);
    }

    /// Goes to a place.
    pub fn jump(&mut self, place: usize) {
        self.at = place.min(self.items.len().saturating_sub(1));
    }

    /// Puts an item right after the one that plays; answers whether it plays here at all.
    pub fn play_next(&mut self, item: Item) -> bool {
        let plays = item.plays;
        if plays {
            let place = (self.at + 1).min(self.items.len());
            self.items.insert(place, item);
        }
        plays
    }

    /// Takes the item at a place out; what plays stays, unless it was this one.
    pub fn remove(&mut self, place: usize) {
        if place < self.items.len() {
            self.items.remove(place);
            if place < self.at || self.at >= self.items.len() {
                self.at = self.at.saturating_sub(1);
            }
        }
    }

    /// Moves an item; what plays goes on playing.
    pub fn shift(&mut self, from: usize, to: usize) {
        if from < self.items.len() && to < self.items.len() {
            let item = self.items.remove(from);
            self.items.insert(to, item);
            self.at = match self.at {
                at if at == from => to,
                at if from < at && at <= to => at - 1,
                at if to <= at && at < from => at + 1,
                at => at,
            };
        }
    }

    /// The part around what plays: at most so many items before it and after it.
    pub fn around(&self, before: usize, after: usize) -> Self {
        let first = self.at.saturating_sub(before);
        let last = (self.at + 1 + after).min(self.items.len());
        let items = self.items.get(first..last).unwrap_or_default().to_vec();
        let stays = |id: &i64| items.iter().any(|item| item.id == *id);
        let in_order = match items.len() {
            n if n == self.items.len() => self.before.clone(),
            _ => self.before.iter().copied().filter(stays).collect(),
        };
        Self { items, at: self.at - first, before: in_order, ..*self }
    }

    /// Replaces what is to come.
    pub fn bend(&mut self, items: Vec<Item>) {
        self.items.truncate(self.at + 1);
        let here: Vec<i64> = self.items.iter().map(|item| item.id).collect();
        let fresh = items.into_iter().filter(|item| item.plays && !here.contains(&item.id));
        self.items.extend(fresh);
        self.before.clear();
        self.shuffled = false;
    }

    /// Mixes what is to come, or puts it back in order. `draw(n)` is a random number below n.
    pub fn shuffle(&mut self, mut draw: impl FnMut(usize) -> usize) {
        self.shuffled = !self.shuffled;
        if self.shuffled {
            self.before = self.items.iter().map(|item| item.id).collect();
            let first = (self.at + 1).min(self.items.len());
            // Fisher and Yates.
            for i in (first + 1..self.items.len()).rev() {
                self.items.swap(i, first + draw(i - first + 1));
            }
            return;
        }
        let now = self.current().map(|item| item.id);
        let before = std::mem::take(&mut self.before);
        let place = |item: &Item| before.iter().position(|id| *id == item.id).unwrap_or(usize::MAX);
        self.items.sort_by_cached_key(place);
        self.at = now.and_then(|id| self.place(id)).unwrap_or(0);
    }

    fn place(&self, id: i64) -> Option<usize> {
        self.items.iter().position(|item| item.id == id)
    }
}

/// How much a recording is turned down so that all are equally loud, 0 to 1. Media elements only
/// turn down, so the aim lies low: few recordings are softer.
pub fn loudness_gain(loudness_lufs: Option<f32>) -> f64 {
    /// What streaming services agree on for quiet listening.
    const AIM_LUFS: f32 = -18.0;
    let over = loudness_lufs.filter(|l| l.is_finite()).map_or(0.0, |lufs| lufs - AIM_LUFS);
    f64::from(10f32.powf(-over.max(0.0) / 20.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(id: i64, plays: bool) -> Item {
        let json = serde_json::json!({"id": id, "kind": "music", "title": "x", "plays": plays});
        serde_json::from_value(json).unwrap()
    }

    fn queue(n: i64) -> Queue {
        let mut queue = Queue::default();
        queue.play((0..n).map(|id| item(id, true)).collect(), 0);
        queue
    }

    fn ids(queue: &Queue) -> Vec<i64> {
        queue.items().iter().map(|item| item.id).collect()
    }

    #[test]
    fn links_are_left_out_and_the_chosen_one_begins() {
        let mut queue = Queue::default();
        queue.play((0..6).map(|id| item(id, id % 2 == 0)).collect(), 4);
        assert_eq!((ids(&queue), queue.current().map(|i| i.id)), (vec![0, 2, 4], Some(4)));
        queue.play([7, 7, 8, 7].map(|id| item(id, true)).to_vec(), 3);
        assert_eq!((queue.at(), queue.items().len()), (3, 4), "the same item at another place");
        queue.play(vec![item(1, true), item(2, false)], 1);
        assert_eq!(queue.at(), 0);
        queue.play(Vec::new(), 5);
        assert_eq!((queue.at(), queue.current()), (0, None));
    }

    #[test]
    fn the_end_depends_on_repeat() {
        let mut queue = queue(2);
        assert!(queue.advance() && !queue.advance());
        assert_eq!(queue.following(), None);
        queue.repeat = Repeat::One;
        assert!(queue.advance());
        assert_eq!(queue.at(), 1);
        queue.repeat = Repeat::All;
        assert!(queue.advance());
        assert_eq!(queue.at(), 0);
        assert!(!Queue::default().advance() && !Queue::default().skip());
    }

    #[test]
    fn shuffling_leaves_what_was_heard_and_can_be_undone() {
        let mut queue = queue(10);
        queue.jump(3);
        let mut seed = 7usize;
        queue.shuffle(|n| {
            seed = seed.wrapping_mul(31).wrapping_add(17);
            seed % n
        });
        assert_eq!(ids(&queue)[..4], [0, 1, 2, 3]);
        assert_ne!(ids(&queue), (0..10).collect::<Vec<_>>());
        queue.skip();
        let now = queue.current().map(|item| item.id);
        queue.shuffle(|_| 0);
        assert_eq!((ids(&queue), queue.current().map(|i| i.id)), ((0..10).collect(), now));
    }

    #[test]
    fn what_plays_goes_on_while_others_move() {
        for (from, to) in [(0, 4), (4, 0), (2, 3), (1, 2), (3, 1), (2, 2)] {
            let mut queue = queue(5);
            queue.jump(2);
            queue.shift(from, to);
            assert_eq!(queue.current().map(|item| item.id), Some(2), "{from} {to}");
        }
        let mut queue = queue(5);
        queue.jump(2);
        queue.remove(0);
        assert_eq!(queue.current().map(|item| item.id), Some(2));
        queue.remove(1);
        assert_eq!(queue.current().map(|item| item.id), Some(3));
    }

    #[test]
    fn the_part_around_what_plays_is_a_queue_of_its_own() {
        let mut queue = queue(10_000);
        queue.jump(5_000);
        queue.shuffle(|n| n / 2);
        let part = queue.around(50, 500);
        assert_eq!((part.items().len(), part.at()), (551, 50));
        assert_eq!(part.current(), queue.current());
        assert_eq!(part.following(), queue.following());
        let mut back = part.clone();
        back.shuffle(|_| 0);
        assert!(ids(&back).is_sorted(), "the order before shuffling is kept");
        assert_eq!(queue.around(9_999, 9_999), queue);
        assert_eq!(Queue::default().around(5, 5), Queue::default());
    }

    #[test]
    fn bending_keeps_what_was_heard_and_repeats_nothing() {
        let mut queue = queue(4);
        queue.jump(1);
        queue.bend(vec![item(0, true), item(9, true), item(8, false)]);
        assert_eq!(ids(&queue), [0, 1, 9]);
    }

    #[test]
    fn loud_recordings_are_turned_down_and_soft_ones_left() {
        assert_eq!(loudness_gain(None), 1.0);
        assert_eq!(loudness_gain(Some(-30.0)), 1.0);
        assert!((loudness_gain(Some(-12.0)) - 0.501).abs() < 1e-3);
    }
}
