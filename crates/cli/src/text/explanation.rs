//! What in a face speaks for an expression.

use crate::commands::explain::Explanation;
use crate::text::words::{FAINT, STRONG, count, percent};

/// What the model reads where it is not the class explained, the class, where its heat lies and
/// where the pictures are.
pub fn explanation(explanation: &Explanation) -> String {
    let Explanation { class, probability, layer, peak, thirds, overlay, feature_maps, .. } =
        explanation;
    let [channels, height, width] = layer.shape;
    let mut text = reading(explanation);
    text += &format!(
        "{STRONG}{class}{STRONG:#}, {} {FAINT}by {channels} channels of {width} x {height} cells \
         (layer {}){FAINT:#}\n",
        percent(*probability),
        layer.number
    );
    if let Some([x, y]) = peak {
        let [upper, middle, lower] = thirds.map(percent);
        text += &format!(
            "what speaks for it: {upper} in the upper third of the face, {middle} in the middle, \
             {lower} in the lower; most at {x:.0},{y:.0}\n"
        );
    }
    text += &format!("overlay: {}\n", overlay.display());
    if let Some(folder) = feature_maps.first().and_then(|path| path.parent()) {
        let sheets = count(feature_maps.len(), "contact sheet");
        text += &format!("feature maps: {sheets} in {}\n", folder.display());
    }
    text
}

/// Nothing where what the model reads is what is explained.
fn reading(explanation: &Explanation) -> String {
    let (likeliest, p) = (explanation.likeliest, explanation.likeliest_probability);
    match explanation.expression {
        Some(expression) if expression == explanation.class => String::new(),
        Some(expression) => format!("the model reads {expression}, {}\n", percent(p)),
        None => format!(
            "{STRONG}can't tell{STRONG:#}: the likeliest, {likeliest}, has {:.1} %, and an expression is \
             named from {:.1} % on\n",
            100.0 * p,
            100.0 * explanation.declare_above
        ),
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use attune_core::{Expression, FaceBox, LabelSet};

    use super::*;
    use crate::commands::explain::Layer;

    fn told(class: Expression, declare_above: f32) -> String {
        let explanation = Explanation {
            photo: PathBuf::from("me.jpg"),
            face: None,
            shown: FaceBox { x: 0.0, y: 0.0, width: 48.0, height: 48.0 },
            roll_degrees: 0.0,
            heat: Vec::new(),
            layers: Vec::new(),
            likeliest: Expression::Happy,
            likeliest_probability: 0.412,
            expression: (declare_above <= 0.412).then_some(Expression::Happy),
            declare_above,
            class,
            probability: if class == Expression::Happy { 0.412 } else { 0.07 },
            label_set: LabelSet::FerPlus,
            layer: Layer { number: 24, shape: [128, 6, 6] },
            peak: Some([431.0, 142.6]),
            thirds: [0.04, 0.5, 0.46],
            overlay: PathBuf::from("me-explained.png"),
            feature_maps: vec![PathBuf::from("maps/layer-024-128x6x6.png")],
        };
        anstream::adapter::strip_str(&super::explanation(&explanation)).to_string()
    }

    #[test]
    fn an_explanation_reads_well() {
        let all = [
            told(Expression::Happy, 0.4),
            told(Expression::Happy, 0.475),
            told(Expression::Sad, 0.4),
            told(Expression::Sad, 0.475),
        ];
        insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!("explanation", all.join("\n"));
        });
    }
}
