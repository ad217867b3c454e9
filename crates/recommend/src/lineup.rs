use std::collections::{HashSet, VecDeque};

use crate::index::{Index, NONE};
use crate::likeness::likeness;
use crate::request::Caps;
use crate::top::{Candidate, better};

/// How many of the best remaining items compete for the next place.
const COMPETING: usize = 384;
/// Likeness counts towards this many items before.
const REMEMBERED: usize = 50;

/// The list while it is being filled: maximal marginal relevance (Carbonell and Goldstein 1998),
/// within the caps and never with the same song twice.
pub(crate) struct Lineup<'a> {
    index: &'a Index,
    caps: Caps,
    /// Artists whom the request names: they may return as often as they like.
    free_artists: &'a [bool],
    diversity: f32,
    limit: usize,
    pub chosen: Vec<Candidate>,
    songs: HashSet<u64>,
}

struct Competitor {
    candidate: Candidate,
    likeness: f32,
}

impl<'a> Lineup<'a> {
    pub fn new(
        index: &'a Index,
        caps: Caps,
        free_artists: &'a [bool],
        diversity: f32,
        limit: usize,
    ) -> Self {
        let (chosen, songs) = (Vec::new(), HashSet::new());
        let caps = Caps {
            per_artist: caps.per_artist.max(1),
            per_album: caps.per_album.max(1),
            window: caps.window,
        };
        Self { index, caps, free_artists, diversity, limit, chosen, songs }
    }

    pub fn is_full(&self) -> bool {
        self.chosen.len() >= self.limit
    }

    /// Chooses from `waiting` (best first) until the list is full or nothing more may enter;
    /// answers how many were held back by the caps.
    pub fn choose_from(&mut self, waiting: Vec<Candidate>) -> usize {
        let mut waiting = VecDeque::from(waiting);
        let mut competing: Vec<Competitor> = Vec::with_capacity(COMPETING);
        while !self.is_full() {
            while competing.len() < COMPETING
                && let Some(candidate) = waiting.pop_front()
            {
                competing.push(self.competitor(candidate));
            }
            let next = match self.best(&competing) {
                Some(i) => Some(competing.swap_remove(i).candidate),
                None => {
                    let free = waiting.iter().position(|c| self.may_enter(c.position));
                    free.and_then(|i| waiting.remove(i))
                }
            };
            let Some(next) = next else { break };
            self.enter(next, &mut competing);
        }
        let left = competing.iter().map(|c| &c.candidate).chain(&waiting);
        left.filter(|c| !self.songs.contains(&self.song(c.position))).count()
    }

    fn competitor(&self, candidate: Candidate) -> Competitor {
        let before = self.chosen.iter().rev().take(REMEMBERED);
        let alike = before.map(|c| likeness(self.index, c.position, candidate.position));
        Competitor { candidate, likeness: alike.fold(0.0, f32::max) }
    }

    /// The competitor with the best score less likeness that may enter.
    fn best(&self, competing: &[Competitor]) -> Option<usize> {
        let value = |c: &Competitor| Candidate {
            score: c.candidate.score - self.diversity * c.likeness,
            ..c.candidate
        };
        let mut best: Option<(usize, Candidate)> = None;
        for (i, competitor) in competing.iter().enumerate() {
            let this = value(competitor);
            let leads = best.as_ref().is_none_or(|(_, lead)| better(&this, lead).is_lt());
            if leads && self.may_enter(this.position) {
                best = Some((i, this));
            }
        }
        best.map(|(i, _)| i)
    }

    fn enter(&mut self, next: Candidate, competing: &mut [Competitor]) {
        self.songs.insert(self.song(next.position));
        for other in competing {
            let alike = likeness(self.index, next.position, other.candidate.position);
            other.likeness = other.likeness.max(alike);
        }
        self.chosen.push(next);
    }

    fn song(&self, position: u32) -> u64 {
        self.index.song[position as usize]
    }

    fn may_enter(&self, position: u32) -> bool {
        let stretch = self.caps.window.saturating_sub(1);
        let before = || self.chosen.iter().rev().take(stretch).map(|c| c.position);
        let index = self.index;
        let artist_fits = |artist: &u32| {
            self.free_artists.get(*artist as usize) == Some(&true)
                || before().filter(|p| index.artists.get(*p).contains(artist)).count()
                    < self.caps.per_artist
        };
        let album = index.album[position as usize];
        let in_album = || before().filter(|p| index.album[*p as usize] == album).count();
        !self.songs.contains(&self.song(position))
            && index.artists.get(position).iter().all(artist_fits)
            && (album == NONE || !self.free_artists.is_empty() || in_album() < self.caps.per_album)
    }
}
