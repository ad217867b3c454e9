use serde::{Deserialize, Serialize};

use crate::{Expression, Mood, Probabilities};

/// An upright rectangle around a face, in pixels of the frame; it may reach outside the frame.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct FaceBox {
    /// Left edge.
    pub x: f32,
    /// Top edge.
    pub y: f32,
    /// Width, above 0.
    pub width: f32,
    /// Height, above 0.
    pub height: f32,
}

impl FaceBox {
    /// Area shared with `other` over the area of both together, in [0, 1] (Jaccard).
    #[must_use]
    pub fn iou(&self, other: &Self) -> f32 {
        let overlap = |a0: f32, a1: f32, b0: f32, b1: f32| (a1.min(b1) - a0.max(b0)).max(0.0);
        let shared = overlap(self.x, self.x + self.width, other.x, other.x + other.width)
            * overlap(self.y, self.y + self.height, other.y, other.y + other.height);
        let joined = self.width * self.height + other.width * other.height - shared;
        if joined > 0.0 { shared / joined } else { 0.0 }
    }
}

/// What one face of one picture shows.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FaceReading {
    /// Where it is.
    #[serde(rename = "box")]
    pub face: FaceBox,
    /// The likeliest expression, or `None` where it can't tell.
    pub expression: Option<Expression>,
    /// The second likeliest (where it can't tell, the likeliest is in `probabilities`).
    pub runner_up: Expression,
    /// Calibrated, over the label set the product reads from.
    pub probabilities: Probabilities,
    /// The expectation over the anchors.
    pub mood: Mood,
    /// Short sentences that would make the reading better ("more light", "come closer").
    pub advice: Vec<String>,
    /// The name under which this person enrolled, where that was asked for and it is told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub who: Option<String>,
}

impl FaceReading {
    /// Declares the likeliest expression only where its probability reaches `declare_above`.
    #[must_use]
    pub fn new(face: FaceBox, probabilities: Probabilities, declare_above: f32) -> Self {
        Self {
            face,
            expression: probabilities.declared(declare_above),
            runner_up: probabilities.ranked()[1].0,
            mood: Mood::from_probabilities(&probabilities),
            probabilities,
            advice: Vec::new(),
            who: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::LabelSet;

    #[test]
    fn iou_of_known_boxes() {
        let a = FaceBox { x: 0.0, y: 0.0, width: 10.0, height: 10.0 };
        for (x, expected) in [(0.0, 1.0), (5.0, 1.0 / 3.0), (10.0, 0.0), (-20.0, 0.0)] {
            let b = FaceBox { x, ..a };
            assert!((a.iou(&b) - expected).abs() < 1e-6, "{x}");
        }
    }

    #[test]
    fn an_undecided_face_is_not_named() {
        let p = Probabilities::new(LabelSet::Fer2013, vec![0.3, 0.25, 0.05, 0.2, 0.1, 0.05, 0.05])
            .unwrap();
        let face = FaceBox { x: 0.0, y: 0.0, width: 1.0, height: 1.0 };
        let unsure = FaceReading::new(face, p.clone(), 0.5);
        assert_eq!((unsure.expression, unsure.runner_up), (None, Expression::Disgusted));
        let bold = FaceReading::new(face, p, 0.2);
        assert_eq!(bold.expression, Some(Expression::Angry));
        let json = serde_json::to_value(&unsure).unwrap();
        assert!(json["expression"].is_null() && json["box"]["width"] == 1.0);
    }
}
