use attune_core::Item;
use pulp::Arch;

use crate::emptied::EmptiedBy;
use crate::explain::Explainer;
use crate::filter::Filters;
use crate::index::Index;
use crate::lineup::Lineup;
use crate::playlist::{Playlist, Ranked};
use crate::request::Request;
use crate::score::Scorer;
use crate::top::{Candidate, Top};

/// Items scored at once; their scores stay in the nearest cache.
const CHUNK: usize = 512;
/// At least this many of the best items are looked at for a list.
const LEAST_POOL: usize = 512;

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
        let scorer = Scorer::new(self, request);
        let pool = request.limit.saturating_mul(4).clamp(LEAST_POOL, self.len().max(LEAST_POOL));
        let mut lineup = self.line_up(request, &filters, &scorer, pool);
        if !lineup.0.is_full() && pool < self.len() {
            lineup = self.line_up(request, &filters, &scorer, self.len());
        }
        let (lineup, held_back) = lineup;
        let aim = scorer.window.aim;
        let explainer = Explainer { index: self, request, filters: &filters, aim, step: None };
        let ranked = |c: &Candidate| self.ranked(c, &scorer, &explainer);
        let items: Vec<Ranked> = lineup.chosen.iter().map(ranked).collect();
        let empty = items.is_empty() && request.limit > 0;
        Playlist {
            aim,
            emptied_by: empty.then(|| EmptiedBy::find(self, &filters)),
            held_back: if items.len() < request.limit { held_back } else { 0 },
            items,
            unknown: filters.unknown,
        }
    }

    /// Fills a list from the best `pool` items; those without a mood come last.
    fn line_up<'a>(
        &'a self,
        request: &Request,
        filters: &'a Filters,
        scorer: &Scorer<'_>,
        pool: usize,
    ) -> (Lineup<'a>, usize) {
        let named = filters.artists.as_deref().unwrap_or_default();
        let diversity = scorer.diversity();
        let mut lineup = Lineup::new(self, request.caps, named, diversity, request.limit);
        let best = |tier| scorer.rescored(self.best(filters, scorer, pool, tier));
        let mut held_back = lineup.choose_from(best(Tier::Placed));
        if !lineup.is_full() {
            held_back += lineup.choose_from(best(Tier::Unplaced));
        }
        (lineup, held_back)
    }

    /// The best `pool` items of a tier that pass the filters, best first.
    fn best(
        &self,
        filters: &Filters,
        scorer: &Scorer<'_>,
        pool: usize,
        tier: Tier,
    ) -> Vec<Candidate> {
        let mut top = Top::new(pool);
        let mut scores = [0.0f32; CHUNK];
        for start in (0..self.len()).step_by(CHUNK) {
            let scores = &mut scores[..CHUNK.min(self.len() - start)];
            let best = Arch::new().dispatch(|| {
                scorer.fill(start, scores);
                self.only(tier, start, scores)
            });
            if best >= top.bar() {
                self.offer(start, scores, filters, &mut top);
            }
        }
        top.finish()
    }

    /// Sinks the scores of the other tier and answers the best that is left.
    #[inline(always)]
    fn only(&self, tier: Tier, start: usize, scores: &mut [f32]) -> f32 {
        let variances = &self.variance[start..start + scores.len()];
        for (score, variance) in scores.iter_mut().zip(variances) {
            let belongs = (*variance < f32::INFINITY) == (tier == Tier::Placed);
            *score = if belongs { *score } else { f32::NEG_INFINITY };
        }
        scores.iter().fold(f32::NEG_INFINITY, |a, b| if a > *b { a } else { *b })
    }

    fn offer(&self, start: usize, scores: &[f32], filters: &Filters, top: &mut Top) {
        for (score, position) in scores.iter().zip(start as u32..) {
            let counts = *score >= top.bar() && *score > f32::NEG_INFINITY;
            if counts && filters.failed(self, position) == 0 {
                let id = self.ids[position as usize].0;
                top.offer(Candidate { position, id, score: *score });
            }
        }
    }

    fn ranked(&self, c: &Candidate, scorer: &Scorer<'_>, explainer: &Explainer<'_>) -> Ranked {
        let terms = scorer.terms(c.position);
        Ranked {
            position: c.position as usize,
            id: self.ids[c.position as usize],
            score: terms.sum(),
            reasons: explainer.reasons(c.position, &terms),
            terms,
            features: scorer.features_in(&scorer.window, c.position),
        }
    }
}
