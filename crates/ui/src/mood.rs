//! How a mood looks and is put into words. The colours are corners of the plane, mixed in OKLab.

use attune_core::{Expression, Point};

use crate::messages::t;

/// OKLab's a and b: glad, easy, low, tense.
const CORNERS: [(f32, f32); 4] =
    [(0.0513, 0.1410), (-0.1256, 0.0336), (0.0056, -0.1599), (0.1617, 0.0525)];

/// The colour of a place in the plane, as OKLab's a and b.
pub fn tone(valence: f32, arousal: f32) -> (f32, f32) {
    let share = |x: f32| ((x * 1.25).clamp(-1.0, 1.0) + 1.0) / 2.0;
    let (right, up) = (share(valence), share(arousal));
    let [glad, easy, low, tense] = CORNERS;
    let mix = |axis: fn((f32, f32)) -> f32| {
        up * (right * axis(glad) + (1.0 - right) * axis(tense))
            + (1.0 - up) * (right * axis(easy) + (1.0 - right) * axis(low))
    };
    (mix(|c| c.0), mix(|c| c.1))
}

/// The name of the shape that stands beside the colour.
pub fn shape(Point { valence, arousal }: Point) -> &'static str {
    match () {
        () if valence.hypot(arousal) < 0.2 => "even",
        () if arousal >= 0.0 && valence >= 0.0 => "glad",
        () if arousal >= 0.0 => "tense",
        () if valence >= 0.0 => "easy",
        () => "low",
    }
}

/// A place of the plane in words, such as "pleasant and a little awake".
pub fn in_words(Point { valence, arousal }: Point) -> String {
    let words: Vec<String> =
        [degree(valence, "pleasant", "unpleasant"), degree(arousal, "awake", "calm")]
            .into_iter()
            .flatten()
            .collect();
    match &words[..] {
        [] => t("mood.middle"),
        [one] => one.clone(),
        both => both.join(&format!(" {} ", t("mood.and"))),
    }
}

fn degree(x: f32, above: &str, below: &str) -> Option<String> {
    let size = x.abs();
    let word = t(&format!("mood.{}", if x > 0.0 { above } else { below }));
    match size {
        _ if size < 0.1 => None,
        _ if size < 0.35 => Some(crate::messages::t1("mood.a_little", &word)),
        _ if size > 0.75 => Some(crate::messages::t1("mood.very", &word)),
        _ => Some(word),
    }
}

/// An expression in the interface's language.
pub fn expression_name(expression: Expression) -> String {
    t(&format!("expression.{}", expression.key()))
}

/// Where an expression stands, a little farther out than its anchor, so that colours differ.
pub fn place_of(expression: Expression) -> Point {
    let (valence, arousal) = match expression {
        Expression::Happy => (0.9, 0.6),
        Expression::Surprised => (0.3, 0.9),
        Expression::Neutral => (0.0, -0.05),
        Expression::Sad => (-0.9, -0.8),
        Expression::Angry => (-0.8, 0.9),
        Expression::Fearful => (-0.9, 0.4),
        Expression::Disgusted => (-0.8, 0.2),
        Expression::Contempt => (-0.6, 0.1),
    };
    Point { valence, arousal }
}

/// A probability as a whole percentage.
pub fn percent(p: f32) -> String {
    format!("{} %", (p * 100.0).round())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn corners_have_colours_and_shapes_of_their_own() {
        let corners = [(0.9, 0.9), (0.9, -0.9), (-0.9, -0.9), (-0.9, 0.9)];
        let seen: Vec<_> = corners
            .iter()
            .map(|(valence, arousal)| {
                let (a, b) = tone(*valence, *arousal);
                (
                    (a * 1e4) as i32,
                    (b * 1e4) as i32,
                    shape(Point { valence: *valence, arousal: *arousal }),
                )
            })
            .collect();
        for (i, one) in seen.iter().enumerate() {
            assert!(
                seen.iter()
                    .skip(i + 1)
                    .all(|two| one.2 != two.2 && (one.0, one.1) != (two.0, two.1))
            );
        }
        assert_eq!(shape(Point { valence: 0.05, arousal: 0.0 }), "even");
    }
}
