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

/// Mean and sum of squared differences of a growing set (Welford 1962).
#[derive(Clone, Copy, Debug, Default)]
struct Moments {
    n: u32,
    mean: f64,
    squares: f64,
}

impl Moments {
    fn add(&mut self, x: f64) {
        self.n += 1;
        let before = x - self.mean;
        self.mean += before / f64::from(self.n);
        self.squares += before * (x - self.mean);
    }

    fn deviation(&self) -> f64 {
        if self.n == 0 { 0.0 } else { (self.squares / f64::from(self.n)).sqrt() }
    }
}

#[derive(Clone, Copy, Debug, Default)]
struct Column {
    whole: Moments,
    window: Moments,
    windows: Moments,
}

impl Column {
    fn add(&mut self, x: f64) {
        self.whole.add(x);
        self.window.add(x);
        if self.window.n == WINDOW {
            self.close();
        }
    }

    fn close(&mut self) {
        self.windows.add(self.window.deviation());
        self.window = Moments::default();
    }

    #[expect(clippy::cast_possible_truncation, reason = "descriptors are single precision")]
    fn spread(mut self) -> Spread {
        // A short rest would weigh as much as a whole window.
        if self.window.n > WINDOW / 2 || self.windows.n == 0 {
            self.close();
        }
        Spread {
            mean: self.whole.mean as f32,
            deviation: self.whole.deviation() as f32,
            window_deviation: self.windows.mean as f32,
        }
    }
}

/// Smooths rows of descriptors by a moving average of three, as openSMILE's `sma` does, and keeps
/// their spread.
#[derive(Clone, Debug, Default)]
pub(crate) struct Spreads {
    columns: Vec<Column>,
    last: [Vec<f32>; 2],
    rows: u32,
}

impl Spreads {
    /// Takes the next frame's descriptors; always the same number of them.
    pub(crate) fn push(&mut self, row: &[f32]) {
        if self.rows == 0 {
            self.columns.resize(row.len(), Column::default());
            self.last = [row.to_vec(), row.to_vec()];
        } else {
            self.smooth(row);
        }
        self.rows += 1;
    }

    fn smooth(&mut self, next: &[f32]) {
        let [before, current] = &mut self.last;
        for (i, column) in self.columns.iter_mut().enumerate() {
            column.add((f64::from(before[i]) + f64::from(current[i]) + f64::from(next[i])) / 3.0);
        }
        std::mem::swap(before, current);
        current.copy_from_slice(next);
    }

    /// The spread of each descriptor; empty where no frame came.
    pub(crate) fn finish(mut self) -> Vec<Spread> {
        if self.rows > 0 {
            let last = self.last[1].clone();
            self.smooth(&last);
        }
        self.columns.into_iter().map(Column::spread).collect()
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
