use std::collections::{HashSet, VecDeque};

use attune_core::Kind;

use crate::index::Index;
use crate::likeness::likeness;
use crate::spacing::Spacing;
use crate::top::{Candidate, better};

/// How many of the best remaining items compete for the next place.
const COMPETING: usize = 384;
/// Likeness counts towards this many items before.
const REMEMBERED: usize = 50;

/// Which places of ten go to artists never heard: the seventh.
pub(crate) const EXPLORED: (usize, usize) = (6, 10);

/// What a list must keep to.
pub(crate) struct Rules<'a> {
    pub spacing: Spacing<'a>,
    /// What likeness to the list so far costs.
    pub diversity: f32,
    pub limit: usize,
    /// Every so many-th place is a video's, the others are music's; 0 where the kinds are not told
    /// apart.
    pub video_every: usize,
    /// By artist, whether anything was heard of them.
    pub known: Option<Vec<bool>>,
}

/// The list while it is being filled: maximal marginal relevance (Carbonell and Goldstein 1998),
/// within the caps and never with the same song twice.
pub(crate) struct Lineup<'a> {
    index: &'a Index,
    pub rules: Rules<'a>,
    pub chosen: Vec<Candidate>,
    songs: HashSet<u64>,
}

struct Competitor {
    candidate: Candidate,
    likeness: f32,
}

/// Those who wait for a place, best first, and the best of them, who compete.
#[derive(Default)]
struct Side {
    waiting: VecDeque<Candidate>,
    competing: Vec<Competitor>,
}

impl<'a> Lineup<'a> {
    pub fn new(index: &'a Index, rules: Rules<'a>) -> Self {
        Self { index, rules, chosen: Vec::new(), songs: HashSet::new() }
    }

    pub fn is_full(&self) -> bool {
        self.chosen.len() >= self.rules.limit
    }

    /// Chooses from `waiting` (best first) until the list is full or nothing more may enter;
    /// answers how many were held back by the caps.
    pub fn choose_from(&mut self, waiting: Vec<Candidate>) -> usize {
        let mut sides = [Side::default(), Side::default()];
        for candidate in waiting {
            sides[self.side_of(candidate.position)].waiting.push_back(candidate);
        }
        while !self.is_full() {
            sides.iter_mut().for_each(|side| self.refill(side));
            let wanted = self.wanted_side();
            let next = self.next(&mut sides[wanted]);
            let Some(next) = next.or_else(|| self.next(&mut sides[1 - wanted])) else { break };
            self.enter(next, &mut sides);
        }
        let left = sides
            .iter()
            .flat_map(|side| side.competing.iter().map(|c| &c.candidate).chain(&side.waiting));
        left.filter(|c| !self.songs.contains(&self.song(c.position))).count()
    }

    fn side_of(&self, position: u32) -> usize {
        let video = self.index.kind[position as usize] == Kind::Video;
        usize::from(self.rules.video_every > 0 && video)
    }

    /// Whose the next place is.
    fn wanted_side(&self) -> usize {
        let every = self.rules.video_every;
        usize::from(every > 0 && (self.chosen.len() + 1).is_multiple_of(every))
    }

    fn refill(&self, side: &mut Side) {
        while side.competing.len() < COMPETING
            && let Some(candidate) = side.waiting.pop_front()
        {
            side.competing.push(self.competitor(candidate));
        }
    }

    /// Takes the next item out of a side, if any of it may enter.
    fn next(&self, side: &mut Side) -> Option<Candidate> {
        let explores = self.chosen.len() % EXPLORED.1 == EXPLORED.0;
        let known = self.rules.known.as_deref().filter(|_| explores);
        let new =
            known.and_then(|known| self.best(&side.competing, |i| self.index.is_new(i, known)));
        match new.or_else(|| self.best(&side.competing, |_| true)) {
            Some(i) => Some(side.competing.swap_remove(i).candidate),
            None => {
                let free = side.waiting.iter().position(|c| self.may_enter(c.position));
                free.and_then(|i| side.waiting.remove(i))
            }
        }
    }

    fn competitor(&self, candidate: Candidate) -> Competitor {
        let before = self.chosen.iter().rev().take(REMEMBERED);
        let alike = before.map(|c| likeness(self.index, c.position, candidate.position));
        Competitor { candidate, likeness: alike.fold(0.0, f32::max) }
    }

    /// The competitor with the best score less likeness that may enter.
    fn best(&self, competing: &[Competitor], counts: impl Fn(u32) -> bool) -> Option<usize> {
        let value = |c: &Competitor| Candidate {
            score: c.candidate.score - self.rules.diversity * c.likeness,
            ..c.candidate
        };
        let mut best: Option<(usize, Candidate)> = None;
        for (i, competitor) in competing.iter().enumerate() {
            let this = value(competitor);
            let leads = best.as_ref().is_none_or(|(_, lead)| better(&this, lead).is_lt());
            if leads && counts(this.position) && self.may_enter(this.position) {
                best = Some((i, this));
            }
        }
        best.map(|(i, _)| i)
    }

    fn enter(&mut self, next: Candidate, sides: &mut [Side; 2]) {
        self.songs.insert(self.song(next.position));
        for other in sides.iter_mut().flat_map(|side| &mut side.competing) {
            let alike = likeness(self.index, next.position, other.candidate.position);
            other.likeness = other.likeness.max(alike);
        }
        self.chosen.push(next);
    }

    fn song(&self, position: u32) -> u64 {
        self.index.song[position as usize]
    }

    fn may_enter(&self, position: u32) -> bool {
        let before = self.chosen.iter().rev().map(|c| c.position);
        !self.songs.contains(&self.song(position)) && self.rules.spacing.admits(position, before)
    }
}
