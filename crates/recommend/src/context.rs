use attune_core::Point;
use serde::{Deserialize, Serialize};

/// What surrounds a request: the hour and what was just heard.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Context {
    /// The arousal that music has at this hour, and whether that is the listener's own habit.
    pub hour: Option<(f32, HourFrom)>,
    /// The mean place of what was heard within the last hour.
    pub session: Option<Point>,
}

/// Where an hour's arousal is known from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HourFrom {
    /// What most people play at that hour.
    Most,
    /// What this listener finished or liked around it.
    Own,
}

/// Plays around an hour that outweigh what most people play.
const OWN_FROM: f32 = 5.0;

/// What a listener hears by the hour of the day.
#[derive(Clone, Copy, Debug, PartialEq, Default, Serialize, Deserialize)]
pub struct Habits {
    /// For each hour: how many items, and the sum of their arousal.
    hours: [(f32, f32); 24],
}

impl Habits {
    /// An item of this arousal was heard gladly at this hour (0 to 24).
    pub fn add(&mut self, hour: f32, arousal: f32) {
        if let (Some(bin), true) = (bin(hour), arousal.is_finite()) {
            self.hours[bin].0 += 1.0;
            self.hours[bin].1 += arousal;
        }
    }

    /// The arousal to expect at this hour, from the hour itself and, by half, the hours beside it,
    /// drawn to what most people play as far as little is known.
    #[must_use]
    pub fn at(&self, hour: f32) -> Option<(f32, HourFrom)> {
        let bin = bin(hour)?;
        let around = [(bin + 23, 0.5), (bin, 1.0), (bin + 1, 0.5)];
        let (n, sum) = around.iter().fold((0.0, 0.0), |(n, sum), (b, weight)| {
            let (count, arousal) = self.hours[b % 24];
            (n + weight * count, sum + weight * arousal)
        });
        let most = most_people(hour);
        let from = if n >= OWN_FROM { HourFrom::Own } else { HourFrom::Most };
        Some(((sum + OWN_FROM * most) / (n + OWN_FROM), from))
    }
}

fn bin(hour: f32) -> Option<usize> {
    hour.is_finite().then(|| hour.rem_euclid(24.0) as usize % 24)
}

/// The shape of a day's listening: calmest around four at night, liveliest in the late afternoon
/// (Park et al. 2019 find such a rhythm of musical intensity in streams of 51 countries; the size of
/// the swing is this project's own choice).
fn most_people(hour: f32) -> f32 {
    0.1 + 0.25 * ((hour - 16.0) / 24.0 * std::f32::consts::TAU).cos()
}

impl Context {
    /// How well places suit it.
    pub(crate) fn suit(&self) -> Suit {
        let parts = u8::from(self.hour.is_some()) + u8::from(self.session.is_some());
        let share = 1.0 / f32::from(parts.max(1));
        Suit {
            expected: self.hour.map_or(0.0, |(expected, _)| expected),
            by_hour: if self.hour.is_some() { share } else { 0.0 },
            session: self.session.unwrap_or(Point::new(0.0, 0.0)),
            by_session: if self.session.is_some() { share } else { 0.0 },
        }
    }
}

/// A [`Context`] without branches, for many places.
#[derive(Clone, Copy)]
pub(crate) struct Suit {
    expected: f32,
    by_hour: f32,
    session: Point,
    by_session: f32,
}

impl Suit {
    /// How well a place suits, 0 to 1: nearness to the hour's arousal and to what was just heard.
    #[inline(always)]
    pub fn at(&self, valence: f32, arousal: f32) -> f32 {
        let hour = (1.0 - (arousal - self.expected).abs()).max(0.0);
        let apart = (valence - self.session.valence).abs() + (arousal - self.session.arousal).abs();
        self.by_hour * hour + self.by_session * (1.0 - 0.5 * apart).max(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn habits_outweigh_what_most_people_play_once_there_are_some() {
        let mut habits = Habits::default();
        let (night, from) = habits.at(4.0).unwrap();
        assert_eq!((from, habits.at(f32::NAN)), (HourFrom::Most, None));
        assert!(night < habits.at(16.0).unwrap().0);
        (0..20).for_each(|_| habits.add(3.5, 0.9));
        habits.add(3.5, f32::NAN);
        let (own, from) = habits.at(28.0).unwrap();
        assert!(from == HourFrom::Own && own > 0.5, "{own}");
        assert_eq!(habits.at(16.0).unwrap().1, HourFrom::Most);
    }

    #[test]
    fn nearer_to_hour_and_session_suits_better() {
        let session = Some(Point::new(0.5, 0.5));
        let context = Context { hour: Some((0.4, HourFrom::Most)), session };
        let suit = context.suit();
        assert!(suit.at(0.5, 0.5) > suit.at(-0.5, 0.5));
        assert!(suit.at(0.5, 0.4) > suit.at(0.5, -0.4));
        assert_eq!(Context { hour: None, session: None }.suit().at(0.0, 0.0), 0.0);
    }
}
