use std::time::Duration;

use attune_core::{Goal, ItemId, Mood, Point};
use serde::Serialize;

use crate::request::Request;

/// A list that leads step by step from the present mood to where the goal aims.
///
/// Step `k` of `n` aims at `s + (k / (n - 1))^gamma (g - s)`: `s` is the request's mood, `g` the
/// goal's [target](Goal::target) from there. The request's `limit` is the number of steps, at most
/// [`MAX_STEPS`](Self::MAX_STEPS).
#[derive(Clone, Debug, PartialEq)]
pub struct Journey {
    /// Filters, tastes, seed and number of steps; its `diversity` is not used.
    pub request: Request,
    /// 1 moves evenly; above 1 stays longer near the present mood; clamped to 0.1 to 10.
    pub gamma: f32,
    /// How long the whole list should play. Kept to within 3 % where the library allows it.
    pub duration: Option<Duration>,
    /// Items already heard on the way: they do not come again.
    pub heard: Vec<ItemId>,
}

impl Journey {
    /// More steps than this are cut off.
    pub const MAX_STEPS: usize = 200;

    /// An even journey of any duration.
    #[must_use]
    pub fn new(request: Request) -> Self {
        Self { request, gamma: 1.0, duration: None, heard: Vec::new() }
    }

    /// The way on from where the listener now is: to the same place, in the steps and the time that
    /// are left after `heard`, which took `elapsed`.
    #[must_use]
    pub fn restarted(&self, now: Mood, heard: &[ItemId], elapsed: Duration) -> Self {
        let mut next = self.clone();
        next.request.goal = Goal::Point(self.destination());
        next.request.mood = now;
        next.request.limit = self.request.limit.saturating_sub(heard.len());
        next.duration = self.duration.map(|all| all.saturating_sub(elapsed));
        next.heard.extend_from_slice(heard);
        next
    }

    /// The same in another number of steps.
    pub(crate) fn in_steps(&self, steps: usize) -> Self {
        let mut journey = self.clone();
        journey.request.limit = steps;
        journey
    }

    /// Where it ends.
    #[must_use]
    pub fn destination(&self) -> Point {
        let Mood { valence, arousal, .. } = self.request.mood;
        let Point { valence, arousal } = self.request.goal.target(Point::new(valence, arousal));
        Point::new(valence, arousal)
    }

    /// Where each step aims.
    #[must_use]
    pub fn targets(&self) -> Vec<Point> {
        let (n, start) = (self.request.limit.min(Self::MAX_STEPS), self.request.mood);
        let start = Point::new(start.valence, start.arousal);
        let gamma = if self.gamma.is_nan() { 1.0 } else { self.gamma.clamp(0.1, 10.0) };
        let last = n.saturating_sub(1).max(1) as f32;
        let share = |k: usize| (k as f32 / last).powf(gamma);
        (0..n).map(|k| start.towards(self.destination(), share(k))).collect()
    }
}

/// How well a list follows its targets; lower is better.
#[derive(Clone, Copy, Debug, PartialEq, Default, Serialize)]
pub struct PathFit {
    /// Root mean square distance between an item and its target, in units of the plane.
    pub path_error: f32,
    /// Root mean square second difference of the places of successive items: how much the way
    /// changes its pace or turns at each item. An even, straight way has 0.
    pub roughness: f32,
}

impl PathFit {
    /// Compares the places of a list's items with the targets, step by step.
    #[must_use]
    pub fn of(places: &[Point], targets: &[Point]) -> Self {
        let squares = places.iter().zip(targets).map(|(p, t)| p.distance(*t).powi(2));
        let bend = |w: &[Point]| {
            let second = |a: f32, b: f32, c: f32| a - 2.0 * b + c;
            second(w[0].valence, w[1].valence, w[2].valence).powi(2)
                + second(w[0].arousal, w[1].arousal, w[2].arousal).powi(2)
        };
        Self { path_error: root_mean(squares), roughness: root_mean(places.windows(3).map(bend)) }
    }
}

fn root_mean(squares: impl Iterator<Item = f32>) -> f32 {
    let (sum, n) = squares.fold((0.0, 0u32), |(sum, n), x| (sum + x, n + 1));
    (sum / n.max(1) as f32).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_run_from_the_mood_to_the_goal() {
        let start = Mood::new(Point::new(-0.5, -0.5), 0.1);
        let goal = Goal::Point(Point::new(0.5, 0.5));
        let mut journey = Journey::new(Request { goal, limit: 5, ..Request::new(start) });
        let at = |journey: &Journey, k: usize| journey.targets()[k].valence;
        assert_eq!([0, 2, 4].map(|k| at(&journey, k)), [-0.5, 0.0, 0.5]);
        journey.gamma = 2.0;
        assert_eq!([0, 2, 4].map(|k| at(&journey, k)), [-0.5, -0.25, 0.5]);
        journey.request.limit = 1;
        assert_eq!(journey.targets(), [Point::new(-0.5, -0.5)]);
        let on = journey.restarted(Mood::new(Point::new(0.2, 0.0), 0.1), &[], Duration::ZERO);
        assert_eq!(on.destination(), journey.destination());
    }

    #[test]
    fn fit_of_a_known_way() {
        let way = [0.0, 0.2, 0.2].map(|v| Point::new(v, 0.0));
        let targets = [0.0, 0.1, 0.2].map(|v| Point::new(v, 0.0));
        let fit = PathFit::of(&way, &targets);
        assert!((fit.path_error - (0.01f32 / 3.0).sqrt()).abs() < 1e-6);
        assert!((fit.roughness - 0.2).abs() < 1e-6);
        assert_eq!(PathFit::of(&[], &[]), PathFit::default());
    }
}
