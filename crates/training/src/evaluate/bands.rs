//! The same figures by how bright, contrasty and sharp pictures are.

use attune_vision::Quality;
use serde::{Deserialize, Serialize};

use crate::metrics::Evaluation;

/// A property of pictures and where its bands part: the terciles of FER2013's `Training` split,
/// fixed so that a band is the same on every data set.
struct Property {
    names: [&'static str; 3],
    limits: [f32; 2],
    of: fn(&Quality) -> f32,
}

const BRIGHTNESS: Property =
    Property { names: ["dark", "medium", "bright"], limits: [115.0, 144.0], of: |q| q.brightness };
const CONTRAST: Property =
    Property { names: ["low", "medium", "high"], limits: [48.0, 60.0], of: |q| q.contrast };
const SHARPNESS: Property =
    Property { names: ["blurred", "medium", "sharp"], limits: [0.57, 0.85], of: |q| q.sharpness };

/// Figures on the pictures of one band.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Band {
    /// What pictures in it are like.
    pub band: String,
    /// The property is at least this ...
    pub from: Option<f32>,
    /// ... and below this.
    pub below: Option<f32>,
    /// Measured on them.
    #[serde(flatten)]
    pub figures: Evaluation,
}

/// Figures by band, each property on its own; bands without pictures are left out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bands {
    /// By mean grey level (0 to 255).
    pub brightness: Vec<Band>,
    /// By standard deviation of the grey levels.
    pub contrast: Vec<Band>,
    /// By variance of the Laplacian over the variance of the picture: how little it is blurred.
    pub sharpness: Vec<Band>,
}

impl Bands {
    /// Measures every band: `measure` is given which pictures are in it.
    pub(super) fn of(
        qualities: &[Quality],
        measure: impl Fn(&[bool]) -> Option<Evaluation>,
    ) -> Self {
        let bands = |property: &Property| {
            (0..3).filter_map(|i| band(property, i, qualities, &measure)).collect()
        };
        Self {
            brightness: bands(&BRIGHTNESS),
            contrast: bands(&CONTRAST),
            sharpness: bands(&SHARPNESS),
        }
    }

    /// Each property's name and bands.
    pub fn by_property(&self) -> [(&'static str, &[Band]); 3] {
        [
            ("brightness", &self.brightness),
            ("contrast", &self.contrast),
            ("sharpness", &self.sharpness),
        ]
    }
}

fn band(
    property: &Property,
    i: usize,
    qualities: &[Quality],
    measure: impl Fn(&[bool]) -> Option<Evaluation>,
) -> Option<Band> {
    let from = i.checked_sub(1).map(|i| property.limits[i]);
    let below = property.limits.get(i).copied();
    let within = |q: &Quality| {
        let value = (property.of)(q);
        from.is_none_or(|from| value >= from) && below.is_none_or(|below| value < below)
    };
    let members: Vec<bool> = qualities.iter().map(within).collect();
    let figures = measure(&members)?;
    Some(Band { band: property.names[i].to_owned(), from, below, figures })
}
