//! Slows down those who guess passwords.

use std::collections::HashMap;
use std::time::{Duration, Instant};

/// Wrong passwords in a row that cost nothing: people mistype.
const FREE: u32 = 4;
/// The longest wait: longer ones would let a stranger lock people out.
const LONGEST: Duration = Duration::from_secs(300);
/// After so long without a wrong password all is forgotten.
const FORGET: Duration = Duration::from_secs(3600);
/// Names that are remembered at once.
const MOST: usize = 10_000;

/// Wrong passwords in a row, by folded name.
#[derive(Debug, Default)]
pub(crate) struct Attempts {
    failed: HashMap<String, (u32, Instant)>,
}

impl Attempts {
    /// How long this name must wait before another try.
    pub(crate) fn wait(&self, name: &str, now: Instant) -> Option<Duration> {
        let (failed, last) = self.failed.get(name)?;
        let doublings = failed.checked_sub(FREE)?;
        let delay = Duration::from_secs(1 << doublings.min(10)).min(LONGEST);
        delay.checked_sub(now.duration_since(*last)).filter(|left| !left.is_zero())
    }

    /// A wrong password.
    pub(crate) fn failed(&mut self, name: &str, now: Instant) {
        if self.failed.len() >= MOST {
            self.failed.retain(|_, (_, last)| now.duration_since(*last) < LONGEST);
        }
        if self.failed.len() >= MOST && !self.failed.contains_key(name) {
            return;
        }
        let (count, last) = self.failed.entry(name.to_owned()).or_insert((0, now));
        *count = if now.duration_since(*last) > FORGET { 1 } else { count.saturating_add(1) };
        *last = now;
    }

    /// The right one.
    pub(crate) fn succeeded(&mut self, name: &str) {
        self.failed.remove(name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_and_end() {
        let mut attempts = Attempts::default();
        let mut now = Instant::now();
        for _ in 0..FREE - 1 {
            attempts.failed("maya", now);
            assert_eq!(attempts.wait("maya", now), None);
        }
        for seconds in [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300] {
            attempts.failed("maya", now);
            let wait = attempts.wait("maya", now).unwrap();
            assert_eq!(wait, Duration::from_secs(seconds));
            now += wait;
            assert_eq!(attempts.wait("maya", now), None);
        }
        assert_eq!(attempts.wait("noor", now), None);
        attempts.succeeded("maya");
        attempts.failed("maya", now);
        assert_eq!(attempts.wait("maya", now), None);
    }

    #[test]
    fn names_do_not_fill_the_memory() {
        let mut attempts = Attempts::default();
        let now = Instant::now();
        (0..2 * MOST).for_each(|i| attempts.failed(&i.to_string(), now));
        assert!(attempts.failed.len() <= MOST);
    }
}
