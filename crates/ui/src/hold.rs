//! When a reading is taken: once an expression has held, or can't be told for too long. Pure.

use attune_core::Expression;

/// What is declared must stay for so long; until it is declared the watcher has held it for a second.
const HOLD_S: f64 = 1.2;
/// Whoever can't be told for so long is taken as they are: the list allows for the two likeliest.
const PATIENCE_S: f64 = 7.0;

/// One person's reading on its way to being taken.
#[derive(Clone, Copy, Debug, Default)]
pub struct Hold {
    began_s: Option<f64>,
    since: Option<(Expression, f64)>,
}

impl Hold {
    /// Takes what is declared at a time in seconds; the answer is the share of the time to hold that has
    /// passed, 1 for "take it".
    pub fn see(&mut self, declared: Option<Expression>, at_s: f64) -> f32 {
        let began_s = *self.began_s.get_or_insert(at_s);
        self.since = match (declared, self.since) {
            (Some(now), Some((then, since))) if now == then => Some((then, since)),
            (Some(now), _) => Some((now, at_s)),
            (None, _) => None,
        };
        let share = match self.since {
            Some((_, since)) => (at_s - since) / HOLD_S,
            None => (at_s - began_s) / PATIENCE_S,
        };
        share.clamp(0.0, 1.0) as f32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_holds_is_taken_and_what_changes_begins_anew() {
        let mut hold = Hold::default();
        let happy = Some(Expression::Happy);
        assert_eq!(hold.see(happy, 10.0), 0.0);
        assert!((0.4..0.6).contains(&hold.see(happy, 10.6)));
        assert_eq!(hold.see(Some(Expression::Sad), 11.1), 0.0);
        assert_eq!(hold.see(Some(Expression::Sad), 12.4), 1.0);
    }

    #[test]
    fn a_face_that_cannot_be_told_is_taken_in_the_end() {
        let mut hold = Hold::default();
        assert_eq!(hold.see(None, 3.0), 0.0);
        assert!(hold.see(None, 6.5) < 0.6);
        assert_eq!(hold.see(None, 10.1), 1.0);
        // Nothing that was seen before matters to what is declared now.
        assert_eq!(hold.see(Some(Expression::Happy), 10.2), 0.0);
    }
}
