use attune_core::{Goal, Item, Mood, Point};
use serde::Serialize;

use crate::collab::Interval;
use crate::index::Index;
use crate::journey::{Journey, PathFit};
use crate::request::Request;
use crate::synthetic::synthetic_library;

/// The planner and the greedy way over the same libraries, ends and targets.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct JourneyTrial {
    /// Items a library.
    pub items: usize,
    /// Libraries, each with ends of its own.
    pub libraries: usize,
    /// Steps a journey.
    pub steps: usize,
    /// Means of the planner.
    pub planned: PathFit,
    /// Means of taking the nearest item at each step.
    pub greedy: PathFit,
    /// By how much the planner's path error is less.
    pub less_path_error: Interval,
    /// By how much its roughness is less.
    pub less_roughness: Interval,
}

/// Journeys of 20 steps through `libraries` made-up libraries of each size: the planner against taking,
/// at each step, the nearest item that was not used and keeps the artist cap.
#[must_use]
pub fn against_greedy(sizes: &[usize], libraries: u32) -> Vec<JourneyTrial> {
    sizes.iter().map(|items| trial(*items, libraries)).collect()
}

const STEPS: usize = 20;

fn trial(items: usize, libraries: u32) -> JourneyTrial {
    let fits: Vec<(PathFit, PathFit)> = (0..libraries)
        .map(|seed| {
            let library = synthetic_library(items, seed);
            let journey = journey(seed);
            let (_, planned) = Index::new(&library).travel(&journey);
            let targets = journey.targets();
            (planned, PathFit::of(&greedy(&library, &targets), &targets))
        })
        .collect();
    let mean = |of: &dyn Fn(&(PathFit, PathFit)) -> f32| {
        fits.iter().map(of).sum::<f32>() / fits.len().max(1) as f32
    };
    let less = |of: &dyn Fn(&PathFit) -> f32| {
        let each: Vec<f64> = fits.iter().map(|(p, g)| f64::from(of(g) - of(p))).collect();
        Interval::bootstrap(&each)
    };
    JourneyTrial {
        items,
        libraries: fits.len(),
        steps: STEPS,
        planned: PathFit {
            path_error: mean(&|f| f.0.path_error),
            roughness: mean(&|f| f.0.roughness),
        },
        greedy: PathFit {
            path_error: mean(&|f| f.1.path_error),
            roughness: mean(&|f| f.1.roughness),
        },
        less_path_error: less(&|f| f.path_error),
        less_roughness: less(&|f| f.roughness),
    }
}

/// Ends that turn through the plane with the seed.
fn journey(seed: u32) -> Journey {
    let turn = seed as f32 * 0.9;
    let start = Mood::new(Point::new(turn.sin() * 0.7, turn.cos() * 0.7), 0.1);
    let goal = Goal::Point(Point::new(turn.cos() * 0.6, -turn.sin() * 0.6));
    let mut request = Request { goal, limit: STEPS, ..Request::new(start) };
    let weights = &mut request.weights;
    (weights.variety, weights.popularity, weights.video) = (0.0, 0.0, 0.0);
    request.video_every = 0;
    Journey::new(request)
}

fn greedy(library: &[Item], targets: &[Point]) -> Vec<Point> {
    let placed: Vec<(Point, &str)> =
        library.iter().filter_map(|i| Some((i.mood?.point(), i.artist()))).collect();
    let mut used: Vec<usize> = Vec::new();
    for target in targets {
        let fits = |i: &usize| {
            let lately = used.iter().rev().take(9).filter(|u| placed[**u].1 == placed[*i].1);
            !used.contains(i) && lately.count() < 2
        };
        let distance = |i: &usize| placed[*i].0.distance(*target);
        let open = (0..placed.len()).filter(fits);
        let nearest = open.min_by(|a, b| distance(a).total_cmp(&distance(b)));
        used.extend(nearest);
    }
    used.iter().map(|i| placed[*i].0).collect()
}
