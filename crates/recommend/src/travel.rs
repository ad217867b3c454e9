use attune_core::{Goal, Kind, Point};

use crate::emptied::EmptiedBy;
use crate::explain::Explainer;
use crate::filter::Filters;
use crate::index::Index;
use crate::journey::{Journey, PathFit};
use crate::planner::{Choices, Planner};
use crate::playlist::{Playlist, Ranked};
use crate::request::Request;
use crate::score::Scorer;
use crate::top::{Candidate, better};
use crate::window::Window;

/// Items a step chooses from.
const CHOICES: usize = 64;
/// Items looked at around each target before the cheapest are kept.
const LOOKED_AT: usize = 256;
/// What the parts of a score are worth against squared distance: full liking outweighs 0.22.
const PER_SCORE: f32 = 0.05;
/// What was just heard comes again only where nothing else stands within a half of a step's aim.
const PER_REPETITION: f32 = 0.125;
/// The seed's draw must not lead off the way.
const PER_DRAW: f32 = 0.002;

impl Index {
    /// The list that makes the journey, in playing order, and how well it follows its targets.
    ///
    /// Items of unknown mood do not travel. Each item's `mood` term is its window around its own
    /// target. The list is shorter than asked for only where nothing more fits. Videos stand at every
    /// [`video_every`](crate::Request::video_every)-th step at most, where they lie nearer than music, as
    /// far as there is music for the others.
    #[must_use]
    pub fn travel(&self, journey: &Journey) -> (Playlist, PathFit) {
        let request = &journey.request;
        let filters = Filters::new(self, request);
        let mut scorer = Scorer::new(self, request, &filters);
        let targets = journey.targets();
        let choices = self.choices(journey, &filters, &mut scorer, &targets);
        let plan = |targets: &[Point], choices: &[Choices]| {
            let planner = Planner {
                index: self,
                targets,
                choices,
                spacing: self.spacing(request, &filters),
                duration_ms: journey.duration.map(|d| d.as_millis() as f32),
            };
            planner.plan()
        };
        let first = plan(&targets, &choices);
        // Fewer items than steps are spread over the whole way, so that it ends where it should.
        let (plan, targets) = if first.len() < targets.len() && first.len() > 1 {
            let shorter = journey.in_steps(first.len()).targets();
            let choices = self.choices(journey, &filters, &mut scorer, &shorter);
            (plan(&shorter, &choices), shorter)
        } else {
            (first, targets)
        };
        let places: Vec<Point> = plan.iter().map(|i| self.point(*i)).collect();
        let before = std::iter::once(None).chain(plan.iter().copied().map(Some));
        let steps = plan.iter().zip(&targets).zip(before).zip(1..);
        let items: Vec<Ranked> = steps
            .map(|(((i, aim), before), step)| {
                let explainer = Explainer {
                    index: self,
                    request,
                    filters: &filters,
                    window: around(*aim, request),
                    learned: scorer.learned(),
                    step: Some((step, targets.len())),
                    before,
                };
                self.step(*i, &scorer, &explainer)
            })
            .collect();
        let empty = items.is_empty() && request.limit > 0;
        let playlist = Playlist {
            aim: journey.destination(),
            emptied_by: empty.then(|| EmptiedBy::find(self, request, &filters)),
            items,
            unknown: filters.unknown,
            held_back: 0,
        };
        (playlist, PathFit::of(&places, &targets))
    }

    fn choices(
        &self,
        journey: &Journey,
        filters: &Filters,
        scorer: &mut Scorer<'_>,
        targets: &[Point],
    ) -> Vec<Choices> {
        let request = &journey.request;
        let pools = self.pools(journey, filters, scorer, targets);
        let steps = || targets.iter().map(|target| around(*target, request)).zip(&pools);
        scorer.compare(steps().flat_map(|(window, pool)| pool.iter().map(move |i| (window, *i))));
        let keep = CHOICES.max(targets.len() + CHOICES / 2);
        steps().map(|(window, pool)| self.cheapest(pool, &window, scorer, keep)).collect()
    }

    /// What each step may choose from, before any of it is looked at closely.
    fn pools(
        &self,
        journey: &Journey,
        filters: &Filters,
        scorer: &Scorer<'_>,
        targets: &[Point],
    ) -> Vec<Vec<u32>> {
        let mut heard: Vec<u32> =
            journey.heard.iter().flat_map(|id| self.positions(*id)).copied().collect();
        heard.sort_unstable();
        let open = |i: u32| filters.failed(self, i) == 0 && heard.binary_search(&i).is_err();
        let liked: Vec<u32> = scorer.liked().filter(|i| self.has_mood(*i) && open(*i)).collect();
        // Where all steps aim at one place, each needs an item of its own.
        let enough = LOOKED_AT.max(2 * targets.len());
        let pool = |target: &Point, fits: &dyn Fn(u32) -> bool| {
            let mut near = self.near(*target, enough, &|i| open(i) && fits(i));
            near.extend(liked.iter().filter(|i| fits(**i)));
            near.sort_unstable();
            near.dedup();
            near
        };
        let anything = |_: u32| true;
        let music = |i: u32| self.kind[i as usize] == Kind::Music;
        let every = if self.video.is_empty() { 0 } else { journey.request.video_every };
        let step = |(target, place): (&Point, usize)| match place {
            place if every == 0 || place.is_multiple_of(every) => pool(target, &anything),
            // Where there is no music, or not enough for every step, videos may take its places.
            _ => match pool(target, &music) {
                few if few.len() < targets.len() => pool(target, &anything),
                enough => enough,
            },
        };
        targets.iter().zip(1..).map(step).collect()
    }

    /// At least the `enough` open items nearest to `target`, as far as there are that many.
    fn near(&self, target: Point, enough: usize, open: &impl Fn(u32) -> bool) -> Vec<u32> {
        let (mut found, mut within) = (Vec::new(), f32::INFINITY);
        self.grid.around(target, |items, complete| {
            if complete > within {
                return true;
            }
            found.extend(items.iter().copied().filter(|i| open(*i)));
            if found.len() >= enough && within.is_infinite() {
                let distance = |i: &u32| self.point(*i).distance(target);
                let mut distances: Vec<f32> = found.iter().map(distance).collect();
                within = *distances.select_nth_unstable_by(enough - 1, f32::total_cmp).1;
            }
            false
        });
        found
    }

    fn cheapest(
        &self,
        items: &[u32],
        window: &Window,
        scorer: &Scorer<'_>,
        keep: usize,
    ) -> Choices {
        let mut ranked: Vec<Candidate> = items
            .iter()
            .map(|i| {
                let (position, terms) = (*i, scorer.terms_in(window, *i));
                let apart = terms.mood + terms.variety + terms.repetition;
                let worth = PER_SCORE * (terms.sum() - apart)
                    + PER_DRAW * terms.variety
                    + PER_REPETITION * terms.repetition;
                let score = worth - self.point(position).distance(window.aim).powi(2);
                Candidate { position, id: self.ids[position as usize].0, score }
            })
            .collect();
        if ranked.len() > keep {
            ranked.select_nth_unstable_by(keep, better);
            ranked.truncate(keep);
        }
        ranked.sort_unstable_by(better);
        ranked.iter().map(|c| (c.position, -c.score)).collect()
    }

    fn step(&self, i: u32, scorer: &Scorer<'_>, explainer: &Explainer<'_>) -> Ranked {
        let terms = scorer.terms_in(&explainer.window, i);
        let features = scorer.features_in(&explainer.window, i);
        Ranked {
            position: i as usize,
            id: self.ids[i as usize],
            score: terms.sum(),
            reasons: explainer.reasons(i, &terms, &features),
            against: explainer.against(i, &terms, &features),
            terms,
            features,
        }
    }
}

/// The mood window of a step.
fn around(target: Point, request: &Request) -> Window {
    Window::new(Goal::Point(target), request.mood)
}
