//! How long something takes, measured on the monotonic clock.

use std::time::{Duration, Instant};

use serde::Serialize;

/// Not timed: caches and the branch predictor settle.
const WARM_UP: usize = 3;
/// Fewest runs that a 99th percentile is read from.
const FEWEST: usize = 200;
/// Runs beyond the fewest stop here.
const LONGEST: Duration = Duration::from_secs(1);
/// Runs stop here in any case.
const MOST: usize = 1000;

/// Runs of one stage.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Timing {
    /// Half of the runs took no longer.
    pub median_ms: f64,
    /// 95 % of the runs took no longer.
    pub p95_ms: f64,
    /// 99 % of the runs took no longer.
    pub p99_ms: f64,
    /// How many there were.
    pub runs: usize,
}

impl Timing {
    /// Times `stage` until there are at least 200 runs and a second of them, or 1000 runs.
    pub fn measure(mut stage: impl FnMut()) -> Self {
        (0..WARM_UP).for_each(|_| stage());
        let begin = Instant::now();
        let mut runs = Vec::new();
        while runs.len() < FEWEST || (runs.len() < MOST && begin.elapsed() < LONGEST) {
            let start = Instant::now();
            stage();
            runs.push(start.elapsed());
        }
        Self::of(runs)
    }

    /// Summarises runs that were timed elsewhere; zeroes for none.
    pub fn of(mut runs: Vec<Duration>) -> Self {
        runs.sort_unstable();
        Self {
            median_ms: milliseconds(percentile(&runs, 50)),
            p95_ms: milliseconds(percentile(&runs, 95)),
            p99_ms: milliseconds(percentile(&runs, 99)),
            runs: runs.len(),
        }
    }
}

/// The nearest-rank percentile of sorted runs.
fn percentile(sorted: &[Duration], percent: usize) -> Duration {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).copied().unwrap_or_default()
}

/// To the microsecond.
fn milliseconds(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1e6).round() / 1e3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_the_nearest_rank() {
        let runs = (1..=20).rev().map(Duration::from_millis).collect();
        assert_eq!(
            Timing::of(runs),
            Timing { median_ms: 10.0, p95_ms: 19.0, p99_ms: 20.0, runs: 20 }
        );
        let one = Timing::of(vec![Duration::from_micros(1500)]);
        assert_eq!((one.median_ms, one.p95_ms), (1.5, 1.5));
        assert_eq!(Timing::of(vec![]).runs, 0);
    }
}
