use attune_core::{Goal, Mood, Point};

/// Standard deviation of the mood window for a mood and an item both known exactly, in units of
/// the plane; this project's own choice.
const WINDOW: f32 = 0.35;
/// A window this low is away from the aim: 0.54 of the plane's units where the aim is known exactly.
const AWAY: f32 = 0.3;

/// How well a place in the plane answers a mood: exp(-d^2 / 2 sigma^2) around where the goal aims.
///
/// sigma^2 is the window's own variance plus that of the aim, so an unsure reading judges less
/// sharply. An item whose mood is itself unsure is scored by the expectation of that window over
/// where the item may stand, which for normal distributions in the plane is
/// `sigma^2 / (sigma^2 + v) * exp(-d^2 / 2 (sigma^2 + v))` with the item's variance `v`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Window {
    pub aim: Point,
    variance: f32,
}

impl Window {
    pub fn new(goal: Goal, mood: Mood) -> Self {
        let now = Point::new(mood.valence, mood.arousal);
        let now_uncertainty = if mood.uncertainty.is_nan() { 0.0 } else { mood.uncertainty };
        let Point { valence, arousal } = goal.target(now);
        let uncertainty = now_uncertainty.clamp(0.0, 4.0) * aim_per_step(goal, now);
        Self { aim: Point::new(valence, arousal), variance: WINDOW.powi(2) + uncertainty.powi(2) }
    }

    /// In [0, 1]; 0 for a place of infinite variance.
    #[inline(always)]
    pub fn at(&self, valence: f32, arousal: f32, variance: f32) -> f32 {
        self.seen_from(valence, arousal, variance).0
    }

    /// The window at a place and, in [0, 1], its share of what it would be at the aim: 1 for a place of
    /// infinite variance, of which nobody knows that it is anywhere else.
    #[inline(always)]
    pub fn seen_from(&self, valence: f32, arousal: f32, variance: f32) -> (f32, f32) {
        let (dv, da) = (valence - self.aim.valence, arousal - self.aim.arousal);
        let all = self.variance + variance;
        let near = exp_of_minus((dv * dv + da * da) / (2.0 * all));
        (self.variance / all * near, near)
    }

    /// Whether a place is so far from the aim that the window of an item known to be there is low,
    /// however well or badly that is known.
    pub fn is_away(&self, place: Point) -> bool {
        self.at(place.valence, place.arousal, 0.0) < AWAY
    }
}

/// How far the aim moves when the mood moves by one: the error of a reading reaches the aim in
/// this proportion (1 for a match, 0 for a fixed point).
fn aim_per_step(goal: Goal, now: Point) -> f32 {
    const STEP: f32 = 0.125;
    let inward = |x: f32| if x > 0.0 { x - STEP } else { x + STEP };
    let moved = Point { valence: inward(now.valence), arousal: now.arousal };
    goal.target(now).distance(goal.target(moved)) / STEP
}

/// exp(-x) for x of at least 0, to 2e-7 of its value: without branches, so that the compiler can
/// run it over many items at once, and to the bit the same on every machine.
#[inline(always)]
fn exp_of_minus(x: f32) -> f32 {
    let y = -x.min(80.0) * std::f32::consts::LOG2_E;
    let whole = (y - 0.5) as i32; // rounds to nearest, for y is not above 0
    let f = (y - whole as f32) * std::f32::consts::LN_2;
    let series = 1.0
        + f * (1.0
            + f * (0.5 + f * (1.0 / 6.0 + f * (1.0 / 24.0 + f * (1.0 / 120.0 + f / 720.0)))));
    series * f32::from_bits(((whole + 127) as u32) << 23)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exponential_is_the_exponential() {
        for i in 0..8000 {
            let x = i as f32 / 100.0;
            let (got, expected) = (f64::from(exp_of_minus(x)), f64::from(-x).exp());
            assert!((got / expected - 1.0).abs() < 4e-6, "{x}: {got} {expected}");
        }
        assert_eq!(exp_of_minus(0.0), 1.0);
        assert!(exp_of_minus(f32::INFINITY) < 1e-30);
    }

    #[test]
    fn an_unsure_item_scores_the_mean_over_where_it_may_stand() {
        let window =
            Window::new(Goal::Point(Point::new(0.1, 0.2)), Mood::new(Point::new(0.0, 0.0), 9.0));
        let (valence, arousal, sd) = (0.4f64, -0.1f64, 0.25f64);
        let (mut sum, mut mass) = (0.0, 0.0);
        for i in -60..=60 {
            for j in -60..=60 {
                let (x, y) = (f64::from(i) / 12.0, f64::from(j) / 12.0);
                let p = (-(x * x + y * y) / 2.0).exp();
                let d2 = (valence + sd * x - 0.1).powi(2) + (arousal + sd * y - 0.2).powi(2);
                sum += p * (-d2 / (2.0 * 0.35f64.powi(2))).exp();
                mass += p;
            }
        }
        let got = window.at(valence as f32, arousal as f32, (sd * sd) as f32);
        assert!((f64::from(got) - sum / mass).abs() < 1e-4, "{got} {}", sum / mass);
    }

    #[test]
    fn an_unsure_reading_widens_the_window_as_far_as_it_moves_the_aim() {
        let far = |goal, uncertainty| {
            Window::new(goal, Mood::new(Point::new(0.0, 0.0), uncertainty)).at(0.9, -0.9, 0.0)
        };
        assert!(far(Goal::Match, 0.6) > 5.0 * far(Goal::Match, 0.0));
        assert!(far(Goal::Lift, 0.6) > far(Goal::Lift, 0.0));
        assert_eq!(far(Goal::Focus, 0.6), far(Goal::Focus, 0.0));
    }
}
