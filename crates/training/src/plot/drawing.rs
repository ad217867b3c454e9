//! A finished picture of one chart.

use std::fmt::Write as _;

use super::style::sheet;
use super::text::{at, escape};

/// One chart as SVG elements, `width` x `height` CSS pixels.
#[derive(Clone, Debug, PartialEq)]
pub struct Drawing {
    pub(super) width: f64,
    pub(super) height: f64,
    title: String,
    body: String,
}

/// Where a text hangs on its point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

impl Drawing {
    /// An empty one whose title stands at its top.
    pub(super) fn new(width: f64, height: f64, title: &str) -> Self {
        let mut drawing = Self { width, height, title: title.to_owned(), body: String::new() };
        drawing.text("title", (0.0, 15.0), Anchor::Start, title);
        drawing
    }

    /// A file of its own.
    #[must_use]
    pub fn svg(&self) -> String {
        let pad = 16.0;
        let (width, height) = (self.width + 2.0 * pad, self.height + 2.0 * pad);
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"-{pad} -{pad} {} {}\" width=\"{}\" \
             height=\"{}\"><style>{}</style><rect class=\"page\" x=\"-{pad}\" y=\"-{pad}\" \
             width=\"100%\" height=\"100%\"/>{}</svg>\n",
            at(width),
            at(height),
            at(width),
            at(height),
            sheet(),
            self.body
        )
    }

    /// To stand in a page at its own size, or at a place of a larger drawing.
    pub(super) fn inline(&self, place: Option<(f64, f64)>) -> String {
        let place =
            place.map_or(String::new(), |(x, y)| format!("x=\"{}\" y=\"{}\" ", at(x), at(y)));
        format!(
            "<svg {place}viewBox=\"0 0 {w} {h}\" width=\"{w}\" height=\"{h}\" role=\"img\" \
             aria-label=\"{}\">{}</svg>",
            escape(&self.title),
            self.body,
            w = at(self.width),
            h = at(self.height),
        )
    }

    pub(super) fn text(&mut self, class: &str, (x, y): (f64, f64), anchor: Anchor, text: &str) {
        let anchor = match anchor {
            Anchor::Start => "",
            Anchor::Middle => " text-anchor=\"middle\"",
            Anchor::End => " text-anchor=\"end\"",
        };
        let (x, y, text) = (at(x), at(y), escape(text));
        let _ =
            write!(self.body, "<text class=\"{class}\" x=\"{x}\" y=\"{y}\"{anchor}>{text}</text>");
    }

    /// A text that reads upwards.
    pub(super) fn upright(&mut self, (x, y): (f64, f64), text: &str) {
        let (x, y, text) = (at(x), at(y), escape(text));
        let _ = write!(
            self.body,
            "<text class=\"faint\" text-anchor=\"middle\" transform=\"translate({x} {y}) rotate(-90)\">\
             {text}</text>"
        );
    }

    pub(super) fn line(&mut self, class: &str, from: (f64, f64), to: (f64, f64)) {
        let [x1, y1, x2, y2] = [from.0, from.1, to.0, to.1].map(at);
        let _ = write!(
            self.body,
            "<line class=\"{class}\" x1=\"{x1}\" y1=\"{y1}\" x2=\"{x2}\" y2=\"{y2}\"/>"
        );
    }

    /// A rectangle with a tooltip.
    pub(super) fn rect(
        &mut self,
        class: &str,
        opacity: f64,
        corner: (f64, f64),
        size: (f64, f64),
        tip: &str,
    ) {
        let [x, y, w, h] = [corner.0, corner.1, size.0.max(0.0), size.1.max(0.0)].map(at);
        let opacity =
            if opacity < 1.0 { format!(" fill-opacity=\"{opacity:.3}\"") } else { String::new() };
        let _ = write!(
            self.body,
            "<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\"{opacity}>{}</rect>",
            tooltip(tip)
        );
    }

    pub(super) fn dot(&mut self, class: &str, centre: (f64, f64), radius: f64, tip: &str) {
        let [x, y, r] = [centre.0, centre.1, radius].map(at);
        let tip = tooltip(tip);
        let _ = write!(
            self.body,
            "<circle class=\"{class}\" cx=\"{x}\" cy=\"{y}\" r=\"{r}\">{tip}</circle>"
        );
    }

    /// An SVG path.
    pub(super) fn path(&mut self, class: &str, d: &str, tip: &str) {
        let _ = write!(self.body, "<path class=\"{class}\" d=\"{d}\">{}</path>", tooltip(tip));
    }

    /// A sample of what is drawn in a colour and its name; gives the width used.
    pub(super) fn key(
        &mut self,
        colour: usize,
        sample: Sample,
        (x, y): (f64, f64),
        name: &str,
    ) -> f64 {
        let (width, middle) = (sample.width(), y - 4.0);
        if sample == Sample::Area {
            self.rect(&format!("f{colour}"), 1.0, (x, y - 9.0), (width, 10.0), "");
        }
        if let Sample::Line { dashed, .. } = sample {
            let dash = if dashed { " dash" } else { "" };
            self.line(&format!("line{dash} s{colour}"), (x, middle), (x + width, middle));
        }
        if matches!(sample, Sample::Dot | Sample::Line { dots: true, .. }) {
            self.dot(&format!("f{colour}"), (x + width / 2.0, middle), 3.0, "");
        }
        self.text("", (x + width + 5.0, y), Anchor::Start, name);
        width + 5.0 + super::text::width(name) + 14.0
    }

    /// The keys of several series in rows; gives the height used.
    pub(super) fn legend(&mut self, keys: &[(Sample, &str)], top: f64) -> f64 {
        if keys.len() < 2 {
            return 0.0;
        }
        let (mut x, mut y) = (0.0, top + 12.0);
        for (i, (sample, name)) in keys.iter().enumerate() {
            let needed = sample.width() + 5.0 + super::text::width(name);
            if x > 0.0 && x + needed > self.width {
                (x, y) = (0.0, y + 18.0);
            }
            x += self.key(i % super::style::COLOURS, *sample, (x, y), name);
        }
        y + 10.0 - top
    }
}

/// What a legend shows of a series: a piece of what is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sample {
    /// Of bars and slices.
    Area,
    /// Of scatter plots.
    Dot,
    /// Of lines, with their dashes and dots.
    Line { dashed: bool, dots: bool },
}

impl Sample {
    fn width(self) -> f64 {
        match self {
            Self::Area => 10.0,
            Self::Dot => 8.0,
            Self::Line { .. } => 24.0,
        }
    }
}

fn tooltip(tip: &str) -> String {
    if tip.is_empty() { String::new() } else { format!("<title>{}</title>", escape(tip)) }
}
