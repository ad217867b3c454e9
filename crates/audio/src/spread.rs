//! Means and deviations of descriptors over a recording, in one pass.

use serde::{Deserialize, Serialize};

/// Frames of 10 ms in a window of half a second.
const WINDOW: u32 = 50;

/// How a low-level descriptor is spread over a recording.
#[derive(Clone, Copy, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(from = "[f32; 3]", into = "[f32; 3]")]
pub struct Spread {
    /// Mean over all frames.
    pub mean: f32,
    /// Standard deviation over all frames.
    pub deviation: f32,
    /// Standard deviation within half a second, averaged over the recording: what DEAM's
    /// `stddev` columns hold.
    pub window_deviation: f32,
}

impl Spread {
    #[expect(clippy::cast_possible_truncation, reason = "descriptors are single precision")]
    fn of(mean: f64, deviation: f64, window_deviation: f64) -> Self {
        Self {
            mean: mean as f32,
            deviation: deviation as f32,
            window_deviation: window_deviation as f32,
        }
    }
}

impl From<[f32; 3]> for Spread {
    fn from([mean, deviation, window_deviation]: [f32; 3]) -> Self {
        Self { mean, deviation, window_deviation }
    }
}

impl From<Spread> for [f32; 3] {
    fn from(spread: Spread) -> Self {
        [spread.mean, spread.deviation, spread.window_deviation]
    }
}

/// Means and sums of squared differences of growing sets (Welford 1962), a set for each column.
#[derive(Clone, Debug, Default)]
struct Moments {
    n: u32,
    means: Vec<f64>,
    squares: Vec<f64>,
}

impl Moments {
    fn new(columns: usize) -> Self {
        Self { n: 0, means: vec![0.0; columns], squares: vec![0.0; columns] }
    }

    #[inline(always)]
    fn add(&mut self, row: &[f64]) {
        self.n += 1;
        let share = 1.0 / f64::from(self.n);
        for ((x, mean), squares) in row.iter().zip(&mut self.means).zip(&mut self.squares) {
            let before = x - *mean;
            *mean += before * share;
            *squares += before * (x - *mean);
        }
    }

    fn deviations(&self) -> impl Iterator<Item = f64> {
        let n = f64::from(self.n.max(1));
        self.squares.iter().map(move |squares| (squares / n).sqrt())
    }

    fn clear(&mut self) {
        self.n = 0;
        self.means.fill(0.0);
        self.squares.fill(0.0);
    }
}

/// Smooths rows of descriptors by a moving average of three, as openSMILE's `sma` does, and keeps
/// their spread.
#[derive(Clone, Debug, Default)]
pub(crate) struct Spreads {
    whole: Moments,
    window: Moments,
    windows: Moments,
    last: [Vec<f32>; 2],
    smooth: Vec<f64>,
    rows: u32,
}

impl Spreads {
    /// Takes the next frame's descriptors; always the same number of them.
    #[inline(always)]
    pub(crate) fn push(&mut self, row: &[f32]) {
        if self.rows == 0 {
            let moments = || Moments::new(row.len());
            (self.whole, self.window, self.windows) = (moments(), moments(), moments());
            self.last = [row.to_vec(), row.to_vec()];
            self.smooth = vec![0.0; row.len()];
        } else {
            self.smooth(row);
        }
        self.rows += 1;
    }

    #[inline(always)]
    fn smooth(&mut self, next: &[f32]) {
        let [before, current] = &mut self.last;
        let rows = before.iter().zip(current.iter()).zip(next);
        for (smooth, ((a, b), c)) in self.smooth.iter_mut().zip(rows) {
            *smooth = (f64::from(*a) + f64::from(*b) + f64::from(*c)) * (1.0 / 3.0);
        }
        std::mem::swap(before, current);
        current.copy_from_slice(next);
        self.whole.add(&self.smooth);
        self.window.add(&self.smooth);
        if self.window.n == WINDOW {
            self.close();
        }
    }

    fn close(&mut self) {
        let deviations: Vec<f64> = self.window.deviations().collect();
        self.windows.add(&deviations);
        self.window.clear();
    }

    /// The spread of each descriptor; empty where no frame came.
    pub(crate) fn finish(mut self) -> Vec<Spread> {
        if self.rows > 0 {
            let last = self.last[1].clone();
            self.smooth(&last);
        }
        // A short rest would weigh as much as a whole window.
        if self.window.n > WINDOW / 2 || self.windows.n == 0 {
            self.close();
        }
        let columns = self.whole.means.iter().zip(self.whole.deviations()).zip(&self.windows.means);
        columns.map(|((mean, deviation), window)| Spread::of(*mean, deviation, *window)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_spreads() {
        let mut spreads = Spreads::default();
        for i in 0..1_000u16 {
            let slow = f32::from(i / 100 % 2);
            spreads.push(&[3.0, slow]);
        }
        let [constant, slow] = spreads.finish()[..] else { panic!("two columns") };
        assert_eq!(constant, Spread { mean: 3.0, deviation: 0.0, window_deviation: 0.0 });
        assert!((slow.mean - 0.5).abs() < 1e-6);
        assert!((slow.deviation - 0.5).abs() < 0.01);
        assert!(slow.window_deviation < 0.05, "steps of a second hardly show in half a second");
        assert!(Spreads::default().finish().is_empty());
    }
}
