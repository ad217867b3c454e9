//! Line charts and scatter plots.

use super::axes::{Axis, Scale};
use super::drawing::{Anchor, Drawing, Sample};
use super::style::COLOURS;
use super::text::at;

/// One measured point.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// Along.
    pub x: f64,
    /// Up.
    pub y: f64,
    /// An interval of `y`, drawn as a band around lines and as whiskers on dots.
    pub interval: Option<[f64; 2]>,
}

/// How a series is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// A line through its points.
    Line,
    /// A dashed line, for what is compared with.
    Dashed,
    /// Its points alone: a scatter plot.
    Dots,
    /// A line with its points marked.
    LineAndDots,
}

impl Mark {
    fn sample(self) -> Sample {
        match self {
            Self::Dots => Sample::Dot,
            Self::Line => Sample::Line { dashed: false, dots: false },
            Self::Dashed => Sample::Line { dashed: true, dots: false },
            Self::LineAndDots => Sample::Line { dashed: false, dots: true },
        }
    }
}

/// Points that belong together.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// Shown in the legend.
    pub name: String,
    /// How it is drawn.
    pub mark: Mark,
    /// In drawing order.
    pub points: Vec<Point>,
}

impl Series {
    /// Points without intervals.
    #[must_use]
    pub fn new(name: &str, mark: Mark, points: impl IntoIterator<Item = (f64, f64)>) -> Self {
        let points = points.into_iter().map(|(x, y)| Point { x, y, interval: None }).collect();
        Self { name: name.to_owned(), mark, points }
    }

    /// Points with intervals of `y`.
    #[must_use]
    pub fn with_intervals(
        name: &str,
        mark: Mark,
        points: impl IntoIterator<Item = (f64, f64, [f64; 2])>,
    ) -> Self {
        let point = |(x, y, interval)| Point { x, y, interval: Some(interval) };
        let points = points.into_iter().map(point).collect();
        Self { name: name.to_owned(), mark, points }
    }
}

/// Series over two axes.
#[derive(Clone, Debug, PartialEq)]
pub struct LineChart {
    /// Stands above it.
    pub title: String,
    /// Along.
    pub x: Axis,
    /// Up.
    pub y: Axis,
    /// In legend order.
    pub series: Vec<Series>,
}

const WIDTH: f64 = 460.0;
const PLOT_HEIGHT: f64 = 260.0;
const LEFT: f64 = 64.0;
const RIGHT: f64 = 24.0;
const BELOW: f64 = 44.0;

impl LineChart {
    /// The chart as SVG.
    #[must_use]
    pub fn draw(&self) -> Drawing {
        let mut drawing = Drawing::new(WIDTH, 0.0, &self.title);
        let keys: Vec<_> = self.series.iter().map(|s| (s.mark.sample(), &s.name[..])).collect();
        let top = 34.0 + drawing.legend(&keys, 26.0);
        drawing.height = top + PLOT_HEIGHT + BELOW;
        let points = || self.series.iter().flat_map(|s| &s.points);
        let x = self.x.scale(points().map(|p| p.x), WIDTH - LEFT - RIGHT);
        let ys = points().flat_map(|p| [p.y].into_iter().chain(p.interval.into_iter().flatten()));
        let plot = Plot { x, y: self.y.scale(ys, PLOT_HEIGHT), top };
        plot.frame(&mut drawing, &self.x.label, &self.y.label);
        for (i, series) in self.series.iter().enumerate() {
            self.series(&mut drawing, &plot, series, i % COLOURS);
        }
        drawing
    }

    fn series(&self, drawing: &mut Drawing, plot: &Plot, series: &Series, colour: usize) {
        if matches!(series.mark, Mark::Line | Mark::LineAndDots) {
            plot.band(drawing, &series.points, colour);
        }
        if series.mark != Mark::Dots {
            let dash = if series.mark == Mark::Dashed { " dash" } else { "" };
            let path = plot.path(series.points.iter().map(|p| (p.x, p.y)));
            drawing.path(&format!("line{dash} s{colour}"), &path, &series.name);
        }
        if matches!(series.mark, Mark::Dots | Mark::LineAndDots) {
            for point in series.points.iter().filter(|p| p.x.is_finite() && p.y.is_finite()) {
                if let (Mark::Dots, Some([low, high])) = (series.mark, point.interval) {
                    drawing.line("whisker", plot.at(point.x, low), plot.at(point.x, high));
                }
                let (x, y) = (self.x.unit.exact(point.x), self.y.unit.exact(point.y));
                let tip = format!("{}: {x}, {y}", series.name);
                drawing.dot(&format!("f{colour}"), plot.at(point.x, point.y), 3.0, &tip);
            }
        }
    }
}

/// The rectangle in which data is drawn.
struct Plot {
    x: Scale,
    y: Scale,
    top: f64,
}

impl Plot {
    fn at(&self, x: f64, y: f64) -> (f64, f64) {
        (LEFT + self.x.place(x), self.top + self.y.length - self.y.place(y))
    }

    fn frame(&self, drawing: &mut Drawing, x_label: &str, y_label: &str) {
        let (right, bottom) = (LEFT + self.x.length, self.top + self.y.length);
        for (y, word) in self.y.ticks(5) {
            let y = bottom - y;
            drawing.line("grid", (LEFT, y), (right, y));
            drawing.text("faint", (LEFT - 8.0, y + 4.0), Anchor::End, &word);
        }
        for (x, word) in self.x.ticks(6) {
            let x = LEFT + x;
            drawing.line("axis", (x, bottom), (x, bottom + 4.0));
            drawing.text("faint", (x, bottom + 18.0), Anchor::Middle, &word);
        }
        drawing.line("axis", (LEFT, bottom), (right, bottom));
        drawing.text("faint", (LEFT + self.x.length / 2.0, bottom + 37.0), Anchor::Middle, x_label);
        drawing.upright((12.0, self.top + self.y.length / 2.0), y_label);
    }

    fn path(&self, points: impl Iterator<Item = (f64, f64)>) -> String {
        let mut path = String::new();
        for (x, y) in points.filter(|(x, y)| x.is_finite() && y.is_finite()) {
            let (x, y) = self.at(x, y);
            path += &format!("{}{} {}", if path.is_empty() { "M" } else { "L" }, at(x), at(y));
        }
        path
    }

    fn band(&self, drawing: &mut Drawing, points: &[Point], colour: usize) {
        let end = |i: usize| move |p: &Point| Some((p.x, p.interval?[i]));
        let along = points.iter().filter_map(end(1));
        let back = points.iter().rev().filter_map(end(0));
        let path = self.path(along.chain(back));
        if !path.is_empty() {
            drawing.path(&format!("band f{colour}"), &format!("{path}Z"), "");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plot::Unit;

    #[test]
    fn a_legend_shows_lines_as_they_are_drawn() {
        let axis = || Axis::new("", Unit::Number);
        let marks = [Mark::Line, Mark::Dashed, Mark::Dots, Mark::LineAndDots];
        let series = marks.map(|mark| Series::new("name", mark, [(0.0, 0.0), (1.0, 1.0)]));
        let chart = LineChart { title: String::new(), x: axis(), y: axis(), series: series.into() };
        let svg = chart.draw().inline(None);
        let lines = |class: &str| svg.matches(&format!("<line class=\"{class}\"")).count();
        let keys = ["line s0", "line dash s1", "line s2", "line s3"].map(lines);
        assert_eq!(keys, [1, 1, 0, 1], "{svg}");
        assert_eq!(svg.matches("<circle").count(), 2 + 1 + 2 + 1, "points and keys: {svg}");
        assert!(!svg.contains("<rect"), "{svg}");
    }
}
