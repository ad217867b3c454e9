use attune_core::{Item, Kind};
use pulp::Arch;

use crate::emptied::EmptiedBy;
use crate::explain::Explainer;
use crate::filter::Filters;
use crate::index::Index;
use crate::lineup::{EXPLORED, Lineup, Rules};
use crate::most_played::MostPlayed;
use crate::playlist::{Playlist, Ranked};
use crate::reason::Reason;
use crate::request::Request;
use crate::score::Scorer;
use crate::spacing::Spacing;
use crate::top::{Candidate, Top, better};

/// Items scored at once; their scores stay in the nearest cache.
const CHUNK: usize = 512;
/// At least this many of the best items are looked at for a list.
const LEAST_POOL: usize = 512;

/// Side by side, so that no comparison waits for the one before.
#[inline(always)]
fn largest(numbers: &[f32]) -> f32 {
    let max = |a: f32, b: f32| if a > b { a } else { b };
    let (chunks, rest) = numbers.as_chunks::<32>();
    let mut lanes = [f32::NEG_INFINITY; 32];
    for chunk in chunks {
        lanes.iter_mut().zip(chunk).for_each(|(lane, x)| *lane = max(*lane, *x));
    }
    lanes.iter().chain(rest).fold(f32::NEG_INFINITY, |a, b| max(a, *b))
}

/// Items of known mood come before those of unknown mood.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tier {
    Placed,
    Unplaced,
}

/// Ranks `items` once; keep an [`Index`] to rank the same library again.
#[must_use]
pub fn rank(items: &[Item], request: &Request) -> Playlist {
    Index::new(items).rank(request)
}

impl Index {
    /// The list that answers `request`: the same for the same request, in whatever order the
    /// library came.
    #[must_use]
    pub fn rank(&self, request: &Request) -> Playlist {
        let filters = Filters::new(self, request);
        let mut scorer = Scorer::new(self, request, &filters);
        let (lineup, held_back) = if scorer.by_plays() {
            self.line_up_by_plays(request, &filters, &scorer)
        } else {
            self.line_up_by_score(request, &filters, &mut scorer)
        };
        let aim = scorer.window.aim;
        let explainer = Explainer {
            index: self,
            request,
            filters: &filters,
            window: scorer.window,
            learned: scorer.learned(),
            step: None,
            before: None,
        };
        let known = lineup.rules.known.as_deref();
        let ranked = |(place, c): (usize, &Candidate)| {
            let explored = known.filter(|_| place % EXPLORED.1 == EXPLORED.0);
            let new = explored.is_some_and(|known| self.is_new(c.position, known));
            self.ranked(c, new, &scorer, &explainer)
        };
        let items: Vec<Ranked> = lineup.chosen.iter().enumerate().map(ranked).collect();
        let empty = items.is_empty() && request.limit > 0;
        Playlist {
            aim,
            emptied_by: empty.then(|| EmptiedBy::find(self, request, &filters)),
            held_back: if items.len() < request.limit { held_back } else { 0 },
            items,
            unknown: filters.unknown,
        }
    }

    /// The most played of what fits the mood, then what is nearest to it.
    fn line_up_by_plays<'a>(
        &'a self,
        request: &Request,
        filters: &'a Filters,
        scorer: &Scorer<'_>,
    ) -> (Lineup<'a>, usize) {
        let mut lineup = Lineup::new(
            self,
            Rules {
                spacing: self.spacing(request, filters),
                diversity: 0.0,
                limit: request.limit,
                video_every: 0,
                known: None,
            },
        );
        let MostPlayed { fitting, away, unplaced } = MostPlayed::find(self, filters, scorer);
        let groups = [fitting, away, unplaced];
        let held_back = groups.into_iter().map(|group| lineup.choose_from(group)).sum();
        (lineup, held_back)
    }

    pub(crate) fn spacing<'a>(&'a self, request: &Request, filters: &'a Filters) -> Spacing<'a> {
        Spacing::new(self, request.caps, filters.artists.as_deref().unwrap_or_default())
    }

    /// From the best few hundred items, and from all where those do not fill the list.
    fn line_up_by_score<'a>(
        &'a self,
        request: &Request,
        filters: &'a Filters,
        scorer: &mut Scorer<'_>,
    ) -> (Lineup<'a>, usize) {
        let pool = request.limit.saturating_mul(4).clamp(LEAST_POOL, self.len().max(LEAST_POOL));
        let few = self.line_up(request, filters, scorer, pool);
        if few.0.is_full() || pool >= self.len() {
            return few;
        }
        self.line_up(request, filters, scorer, self.len())
    }

    /// Fills a list from the best `pool` items; those without a mood come last. What was learned tells
    /// the items of this pool apart.
    fn line_up<'a>(
        &'a self,
        request: &Request,
        filters: &'a Filters,
        scorer: &mut Scorer<'_>,
        pool: usize,
    ) -> (Lineup<'a>, usize) {
        let mixed = request.kind.is_none() && !self.video.is_empty();
        let rules = Rules {
            spacing: self.spacing(request, filters),
            diversity: scorer.diversity(),
            limit: request.limit,
            video_every: if mixed { request.video_every } else { 0 },
            known: self.known_artists(request),
        };
        let apart = rules.video_every > 0;
        let mut lineup = Lineup::new(self, rules);
        let placed = self.best(filters, scorer, pool, Tier::Placed, apart);
        let none_placed = placed.is_empty();
        let window = scorer.window;
        let here = |c: &Candidate| (window, c.position);
        scorer.compare(placed.iter().map(here));
        let mut held_back = lineup.choose_from(scorer.rescored(placed));
        if !lineup.is_full() {
            let unplaced = self.best(filters, scorer, pool, Tier::Unplaced, apart);
            if none_placed {
                scorer.compare(unplaced.iter().map(here));
            }
            held_back += lineup.choose_from(scorer.rescored(unplaced));
        }
        (lineup, held_back)
    }

    /// By artist, whether the listener has heard anything of them; `None` where nothing is known.
    fn known_artists(&self, request: &Request) -> Option<Vec<bool>> {
        let heard = &request.heard.artists;
        let mut known = vec![false; if heard.is_empty() { 0 } else { self.artist_names.len() }];
        for artist in heard.iter().filter_map(|name| self.artist_names.get(name)) {
            known[artist as usize] = true;
        }
        (!known.is_empty()).then_some(known)
    }

    /// Whether nothing by any of the item's artists was heard.
    pub(crate) fn is_new(&self, i: u32, known: &[bool]) -> bool {
        let artists = self.artists.get(i);
        !artists.is_empty() && artists.iter().all(|artist| !known[*artist as usize])
    }

    /// The best `pool` items of a tier that pass the filters, best first; as many of each kind where
    /// the kinds are kept `apart`.
    fn best(
        &self,
        filters: &Filters,
        scorer: &Scorer<'_>,
        pool: usize,
        tier: Tier,
        apart: bool,
    ) -> Vec<Candidate> {
        let mut tops = [Top::new(pool), Top::new(if apart { pool } else { 1 })];
        let mut scores = [0.0f32; CHUNK];
        for start in (0..self.len()).step_by(CHUNK) {
            let scores = &mut scores[..CHUNK.min(self.len() - start)];
            let best = Arch::new().dispatch(|| {
                scorer.fill(start, scores);
                self.only(tier, start, scores)
            });
            let bar = if apart { tops[0].bar().min(tops[1].bar()) } else { tops[0].bar() };
            if best >= bar {
                self.offer(start, scores, filters, &mut tops, apart);
            }
        }
        let [first, second] = tops.map(Top::finish);
        let mut all = first;
        if !second.is_empty() {
            all.extend(second);
            all.sort_unstable_by(better);
        }
        all
    }

    /// Sinks the scores of the other tier and answers the best that is left.
    #[inline(always)]
    fn only(&self, tier: Tier, start: usize, scores: &mut [f32]) -> f32 {
        let variances = &self.variance[start..start + scores.len()];
        for (score, variance) in scores.iter_mut().zip(variances) {
            let belongs = (*variance < f32::INFINITY) == (tier == Tier::Placed);
            *score = if belongs { *score } else { f32::NEG_INFINITY };
        }
        largest(scores)
    }

    fn offer(
        &self,
        start: usize,
        scores: &[f32],
        filters: &Filters,
        tops: &mut [Top; 2],
        apart: bool,
    ) {
        for (score, position) in scores.iter().zip(start as u32..) {
            let side = apart && self.kind[position as usize] == Kind::Video;
            let top = &mut tops[usize::from(side)];
            let counts = *score >= top.bar() && *score > f32::NEG_INFINITY;
            if counts && filters.failed(self, position) == 0 {
                let id = self.ids[position as usize].0;
                top.offer(Candidate { position, id, score: *score });
            }
        }
    }

    fn ranked(
        &self,
        c: &Candidate,
        new: bool,
        scorer: &Scorer<'_>,
        explainer: &Explainer<'_>,
    ) -> Ranked {
        let terms = scorer.terms(c.position);
        let features = scorer.features_in(&scorer.window, c.position);
        let mut reasons = explainer.reasons(c.position, &terms, &features);
        if new {
            reasons.push(Reason::NewToYou);
        }
        Ranked {
            position: c.position as usize,
            id: self.ids[c.position as usize],
            score: terms.sum(),
            reasons,
            against: explainer.against(c.position, &terms, &features),
            terms,
            features,
        }
    }
}
