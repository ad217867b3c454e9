//! What the reader's worker says of a picture, and which of its faces is read. Pure.

use std::collections::BTreeMap;

use attune_core::{Expression, FaceBox, LabelSet, Mood, PersonId, Probabilities};
use serde::Deserialize;

/// The expressions that faces are read over.
pub const READ_OVER: LabelSet = LabelSet::FerPlus;

/// Probabilities by expression; what is not known is 0.
pub fn probabilities(of: impl Fn(Expression) -> Option<f32>) -> Option<Probabilities> {
    let values = READ_OVER.expressions().iter().map(|e| of(*e).unwrap_or(0.0)).collect();
    Probabilities::new(READ_OVER, values).ok()
}

/// A face that was read; probabilities are calibrated, before the camera averaged over time.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Face {
    /// Who, while the camera is on.
    #[serde(default)]
    pub person: Option<PersonId>,
    #[serde(rename = "box")]
    pub place: FaceBox,
    pub expression: Option<Expression>,
    pub probabilities: BTreeMap<Expression, f32>,
    pub mood: Mood,
    #[serde(default)]
    pub advice: Vec<String>,
}

impl Face {
    pub fn read(&self) -> Option<Probabilities> {
        probabilities(|e| self.probabilities.get(&e).copied())
    }
}

/// A picture's faces; sides in pixels.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Faces {
    pub width: f32,
    pub height: f32,
    pub faces: Vec<Face>,
    /// What would help where no face is seen.
    #[serde(default)]
    pub advice: Option<String>,
}

/// Which of the faces in sight is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chosen {
    /// The largest.
    Largest,
    /// One of a photo's, by its place.
    Place(usize),
    /// Somebody before the camera, wherever they go.
    Person(PersonId),
}

impl Faces {
    /// The place of the face that is read: where the chosen one is out of sight, the largest.
    pub fn place_of(&self, chosen: Chosen) -> Option<usize> {
        let found = match chosen {
            Chosen::Largest => None,
            Chosen::Place(place) => Some(place).filter(|place| *place < self.faces.len()),
            Chosen::Person(person) => self.faces.iter().position(|f| f.person == Some(person)),
        };
        let area = |face: &Face| face.place.width * face.place.height;
        let sizes = self.faces.iter().map(area).enumerate();
        found.or_else(|| sizes.max_by(|a, b| a.1.total_cmp(&b.1)).map(|(place, _)| place))
    }

    /// The face that is read.
    pub fn chosen(&self, chosen: Chosen) -> Option<&Face> {
        self.faces.get(self.place_of(chosen)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faces(widths: &[(u32, f32)]) -> Faces {
        let face = |(person, width): &(u32, f32)| {
            serde_json::json!({
                "person": person, "box": {"x": 0.0, "y": 0.0, "width": width, "height": width},
                "expression": null, "probabilities": {"happy": 1.0},
                "mood": {"valence": 0.0, "arousal": 0.0, "uncertainty": 0.1},
            })
        };
        let faces: Vec<_> = widths.iter().map(face).collect();
        let json = serde_json::json!({ "width": 320.0, "height": 240.0, "faces": faces });
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn whoever_was_chosen_is_read_until_they_leave() {
        let both = faces(&[(1, 40.0), (2, 90.0), (3, 60.0)]);
        for (chosen, place) in [
            (Chosen::Largest, 1),
            (Chosen::Place(2), 2),
            (Chosen::Place(7), 1),
            (Chosen::Person(PersonId(1)), 0),
            (Chosen::Person(PersonId(9)), 1),
        ] {
            assert_eq!(both.place_of(chosen), Some(place), "{chosen:?}");
        }
        assert_eq!(faces(&[]).place_of(Chosen::Place(0)), None);
        assert_eq!(both.faces[0].read().unwrap().of(Expression::Happy), 1.0);
    }
}
