//! Windows on and around faces, from FER2013's tight pictures.

use attune_vision::{CROP_SIZE, FaceCrop};

use super::draw::{raster_side, seen, spoil};
use crate::augment::{between, sample};
use crate::data::{Dataset, Example};

/// Side of the detector's box in pixels of a face picture.
const FACE: f32 = CROP_SIZE as f32 / FaceCrop::SIDE;

/// Where the face lies in a window: see [`AXES`](attune_vision::detect::network::AXES).
#[derive(Clone, Copy, Debug, Default)]
pub struct Place {
    pub right: f32,
    pub down: f32,
    /// Natural logarithm.
    pub larger: f32,
    pub roll_degrees: f32,
}

impl Place {
    pub fn offsets(self) -> [f32; 4] {
        [self.right, self.down, self.larger, self.roll_degrees]
    }

    /// Uniform up to these offsets either way, but for the roll, of which small ones are likelier.
    pub fn around(reach: [f32; 4], rng: &mut fastrand::Rng) -> Self {
        let [right, down, larger, _] = reach.map(|r| between(rng, -r, r));
        let most = reach[3] * rng.f32().sqrt();
        Self { right, down, larger, roll_degrees: between(rng, -most, most) }
    }

    /// So far off that the window shows no face as a detector should frame it.
    pub fn off(rng: &mut fastrand::Rng) -> Self {
        let mut place = Self::around([0.15, 0.15, 0.2, 20.0], rng);
        let sign = if rng.bool() { 1.0 } else { -1.0 };
        match rng.u8(..6) {
            0 => place.right = sign * between(rng, 0.45, 0.9),
            1 => place.down = sign * between(rng, 0.45, 0.9),
            2 => {
                place.right = sign * between(rng, 0.35, 0.8);
                place.down = if rng.bool() { 1.0 } else { -1.0 } * between(rng, 0.35, 0.8);
            }
            3 => place.larger = between(rng, 0.6, 1.3),
            4 => place.larger = -between(rng, 0.65, 1.2),
            _ => place.roll_degrees = sign * between(rng, 70.0, 180.0),
        }
        place
    }
}

/// The faces of a data set: not what FER+ left out, nor what two of its raters took for no face.
pub fn faces(data: &Dataset) -> Vec<FaceCrop> {
    let is_face = |e: &&Example| e.votes.is_some_and(|v| v.0[9] < 2);
    data.examples.iter().filter(is_face).map(|e| e.crop.clone()).collect()
}

/// What fills a window where the picture of a face ends.
pub enum Around {
    /// The picture's mirror image.
    Mirror,
    /// A background of the raster's side, which begins this many pixels inside the face's picture.
    Background(Vec<u8>, f32),
}

/// A window around a face as a network of `size` pixels sees it; `around` gives what lies about
/// the face's picture, on a raster of the side it is given.
pub fn draw(
    crop: &FaceCrop,
    place: Place,
    size: usize,
    rng: &mut fastrand::Rng,
    around: impl FnOnce(usize, &mut fastrand::Rng) -> Around,
) -> Vec<u8> {
    let side = raster_side(size, rng);
    let around = around(side, rng);
    let mirrored = rng.bool();
    // Pixels of the face's picture for one of the raster.
    let step = FACE / (place.larger.exp() * side as f32);
    let (sin, cos) = place.roll_degrees.to_radians().sin_cos();
    let middle = (CROP_SIZE as f32 - 1.0) / 2.0;
    let centre = [0.5 + place.right, 0.5 + place.down].map(|v| v * side as f32);
    let mut picture = Vec::with_capacity(side * side);
    for i in 0..side * side {
        let x = (i % side) as f32 + 0.5 - centre[0];
        let y = (i / side) as f32 + 0.5 - centre[1];
        let across = (cos * x + sin * y) * step;
        let across = if mirrored { -across } else { across };
        let at = [across + middle, (cos * y - sin * x) * step + middle];
        picture.push(match &around {
            Around::Mirror => sample(crop, folded(at[0]), folded(at[1])),
            Around::Background(pixels, margin) => {
                let inside = at.map(|v| v.min(CROP_SIZE as f32 - 1.0 - v));
                let share = ((inside[0].min(inside[1]) - margin) * 0.5 + 0.5).clamp(0.0, 1.0);
                let behind = f32::from(pixels[i]);
                if share > 0.0 {
                    behind + share * (sample(crop, at[0], at[1]) - behind)
                } else {
                    behind
                }
            }
        });
    }
    spoil(&mut picture, side, rng);
    seen(&picture, side, size)
}

/// A coordinate mirrored at the picture's edges until it lies within.
fn folded(at: f32) -> f32 {
    let last = CROP_SIZE as f32 - 1.0;
    let at = at.rem_euclid(2.0 * last);
    if at > last { 2.0 * last - at } else { at }
}
