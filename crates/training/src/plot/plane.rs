//! Dots in the square [-1, 1] x [-1, 1], cut into named sectors.

use super::drawing::{Anchor, Drawing, Sample};
use super::style::COLOURS;

/// One dot.
#[derive(Clone, Debug, PartialEq)]
pub struct Dot {
    /// Along, -1 to 1.
    pub x: f64,
    /// Up, -1 to 1.
    pub y: f64,
    /// Its tooltip.
    pub name: String,
}

/// Dots over two axes from -1 to 1; where many lie they darken each other, and a larger group lies
/// under the smaller ones.
#[derive(Clone, Debug, PartialEq)]
pub struct PlaneChart {
    /// Stands above it.
    pub title: String,
    /// What lies along, what lies up.
    pub axes: [String; 2],
    /// Names of sectors of equal width, counter-clockwise, the first around the positive x axis.
    pub sectors: Vec<String>,
    /// Groups of dots and their names, in legend order.
    pub groups: Vec<(String, Vec<Dot>)>,
}

const WIDTH: f64 = 460.0;
const LEFT: f64 = 40.0;
const SIDE: f64 = WIDTH - LEFT - 16.0;
const BELOW: f64 = 44.0;
const RADIUS: f64 = 2.6;

impl PlaneChart {
    /// The chart as SVG.
    #[must_use]
    pub fn draw(&self) -> Drawing {
        let mut drawing = Drawing::new(WIDTH, 0.0, &self.title);
        let keys: Vec<_> = self.groups.iter().map(|(name, _)| (Sample::Dot, &name[..])).collect();
        let top = 34.0 + drawing.legend(&keys, 26.0);
        drawing.height = top + SIDE + BELOW;
        self.frame(&mut drawing, top);
        let all: usize = self.groups.iter().map(|(_, dots)| dots.len()).sum();
        let mut layers: Vec<_> = self.groups.iter().enumerate().collect();
        layers.sort_by_key(|(_, (_, dots))| std::cmp::Reverse(dots.len()));
        for (i, (_, dots)) in layers {
            let crowd = match dots.len() {
                _ if all <= FEW => "",
                n if n > MANY => " crowd",
                _ => " dense",
            };
            let class = format!("f{}{crowd}", i % COLOURS);
            let inside = |dot: &&Dot| dot.x.abs() <= 1.0 && dot.y.abs() <= 1.0;
            for dot in dots.iter().filter(inside) {
                drawing.dot(&class, place(top, dot.x, dot.y), RADIUS, &dot.name);
            }
        }
        self.name_sectors(&mut drawing, top);
        drawing
    }

    /// Over the dots, with a rim that keeps them readable there.
    fn name_sectors(&self, drawing: &mut Drawing, top: f64) {
        let turn = std::f64::consts::TAU / self.sectors.len().max(1) as f64;
        for (i, name) in self.sectors.iter().enumerate() {
            let (sin, cos) = (turn * i as f64).sin_cos();
            let (x, y) = place(top, 0.77 * cos, 0.94 * sin);
            drawing.text("strong halo", (x, y + 4.0), Anchor::Middle, name);
        }
    }

    fn frame(&self, drawing: &mut Drawing, top: f64) {
        let at = |x, y| place(top, x, y);
        for end in [-1.0, -0.5, 0.0, 0.5, 1.0] {
            let class = if end == 0.0 { "axis" } else { "grid" };
            drawing.line(class, at(end, -1.0), at(end, 1.0));
            drawing.line(class, at(-1.0, end), at(1.0, end));
            let (x, y) = at(end, -1.0);
            drawing.text("faint", (x, y + 16.0), Anchor::Middle, &end.to_string());
            let (x, y) = at(-1.0, end);
            drawing.text("faint", (x - 6.0, y + 4.0), Anchor::End, &end.to_string());
        }
        let turn = std::f64::consts::TAU / self.sectors.len().max(1) as f64;
        for i in 0..self.sectors.len() {
            let (sin, cos) = (turn * (i as f64 + 0.5)).sin_cos();
            let reach = 1.0 / sin.abs().max(cos.abs());
            drawing.line("grid", at(0.0, 0.0), at(reach * cos, reach * sin));
        }
        let (x, y) = at(0.0, -1.0);
        drawing.text("faint", (x, y + 36.0), Anchor::Middle, &self.axes[0]);
        drawing.upright((10.0, top + SIDE / 2.0), &self.axes[1]);
    }
}

/// More dots than this are drawn faint.
const FEW: usize = 300;
/// A group of more dots than this is drawn fainter still.
const MANY: usize = 1_500;

fn place(top: f64, x: f64, y: f64) -> (f64, f64) {
    (LEFT + SIDE * (x + 1.0) / 2.0, top + SIDE * (1.0 - y) / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_dot_inside_is_drawn_where_it_lies() {
        let dot = |x, y, name: &str| Dot { x, y, name: name.to_owned() };
        let chart = PlaneChart {
            title: "A & B".to_owned(),
            axes: ["valence".to_owned(), "arousal".to_owned()],
            sectors: ["right", "up", "left", "down"].map(str::to_owned).to_vec(),
            groups: vec![(
                "heard".to_owned(),
                vec![dot(1.0, 1.0, "<corner>"), dot(0.0, 0.0, "middle"), dot(f64::NAN, 0.0, "no")],
            )],
        };
        let svg = chart.draw().svg();
        assert_eq!(svg.matches("<circle").count(), 2, "{svg}");
        assert!(svg.contains("cx=\"444\" cy=\"34\"") && svg.contains("&lt;corner&gt;"), "{svg}");
        assert!(svg.contains(">right<") && svg.contains("A &amp; B"), "{svg}");
    }
}
