//! Axes: which numbers they reach, where their ticks are and how those are written.

use super::text::group;

/// How numbers along an axis are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// As they are.
    Number,
    /// Shares of one, as percent.
    Share,
    /// Differences of shares of one, as percentage points.
    Points,
}

impl Unit {
    /// A single value, to be read exactly.
    #[must_use]
    pub fn exact(self, x: f64) -> String {
        match self {
            Self::Share => super::text::percent(x),
            Self::Points => format!("{:+.1} points", 100.0 * x),
            Self::Number if x.fract() == 0.0 && x.abs() < 1e15 => parted(&format!("{x:.0}")),
            Self::Number => parted(&format!("{}", (x * 1e4).round() / 1e4)),
        }
    }

    /// A tick that stands `step` from the next.
    fn tick(self, x: f64, step: f64) -> String {
        let (x, step, unit) = match self {
            Self::Number => (x, step, ""),
            Self::Share => (100.0 * x, 100.0 * step, " %"),
            Self::Points => (100.0 * x, 100.0 * step, ""),
        };
        let decimals = (-step.log10().floor()).clamp(0.0, 6.0) as usize;
        let x = if x.abs() < step * 1e-6 { 0.0 } else { x };
        format!("{}{unit}", parted(&format!("{x:.decimals$}")))
    }
}

/// A decimal number with commas between its thousands.
fn parted(number: &str) -> String {
    let (sign, number) = number.strip_prefix('-').map_or(("", number), |rest| ("-", rest));
    let (whole, rest) = number.split_at(number.find('.').unwrap_or(number.len()));
    format!("{sign}{}{rest}", group(whole))
}

/// One axis of a chart.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// What is shown along it.
    pub label: String,
    /// How its numbers are written.
    pub unit: Unit,
    /// What it reaches from and to; found from the data where it is not given.
    pub range: Option<(f64, f64)>,
}

impl Axis {
    /// An axis that reaches over its data.
    #[must_use]
    pub fn new(label: &str, unit: Unit) -> Self {
        Self { label: label.to_owned(), unit, range: None }
    }

    /// With fixed ends.
    #[must_use]
    pub fn from_to(mut self, low: f64, high: f64) -> Self {
        self.range = Some((low, high));
        self
    }

    /// The scale from data to `[0, length]` pixels.
    pub(super) fn scale(&self, values: impl Iterator<Item = f64>, length: f64) -> Scale {
        let (low, high) = self.range.unwrap_or_else(|| reach(values));
        let (low, high) = if high > low { (low, high) } else { (low - 0.5, low + 0.5) };
        Scale { low, high, length, unit: self.unit }
    }
}

/// From data to pixels.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scale {
    low: f64,
    high: f64,
    pub length: f64,
    unit: Unit,
}

impl Scale {
    /// Where a value stands; what is beyond the axis stands at its end.
    pub fn place(&self, x: f64) -> f64 {
        ((x - self.low) / (self.high - self.low)).clamp(0.0, 1.0) * self.length
    }

    /// Places and words of about `n` ticks.
    pub fn ticks(&self, n: usize) -> Vec<(f64, String)> {
        let step = nice((self.high - self.low) / n.max(1) as f64);
        let first = (self.low / step - 1e-9).ceil() as i64;
        let last = (self.high / step + 1e-9).floor() as i64;
        let tick = |i: i64| {
            let x = i as f64 * step;
            (self.place(x), self.unit.tick(x, step))
        };
        (first..=last.min(first + 50)).map(tick).collect()
    }
}

/// Ends a little beyond the data, on round numbers.
fn reach(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let ends = (f64::INFINITY, f64::NEG_INFINITY);
    let (low, high) =
        values.filter(|x| x.is_finite()).fold(ends, |(low, high), x| (low.min(x), high.max(x)));
    if low > high {
        return (0.0, 1.0);
    }
    let step = nice((high - low).max(1e-9) / 5.0);
    ((low / step).floor() * step, (high / step).ceil() * step)
}

/// The nearest of 1, 2 and 5 times a power of ten.
fn nice(step: f64) -> f64 {
    let power = 10f64.powf(step.log10().floor());
    let round = match step / power {
        rest if rest < 1.5 => 1.0,
        rest if rest < 3.5 => 2.0,
        rest if rest < 7.5 => 5.0,
        _ => 10.0,
    };
    round * power
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(axis: &Axis, values: &[f64]) -> Vec<String> {
        let scale = axis.scale(values.iter().copied(), 100.0);
        scale.ticks(5).into_iter().map(|(_, word)| word).collect()
    }

    #[test]
    fn ticks_are_round_and_reach_over_the_data() {
        let share = Axis::new("", Unit::Share).from_to(0.0, 1.0);
        assert_eq!(words(&share, &[]), ["0 %", "20 %", "40 %", "60 %", "80 %", "100 %"]);
        let number = Axis::new("", Unit::Number);
        assert_eq!(words(&number, &[0.013, 0.048]), ["0.01", "0.02", "0.03", "0.04", "0.05"]);
        assert_eq!(words(&number, &[-3.0, 7.0]), ["-4", "-2", "0", "2", "4", "6", "8"]);
        assert_eq!(words(&number, &[0.0, 2000.0]), ["0", "500", "1,000", "1,500", "2,000"]);
        let points = Axis::new("", Unit::Points);
        assert_eq!(words(&points, &[-0.1, 0.0]), ["-10", "-8", "-6", "-4", "-2", "0"]);
        assert!(!words(&number, &[]).is_empty() && !words(&number, &[2.0, f64::NAN]).is_empty());
    }

    #[test]
    fn a_single_value_says_its_unit() {
        assert_eq!(Unit::Points.exact(-0.075), "-7.5 points");
        assert_eq!(Unit::Points.exact(0.004), "+0.4 points");
        assert_eq!(Unit::Share.exact(0.5), "50.00 %");
        assert_eq!([-1234.5, 1e6].map(|x| Unit::Number.exact(x)), ["-1,234.5", "1,000,000"]);
    }

    #[test]
    fn places_stay_on_the_axis() {
        let scale = Axis::new("", Unit::Number).from_to(0.0, 10.0).scale([].into_iter(), 50.0);
        assert_eq!([-5.0, 0.0, 5.0, 99.0].map(|x| scale.place(x)), [0.0, 0.0, 25.0, 50.0]);
    }
}
