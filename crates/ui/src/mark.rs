//! The shapes of moods, drawn.

use attune_core::{Mood, Point};
use sycamore::web::View;

use crate::dom::{El, svg};
use crate::mood::shape;

/// The shape, coloured.
pub fn mark(point: Point) -> El {
    let href = match shape(point) {
        "glad" => "#shape-glad",
        "tense" => "#shape-tense",
        "easy" => "#shape-easy",
        "low" => "#shape-low",
        _ => "#shape-even",
    };
    svg("svg")
        .class("shape toned")
        .attr("viewBox", "0 0 24 24")
        .attr("aria-hidden", "true")
        .toned(move || Some((point.valence, point.arousal)))
        .child(svg("use").attr("href", href))
}

/// The shape where a mood is known, else nothing.
pub fn mark_of(mood: Option<Mood>) -> View {
    mood.map(|mood| mark(mood.point()).into()).unwrap_or_default()
}
