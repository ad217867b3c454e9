//! Horizontal bars, one group of them a row.

use super::axes::{Axis, Scale, Unit};
use super::drawing::{Anchor, Drawing, Sample};
use super::style::COLOURS;
use super::text::width;

/// One bar.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bar {
    /// Its length.
    pub value: f64,
    /// An interval, drawn as a whisker.
    pub interval: Option<[f64; 2]>,
}

impl From<f64> for Bar {
    fn from(value: f64) -> Self {
        Self { value, interval: None }
    }
}

/// Bars that belong to one thing, one for each series.
#[derive(Clone, Debug, PartialEq)]
pub struct BarRow {
    /// Stands at their left.
    pub label: String,
    /// In series order.
    pub bars: Vec<Bar>,
}

/// Horizontal bars from zero.
#[derive(Clone, Debug, PartialEq)]
pub struct BarChart {
    /// Stands above it.
    pub title: String,
    /// What bars measure, and how far the axis reaches.
    pub axis: Axis,
    /// What the bars of a row are, in order; shown as the legend where there are several.
    pub series: Vec<String>,
    /// From top to bottom.
    pub rows: Vec<BarRow>,
}

/// Width beside other charts.
const WIDTH: f64 = 460.0;
const GAP: f64 = 9.0;

impl BarChart {
    /// The chart as SVG.
    #[must_use]
    pub fn draw(&self) -> Drawing {
        self.draw_at(WIDTH)
    }

    /// The chart as SVG of that width.
    pub(super) fn draw_at(&self, whole: f64) -> Drawing {
        let mut drawing = Drawing::new(whole, 0.0, &self.title);
        let keys: Vec<_> = self.series.iter().map(|name| (Sample::Area, &name[..])).collect();
        let top = 30.0 + drawing.legend(&keys, 26.0);
        let bar = if self.series.len() > 1 { 13.0 } else { 16.0 };
        let row = bar * self.series.len().max(1) as f64 + GAP;
        let bottom = top + row * self.rows.len() as f64;
        drawing.height = bottom + 40.0;
        let left = self.rows.iter().map(|r| width(&r.label)).fold(30.0, f64::max).min(230.0) + 10.0;
        let scale = self.scale(whole - left - self.room());
        grid(&mut drawing, &scale, left, (top, bottom), &self.axis.label);
        for (i, r) in self.rows.iter().enumerate() {
            let y = top + row * i as f64;
            let middle = y + (row - GAP) / 2.0 + 4.0;
            drawing.text("", (left - 8.0, middle), Anchor::End, &r.label);
            self.row(&mut drawing, &scale, r, (left, y), bar);
        }
        drawing
    }

    /// Room for the numbers behind bars.
    fn room(&self) -> f64 {
        let bars = self.rows.iter().flat_map(|r| &r.bars).filter(|bar| bar.value.is_finite());
        let widest = bars.map(|bar| width(&self.axis.unit.exact(bar.value))).fold(20.0, f64::max);
        widest + 10.0
    }

    fn scale(&self, length: f64) -> Scale {
        let bars = self.rows.iter().flat_map(|r| &r.bars);
        let ends = bars.flat_map(|b| [b.value].into_iter().chain(b.interval.into_iter().flatten()));
        self.axis.scale(ends.chain([0.0]), length)
    }

    fn row(&self, drawing: &mut Drawing, scale: &Scale, row: &BarRow, at: (f64, f64), height: f64) {
        let zero = scale.place(0.0);
        for (i, bar) in row.bars.iter().enumerate().filter(|(_, b)| b.value.is_finite()) {
            let (y, end) = (at.1 + height * i as f64, scale.place(bar.value));
            let value = self.axis.unit.exact(bar.value);
            let name = self.series.get(i).map_or("", String::as_str);
            let tip = format!("{} {name}: {value}{}", row.label, interval(bar, self.axis.unit));
            let corner = (at.0 + zero.min(end), y + 1.0);
            let size = ((end - zero).abs(), height - 2.0);
            drawing.rect(&format!("f{}", i % COLOURS), 1.0, corner, size, &tip);
            let middle = y + height / 2.0;
            let mut reach = end.max(zero);
            if let Some([low, high]) = bar.interval {
                let (low, high) = (scale.place(low), scale.place(high));
                drawing.line("whisker", (at.0 + low, middle), (at.0 + high, middle));
                reach = reach.max(high);
            }
            let class = if self.series.len() > 1 { "faint small" } else { "faint" };
            drawing.text(class, (at.0 + reach + 5.0, middle + 4.0), Anchor::Start, &value);
        }
    }
}

fn interval(bar: &Bar, unit: Unit) -> String {
    bar.interval.map_or(String::new(), |[low, high]| {
        format!(" ({} to {})", unit.exact(low), unit.exact(high))
    })
}

fn grid(drawing: &mut Drawing, scale: &Scale, left: f64, (top, bottom): (f64, f64), label: &str) {
    for (x, word) in scale.ticks((scale.length / 70.0) as usize) {
        let x = left + x;
        drawing.line("grid", (x, top - 4.0), (x, bottom));
        drawing.text("faint", (x, bottom + 14.0), Anchor::Middle, &word);
    }
    let zero = left + scale.place(0.0);
    drawing.line("axis", (zero, top - 4.0), (zero, bottom));
    drawing.text("faint", (left + scale.length / 2.0, bottom + 32.0), Anchor::Middle, label);
}
