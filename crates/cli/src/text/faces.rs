//! What the faces of a photo show.

use std::collections::BTreeSet;

use attune_core::{Expression, FaceReading};

use crate::text::bar::bar;
use crate::text::words::{FAINT, NUMBER, STRONG, count, mood, percent};

/// Cells of a bar of 100 %.
const BAR_WIDTH: u16 = 30;

/// One photo: a heading, then a block a face. The numbers of those left out are passed over.
pub fn faces(path: &str, faces: &[FaceReading], left_out: &BTreeSet<usize>) -> String {
    let mut text = format!("{STRONG}{path}{STRONG:#}: {}\n", count(faces.len(), "face"));
    let numbers = (1..).filter(|number| !left_out.contains(number));
    for (number, reading) in numbers.zip(faces) {
        text += &face(number, reading);
    }
    text
}

fn face(number: usize, reading: &FaceReading) -> String {
    let shown = headline(reading.expression, reading.runner_up);
    let b = reading.face;
    let place = format!("{:.0} x {:.0} pixels at {:.0},{:.0}", b.width, b.height, b.x, b.y);
    let who = reading.who.as_ref().map_or_else(String::new, |name| format!("{name}: "));
    let mut text = format!("\n{number:>3}  {who}{shown}  {FAINT}{place}{FAINT:#}\n");
    for (expression, p) in reading.probabilities.ranked() {
        let (share, bar) = (percent(p), bar(p, BAR_WIDTH));
        text += &format!("     {expression:<9} {share:>5}  {NUMBER}{bar}{NUMBER:#}\n");
    }
    text += &format!("     mood: {}\n", mood(reading.mood));
    for advice in &reading.advice {
        text += &format!("     advice: {advice}\n");
    }
    text
}

fn headline(expression: Option<Expression>, runner_up: Expression) -> String {
    match expression {
        Some(expression) => format!("{STRONG}{expression}{STRONG:#}, then {runner_up}"),
        None => format!("{STRONG}can't tell{STRONG:#}"),
    }
}

#[cfg(test)]
mod tests {
    use attune_core::{FaceBox, LabelSet, Probabilities};

    use super::*;

    fn reading(values: [f32; 8], declare_above: f32) -> FaceReading {
        let p = Probabilities::new(LabelSet::FerPlus, values.to_vec()).unwrap();
        let face = FaceBox { x: 12.4, y: -3.0, width: 96.0, height: 96.0 };
        FaceReading::new(face, p, declare_above)
    }

    #[test]
    fn a_photo_reads_well() {
        let sure = reading([0.05, 0.9, 0.03, 0.01, 0.005, 0.002, 0.002, 0.001], 0.5);
        let mut unsure = reading([0.3, 0.05, 0.05, 0.25, 0.25, 0.05, 0.05, 0.0], 0.5);
        unsure.advice = vec!["The face is small: come closer.".to_owned()];
        let text =
            anstream::adapter::strip_str(&faces("me.jpg", &[sure, unsure], &BTreeSet::from([2])))
                .to_string();
        insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!("faces", text);
        });
    }
}
