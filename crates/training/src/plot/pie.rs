//! Shares of a whole.

use std::f64::consts::TAU;

use super::axes::Unit;
use super::drawing::{Anchor, Drawing, Sample};
use super::style::COLOURS;
use super::text::{at, percent};

/// Parts of one whole, clockwise from the top.
#[derive(Clone, Debug, PartialEq)]
pub struct PieChart {
    /// Stands above it.
    pub title: String,
    /// What each part is and how much of it there is (0 or more).
    pub slices: Vec<(String, f64)>,
}

const WIDTH: f64 = 460.0;
const RADIUS: f64 = 100.0;

impl PieChart {
    /// The chart as SVG.
    #[must_use]
    pub fn draw(&self) -> Drawing {
        let keys = 20.0 * self.slices.len() as f64;
        let mut drawing = Drawing::new(WIDTH, 40.0 + (2.0 * RADIUS).max(keys), &self.title);
        let total: f64 = self.slices.iter().map(|(_, n)| n.max(0.0)).sum();
        let centre = (RADIUS + 6.0, 34.0 + RADIUS);
        let mut from = 0.0;
        for (i, (name, n)) in self.slices.iter().enumerate() {
            let share = if total > 0.0 { n.max(0.0) / total } else { 0.0 };
            let count = Unit::Number.exact(*n);
            let tip = format!("{name}: {count} ({})", percent(share));
            slice(&mut drawing, i % COLOURS, centre, (from, from + share), &tip);
            let y = 48.0 + 20.0 * i as f64;
            drawing.key(i % COLOURS, Sample::Area, (2.0 * RADIUS + 36.0, y), name);
            drawing.text(
                "faint",
                (WIDTH - 4.0, y),
                Anchor::End,
                &format!("{count} · {}", percent(share)),
            );
            from += share;
        }
        drawing
    }
}

/// A sector between two shares of a turn.
fn slice(
    drawing: &mut Drawing,
    colour: usize,
    centre: (f64, f64),
    (from, to): (f64, f64),
    tip: &str,
) {
    let class = format!("slice f{colour}");
    if to - from > 0.999_99 {
        drawing.dot(&class, centre, RADIUS, tip);
    } else if to > from {
        let edge = |share: f64| {
            let (sin, cos) = (TAU * share).sin_cos();
            (at(centre.0 + RADIUS * sin), at(centre.1 - RADIUS * cos))
        };
        let ((x1, y1), (x2, y2)) = (edge(from), edge(to));
        let large = u8::from(to - from > 0.5);
        let (x, y, r) = (at(centre.0), at(centre.1), at(RADIUS));
        let path = format!("M{x} {y}L{x1} {y1}A{r} {r} 0 {large} 1 {x2} {y2}Z");
        drawing.path(&class, &path, tip);
    }
}
